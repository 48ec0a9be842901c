"""Two workbooks that the head of a unit keeps: the hours of its lawyers, and what binds them to employers."""

# ruff: noqa: E501 (one column, one line)

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Verdict, no, yes
from zhijia.kernel.org.models import Employer
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.models import Account
from zhijia.kernel.service import rota
from zhijia.kernel.service.prepared import as_platform
from zhijia.kernel.sheets.declare import Column, Context, Kind, Row, Sheet

from .lawyers import ROSTER, key_of
from .models import LawyerTie
from .visit_models import LawyerHours
from .words import TieKind

DAYS = {
    "1": _("Monday"), "2": _("Tuesday"), "3": _("Wednesday"), "4": _("Thursday"), "5": _("Friday"), "6": _("Saturday"), "7": _("Sunday"),
}  # fmt: skip
LAWYER = Column("lawyer", _("Lawyer (sign-in name)"), required=True, limit=150, example="zhoulvshi")


def may(actor: Actor) -> Verdict:
    """The head of a unit keeps them."""
    if _unit(actor):
        return yes()
    return no("wrong_role", _("The head of the unit keeps this list."))


def _unit(actor: Actor) -> int:
    """The unit that the actor heads; 0 for nobody's."""
    return next((post.org_id for post in actor.posts if post.role == Role.UNIT_HEAD), 0)


def lawyers_of(actor: Actor, now: datetime, logins: Iterable[str]) -> dict[str, int]:
    """Sign-in name -> account, of those who are on the roster of the actor's unit."""
    seated = {seat.account_id for seat in rota.seats(ROSTER, org_id=_unit(actor), now=now)}
    with as_platform():
        return dict(Account.objects.filter(login__in=set(logins), pk__in=seated).values_list("login", "pk"))


def check_many(rows: Sequence[Row], about: Context) -> Iterable[tuple[int, FieldProblem]]:
    """Lawyers are on the unit's roster."""
    known = lawyers_of(about.actor, about.now, (row["lawyer"] for row in rows))
    problem = FieldProblem("lawyer", "unknown", _("Nobody of this name is on the unit's roster of lawyers."))
    return [(row.no, problem) for row in rows if row["lawyer"] not in known]


def ready(about: Context) -> Verdict:
    """They are kept for the unit: no case's page offers them."""
    return no("unit", _("This list is kept for the unit and not for a case.")) if about.about.get("case") else yes()


# --- hours --------------------------------------------------------------------------------------------------------


def clock_time(text: str) -> time | None:
    """An hour as it is typed: 9:30, 09:30, 9：30."""
    hour, _mark, minute = text.strip().replace("：", ":").partition(":")
    if not (
        hour.isdecimal() and len(hour) <= 2 and int(hour) < 24 and (minute or "0").isdecimal() and int(minute or 0) < 60
    ):
        return None
    return time(int(hour), int(minute or 0))


def check_hours(row: Row, _about: Context) -> Iterable[FieldProblem]:
    """Hours in order, days in order."""
    begins, ends = clock_time(row["begins"]), clock_time(row["ends"])
    if begins is None or ends is None:
        return [FieldProblem("begins" if begins is None else "ends", "time", _("Write an hour like 9:30."))]
    if ends <= begins:
        return [FieldProblem("ends", "order", _("The hours end before they begin."))]
    if row.get("until") and row["until"] < row["since"]:
        return [FieldProblem("until", "order", _("The last day lies before the first."))]
    return []


def apply_hours(rows: Sequence[Row], about: Context) -> Mapping[str, int]:
    """Hours that are there already are corrected."""
    unit, known = _unit(about.actor), lawyers_of(about.actor, about.now, (row["lawyer"] for row in rows))
    made = [
        LawyerHours(
            org_id=unit, lawyer_id=known[row["lawyer"]], weekday=int(row["weekday"]), begins=clock_time(row["begins"]) or time(),
            ends=clock_time(row["ends"]) or time(), minutes=row.get("minutes") or 30, place=row.get("place") or "", since=row["since"],
            until=row.get("until"), job=about.job_id,
        )
        for row in rows
    ]  # fmt: skip
    with as_platform():
        LawyerHours.objects.bulk_create(
            made, update_conflicts=True, update_fields=["ends", "minutes", "place", "until", "job"],
            unique_fields=["org", "lawyer", "weekday", "day", "begins", "since"],
        )  # fmt: skip
    return {"kept": len(made)}


