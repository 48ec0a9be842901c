"""The work on workbooks, in the background: check, apply in numbered chunks, write. Each may be begun again after a
kill -9 and does then what is left."""

import errno
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import psycopg
from django.db import InterfaceError, OperationalError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.errors import ZhijiaError
from zhijia.kernel.people.permissions import Permission
from zhijia.kernel.people.sealed import seal_for
from zhijia.kernel.rules.values import refresh

from . import mappings, registry, scratch, store
from .book import open_book
from .check import Checked, Reading
from .declare import Context, Sheet
from .headings import Heading
from .jobs import context_of, demand
from .marked import Marked
from .models import RUNNING, Chunk, Job, State
from .problems import Unusable
from .progress import Cancelled, Progress, alone
from .scope import acting, actor_behind
from .write import write_rows

log = logging.getLogger(__name__)
_PASSING = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
"""What passes by itself: the database or the room is gone for a while, and the work is begun again."""
SHOWN = 50
"""Problems that the page shows; all of them stand in the returned workbook."""


@dataclass(frozen=True)
class Work:
    """One job under way."""

    job: Job
    ctx: Context
    progress: Progress
    folder: Path

    def move(self, *, to: State, **values: Any) -> None:
        """Write the job's new state. Raises Cancelled when its owner was faster."""
        if not Job.objects.filter(pk=self.job.pk, state=self.job.state).update(state=to, **values):
            raise Cancelled
        self.job.state = to


def check_job(*, job_id: int, now: datetime) -> None:
    """Read the file, count and describe what is wrong, and make the workbooks that go back. Changes nothing else."""
    with _work(job_id, now, State.UPLOADED, State.CHECKING) as work:
        if work:
            work.move(to=State.CHECKING)
            _check(work)


def apply_job(*, job_id: int, now: datetime) -> None:
    """Store the good rows of a confirmed file: what is stored already is passed over."""
    with _work(job_id, now, State.APPLYING) as work:
        if work and not work.job.out:
            _apply(work)


def write_job(*, job_id: int, now: datetime) -> None:
    """Make a workbook that was asked for."""
    with _work(job_id, now, State.APPLYING) as work:
        if work and work.job.out:
            _write(work)


@contextmanager
def _work(job_id: int, now: datetime, *states: State) -> Iterator[Work | None]:
    """The job, if it is in one of the states and nobody works on it; in its owner's language. A typed error ends it
    with its reason; a lost database leaves it as it is, to be begun again."""
    with alone(job_id) as progress:
        job = Job.objects.filter(pk=job_id, state__in=states).first() if progress else None
        if job is None or progress is None:
            yield None
            return
        refresh()
        try:
            with translation.override(job.language), scratch.folder(f"sheet-{job_id}") as folder:
                actor = actor_behind(job.account_id, now=now)
                yield Work(job, context_of(job, actor, now), progress, folder)
        except Cancelled:
            store.forget(job.file)
        except _PASSING:
            raise
        except OSError as error:
            if error.errno in _NO_ROOM:
                raise
            _fault(job, now)
        except ZhijiaError as error:
            with translation.override(job.language):
                _fail(job, str(error), now)
        except Exception:  # noqa: BLE001 logged there, with its traceback
            _fault(job, now)


def give_up(*, job_id: int, now: datetime) -> None:
    """Tell the job's owner that it was tried often enough; a job that has ended stays as it is."""
    if job := Job.objects.filter(pk=job_id, state__in=RUNNING).first():
        _fault(job, now)


def _fault(job: Job, now: datetime) -> None:
    """End the job by our own fault: the reference stands in the log beside the traceback."""
    reference = uuid4().hex[:4].upper()
    log.exception("sheet %s failed, reference %s", job.pk, reference)
    with translation.override(job.language):
        reason = _("The fault is ours. Send the file again; if it happens twice, tell the operator: %(reference)s.")
        _fail(job, reason % {"reference": reference}, now)


def _fail(job: Job, reason: str, now: datetime) -> None:
    Job.objects.filter(pk=job.pk).exclude(state=State.CANCELLED).update(
        state=State.FAILED, reason=reason, ended_at=now, file=""
    )
    store.forget(job.file)


@contextmanager
def _reading(work: Work) -> Iterator[Reading]:
    """The job's file, in clear in a nameless file, read against its sheet."""
    with ExitStack() as open_files:

        def nameless() -> Any:
            return open_files.enter_context(scratch.nameless())

        file = nameless()
        for block in store.content(work.job.file):
            file.write(block)
        names = mappings.names_of(work.job.account_id, work.job.sheet)
        yield Reading(registry.sheet(work.job.sheet), open_book(file, nameless), work.ctx, names)


def _check(work: Work) -> None:
    try:
        _check_rows(work)
    except Unusable as error:
        if error.heading is None:
            raise
        work.move(to=State.COLUMNS, reason=str(error), headings=_sealed(work.job, error.heading), done=0)


def _sealed(job: Job, heading: Heading) -> bytes | None:
    return seal_for(Job, "headings", mappings.kept(heading), job.key)


def _check_rows(work: Work) -> None:
    with _reading(work) as reading:
        Job.objects.filter(pk=work.job.pk).update(rows=max(1, reading.survey.rows - 1), done=0)
        with _Findings(work, reading) as found:
            for _number, chunk in reading.chunks(_asking(work, reading)):
                for checked in chunk:
                    found.add(checked)
                work.progress.tell(found.rows)
        kept = found.keep()
        try:
            work.move(
                to=State.CHECKED, rows=found.rows, good=found.rows - found.bad, bad=found.bad, done=found.rows,
                problems=dict(found.codes), first=found.first, notes=reading.notes(),
                headings=_sealed(work.job, reading.heading), **kept,
            )  # fmt: skip
        except Cancelled:
            store.forget(*kept.values())
            raise


