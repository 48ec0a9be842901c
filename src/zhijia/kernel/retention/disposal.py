"""Two people destroy what is due: one proposes, another approves, a task does it and writes the certificate."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from zhijia.kernel.base.queue import enqueue
from zhijia.kernel.base.text import clean
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.actors import Actor, Permission
from zhijia.kernel.service.prepared import as_platform

from . import due, gone, values
from .models import Disposal, DisposalState, Due, Ground, Hold
from .rights import demand, may_approve, may_propose
from .shred import Why, destroy

CHUNK = 100
"""Cases of one transaction."""
PROVED = 20
"""Cases of one disposal for which the whole database is searched afterwards: the rest went by the same statements."""
MOST = 50_000


@transaction.atomic
def propose(*, numbers: Sequence[str], note: str, actor: Actor, now: datetime) -> Disposal:
    """Propose these due cases; with no number, all that are due and not on hold.

    Raises Forbidden, and Invalid when a number is not due, is on hold or is proposed already.
    """
    demand(may_propose(actor))
    rows = due.waiting(held=False)
    ids = list((rows.filter(no__in=numbers) if numbers else rows).values_list("case_id", flat=True)[:MOST])
    if not ids or (numbers and len(ids) != len(set(numbers))):
        message = _("Choose cases that are due, not on hold and not proposed already.")
        raise Invalid(FieldProblem("no", "not_due", message))
    with as_platform():
        disposal = Disposal.objects.create(
            lft=_place(actor), n=len(ids), note=clean(note)[:300], proposed_at=now,
            proposed_by=actor.account_id or 0, proposer=actor.name[:120],
        )  # fmt: skip
        taken = Due.objects.filter(case_id__in=ids, disposal=None).update(disposal=disposal)
    if taken != len(ids):
        raise Conflict(_("Somebody else proposed one of them just now."), code="proposed")
    _record(disposal, "disposal.proposed", actor, now)
    return disposal


@transaction.atomic
def approve(*, disposal_id: int, actor: Actor, now: datetime) -> Disposal:
    """Let it be destroyed. Raises Forbidden for whoever proposed it, Conflict when it is decided already."""
    disposal = _decided(disposal_id, actor, now, DisposalState.RUNNING)
    _record(disposal, "disposal.approved", actor, now)
    enqueue("destroy_cases", disposal=disposal.pk)
    return disposal


@transaction.atomic
def refuse(*, disposal_id: int, reason: str, actor: Actor, now: datetime) -> Disposal:
    """Refuse it, with the reason; its cases wait again. Raises as `approve`."""
    words = clean(reason)
    if not 4 <= len(words) <= 300:
        raise Invalid(FieldProblem("reason", "length", _("Say why, in 4 to 300 characters, without names of workers.")))
    disposal = _decided(disposal_id, actor, now, DisposalState.REFUSED, refusal=words)
    with as_platform():
        Due.objects.filter(disposal=disposal).update(disposal=None)
    _record(disposal, "disposal.refused", actor, now)
    return disposal


def run(*, disposal_id: int, now: datetime) -> None:
    """Destroy what was approved, in chunks; begun again after a kill it does what is left. Held cases stay."""
    disposal = Disposal.objects.filter(pk=disposal_id, state=DisposalState.RUNNING).first()
    if disposal is None:
        return
    actor, sought = Actor.platform(), values.Values()
    while ids := list(_left(disposal).values_list("case_id", flat=True)[:CHUNK]):
        sample = ids[: max(0, PROVED - disposal.checked)]
        with transaction.atomic():
            values.of_case(sample, sought)
            why = Why(ground=Ground.TIME, disposal=disposal)
            done = destroy(case_ids=_still_closed(ids), why=why, actor=actor, now=now)
            Due.objects.filter(case_id__in=ids).delete()
            Disposal.objects.filter(pk=disposal.pk).update(
                done=F("done") + done.cases, rows=F("rows") + done.rows, files=F("files") + len(done.places),
                checked=F("checked") + len(sample), left_out=F("left_out") + len(ids) - done.cases,
            )  # fmt: skip
        disposal.refresh_from_db()
    findings = [[leak.place, leak.n] for leak in gone.search(sought)]
    with transaction.atomic():
        stays = Due.objects.filter(disposal=disposal).update(disposal=None)
        Disposal.objects.filter(pk=disposal.pk).update(
            state=DisposalState.DONE, ended_at=now, findings=findings, left_out=F("left_out") + stays
        )
        disposal.refresh_from_db()
        _record(disposal, "disposal.done", actor, now, done=disposal.done, found=len(findings))


def seen(disposal_id: int) -> Disposal:
    """One disposal in the scope of whoever asks. Raises NotFound."""
    if found := Disposal.objects.filter(pk=disposal_id).first():
        return found
    raise NotFound(code="no_such_disposal")


def _left(disposal: Disposal) -> QuerySet[Due]:
    held = Hold.objects.filter(lifted_at=None).values("case_id")
    return Due.objects.filter(disposal=disposal).exclude(case_id__in=held).order_by("case_id")


def _still_closed(ids: Sequence[int]) -> list[int]:
    return list(Case.objects.filter(pk__in=ids, closed_at__isnull=False).values_list("pk", flat=True))


def _place(actor: Actor) -> int:
    """Where the disposal belongs: the top of what the proposer reaches."""
    return min((lft for lft, _rgt in actor.within(Permission.SETTINGS).region), default=0)


def _decided(disposal_id: int, actor: Actor, now: datetime, state: DisposalState, **more: str) -> Disposal:
    demand(may_approve(actor))
    seen(disposal_id)
    with as_platform():
        disposal = Disposal.objects.select_for_update().get(pk=disposal_id)
    if disposal.proposed_by == actor.account_id:
        raise Forbidden(_("Who proposed a disposal does not decide on it."), code="same_person")
    if disposal.state != DisposalState.PROPOSED:
        raise Conflict(_("This disposal is decided already."), code="decided")
    given = {"state": state, "decided_at": now, "decided_by": actor.account_id, "decider": actor.name[:120], **more}
    for name, value in given.items():
        setattr(disposal, name, value)
    with as_platform():
        disposal.save(update_fields=list(given))
    return disposal


def _record(disposal: Disposal, act: str, actor: Actor, now: datetime, **data: int) -> None:
    subject = f"disposal:{disposal.pk}"
    append(chain=subject, act=act, subject=subject, actor=actor, now=now, data={"cases": disposal.n, **data})
