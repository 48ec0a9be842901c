"""The set-based path: thousands of transitions decided in memory and stored by a handful of statements.

Deciding is `decide`'s, so the guards are those of `fire`; the rows are those of `writer`, with the same hash chain (a
test holds both equal, row by row). For commands and tasks only: it runs as the owner of the database, and each
transition's actor is checked in Python alone.

What a condition or an effect wants to know is at hand in its `Ctx`. One that asks the database itself, or moves another
case too, is done singly by `fire`, after everything before it was stored: slower, never different.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from zhijia.kernel.base.errors import Conflict, NotFound, ZhijiaError
from zhijia.kernel.base.memo import Asked, remember, remembering, without_asking
from zhijia.kernel.cases.models import Event, Party, PartyRole, PartyStatus, TaskState
from zhijia.kernel.cases.visibility import sees
from zhijia.kernel.deadlines.models import Deadline
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Account
from zhijia.kernel.rules.values import refresh

from . import decide, engine, registry, sweep
from .change import Change, record
from .context import Ctx, F
from .engine import Fired
from .inputs import read
from .lives import Life, load
from .load import demand_reach
from .many_write import Sheaf

BLOCK = 512
"""Numbers drawn from a sequence at a time."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One transition that somebody asks for: the arguments of `fire`."""

    no: str
    transition: str
    actor: Actor
    now: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    key: str | None = None
    seq: int | None = None


def fire_many(wanted: Iterable[Wanted]) -> list[Fired | ZhijiaError]:
    """Fire each in its order, all in one transaction; what was refused stands in the list as its error and leaves the
    others alone."""
    asked = list(wanted)
    outcomes: list[Fired | ZhijiaError] = []
    with batch() as many:
        many.load(w.no for w in asked)
        for w in asked:
            try:
                fired = many.fire(
                    no=w.no, transition=w.transition, actor=w.actor, now=w.now, data=w.data, key=w.key, seq=w.seq
                )
                outcomes.append(fired)
            except ZhijiaError as error:
                outcomes.append(error)
    return outcomes


@contextmanager
def batch() -> Iterator["Batch"]:
    """A batch in one transaction: stored when the block ends well, and nothing of it when it does not."""
    refresh()
    with transaction.atomic(), remembering():
        many = Batch()
        yield many
        many.flush()


class Batch:
    """Cases held in memory while many things are done to them. Use `batch()`."""

    def __init__(self) -> None:
        self._lives: dict[str, Life] = {}
        self._sheaf = Sheaf()
        self._ids, self._numbers = _drawn("cases_case_id_seq"), _drawn("cases_number")

    def load(self, numbers: Iterable[str]) -> None:
        """Lock and read these cases, with all that hangs on them, by a handful of statements."""
        for life in load([no for no in dict.fromkeys(numbers) if no not in self._lives]):
            self._lives[life.case.no] = life

    def life(self, no: str) -> Life:
        """The case as it stands in memory. Raises NotFound."""
        if no not in self._lives:
            self.load([no])
        if no not in self._lives:
            raise NotFound(code="no_such_case")
        return self._lives[no]

    def open(
        self, *, service: str, actor: Actor, now: datetime, data: Mapping[str, Any], region: str,
        applicant_id: int | None, employer_id: int | None = None, key: str | None = None,
    ) -> Fired:  # fmt: skip
        """Begin a case as `engine.open_case` does. A key that was used before is looked for by the caller: a batch
        that files the same thing twice fails whole on the database's own constraint."""
        declared = registry.service(service)
        decide.may_file(declared, actor, applicant_id)
        answers = read(declared.intake.asks, data)
        kept = decide.usable_key(key, 80)
        unit = decide.intake_unit(declared, region)
        ctx = decide.begin(
            declared, actor=actor, now=now, answers=answers, region=region, unit=unit, applicant_id=applicant_id,
            employer_id=employer_id, filed_key=decide.filed_key(actor, kept),
            no=engine.number(now, next(self._numbers)),
        )  # fmt: skip
        ctx.case.id = next(self._ids)
        ctx.facts.case = ctx.case
        parties = []
        if applicant_id is not None:
            parties = [Party(case=ctx.case, person_id=applicant_id, role=PartyRole.APPLICANT, joined_at=now)]
        searched = [ctx.case.no, *(str(answers[name]) for name in declared.intake.searched)]
        life = Life(ctx.case, ctx.facts, parties=parties, new=True, searched=searched)
        seen = _seen(life, ctx)
        with without_asking():
            change = decide.file(declared, seen, key=kept)
        self._lives[ctx.case.no] = life
        return self._keep(life, seen, change)

    def fire(
        self, *, no: str, transition: str, actor: Actor, now: datetime, data: Mapping[str, Any] | None = None,
        key: str | None = None, seq: int | None = None,
    ) -> Fired:  # fmt: skip
        """As `engine.fire`, with the same errors."""
        life = self.life(no)
        if not (actor.system or (sees(actor, life.case) if actor.is_staff else _is_party(life, actor.person_id))):
            raise NotFound(code="no_such_case")
        demand_reach(actor, life.case)
        service = registry.service(life.case.service)
        declared = decide.declared(service, transition, inner=False)
        kept = decide.usable_key(key, 64)
        if kept and (earlier := life.used(kept)):
            return engine.replayed(life.case, earlier, transition)
        if seq is not None and seq != life.case.seq:
            raise Conflict(engine.STALE, code="stale")
        before = life.snapshot()
        ctx = _seen(life, Ctx(life.case, life.facts, actor, None, now))
        try:
            with without_asking():
                ctx.party = _is_party(life, _person_of(actor))
                change = decide.decide(service, declared, ctx, data or {}, key=kept)
            if ctx.follows or ctx.spawns or ctx.bookings or change.letter:
                raise Asked("it does more than one case's rows")
        except Asked:
            life.restore(before)
            return self._singly(no, transition, actor, now, data, kept)
        except BaseException:
            life.restore(before)
            raise
        life.columns.update(change.columns)
        return self._keep(life, ctx, change)

    def report_late(self, no: str, deadline: Deadline, *, now: datetime) -> Fired:
        """Report a clock that is over one level further up, as the sweep does."""
        life = self.life(no)
        ctx = _seen(life, Ctx(life.case, life.facts, Actor.platform(), None, now))
        with without_asking():
            change = sweep.lateness(ctx, deadline)
        return self._keep(life, ctx, change)

    def flush(self) -> None:
        """Store everything decided so far; cases are read again when they are next needed."""
        self._sheaf.store(self._lives.values())
        self._lives.clear()
        self._sheaf = Sheaf()

    def _keep(self, life: Life, ctx: Ctx[Any], change: Change) -> Fired:
        told = record(change)
        life.trail = (told.chain_seq, told.hash)
        life.deadlines = ctx.deadlines
        life.touch(change)
        self._sheaf.add(change, told)
        return Fired(life.case.no, life.case.state, life.case.seq)

    def _singly(
        self, no: str, transition: str, actor: Actor, now: datetime, data: Mapping[str, Any] | None, key: str | None
    ) -> Fired:
        self.flush()
        return engine.fire(no=no, transition=transition, actor=actor, now=now, data=data, key=key)


