"""The one door: every change of a case goes through `fire`, and every case begins in `open_case`.

One database transaction does permission, guard, facts, state, clocks, event, audit, tasks, counters, messages and
outbox. `key` makes it idempotent; `seq` tells that the caller has seen the newest state.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _
from psycopg import errors as pg

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound, Verdict, no
from zhijia.kernel.base.text import clean
from zhijia.kernel.cases.models import Case, Link, LinkKind, Party, PartyRole
from zhijia.kernel.cases.search import words_of
from zhijia.kernel.cases.visibility import in_range
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.actors import Actor

from . import clockwork, registry
from .context import Ctx, Spawn
from .declare import Ask, Choose, Guard, Keep, Service, Transition
from .figures import counted
from .inputs import read
from .load import context, lock, used_key
from .permission import NO_RIGHT, entitled, may, post_for
from .prepared import as_platform, save
from .tell import told
from .writer import Change, write

__all__ = ["FILE", "Fired", "choices", "context", "explain", "fire", "open_case"]

FILE = "file"
"""The transition key of a case's first event."""


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
    return _once_more(lambda: _fire(no, transition, actor, now, data or {}, _key(key, 64), seq, inner, rows))


def open_case(
    *, service: str, actor: Actor, now: datetime, data: Mapping[str, Any], region: str, applicant_id: int | None,
    employer_id: int | None = None, key: str | None = None,
) -> Fired:  # fmt: skip
    """Begin a case of `service` in county `region` for the person `applicant_id`.

    Raises Invalid (bad fields) and Forbidden (who may not file, or not for this person). The same `key` from the same
    filer gives the same case again.
    """
    declared = registry.service(service)
    if not actor.roles() & declared.intake.by:
        raise Forbidden(_("You may not file this kind of case."), code="wrong_role")
    if not actor.posts and not actor.system and applicant_id != actor.person_id:
        raise Forbidden(_("You can file a matter of your own only."), code="not_yours")
    answers = read(declared.intake.asks, data)
    return _once_more(lambda: _open(declared, actor, now, answers, region, applicant_id, employer_id, _key(key, 80)))


def explain(service: Service, transition: Transition, ctx: Ctx[Any]) -> Verdict:
    """May it be done now, before anything is typed; the reason when not."""
    verdict = may(service, transition, ctx)
    if verdict and transition.spawns and not registry.has_service(transition.spawns):
        return no("not_installed", _("This installation does not have the service that it would begin."))
    return clockwork.allows(service, transition, ctx) if verdict else verdict


def choices(ctx: Ctx[Any]) -> list[tuple[Transition, Verdict]]:
    """Every transition that the actor's roles could ever do on this case, with the verdict now: what can be done
    first (the usual step foremost), then what cannot, each with its reason."""
    service = registry.service(ctx.case.service)
    mine = [t for t in service.transitions if not t.inner and entitled(t, ctx)]
    judged = [(t, explain(service, t, ctx)) for t in mine]
    return sorted(judged, key=lambda pair: (not pair[1].ok, not pair[0].main))


