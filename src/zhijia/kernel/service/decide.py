"""What one transition changes: permission, guards, answers, facts, state, clocks, figures, messages.

Nothing is written here. `engine` stores one change at a time, `many` thousands; both decide by these functions, so what
the one refuses the other refuses, and what the one writes the other writes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound, Verdict, no
from zhijia.kernel.base.text import clean
from zhijia.kernel.cases.models import Case
from zhijia.kernel.cases.protected import title_of
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.actors import Actor

from . import clockwork, listing, registry
from .change import Change
from .context import Ctx
from .declare import Ask, Choose, Guard, Keep, Kind, Service, Transition
from .figures import counted
from .inputs import read
from .permission import NO_RIGHT, entitled, may, post_for
from .tell import told

FILE = "file"
"""The transition key of a case's first event."""


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


def declared(service: Service, key: str, *, inner: bool) -> Transition:
    """The transition that is meant. Raises NotFound when there is none that may be asked for here."""
    found = service.transition(key)
    if found is None or found.inner != inner:
        raise NotFound(code="no_such_transition")
    return found


def decide(
    service: Service, transition: Transition, ctx: Ctx[Any], data: Mapping[str, Any], *, key: str | None,
    rows: Sequence[Any] = (),
) -> Change:  # fmt: skip
    """Do `transition` in memory: `ctx.case`, its facts and clocks are changed, the rest is told in the Change.

    Raises Forbidden, Conflict and Invalid as `engine.fire` does.
    """
    verdict = explain(service, transition, ctx)
    if not verdict:
        raise (Forbidden if verdict.code in NO_RIGHT else Conflict)(verdict.reason, code=verdict.code)
    ctx.data, ctx.rows = read(transition.ask, data), rows
    listing.check(transition.ask, ctx)
    _check(transition.check, ctx)
    before = dict(vars(ctx.facts))
    for name, value in kept(transition.ask, ctx.data, service.facts).items():
        setattr(ctx.facts, name, value)
    for effect in transition.then:
        effect(ctx)
    source = ctx.case.state
    target = transition.target if isinstance(transition.target, str) else source
    if isinstance(transition.target, Choose):
        target = transition.target.pick(ctx)
    if transition.route is not None:
        _place(ctx.case, transition.route(ctx))
    change = _changed(service, transition.key, transition, ctx, source=source, target=target, key=key)
    after = vars(ctx.facts)  # not the attributes: a sealed value that nobody touched is not opened for this
    change.columns = [name for name in _columns(service.facts) if after[name] != before[name]]
    return change


def begin(
    service: Service, *, actor: Actor, now: datetime, answers: Mapping[str, Any], region: str, unit: Org,
    applicant_id: int | None, employer_id: int | None, filed_key: str | None, no: str,
) -> Ctx[Any]:  # fmt: skip
    """A new case that is not stored yet. Raises Forbidden when the place is outside the actor's reach."""
    category = answers[service.intake.category]
    case = Case(
        service=service.key, version=registry.version(service.key), state=service.initial,
        category=category, title=title_of(service.key, category, service.intake.title(answers)[:200]), unit=unit,
        unit_lft=unit.lft, industry_lft=unit.industry_lft, region=region, applicant_id=applicant_id,
        employer_id=employer_id, created_at=now, changed_at=now, filed_key=filed_key, no=no,
    )  # fmt: skip
    held = post_for(actor, service.intake.by, case)
    if held is None and actor.posts:
        raise Forbidden(_("This place is outside your reach."), code="out_of_reach")
    facts = service.facts(case=case, **kept(service.intake.asks, answers, service.facts))
    return Ctx(case, facts, actor, held, now, answers)


def file(service: Service, ctx: Ctx[Any], *, key: str | None) -> Change:
    """The first event of a case that `begin` made and that has its number in the database. Raises Invalid."""
    _check(service.intake.check, ctx)
    for effect in service.intake.then:
        effect(ctx)
    return _changed(service, FILE, None, ctx, source="", target=service.initial, key=key)