class SeenCtx(Ctx[F]):
    """A context that answers from memory what the ordinary one asks of the database."""

    life: Life

    @contextmanager
    def fellows(self) -> Iterator[None]:
        yield

    @property
    def open_tasks(self) -> frozenset[str]:
        return frozenset(task.kind for task in self.life.tasks if task.state == TaskState.OPEN)

    def _actors(self, transitions: tuple[str, ...]) -> set[tuple[int | None, int | None]]:
        return {(past.actor_id, past.org_id) for past in self.life.past if past.transition in transitions}

    def last_event(self, *transitions: str) -> Event | None:
        found = next((past for past in reversed(self.life.past) if past.transition in transitions), None)
        if found is None:
            return None
        return Event(
            case_id=self.case.pk, seq=found.seq, transition=found.transition, at=found.at, target=found.target,
            actor_id=found.actor_id, actor_org_id=found.org_id, data=found.data, key=found.key,
        )  # fmt: skip

    def applicants(self) -> list[Party]:
        return [party for party in self.life.parties if party.status != PartyStatus.WITHDRAWN]

    def set_status(self, person_id: int | None, status: PartyStatus) -> None:
        for party in self.applicants():
            if not person_id or party.person_id == person_id:
                party.status = status

    def merged(self, state: str) -> list[str]:
        del state
        if self.life.leads:
            raise Asked("other cases were joined to this one")
        return []


def _seen(life: Life, ctx: Ctx[Any]) -> SeenCtx[Any]:
    """The context of a case in memory."""
    seen: SeenCtx[Any] = SeenCtx(
        life.case, life.facts, ctx.actor, ctx.post, ctx.now, ctx.data, deadlines=list(life.deadlines), trail=life.trail
    )
    seen.life = life
    return seen


def _is_party(life: Life, person_id: int | None) -> bool:
    return person_id is not None and any(party.person_id == person_id for party in life.parties)


def _person_of(actor: Actor) -> int | None:
    """The person behind the actor, whatever hat they wear."""
    if actor.person_id is not None or actor.account_id is None:
        return actor.person_id
    return _person_of_account(actor.account_id)


@remember
def _person_of_account(account_id: int) -> int | None:
    return Account.objects.filter(pk=account_id).values_list("person_id", flat=True).first()


def _drawn(sequence: str) -> Iterator[int]:
    """The next numbers of a sequence, drawn a block at a time."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT nextval('{sequence}') FROM generate_series(1, {BLOCK})")
            block = cursor.fetchall()
        yield from (row[0] for row in block)
