"""Which headings of somebody's own lists are which columns: suggested, chosen by hand, remembered for the next file."""

from collections.abc import Mapping as Map
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Conflict, FieldProblem, Invalid
from zhijia.kernel.base.queue import enqueue
from zhijia.kernel.people.actors import Actor

from . import headings, jobs, registry, store
from .declare import Column, Sheet
from .models import WAITING, Job, Mapping, State

MOST = 60
"""Headings that are kept for choosing, and characters of each."""


@dataclass(frozen=True)
class Choice:
    """One column of ours, and which heading of the file it is: a position, None for none; `guessed` when it is only a
    likeness."""

    column: Column
    at: int | None
    guessed: bool = False


def names_of(account_id: int, sheet: str) -> dict[str, str]:
    """What this account has said before about this sheet: heading -> column."""
    found = Mapping.objects.filter(account_id=account_id, sheet=sheet).first()
    return dict(found.names) if found else {}


def kept(heading: headings.Heading) -> list[str]:
    """The headings as a job keeps them."""
    return [words[:MOST] for words in heading.cells[:MOST]]


def choices(job: Job, sheet: Sheet) -> list[Choice]:
    """Every column of the sheet, with what was recognised or looks alike. One query."""
    heading = headings.read(sheet, job.headings, names_of(job.account_id, job.sheet))
    at = {column.name: position for position, column in heading.at.items()}
    likely = headings.guessed(sheet, heading)
    return [
        Choice(column, at.get(column.name, likely.get(column.name)), column.name not in at and column.name in likely)
        for column in sheet.columns
    ]  # fmt: skip


@transaction.atomic
def choose(*, job_id: int, chosen: Map[str, int], actor: Actor, now: datetime) -> Job:
    """Take these positions for these columns, remember it, and have the file checked again.

    Raises Invalid for a required column without a heading and for a heading that is chosen twice, Conflict when the job
    does not wait for it any more.
    """
    job = jobs.locked(job_id, actor)
    sheet = registry.sheet(job.sheet)
    if job.state not in WAITING or not job.headings:
        raise Conflict(_("This workbook is not waiting for its columns any more."), code="not_waiting")
    places = {name: at for name, at in chosen.items() if sheet.column(name) and 0 <= at < len(job.headings)}
    _refuse(sheet, places)
    names = names_of(job.account_id, job.sheet)
    taken = {at: name for name, at in places.items()}
    own = headings.read(sheet, job.headings, {}).own
    for at, words in enumerate(job.headings):
        if words and at not in own:
            names[headings.bare(words)] = taken.get(at, "")
    _remember(job, names)
    gone = (job.marked, job.marked_all)
    job.state, job.done, job.marked, job.marked_all, job.reason = State.UPLOADED, 0, "", "", ""
    job.save(update_fields=["state", "done", "marked", "marked_all", "reason"])
    jobs.record(job, "sheet.columns_chosen", actor, now, columns=sorted(places))
    enqueue("check_sheet", job=job.pk)
    transaction.on_commit(lambda: store.forget(*gone))
    return job


def _refuse(sheet: Sheet, places: Map[str, int]) -> None:
    problems = [
        FieldProblem(column.name, "required", _("Choose the heading of this column: it is required."))
        for column in sheet.columns if column.required and column.name not in places
    ]  # fmt: skip
    seen: dict[int, str] = {}
    for name, at in places.items():
        if seen.setdefault(at, name) != name:
            problems.append(FieldProblem(name, "twice", _("This heading is chosen for another column too.")))
    if problems:
        raise Invalid(*problems)


def _remember(job: Job, names: dict[str, str]) -> None:
    found = Mapping.objects.filter(account_id=job.account_id, sheet=job.sheet).first()
    found = found or Mapping(account_id=job.account_id, sheet=job.sheet)
    found.names = names
    found.save()
