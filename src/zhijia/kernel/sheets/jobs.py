"""What a person does to a workbook: send it, confirm it, cancel it, take it back, ask for one. The work itself is in
`run.py` and happens in the background."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append, canonical
from zhijia.kernel.base.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound, Verdict
from zhijia.kernel.base.queue import enqueue
from zhijia.kernel.base.text import clean
from zhijia.kernel.people.actors import Actor, Permission

from . import registry, store
from .declare import Context, Export, Sheet
from .models import DEAD, RUNNING, WAITING, Chunk, Job, State
from .scratch import nameless

LARGEST = 50 * 1024 * 1024
"""Bytes of one file."""
KEPT = timedelta(days=7)
"""How long a workbook waits to be confirmed, and how long what we made can be fetched."""


def own(actor: Actor) -> QuerySet[Job]:
    """The actor's jobs, in a scope or out of one."""
    return Job.objects.filter(account_id=_account(actor))


def job_of(actor: Actor, job_id: int) -> Job:
    """One of the actor's own. Raises NotFound for anybody else's."""
    if found := own(actor).filter(pk=job_id).first():
        return found
    raise NotFound(code="no_such_job")


def context_of(job: Job, actor: Actor, now: datetime) -> Context:
    """What the sheet's functions are told."""
    return Context(actor=actor, now=now, about=job.about, language=job.language, job_id=job.pk)


def demand(declared: Sheet | Export, ctx: Context) -> None:
    """Raise Forbidden with the reason when the actor may not use the sheet (nor take a list out at all), Conflict when
    it is not possible now."""
    if isinstance(declared, Export) and ctx.actor.is_staff:
        ctx.actor.require(Permission.EXPORT)
    verdict = declared.may(ctx.actor)
    if not verdict:
        raise Forbidden(verdict.reason, code=verdict.code)
    ready: Verdict | None = declared.ready(ctx) if declared.ready else None
    if ready is not None and not ready:
        raise Conflict(ready.reason, code=ready.code)


@transaction.atomic
def send(
    *,
    sheet: Sheet,
    name: str,
    blocks: Iterable[bytes],
    about: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    language: str,
) -> Job:
    """Keep a file and have it checked; the same file about the same thing, sent again, is the job that it was.

    Raises Forbidden or Conflict when the sheet says no, Invalid for a file of more than 50 MB.
    """
    demand(sheet, Context(actor=actor, now=now, about=about, language=language))
    kept = store.keep(_limited(blocks), nameless)
    key = _key(actor, sheet.key, about, kept.sha256)
    job = Job(
        sheet=sheet.key, about=dict(about), account_id=_account(actor), language=language, name=clean(name)[-200:],
        file=kept.name, size=kept.size, sha256=kept.sha256, key=key, created_at=now,
    )  # fmt: skip
    Job.objects.bulk_create([job], ignore_conflicts=True)
    found = Job.objects.exclude(state__in=DEAD).get(key=key)
    if found.file != kept.name:
        store.forget(kept.name)
        return found
    record(found, "sheet.sent", actor, now, sha256=kept.sha256)
    enqueue("check_sheet", job=found.pk)
    return found


@transaction.atomic
def confirm(*, job_id: int, actor: Actor, now: datetime) -> Job:
    """Have the good rows stored; of a sheet of one transaction all rows, and only if all are good.

    Raises Conflict when there is nothing to confirm any more.
    """
    job = locked(job_id, actor)
    sheet = registry.sheet(job.sheet)
    if job.state in (State.APPLYING, State.APPLIED):
        return job  # pressed twice
    if job.state != State.CHECKED:
        raise Conflict(_("This workbook is not waiting to be confirmed any more."), code="not_checked")
    if (verdict := refusal(job, sheet)) is not None:
        raise Conflict(verdict.reason, code=verdict.code)
    demand(sheet, context_of(job, actor, now))
    job.state, job.done = State.APPLYING, 0
    job.save(update_fields=["state", "done"])
    record(job, "sheet.confirmed", actor, now, good=job.good, bad=job.bad)
    enqueue("apply_sheet", job=job.pk)
    return job


def refusal(job: Job, sheet: Sheet) -> Verdict | None:
    """Why the checked job cannot be confirmed, if so."""
    if not job.good:
        return Verdict(False, "no_good_rows", _("No row can be stored yet. Mend the rows and send the file again."))
    if job.bad and sheet.one_transaction:
        reason = _("This sheet is stored as a whole or not at all. Mend the rows and send the file again.")
        return Verdict(False, "all_or_nothing", reason)
    return None


