"""The one door: every change of a case goes through `fire`, and every case begins in `open_case`.

One database transaction does permission, guard, facts, state, clocks, event, audit, tasks, counters, messages and
outbox. `key` makes it idempotent; `seq` tells that the caller has seen the newest state.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _
from psycopg import errors as pg

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict
from zhijia.kernel.cases.models import Case, Link, LinkKind, Party, PartyRole
from zhijia.kernel.cases.search import words_of
from zhijia.kernel.cases.visibility import changes, sees
from zhijia.kernel.documents.kinds import kind_of
from zhijia.kernel.documents.letters import draft
from zhijia.kernel.ledger.entries import Leg, post
from zhijia.kernel.people.actors import Actor

from . import decide, registry
from .change import Change
from .context import Ctx, Spawn
from .decide import FILE, choices, explain
from .declare import Service
from .inputs import read
from .load import context, lock, used_key
from .prepared import as_platform, save
from .writer import write

__all__ = ["FILE", "Fired", "choices", "context", "explain", "fire", "open_case"]


STALE = _("Somebody else has worked on this case meanwhile. Look again, then decide.")


@dataclass(frozen=True)
class Fired:
    """What came of it."""

    no: str
    state: str
    seq: int
    again: bool = False
    """The same key had been used before: nothing was done a second time."""


def fire(
    *, no: str, transition: str, actor: Actor, now: datetime, data: Mapping[str, Any] | None = None,
    key: str | None = None, seq: int | None = None, inner: bool = False, rows: Sequence[Any] = (),
) -> Fired:  # fmt: skip
    """Do `transition` to case `no`; `rows` are what an effect takes besides the answers (a workbook's checked rows).

    Raises NotFound (not this actor's to see, or no such transition), Forbidden (no such right, with the reason),
    Conflict (not possible in this state, or someone was first: `seq` is no longer the newest), Invalid (which field
    and how to mend it). Nothing is stored when it raises.
    """
    return _once_more(
        lambda: _fire(no, transition, actor, now, data or {}, decide.usable_key(key, 64), seq, inner, rows)
    )


def open_case(
    *, service: str, actor: Actor, now: datetime, data: Mapping[str, Any], region: str, applicant_id: int | None,
    employer_id: int | None = None, key: str | None = None,
) -> Fired:  # fmt: skip
    """Begin a case of `service` in county `region` for the person `applicant_id`.

    Raises Invalid (bad fields) and Forbidden (who may not file, or not for this person). The same `key` from the same
    filer gives the same case again.
    """
    declared = registry.service(service)
    decide.may_file(declared, actor, applicant_id)
    answers = read(declared.intake.asks, data)
    kept = decide.usable_key(key, 80)
    return _once_more(lambda: _open(declared, actor, now, answers, region, applicant_id, employer_id, kept))


def _fire(
    no: str, transition: str, actor: Actor, now: datetime, data: Mapping[str, Any], key: str | None, seq: int | None,
    inner: bool, rows: Sequence[Any] = (),
) -> Fired:  # fmt: skip
    with transaction.atomic():
        case, party = lock(no, actor)
        service = registry.service(case.service)
        declared = decide.declared(service, transition, inner=inner)
        if key and (earlier := used_key(case, key, actor)):
            return replayed(case, earlier, transition)
        if seq is not None and seq != case.seq:
            raise Conflict(STALE, code="stale")
        ctx, before = context(service, case, actor, now), _guarded(case)
        ctx.party = party
        change = decide.decide(service, declared, ctx, data, key=key, rows=rows)
        _store(change, ctx, before)
        for follow in ctx.follows:
            by = Actor.platform() if follow.as_platform else actor
            _follow(follow.no, follow.transition, by, now, follow.data, unbound=follow.as_platform and not actor.system)
        return Fired(case.no, case.state, case.seq)


def _follow(no: str, transition: str, by: Actor, now: datetime, data: Mapping[str, Any], *, unbound: bool) -> None:
    if not unbound:
        _fire(no, transition, by, now, data, None, None, True)
        return
    with as_platform():
        _fire(no, transition, by, now, data, None, None, True)


def _open(
    declared: Service, actor: Actor, now: datetime, answers: dict[str, Any], region: str, applicant_id: int | None,
    employer_id: int | None, key: str | None, persons: Sequence[int] = (),
) -> Fired:  # fmt: skip
    filed_key = decide.filed_key(actor, key)
    if filed_key and (earlier := Case.objects.filter(filed_key=filed_key).first()):
        return Fired(earlier.no, earlier.state, earlier.seq, again=True)
    unit = decide.intake_unit(declared, region)
    with transaction.atomic():
        ctx = decide.begin(
            declared, actor=actor, now=now, answers=answers, region=region, unit=unit, applicant_id=applicant_id,
            employer_id=employer_id, filed_key=filed_key, no=number(now),
        )  # fmt: skip
        case, before = ctx.case, _guarded(ctx.case)
        try:
            with transaction.atomic():
                case.save(force_insert=True)
        except IntegrityError:
            twin = Case.objects.filter(filed_key=filed_key).first() if filed_key else None
            if twin is None:
                raise
            return Fired(twin.no, twin.state, twin.seq, again=True)
        ctx.facts.case = case
        people = [(applicant_id, PartyRole.APPLICANT)] if applicant_id is not None else []
        people += [(person, PartyRole.APPLICANT) for person in persons if person != applicant_id]
        Party.objects.bulk_create(Party(case=case, person_id=who, role=role, joined_at=now) for who, role in people)
        change = decide.file(declared, ctx, key=key)
        ctx.facts.save(force_insert=True)
        _index_words(case, [str(answers[name]) for name in declared.intake.searched])
        _store(change, ctx, before)
        return Fired(case.no, case.state, case.seq)


def _store(change: Change, ctx: Ctx[Any], before: tuple[Any, ...]) -> None:
    """Write what was decided: facts, linked cases, the change itself, ledger, letter. `before` are the case's guarded
    columns as the database has them."""
    if change.columns:
        save(ctx.facts, change.columns, key="case_id", role=ctx.role)
    if ctx.spawns:
        change.data["spawned"] = [_arise(spawn, ctx) for spawn in ctx.spawns]
    if _leaves(ctx, before):
        with as_platform():
            change.role = "platform"
            write(change)
    else:
        write(change)
    if ctx.bookings:
        _book(ctx)
    if change.letter:
        with as_platform():
            draft(kind=kind_of(ctx.case.service, change.letter), about=ctx, actor=ctx.actor, now=ctx.now)


_GUARDED = (
    "unit_id", "unit_lft", "industry_lft", "employer_id", "applicant_id", "assignee_id", "confidential", "title",
    "category", "lead_id",
)  # fmt: skip
"""What the database lets no worker's request change of a case (cases 0005); where a declaration does, the platform
writes it."""


def _guarded(case: Case) -> tuple[Any, ...]:
    row = vars(case)  # not the attributes: the sealed title is compared as it is, and not opened for this
    return tuple(row[name] for name in _GUARDED)


def _leaves(ctx: Ctx[Any], before: tuple[Any, ...]) -> bool:
    """Whether the change is one that the actor's request may not write: the case leaves their reach (one level up, to
    a colleague alone), or a worker's step moves what only a declaration may move."""
    if ctx.role == "staff":
        return not (changes(ctx.actor, ctx.case) and sees(ctx.actor, ctx.case))
    return ctx.role == "worker" and before != _guarded(ctx.case)


def _once_more(attempt: Callable[[], Fired]) -> Fired:
    """Do it; when the database chose us to give way to somebody who held what we needed, do it once more.

    The attempt is a savepoint of the caller's transaction, so giving way has let go of what it had locked.
    Raises Conflict when it fails a second time.
    """
    for last in (False, True):
        try:
            return attempt()
        except OperationalError as error:
            if not isinstance(error.__cause__, (pg.DeadlockDetected, pg.SerializationFailure, pg.LockNotAvailable)):
                raise
            if last:
                raise Conflict(_("Somebody else is working on this case right now. Try again."), code="busy") from error
    raise AssertionError("the second attempt returns or raises")


def replayed(case: Case, earlier: tuple[str, str, int], transition: str) -> Fired:
    """The answer that this key was given before. Raises Conflict when it was used for something else."""
    fired, target, seq = earlier
    if fired != transition:
        raise Conflict(_("This key was already used for something else on this case."), code="key_reused")
    return Fired(case.no, target, seq, again=True)


def _arise(spawn: Spawn, ctx: Ctx[Any]) -> str:
    """Begin the linked case, whoever the actor is: the right to do so is the transition's. Returns its number."""
    declared, case = registry.service(spawn.service), ctx.case
    answers = read(declared.intake.asks, spawn.data)
    applicant = case.applicant_id
    if spawn.persons and applicant not in spawn.persons:
        applicant = spawn.persons[0]
    with as_platform():
        made = _open(
            declared, Actor.platform(), ctx.now, answers, case.region, applicant, case.employer_id, None,
            persons=spawn.persons,
        )  # fmt: skip
        other = Case.objects.get(no=made.no)
        Link.objects.create(case=other, other=case, kind=LinkKind.SPAWNED, at=ctx.now, actor_id=ctx.actor.account_id)
    return made.no


def _book(ctx: Ctx[Any]) -> None:
    """Post what the transition booked; under its event, so that doing it again would be seen."""
    with as_platform():
        for n, booking in enumerate(ctx.bookings):
            post(
                kind=booking.kind, subject=f"case:{ctx.case.pk}", at=ctx.now, actor_id=ctx.actor.account_id,
                legs=[Leg(account, fen) for account, fen in booking.legs], memo=booking.memo,
                key=f"case:{ctx.case.pk}:{ctx.case.seq}:{n}",
            )  # fmt: skip


def _index_words(case: Case, texts: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_words (case_id, words) VALUES (%s, array_to_tsvector(string_to_array(%s, ' ')))",
            [case.pk, words_of(case.no, *texts)],
        )


def number(now: datetime, count: int | None = None) -> str:
    """A new case number: the day in China and a count that never comes twice (`count`, or the next one)."""
    if count is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('cases_number')")
            (count,) = cursor.fetchone()
    return f"ZJ{now.astimezone(CHINA):%y%m%d}{count % 10_000_000:07d}"
