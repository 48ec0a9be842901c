"""What a unit has before its stories can be told: its lawyers can be met on working days."""

from datetime import datetime, time

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.service import rota

from .lawyers import ROSTER
from .visit_models import LawyerHours

HOURS = ((time(9), time(11, 30)), (time(14), time(17)))


def set_up(org_id: int, now: datetime) -> None:
    """Give whoever is on the roster of lawyers and has no hours yet the usual ones, from today on."""
    since = now.astimezone(CHINA).date()
    known = set(LawyerHours.objects.filter(org_id=org_id).values_list("lawyer_id", flat=True))
    LawyerHours.objects.bulk_create(
        LawyerHours(
            org_id=org_id, lawyer_id=seat.account_id, weekday=weekday, begins=begins, ends=ends, since=since,
            place="职工服务中心一楼律师接待室",
        )
        for seat in rota.seats(ROSTER, org_id=org_id, now=now) if seat.account_id not in known
        for weekday in range(1, 6) for begins, ends in HOURS
    )  # fmt: skip
