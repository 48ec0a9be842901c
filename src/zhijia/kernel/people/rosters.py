"""Entering people on a unit's rosters, and taking them off. Whose turn it is stands in `service.rota`."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid

from .actors import Actor, Role
from .models import Account, Post, RosterSeat
from .roster_models import MOST_WEIGHT
from .trail import record

TAKES_TURNS = (Role.OFFICER, Role.UNIT_HEAD)
"""Whose posts let them work on the unit's cases."""


def may_keep(actor: Actor, org_id: int) -> bool:
    """Whether the actor keeps this unit's rosters: its head, or the platform."""
    return actor.system or any(p.role == Role.UNIT_HEAD and p.org_id == org_id for p in actor.posts)


@transaction.atomic
def enter(
    *, org_id: int, roster: str, account_id: int, actor: Actor, now: datetime, weight: int = 10,
    from_day: date | None = None, to_day: date | None = None,
) -> RosterSeat:  # fmt: skip
    """Enter somebody on a roster, or change their weight and days. Raises Forbidden unless the actor heads the unit,
    Invalid for somebody without a post there, a weight out of range or days in the wrong order."""
    _allow(actor, org_id)
    first = from_day or now.astimezone(CHINA).date()
    problems = []
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    held = Post.objects.filter(account_id=account_id, org_id=org_id, role__in=TAKES_TURNS, campaign="")
    if account is None or not held.exists():
        problems.append(FieldProblem("account", "no_post", _("Only officers of this unit can take turns.")))
    if not 0 <= weight <= MOST_WEIGHT:
        problems.append(FieldProblem("weight", "range", _("Write a weight from 0 to 100.")))
    if to_day is not None and to_day < first:
        problems.append(FieldProblem("to_day", "order", _("The last day comes before the first.")))
    if problems or account is None:
        raise Invalid(*problems)
    seat, _new = RosterSeat.objects.update_or_create(
        org_id=org_id, roster=roster, account_id=account_id,
        defaults={"weight": weight, "from_day": first, "to_day": to_day},
    )  # fmt: skip
    record(account, "roster.entered", now, actor, org=org_id, roster=roster, weight=weight)
    return seat


@transaction.atomic
def leave(*, org_id: int, roster: str, account_id: int, actor: Actor, now: datetime) -> None:
    """Take somebody off a roster; what they have in hand stays with them. Raises Forbidden."""
    _allow(actor, org_id)
    gone, _rows = RosterSeat.objects.filter(org_id=org_id, roster=roster, account_id=account_id).delete()
    if gone:
        record(Account.objects.get(pk=account_id), "roster.left", now, actor, org=org_id, roster=roster)


def _allow(actor: Actor, org_id: int) -> None:
    if not may_keep(actor, org_id):
        raise Forbidden(_("The head of the unit keeps its rosters."), code="not_head")