def may_file(service: Service, actor: Actor, applicant_id: int | None) -> None:
    """Raises Forbidden unless the actor may begin such a case for this person."""
    if not actor.roles() & service.intake.by:
        raise Forbidden(_("You may not file this kind of case."), code="wrong_role")
    if not actor.posts and not actor.system and applicant_id != actor.person_id:
        raise Forbidden(_("You can file a matter of your own only."), code="not_yours")


def intake_unit(service: Service, region: str) -> Org:
    """The organisation that receives a case of this region. Raises Invalid for what is no region."""
    try:
        unit: Org = service.intake.unit(region)
    except ValueError:
        raise Invalid(FieldProblem("region", "region", _("Choose a county from the list."))) from None
    return unit


def usable_key(key: str | None, most: int) -> str | None:
    """The idempotency key as it may be stored. Raises Invalid."""
    if key is None or (key.strip() and len(key) <= most and clean(key) == key):
        return key
    reason = _("An idempotency key has 1 to %(most)s printable characters.") % {"most": most}
    raise Invalid(FieldProblem("key", "key", reason, {"limit": most}))


def filed_key(actor: Actor, key: str | None) -> str | None:
    """Who filed it with which key: two filers' keys never meet."""
    if key is None:
        return None
    if actor.account_id is not None:
        return f"account-{actor.account_id}:{key}"
    return f"person-{actor.person_id}:{key}" if actor.person_id is not None else f"platform:{key}"


def _check(guards: tuple[Guard, ...], ctx: Ctx[Any]) -> None:
    refused = [verdict for guard in guards if not (verdict := guard(ctx))]
    if refused:
        raise Invalid(*(FieldProblem(v.code, "refused", v.reason) for v in refused))


def _place(case: Case, unit: Org) -> None:
    case.unit, case.unit_lft, case.industry_lft, case.assignee_id = unit, unit.lft, unit.industry_lft, None


def _changed(
    service: Service, name: str, declared: Transition | None, ctx: Ctx[Any], *, source: str, target: str,
    key: str | None,
) -> Change:  # fmt: skip
    case = ctx.case
    case.state, case.seq, case.changed_at = target, case.seq + 1, ctx.now
    if target != source:  # a note on a closed case does not close it anew
        case.closed_at = ctx.now if target in service.final else None
    touched = clockwork.turn(service, name, declared, ctx, source, target)
    clockwork.show_on_case(ctx)
    asks = declared.ask if declared else service.intake.asks
    return Change(
        case=case, transition=name, source=source, target=target, now=ctx.now, actor=ctx.actor, post=ctx.post,
        public=declared.public if declared else True, key=key, role=ctx.role, trail=ctx.trail,
        data={a.name: said for a in asks if a.keep == Keep.EVENT and (said := ctx.data.get(a.name)) not in (None, "")},
        notes=[(a.name, str(ctx.data[a.name]), a.public) for a in asks if a.keep == Keep.NOTE and ctx.data.get(a.name)],
        deadlines=touched, tasks=ctx.tasks, settles=declared.settles if declared else (),
        letter=declared.letter if declared else "", sums=tuple(a.name for a in asks if a.kind == Kind.MONEY),
        ends=target in service.final or target in service.asleep, counts=counted(service, name, ctx),
        messages=told(service, declared.tells if declared else service.intake.tells, ctx),
    )  # fmt: skip


def kept(asks: tuple[Ask, ...], answers: Mapping[str, Any], facts: Any) -> dict[str, Any]:
    """Answers that are columns of the facts; what was left empty keeps the column's default."""
    given = {a.name: answers[a.name] for a in asks if a.keep == Keep.FACTS and answers[a.name] not in (None, "")}
    fields = {name: _field(facts, name) for name in given}
    return {field.attname: field.to_python(given[name]) for name, field in fields.items()}


@lru_cache(maxsize=1024)
def _field(facts: Any, name: str) -> Any:
    return facts._meta.get_field(name)


@lru_cache(maxsize=64)
def _columns(facts: Any) -> frozenset[str]:
    return frozenset(f.attname for f in facts._meta.concrete_fields if f.attname != "case_id")