@transaction.atomic
def cancel(*, job_id: int, actor: Actor, now: datetime) -> Job:
    """Stop a job. Chunks that are stored already stay stored. Raises Conflict when it has ended."""
    job = locked(job_id, actor)
    if job.state == State.CANCELLED:
        return job
    if job.state not in (*RUNNING, *WAITING):
        raise Conflict(_("It has ended already."), code="ended")
    gone = (job.file, job.marked, job.marked_all)
    job.state, job.ended_at, job.file, job.marked, job.marked_all = State.CANCELLED, now, "", "", ""
    job.save(update_fields=["state", "ended_at", "file", "marked", "marked_all"])
    record(job, "sheet.cancelled", actor, now)
    transaction.on_commit(lambda: store.forget(*gone))
    return job


@transaction.atomic
def undo(*, job_id: int, actor: Actor, now: datetime) -> Job:
    """Take back what a job stored, where its sheet can. Raises Conflict when it cannot, or there is nothing."""
    job = locked(job_id, actor)
    sheet = registry.sheet(job.sheet)
    if job.state == State.UNDONE:
        return job
    if sheet.undo is None or job.out or not may_undo(job):
        raise Conflict(_("This cannot be taken back."), code="no_undo")
    demand(sheet, context_of(job, actor, now))
    rows = sheet.undo(context_of(job, actor, now))
    job.state, job.ended_at = State.UNDONE, now
    job.save(update_fields=["state", "ended_at"])
    record(job, "sheet.undone", actor, now, rows=rows or 0)
    return job


def may_undo(job: Job) -> bool:
    """Whether a job has come to its end with rows stored."""
    ended = job.state in (State.APPLIED, State.CANCELLED, State.FAILED)
    return ended and Chunk.objects.filter(job_id=job.pk, rows__gt=0).exists()


@transaction.atomic
def order(*, export: Export, about: Mapping[str, Any], actor: Actor, now: datetime, language: str) -> Job:
    """Have a workbook made. One that is under way for the same thing is not begun twice."""
    demand(export, Context(actor=actor, now=now, about=about, language=language))
    running = own(actor).filter(sheet=export.key, out=True, about=dict(about), state__in=RUNNING).first()
    if running:
        return running
    job = Job(
        sheet=export.key, out=True, about=dict(about), account_id=_account(actor), language=language,
        state=State.APPLYING, key=_key(actor, export.key, about, now.isoformat()), created_at=now,
    )  # fmt: skip
    Job.objects.bulk_create([job], ignore_conflicts=True)
    found = Job.objects.get(key=job.key)
    record(found, "sheet.exported", actor, now)
    enqueue("write_export", job=found.pk)
    return found


def tidy(*, now: datetime) -> int:
    """Delete what was kept long enough, and files that no job knows; how many jobs were tidied."""
    old = Job.objects.exclude(file="", marked="", marked_all="").filter(
        Q(ended_at__lt=now - KEPT) | Q(state__in=WAITING, created_at__lt=now - KEPT)
    )
    jobs = list(old[:1000])
    for job in jobs:
        if job.state in WAITING:
            Job.objects.filter(pk=job.pk, state=job.state).update(state=State.CANCELLED, ended_at=now)
        store.forget(job.file, job.marked, job.marked_all)
        Job.objects.filter(pk=job.pk).update(file="", marked="", marked_all="", headings=None)
    left = Job.objects.exclude(file="", marked="", marked_all="")
    held = {name for row in left.values_list("file", "marked", "marked_all") for name in row}
    store.forget(*(name for name in store.every() if name not in held and store.age(name, now) > timedelta(days=1)))
    return len(jobs)


def _limited(blocks: Iterable[bytes]) -> Iterable[bytes]:
    size = 0
    for block in blocks:
        size += len(block)
        if size > LARGEST:
            message = _("The file is over 50 MB. Share its rows out over several files.")
            raise Invalid(FieldProblem("file", "too_large", message))
        yield block


def _account(actor: Actor) -> int:
    if actor.account_id is None:
        raise Forbidden(_("A workbook belongs to somebody who is signed in."), code="no_account")
    return actor.account_id


def _key(actor: Actor, sheet: str, about: Mapping[str, Any], content: str) -> str:
    return hashlib.sha256(canonical([actor.account_id, sheet, dict(about), content])).hexdigest()


def locked(job_id: int, actor: Actor) -> Job:
    """One of the actor's own, locked. Raises NotFound."""
    if found := own(actor).select_for_update().filter(pk=job_id).first():
        return found
    raise NotFound(code="no_such_job")


def record(job: Job, act: str, actor: Actor, now: datetime, **data: Any) -> None:
    """Put on record what somebody did with a workbook of theirs."""
    append(
        chain=f"account:{job.account_id}", act=act, subject=f"sheet:{job.pk}", actor=actor, now=now,
        data={"sheet": job.sheet, **data},
    )  # fmt: skip
