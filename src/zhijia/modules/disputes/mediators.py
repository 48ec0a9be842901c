"""Who mediates: by turns from the unit's roster, without conflict, and another one when somebody must not."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Invalid, Text, Verdict, no, yes
from zhijia.kernel.cases.models import Case, Party
from zhijia.kernel.people.actors import Role
from zhijia.kernel.people.models import Account
from zhijia.kernel.service import rota
from zhijia.kernel.service.prepared import as_platform

from .models import AskedBy, Outcome, Recusal, RecusalGround
from .rules import C

ROSTER = "disputes.mediator"
TASK = "mediator"
FAILED = (Outcome.FAILED, Outcome.REFUSED, Outcome.BROKEN)


def conflict(c: C, account_id: int) -> Verdict:
    """Whether this account may mediate: not a party, not ruled out, and not who was in charge when another dispute of
    the same worker failed. Asked whatever the request may see: the earlier case may lie elsewhere."""
    with as_platform():
        ruled_out = Recusal.objects.filter(case_id=c.case.pk, account_id=account_id).first()
        if ruled_out is not None:
            reason = _("Ruled out for this case: %(ground)s.")
            return no("recused", reason % {"ground": RecusalGround(ruled_out.ground).label})
        persons = list(Party.objects.filter(case_id=c.case.pk).values_list("person_id", flat=True))
        if Account.objects.filter(pk=account_id, person_id__in=persons).exists():
            return no("own_case", _("A party cannot mediate."))
        before = Case.objects.filter(service="disputes", assignee_id=account_id, parties__person_id__in=persons)
        if before.exclude(pk=c.case.pk).filter(dispute__closing_code__in=FAILED).exists():
            return no("before", _("Was in charge when another dispute of the same worker failed."))
    return yes()


def put_mediator(c: C) -> None:
    """Whoever was chosen, or whose turn it is; without a roster, who accepts. Where nobody on the roster can, the head
    of the unit must name somebody: the application does not wait for it."""
    chosen = c.data.get("mediator")
    if chosen is not None and not (verdict := conflict(c, chosen)):
        raise Invalid(FieldProblem("mediator", verdict.code, verdict.reason))
    if chosen is None and not rota.staffed(ROSTER)(c):
        c.case.assignee_id = c.actor.account_id
        return
    _hand_to(c, chosen or rota.turn(c, ROSTER, conflict=conflict))


def appoint(c: C) -> None:
    """The head of the unit names the mediator."""
    chosen = c.data["mediator"]
    if not (verdict := conflict(c, chosen)):
        raise Invalid(FieldProblem("mediator", verdict.code, verdict.reason))
    _hand_to(c, chosen)


def takes(c: C) -> Verdict:
    """Who takes it over has no conflict."""
    if c.case.assignee_id == c.actor.account_id:
        return no("mine_already", _("You are in charge of it already."))
    return conflict(c, c.actor.account_id or 0)


def has_mediator(c: C) -> Verdict:
    """There is a mediator to be replaced."""
    if c.case.assignee_id is None:
        return no("no_mediator", _("There is no mediator now."), _("The head of the unit names one."))
    return yes()


def recuse(c: C) -> None:
    """The mediator leaves the case for a stated reason, and the next of the roster takes it."""
    old = c.case.assignee_id
    if old is None:  # has_mediator ran before
        return
    _rule_out(c, old, asked_by=_asks(c, old))
    _hand_to(c, rota.turn(c, ROSTER, skip=(old,), conflict=conflict))


def rule_out(c: C) -> None:
    """A member of the roster must not get this case; who has it already is replaced."""
    if c.data["member"] == c.case.assignee_id:
        raise Invalid(FieldProblem("member", "in_charge", _("This is the mediator. Ask for another mediator instead.")))
    _rule_out(c, c.data["member"], asked_by=_asks(c, c.data["member"]))


def members(c: C) -> list[tuple[int, Text]]:
    """Everybody on the roster of the unit, away or not."""
    return [(seat.account_id, seat.name) for seat in rota.seats(ROSTER, org_id=c.case.unit_id, now=c.now)]


def shown(c: C) -> dict[str, Any]:
    """The mediator, who was ruled out and why, and what everybody on the roster has in hand."""
    columns = ["case_id", "account__name", "ground", "asked_by", "at", *(["reason"] if c.actor.is_staff else [])]
    found = Recusal.objects.filter(case_id=c.case.pk).select_related("account").only(*columns)
    mediator = Account.objects.filter(pk=c.case.assignee_id or 0).values_list("name", flat=True).first()
    seats = rota.seats(ROSTER, org_id=c.case.unit_id, now=c.now) if c.actor.is_staff else []
    return {"mediator": mediator, "recusals": list(found.order_by("id")), "seats": seats, "mine": c.case.assignee_id}


def _asks(c: C, account_id: int) -> str:
    if c.post is None and not c.actor.system:
        return AskedBy.WORKER
    return AskedBy.MEDIATOR if c.actor.account_id == account_id else str(c.data.get("asked_by") or AskedBy.EMPLOYER)


def _rule_out(c: C, account_id: int, *, asked_by: str) -> None:
    with as_platform():  # a worker objects; whom they object to is no row that they may read
        if Recusal.objects.filter(case_id=c.case.pk, account_id=account_id).exists():
            return
        row = Recusal(
            case_id=c.case.pk, account_id=account_id, ground=c.data["ground"], asked_by=asked_by,
            reason=c.data.get("reason") or "", at=c.now,
        )  # fmt: skip
        row.save(force_insert=True)


def _hand_to(c: C, account_id: int | None) -> None:
    c.case.assignee_id = account_id
    if account_id is None:
        c.open_task(TASK, role=Role.UNIT_HEAD)
        return
    rota.took(ROSTER, account_id, org_id=c.case.unit_id, now=c.now)
