"""The legal hold: while it stands, neither the worker's wish nor the end of its time destroys a case."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.errors import Conflict, FieldProblem, Invalid, NotFound
from zhijia.kernel.base.text import clean
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.service.prepared import as_platform

from .models import Due, Hold
from .rights import demand, may_hold

LEAST = 4
"""Characters of the shortest reason that says something."""


def hold_on(case_id: int) -> Hold | None:
    """The hold that stands on a case, in the scope of whoever asks."""
    return Hold.objects.filter(case_id=case_id, lifted_at=None).first()


def holds_of(case_id: int) -> list[Hold]:
    """Every hold of a case, the newest first."""
    return list(Hold.objects.filter(case_id=case_id).order_by("-id"))


@transaction.atomic
def put_hold(*, no: str, reason: str, actor: Actor, now: datetime) -> Hold:
    """Put a hold on a case. Raises NotFound, Forbidden, Invalid for an empty reason, Conflict when one stands."""
    case, words = _case(no, actor), _reason(reason)
    with as_platform():
        try:
            with transaction.atomic():
                hold = Hold.objects.create(case=case, reason=words, put_at=now, put_by=actor.name[:120])
        except IntegrityError:
            raise Conflict(_("The case is on hold already."), code="held") from None
        Due.objects.filter(case_id=case.pk, disposal__state="proposed").update(disposal=None)
    _record(case, "case.held", actor, now)
    return hold


@transaction.atomic
def lift_hold(*, no: str, reason: str, actor: Actor, now: datetime) -> Hold:
    """Lift the hold of a case. Raises as `put_hold`, and Conflict when none stands."""
    case, words = _case(no, actor), _reason(reason)
    with as_platform():
        hold = Hold.objects.select_for_update().filter(case=case, lifted_at=None).first()
        if hold is None:
            raise Conflict(_("The case is not on hold."), code="not_held")
        hold.lifted_at, hold.lifted_by, hold.lift_reason = now, actor.name[:120], words
        hold.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    _record(case, "case.hold_lifted", actor, now)
    return hold


def _case(no: str, actor: Actor) -> Case:
    """The case, if the actor may hold it; somebody who neither sees it nor has it in reach learns nothing."""
    with as_platform():
        case = Case.objects.filter(no=no).first()
    if case is None or not (may_hold(actor, case) or Case.objects.visible_to(actor).filter(no=no).exists()):
        raise NotFound(code="no_such_case")
    demand(may_hold(actor, case))
    return case


def _reason(raw: str) -> str:
    words = clean(raw)
    if not LEAST <= len(words) <= 300:
        message = _("Say why, in 4 to 300 characters, without names of workers.")
        raise Invalid(FieldProblem("reason", "length", message, {"min": LEAST, "max": 300}))
    return words


def _record(case: Case, act: str, actor: Actor, now: datetime) -> None:
    chain = f"case:{case.pk}"
    append(
        chain=chain, act=act, subject=chain, actor=actor, now=now, person_id=case.applicant_id, data={"no": case.no},
    )  # fmt: skip
