"""Forms that follow from a declaration: each Ask becomes a field; what was typed comes back with its problem."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhijia.kernel.base.errors import FieldProblem, Invalid, Text, Verdict
from zhijia.kernel.base.text import clean
from zhijia.kernel.org import uscc
from zhijia.kernel.org.employers import search_employers
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.declare import Ask, Kind, Transition
from zhijia.kernel.service.listing import offered

PERSON = "person"
"""The name under which a transition asks which of the case's workers is meant."""
MOST_UNITS = 12
SEVERAL = gettext_lazy("Several units have these words in their name. Write one of them in full: %(names)s.")


@dataclass
class Field:
    """One asked thing as a page shows it."""

    name: str
    title: Text
    kind: str
    required: bool
    help: Text = ""
    limit: int = 4000
    value: str = ""
    choices: list[tuple[str, Text]] = field(default_factory=list)
    problem: Text = ""


@dataclass
class Action:
    """One thing that can, or cannot, be done to a case."""

    key: str
    title: Text
    main: bool
    confirm: Text
    fields: list[Field]
    says: Text = ""
    """What it does, as the worker will read it on the timeline; for a locked one, why not."""
    mend: Text = ""
    open: bool = False


def action_of(
    transition: Transition, *, people: Iterable[tuple[str, str]] = (), unit: str = "", typed: QueryDict | None = None,
    problems: Iterable[FieldProblem] = (), ctx: Ctx[Any] | None = None,
) -> Action:  # fmt: skip
    """A form for `transition`, filled with what was typed, each problem beside its field; lists are those of `ctx`."""
    by_field = {p.field: p.message for p in problems}
    fields = [
        _field(ask, list(people), unit, typed.get(ask.name, "") if typed is not None else None, by_field)
        for ask in (offered(a, ctx) if ctx else a for a in transition.ask)
    ]
    shown = [f for f in fields if not (f.kind == PERSON and len(f.choices) < 2)]
    return Action(transition.key, transition.title, transition.main, transition.confirm, shown, open=typed is not None)


def fields_of(asks: Iterable[Ask], *, typed: QueryDict, problems: Iterable[FieldProblem] = ()) -> list[Field]:
    """The fields of an intake, filled with what was typed, each problem beside its field."""
    by_field = {p.field: p.message for p in problems}
    return [_field(ask, [], "", typed.get(ask.name, ""), by_field) for ask in asks]


def locked(transition: Transition, verdict: Verdict) -> Action:
    """An action that cannot be done now, with its reason and how to mend it."""
    return Action(transition.key, transition.title, False, "", [], says=verdict.reason, mend=verdict.mend)


def _field(
    ask: Ask, people: list[tuple[str, str]], unit: str, typed: str | None, problems: Mapping[str, Text]
) -> Field:
    kind, choices = str(ask.kind), list(ask.choices)
    if ask.name == PERSON:
        kind, choices = PERSON, list(people)
    default = unit if ask.kind == Kind.UNIT else ""
    return Field(
        ask.name, ask.title, kind, ask.required and ask.kind != Kind.FLAG, ask.help, ask.limit,
        default if typed is None else typed, choices, problems.get(ask.name, ""),
    )  # fmt: skip


def answers(asks: Iterable[Ask], typed: QueryDict, actor: Actor) -> dict[str, Any]:
    """What was typed, with units and employers found by their name. Raises Invalid for a name that is none or not
    exactly one's."""
    data: dict[str, Any] = {ask.name: typed[ask.name] for ask in asks if ask.name in typed}
    named = {Kind.UNIT: lambda words, field: unit_named(words, actor, field=field).pk, Kind.EMPLOYER: _employer_named}
    for ask in asks:
        if ask.kind in named and (words := clean(str(data.get(ask.name, "")))):
            data[ask.name] = named[ask.kind](words, ask.name)
    return data


def _employer_named(words: str, field: str) -> int:
    code = uscc.normalise(words)
    found = [e for e in search_employers(words).items if words == e.name or code == e.uscc]
    if len(found) != 1 and len(code) == uscc.LENGTH and code.isascii() and not (verdict := uscc.explain_problem(code)):
        raise Invalid(FieldProblem(field, verdict.code, f"{verdict.reason} {verdict.mend}".strip()))
    if len(found) != 1:
        raise Invalid(FieldProblem(field, "employer", _("No single employer has this name. Write the credit code.")))
    return found[0].pk


def units_below(actor: Actor) -> Q:
    """Organisations within the reach of the actor's posts."""
    reach = Q(pk__in=[])
    for post in actor.posts:
        reach |= Q(**{f"{'industry_lft' if post.industry else 'lft'}__range": (post.lft, post.rgt)})
    return reach


def find_units(words: str, actor: Actor) -> list[Org]:
    """Active units in reach whose name holds the words, the highest first; without words the highest of all."""
    units = Org.objects.filter(units_below(actor), active=True)
    if words:
        units = units.filter(Q(name__contains=words) | Q(short_name__contains=words))
    return list(units.order_by("level", "lft").only("name", "short_name", "level", "lft")[:MOST_UNITS])


def unit_named(words: str, actor: Actor, *, field: str = "unit") -> Org:
    """The one unit in reach with this name, or whose name alone holds the words. Raises Invalid otherwise."""
    found = find_units(words, actor)
    exact = [unit for unit in found if words in (unit.name, unit.short_name)]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0]
    if not found:
        raise Invalid(FieldProblem(field, "unit", _("There is no such unit within your reach.")))
    names = "、".join(unit.name for unit in (exact or found)[:5])
    raise Invalid(FieldProblem(field, "unit", SEVERAL % {"names": names}))