def _fire(
    no: str, transition: str, actor: Actor, now: datetime, data: Mapping[str, Any], key: str | None, seq: int | None,
    inner: bool, rows: Sequence[Any] = (),
) -> Fired:  # fmt: skip
    with transaction.atomic():
        case, party = lock(no, actor)
        service = registry.service(case.service)
        declared = service.transition(transition)
        if declared is None or declared.inner != inner:
            raise NotFound(code="no_such_transition")
        if key and (earlier := used_key(case, key, actor)):
            return _replay(case, earlier, transition)
        if seq is not None and seq != case.seq:
            raise Conflict(_("Somebody else has worked on this case meanwhile. Look again, then decide."), code="stale")
        ctx = context(service, case, actor, now)
        ctx.party = party
        _allow(service, declared, ctx)
        ctx.data, ctx.rows = read(declared.ask, data), rows
        _check(declared.check, ctx)
        _apply(service, declared, ctx, key)
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
    filed_key = f"{_filer(actor)}:{key}" if key else None
    if filed_key and (earlier := Case.objects.filter(filed_key=filed_key).first()):
        return Fired(earlier.no, earlier.state, earlier.seq, again=True)
    unit = _intake_unit(declared, region)
    with transaction.atomic():
        case = Case(
            service=declared.key, version=registry.version(declared.key), state=declared.initial,
            category=answers[declared.intake.category], title=declared.intake.title(answers)[:200], unit=unit,
            unit_lft=unit.lft, industry_lft=unit.industry_lft, region=region, applicant_id=applicant_id,
            employer_id=employer_id, created_at=now, changed_at=now, filed_key=filed_key, no=_number(now),
        )  # fmt: skip
        held = post_for(actor, declared.intake.by, case)
        if held is None and actor.posts:
            raise Forbidden(_("This place is outside your reach."), code="out_of_reach")
        try:
            with transaction.atomic():
                case.save(force_insert=True)
        except IntegrityError:
            twin = Case.objects.filter(filed_key=filed_key).first() if filed_key else None
            if twin is None:
                raise
            return Fired(twin.no, twin.state, twin.seq, again=True)
        if applicant_id is not None:
            Party.objects.create(case=case, person_id=applicant_id, role=PartyRole.APPLICANT, joined_at=now)
        Party.objects.bulk_create(
            Party(case=case, person_id=person, joined_at=now) for person in persons if person != applicant_id
        )
        facts = declared.facts(case=case, **_kept(declared.intake.asks, answers, declared.facts))
        ctx: Ctx[Any] = Ctx(case, facts, actor, held, now, answers)
        _check(declared.intake.check, ctx)
        for effect in declared.intake.then:
            effect(ctx)
        facts.save(force_insert=True)
        _index_words(case, [str(answers[name]) for name in declared.intake.searched])
        _write(declared, FILE, None, ctx, source="", target=declared.initial, key=key)
        return Fired(case.no, case.state, case.seq)


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


def _key(key: str | None, most: int) -> str | None:
    if key is None or (key.strip() and len(key) <= most and clean(key) == key):
        return key
    reason = _("An idempotency key has 1 to %(most)s printable characters.") % {"most": most}
    raise Invalid(FieldProblem("key", "key", reason, {"limit": most}))


def _filer(actor: Actor) -> str:
    if actor.account_id is not None:
        return f"account-{actor.account_id}"
    return f"person-{actor.person_id}" if actor.person_id is not None else "platform"


def _intake_unit(declared: Service, region: str) -> Org:
    try:
        unit: Org = declared.intake.unit(region)
    except ValueError:
        raise Invalid(FieldProblem("region", "region", _("Choose a county from the list."))) from None
    return unit


def _replay(case: Case, earlier: tuple[str, str, int], transition: str) -> Fired:
    fired, target, seq = earlier
    if fired != transition:
        raise Conflict(_("This key was already used for something else on this case."), code="key_reused")
    return Fired(case.no, target, seq, again=True)


def _allow(service: Service, declared: Transition, ctx: Ctx[Any]) -> None:
    verdict = explain(service, declared, ctx)
    if verdict:
        return
    error = Forbidden if verdict.code in NO_RIGHT else Conflict
    raise error(verdict.reason, code=verdict.code)


def _check(guards: tuple[Guard, ...], ctx: Ctx[Any]) -> None:
    refused = [verdict for guard in guards if not (verdict := guard(ctx))]
    if refused:
        raise Invalid(*(FieldProblem(v.code, "refused", v.reason) for v in refused))


def _apply(service: Service, declared: Transition, ctx: Ctx[Any], key: str | None) -> None:
    before = dict(vars(ctx.facts))
    for name, value in _kept(declared.ask, ctx.data, service.facts).items():
        setattr(ctx.facts, name, value)
    for effect in declared.then:
        effect(ctx)
    spawned = [_arise(spawn, ctx) for spawn in ctx.spawns]
    source = ctx.case.state
    target = declared.target if isinstance(declared.target, str) else source
    if isinstance(declared.target, Choose):
        target = declared.target.pick(ctx)
    if declared.route is not None:
        _place(ctx.case, declared.route(ctx))
    changed = [name for name in _columns(service.facts) if getattr(ctx.facts, name) != before[name]]
    if changed:
        save(ctx.facts, changed, key="case_id", role=ctx.role)
    _write(service, declared.key, declared, ctx, source=source, target=target, key=key, spawned=spawned)


