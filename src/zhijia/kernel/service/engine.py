"""The one door: every change of a case goes through `fire`, and every case begins in `open_case`.

One database transaction does permission, guard, facts, state, clocks, event, audit, tasks, counters, messages and
outbox. `key` makes it idempotent; `seq` tells that the caller has seen the newest state.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound, Verdict
from zhijia.kernel.cases.models import Case, Event, Party, PartyRole
from zhijia.kernel.cases.search import words_of
from zhijia.kernel.deadlines.models import Deadline
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.actors import Actor, Role

from . import clockwork, registry
from .context import Ctx
from .declare import Ask, Choose, Count, Duration, Guard, Keep, Service, Transition
from .inputs import read
from .permission import entitled, may, post_for
from .tell import told
from .writer import Change, write

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
    key: str | None = None, seq: int | None = None, inner: bool = False,
) -> Fired:  # fmt: skip
    """Do `transition` to case `no`.

    Raises NotFound (not this actor's to see, or no such transition), Forbidden (no such right, with the reason),
    Conflict (not possible in this state, or someone was first: `seq` is no longer the newest), Invalid (which field
    and how to mend it). Nothing is stored when it raises.
    """
    with transaction.atomic():
        case = _lock(no, actor)
        service = registry.service(case.service)
        declared = service.transition(transition)
        if declared is None or declared.inner != inner:
            raise NotFound(code="no_such_transition")
        if key and (earlier := Event.objects.filter(case=case, key=key).first()):
            return _replay(case, earlier, transition)
        if seq is not None and seq != case.seq:
            raise Conflict(_("Somebody else has worked on this case meanwhile. Look again, then decide."), code="stale")
        ctx = context(service, case, actor, now)
        _allow(service, declared, ctx)
        ctx.data = read(declared.ask, data or {})
        _check(declared.check, ctx)
        _apply(service, declared, ctx, key)
        for follow in ctx.follows:
            fire(
                no=follow.no, transition=follow.transition, now=now, data=follow.data,
                actor=Actor.platform() if follow.as_platform else actor, inner=True,
            )  # fmt: skip
        return Fired(case.no, case.state, case.seq)


def open_case(
    *, service: str, actor: Actor, now: datetime, data: Mapping[str, Any], region: str, applicant_id: int | None,
    employer_id: int | None = None, key: str | None = None,
) -> Fired:  # fmt: skip
    """Begin a case of `service` in county `region` for the person `applicant_id`.

    Raises Invalid (bad fields) and Forbidden (who may not file). The same `key` from the same filer gives the same
    case again.
    """
    declared = registry.service(service)
    filed_key = f"{actor.account_id or actor.person_id or 'web'}:{key}" if key else None
    if filed_key and (earlier := Case.objects.filter(filed_key=filed_key).first()):
        return Fired(earlier.no, earlier.state, earlier.seq, again=True)
    if not actor.roles() & declared.intake.by:
        raise Forbidden(_("You may not file this kind of case."), code="wrong_role")
    answers = read(declared.intake.asks, data)
    unit: Org = declared.intake.unit(region)
    with transaction.atomic():
        case = Case(
            service=service, version=registry.version(service), state=declared.initial,
            category=answers[declared.intake.category], title=declared.intake.title(answers)[:200], unit=unit,
            unit_lft=unit.lft, industry_lft=unit.industry_lft, region=region, applicant_id=applicant_id,
            employer_id=employer_id, created_at=now, changed_at=now, filed_key=filed_key, no=_number(now),
        )  # fmt: skip
        try:
            with transaction.atomic():
                case.save(force_insert=True)
        except IntegrityError:
            if not filed_key:
                raise
            twin = Case.objects.get(filed_key=filed_key)
            return Fired(twin.no, twin.state, twin.seq, again=True)
        if applicant_id is not None:
            Party.objects.create(case=case, person_id=applicant_id, role=PartyRole.APPLICANT, joined_at=now)
        facts = declared.facts(case=case, **_kept(declared.intake.asks, answers, declared.facts))
        ctx: Ctx[Any] = Ctx(case, facts, actor, post_for(actor, declared.intake.by, case), now, answers)
        _check(declared.intake.check, ctx)
        for effect in declared.intake.then:
            effect(ctx)
        facts.save(force_insert=True)
        _index_words(case, [str(answers[name]) for name in declared.intake.searched])
        _write(declared, FILE, None, ctx, source="", target=declared.initial, key=key)
        return Fired(case.no, case.state, case.seq)


def context(service: Service, case: Case, actor: Actor, now: datetime) -> Ctx[Any]:
    """The case with its facts and clocks, as guards and pages see it."""
    facts = service.facts._default_manager.get(pk=case.pk)
    deadlines = list(Deadline.objects.filter(case_id=case.pk).order_by("id"))
    return Ctx(case, facts, actor, None, now, deadlines=deadlines)


def explain(service: Service, transition: Transition, ctx: Ctx[Any]) -> Verdict:
    """May it be done now, before anything is typed; the reason when not."""
    verdict = may(service, transition, ctx)
    return clockwork.allows(service, transition, ctx) if verdict else verdict


def choices(ctx: Ctx[Any]) -> list[tuple[Transition, Verdict]]:
    """Every transition that the actor's roles could ever do on this case, with the verdict now: what can be done
    first (the usual step foremost), then what cannot, each with its reason."""
    service = registry.service(ctx.case.service)
    mine = [t for t in service.transitions if not t.inner and entitled(t, ctx)]
    judged = [(t, explain(service, t, ctx)) for t in mine]
    return sorted(judged, key=lambda pair: (not pair[1].ok, not pair[0].main))


def _lock(no: str, actor: Actor) -> Case:
    rows = Case.objects.visible_to(actor).select_related("unit").select_for_update(of=("self",))
    case = rows.filter(no=no).first()
    if case is None:
        raise NotFound(code="no_such_case")
    return case


def _replay(case: Case, earlier: Event, transition: str) -> Fired:
    if earlier.transition != transition:
        raise Conflict(_("This key was already used for something else on this case."), code="key_reused")
    return Fired(case.no, earlier.target, earlier.seq, again=True)


def _allow(service: Service, declared: Transition, ctx: Ctx[Any]) -> None:
    verdict = explain(service, declared, ctx)
    if verdict:
        return
    error = Forbidden if verdict.code == "wrong_role" else Conflict
    raise error(verdict.reason, code=verdict.code)


def _check(guards: tuple[Guard, ...], ctx: Ctx[Any]) -> None:
    refused = [verdict for guard in guards if not (verdict := guard(ctx))]
    if refused:
        raise Invalid(*(FieldProblem(v.code, "refused", v.reason) for v in refused))


def _apply(service: Service, declared: Transition, ctx: Ctx[Any], key: str | None) -> None:
    before = {name: getattr(ctx.facts, name) for name in _columns(service.facts)}
    for name, value in _kept(declared.ask, ctx.data, service.facts).items():
        setattr(ctx.facts, name, value)
    for effect in declared.then:
        effect(ctx)
    source = ctx.case.state
    target = declared.target if isinstance(declared.target, str) else source
    if isinstance(declared.target, Choose):
        target = declared.target.pick(ctx)
    if declared.route is not None:
        _place(ctx.case, declared.route(ctx))
    changed = [name for name, value in before.items() if getattr(ctx.facts, name) != value]
    if changed:
        ctx.facts.save(update_fields=changed)
    _write(service, declared.key, declared, ctx, source=source, target=target, key=key)


def _place(case: Case, unit: Org) -> None:
    case.unit, case.unit_lft, case.industry_lft, case.assignee_id = unit, unit.lft, unit.industry_lft, None


def _write(
    service: Service, name: str, declared: Transition | None, ctx: Ctx[Any], *, source: str, target: str, key: str | None
) -> None:
    case = ctx.case
    case.state, case.seq = target, case.seq + 1
    case.closed_at = ctx.now if target in service.final else None
    touched = clockwork.turn(service, name, declared, ctx, source, target)
    clockwork.show_on_case(service, ctx)
    asks = declared.ask if declared else service.intake.asks
    held = ctx.post
    write(
        Change(
            case=case, transition=name, source=source, target=target, now=ctx.now, actor_id=ctx.actor.account_id,
            actor_name=ctx.actor.name, actor_role=held.role if held else Role.SYSTEM if ctx.actor.system else Role.WORKER,
            actor_org_id=held.org_id if held else None, stands_for=held.substitute_for if held else "",
            public=declared.public if declared else True, version=case.version, person_id=case.applicant_id,
            data={a.name: ctx.data[a.name] for a in asks if a.keep == Keep.EVENT and ctx.data.get(a.name)},
            notes=[
                (a.name, str(ctx.data[a.name]), a.public)
                for a in asks if a.keep == Keep.NOTE and ctx.data.get(a.name)
            ],
            deadlines=touched, tasks=ctx.tasks, settles=declared.settles if declared else (),
            counts=_counts(service, name, ctx), messages=told(service, declared.tells if declared else service.intake.tells, ctx),
            key=key,
        )  # fmt: skip
    )


def _counts(service: Service, key: str, ctx: Ctx[Any]) -> list[tuple[str, Decimal]]:
    counted: list[Count | Duration] = [*service.counts, *service.durations]
    return [
        (c.key, _hours(ctx) if isinstance(c, Duration) else Decimal(0))
        for c in counted
        if key in c.on and (isinstance(c, Duration) or c.when is None or c.when(ctx))
    ]


def _hours(ctx: Ctx[Any]) -> Decimal:
    return Decimal((ctx.now - ctx.case.created_at).total_seconds() / 3600).quantize(Decimal("0.01"))


def _kept(asks: tuple[Ask, ...], answers: Mapping[str, Any], facts: type) -> dict[str, Any]:
    """Answers that are columns of the facts; what was left empty keeps the column's default."""
    columns = _columns(facts)
    return {
        (a.name if a.name in columns else f"{a.name}_id"): answers[a.name]
        for a in asks
        if a.keep == Keep.FACTS and answers[a.name] not in (None, "")
    }


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