def undo_hours(about: Context) -> int:
    """Take back what this workbook brought; what was booked stays booked."""
    with as_platform():
        return LawyerHours.objects.filter(job=about.job_id, org_id=_unit(about.actor)).delete()[0]


HOURS = Sheet(
    key="legal_aid_hours", title=_("Hours of the lawyers"), may=may, ready=ready, check=check_hours, check_many=check_many, apply=apply_hours,
    undo=undo_hours, outcomes={"kept": _("lines kept")},
    help=_("Weekly hours at which workers can book a lawyer. They rest on public holidays. To end hours, send them again with a last day."),
    columns=(
        LAWYER, Column("weekday", _("Weekday"), Kind.CHOICE, required=True, choices=DAYS, example="2"),
        Column("begins", _("From what hour"), required=True, limit=5, example="9:30"), Column("ends", _("Until what hour"), required=True, limit=5, example="11:30"),
        Column("minutes", _("Minutes of one appointment"), Kind.NUMBER, least=10, limit=240, example="30"),
        Column("place", _("Where"), limit=200, example="青禾区职工服务中心 203 室"),
        Column("since", _("First day"), Kind.DATE, required=True, example="2026-11-01"), Column("until", _("Last day"), Kind.DATE),
    ),
)  # fmt: skip


# --- ties ---------------------------------------------------------------------------------------------------------


def check_tie(row: Row, _about: Context) -> Iterable[FieldProblem]:
    """Days in order."""
    if row.get("until") and row["until"] < row["since"]:
        return [FieldProblem("until", "order", _("The last day lies before the first."))]
    return []


def apply_ties(rows: Sequence[Row], about: Context) -> Mapping[str, int]:
    """Ties that are there already are corrected."""
    unit, known = _unit(about.actor), lawyers_of(about.actor, about.now, (row["lawyer"] for row in rows))
    codes: dict[Any, int] = dict(
        Employer.objects.filter(uscc__in=[row["uscc"] for row in rows if row.get("uscc")]).values_list("uscc", "pk")
    )
    made = [
        LawyerTie(
            org_id=unit, lawyer_id=known[row["lawyer"]], kind=row["kind"], name=row["employer"], key=key_of(row["employer"]),
            uscc=row.get("uscc") or "", employer_id=codes.get(row.get("uscc")), since=row["since"], until=row.get("until"), job=about.job_id,
        )
        for row in rows
    ]  # fmt: skip
    with as_platform():
        LawyerTie.objects.bulk_create(
            made, update_conflicts=True, update_fields=["org", "name", "uscc", "employer", "until", "job"],
            unique_fields=["lawyer", "key", "kind", "since"],
        )  # fmt: skip
    return {"kept": len(made)}


def undo_ties(about: Context) -> int:
    """Take back what this workbook brought."""
    with as_platform():
        return LawyerTie.objects.filter(job=about.job_id, org_id=_unit(about.actor)).delete()[0]


TIES = Sheet(
    key="legal_aid_ties", title=_("Lawyers and employers"), may=may, ready=ready, check=check_tie, check_many=check_many, apply=apply_ties,
    undo=undo_ties, outcomes={"kept": _("lines kept")},
    help=_("Whom a lawyer acts or has acted for: no such lawyer is given a case against that employer."),
    columns=(
        LAWYER, Column("employer", _("Employer"), required=True, limit=200, example="江澜劳务有限公司"),
        Column("uscc", _("Credit code"), Kind.USCC), Column("kind", _("What binds them"), Kind.CHOICE, required=True, choices=dict(TieKind.choices), example="counsel"),
        Column("since", _("First day"), Kind.DATE, required=True, example="2024-01-01"), Column("until", _("Last day"), Kind.DATE),
    ),
)  # fmt: skip