def _arise(spawn: Spawn, ctx: Ctx[Any]) -> str:
    """Begin the linked case, whoever the actor is: the right to do so is the transition's. Returns its number."""
    declared, case = registry.service(spawn.service), ctx.case
    answers = read(declared.intake.asks, spawn.data)
    with as_platform():
        made = _open(
            declared, Actor.platform(), ctx.now, answers, case.region, case.applicant_id, case.employer_id, None,
            persons=spawn.persons,
        )  # fmt: skip
        other = Case.objects.get(no=made.no)
        Link.objects.create(case=other, other=case, kind=LinkKind.SPAWNED, at=ctx.now, actor_id=ctx.actor.account_id)
    return made.no


def _book(ctx: Ctx[Any]) -> None:
    """Post what the transition booked; under its event, so that doing it again would be seen."""
    from zhijia.kernel.ledger.entries import Leg, post

    with as_platform():
        for n, booking in enumerate(ctx.bookings):
            post(
                kind=booking.kind, subject=f"case:{ctx.case.pk}", at=ctx.now, actor_id=ctx.actor.account_id,
                legs=[Leg(account, fen) for account, fen in booking.legs], memo=booking.memo,
                key=f"case:{ctx.case.pk}:{ctx.case.seq}:{n}",
            )  # fmt: skip


def _place(case: Case, unit: Org) -> None:
    case.unit, case.unit_lft, case.industry_lft, case.assignee_id = unit, unit.lft, unit.industry_lft, None


def _write(
    service: Service,
    name: str,
    declared: Transition | None,
    ctx: Ctx[Any],
    *,
    source: str,
    target: str,
    key: str | None,
    spawned: Sequence[str] = (),
) -> None:
    case = ctx.case
    case.state, case.seq, case.changed_at = target, case.seq + 1, ctx.now
    if target != source:  # a note on a closed case does not close it anew
        case.closed_at = ctx.now if target in service.final else None
    touched = clockwork.turn(service, name, declared, ctx, source, target)
    clockwork.show_on_case(ctx)
    asks = declared.ask if declared else service.intake.asks
    data = {a.name: said for a in asks if a.keep == Keep.EVENT and (said := ctx.data.get(a.name)) not in (None, "")}
    change = Change(
        case=case, transition=name, source=source, target=target, now=ctx.now, actor=ctx.actor, post=ctx.post,
        public=declared.public if declared else True, key=key, role=ctx.role, trail=ctx.trail,
        data=data | ({"spawned": list(spawned)} if spawned else {}),
        notes=[(a.name, str(ctx.data[a.name]), a.public) for a in asks if a.keep == Keep.NOTE and ctx.data.get(a.name)],
        deadlines=touched, tasks=ctx.tasks, settles=declared.settles if declared else (),
        ends=target in service.final or target in service.asleep, counts=counted(service, name, ctx),
        messages=told(service, declared.tells if declared else service.intake.tells, ctx),
    )  # fmt: skip
    if ctx.role == "staff" and not in_range(ctx.actor, case):  # it goes one level up, out of the actor's sight
        with as_platform():
            change.role = "platform"
            write(change)
    else:
        write(change)
    if ctx.bookings:
        _book(ctx)


def _kept(asks: tuple[Ask, ...], answers: Mapping[str, Any], facts: Any) -> dict[str, Any]:
    """Answers that are columns of the facts; what was left empty keeps the column's default."""
    given = {a.name: answers[a.name] for a in asks if a.keep == Keep.FACTS and answers[a.name] not in (None, "")}
    fields = {name: facts._meta.get_field(name) for name in given}
    return {field.attname: field.to_python(given[name]) for name, field in fields.items()}


@lru_cache(maxsize=64)
def _columns(facts: Any) -> frozenset[str]:
    return frozenset(f.attname for f in facts._meta.concrete_fields if f.attname != "case_id")


def _index_words(case: Case, texts: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_words (case_id, words) VALUES (%s, to_tsvector('simple', %s))",
            [case.pk, words_of(case.no, *texts)],
        )


def _number(now: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cases_number')")
        (count,) = cursor.fetchone()
    return f"ZJ{now.astimezone(CHINA):%y%m%d}{count % 10_000_000:07d}"