def _asking(work: Work, reading: Reading) -> Callable[[list[Checked]], None] | None:
    """Ask the database about each chunk, as its owner may see it."""
    if reading.sheet.check_many is None:
        return None

    def ask(chunk: list[Checked]) -> None:
        with acting(work.ctx.actor):
            reading.ask_database(chunk)

    return ask


class _Findings:
    """What a check has found so far: counts, the first problems, and the two workbooks that go back."""

    def __init__(self, work: Work, reading: Reading) -> None:
        self.rows = self.bad = 0
        self.codes: Counter[str] = Counter()
        self.first: list[tuple[int, str, str, str]] = []
        self._sealed = [column.name for column in reading.sheet.columns if column.sealed]
        self._books = {
            name: Marked(work.folder / f"{name}.xlsx", reading.sheet, reading.heading, scratch=str(work.folder))
            for name in ("marked", "marked_all")
        }

    def add(self, checked: Checked) -> None:
        """Count one row and write it into the workbooks."""
        self.rows += 1
        if checked.problems:
            self.bad += 1
            self._books["marked"].add(checked)
            self.codes.update(problem.code for problem in checked.problems)
            self._remember(checked)
        self._books["marked_all"].add(checked)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for book in self._books.values():
            book.close()

    def keep(self) -> dict[str, str]:
        """Keep the closed workbooks; the names under which they are kept, none when no row is bad."""
        kept = {}
        for name, book in self._books.items() if self.bad else ():
            with book.path.open("rb") as file:
                kept[name] = store.keep(store.blocks_of(file), scratch.nameless).name
        return kept

    def _remember(self, checked: Checked) -> None:
        """Keep the first problems for the page, without anything personal in their words."""
        secrets = [str(checked.values[name]) for name in self._sealed if checked.values.get(name)]
        for problem in checked.problems:
            if len(self.first) == SHOWN:
                return
            words = str(problem.message)
            if any(secret in words for secret in secrets):
                words = _("See the returned workbook: the words hold personal data.")
            self.first.append((checked.no, problem.field, problem.code, words))


def _apply(work: Work) -> None:
    sheet = registry.sheet(work.job.sheet)
    with acting(work.ctx.actor):
        demand(sheet, work.ctx)
    with _reading(work) as reading:
        if sheet.one_transaction:
            with acting(work.ctx.actor):
                for number, chunk in _told(work, reading):
                    _store(work, reading, sheet, number, chunk)
                _applied(work)
        else:
            stored = set(Chunk.objects.filter(job_id=work.job.pk).values_list("number", flat=True))
            for number, chunk in _told(work, reading):
                if number not in stored:
                    with acting(work.ctx.actor):
                        _store(work, reading, sheet, number, chunk)
            with transaction.atomic():
                _applied(work)
    store.forget(work.job.file)


def _told(work: Work, reading: Reading) -> Iterator[tuple[int, list[Checked]]]:
    """The numbered chunks; after each, the page is told how far it is."""
    done = 0
    for number, chunk in reading.chunks():
        yield number, chunk
        done += len(chunk)
        work.progress.tell(done)


def _store(work: Work, reading: Reading, sheet: Sheet, number: int, chunk: list[Checked]) -> None:
    """Store one chunk's good rows, in the present transaction, together with the record that it is stored."""
    reading.ask_database(chunk)
    good = [checked.row for checked in chunk if not checked.problems]
    if sheet.one_transaction and len(good) < len(chunk):
        reason = _("Since the check, rows have become wrong, so nothing was stored. Send the file again.")
        raise Unusable(reason, code="changed_meanwhile")
    outcomes = dict((sheet.apply(good, work.ctx) if good else None) or {"applied": len(good)})
    Chunk.objects.bulk_create([Chunk(job_id=work.job.pk, number=number, rows=len(good), outcomes=outcomes)])


def _applied(work: Work) -> None:
    """Close the job with what its chunks did; in one transaction with the trail."""
    outcomes: Counter[str] = Counter()
    rows = 0
    for chunk in Chunk.objects.filter(job_id=work.job.pk):
        outcomes.update(chunk.outcomes)
        rows += chunk.rows
    bad = work.job.rows - rows
    work.move(
        to=State.APPLIED, outcomes=dict(outcomes), good=rows, bad=bad, done=work.job.rows, ended_at=work.ctx.now,
        file="",
    )  # fmt: skip
    append(
        chain=f"account:{work.job.account_id}", act="sheet.applied", subject=f"sheet:{work.job.pk}",
        actor=work.ctx.actor, now=work.ctx.now, data={"sheet": work.job.sheet, "rows": rows, "left_out": bad},
    )  # fmt: skip


def _write(work: Work) -> None:
    export = registry.export(work.job.sheet)
    path = work.folder / "out.xlsx"
    with acting(work.ctx.actor, Permission.EXPORT):
        demand(export, work.ctx)
        if export.count:
            work.progress.expect(export.count(work.ctx))
        rows = write_rows(export.columns, export.rows(work.ctx), path, title=str(export.title), tell=work.progress.tell)
    with path.open("rb") as file:
        kept = store.keep(store.blocks_of(file), scratch.nameless)
    try:
        work.move(
            to=State.APPLIED, rows=rows, good=rows, done=rows, file=kept.name, size=kept.size, sha256=kept.sha256,
            ended_at=work.ctx.now,
        )  # fmt: skip
    except Cancelled:
        store.forget(kept.name)
        raise
