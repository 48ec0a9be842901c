"""The catalogue of services, read from their declarations: states, steps, limits, forms, figures, messages."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Text
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.rules.models import NATIONAL
from zhijia.kernel.rules.values import RuleValue, in_force
from zhijia.kernel.service import registry
from zhijia.kernel.service.declare import Ask, Choose, Clock, Kind, Service, Transition
from zhijia.kernel.service.rule_changes import worded
from zhijia.kernel.service.rule_uses import declared

from .diagram import picture
from .frame import admin_page, page
from .rules import SETS, chosen_region, place_name, places_of


@dataclass(frozen=True)
class Step:
    """One transition in words."""

    title: Text
    source: list[Text]
    target: list[Text]
    by: list[Text]
    asks: list[Text]
    follows: list[Text]


@dataclass(frozen=True)
class Limit:
    """One clock in words, with the rules that say how long, and what they say today."""

    title: Text
    starts: list[Text]
    stops: list[Text]
    late: Text
    rules: list[tuple[str, Text, RuleValue | None]]
    extension: tuple[int, str, Text] | None


@dataclass(frozen=True)
class Field:
    """One thing that is asked for."""

    title: Text
    kind: Text
    required: bool
    personal: bool


@require_safe
@admin_page()
def listed(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/admin/services/: every service that is installed."""
    found = [
        (s, module.title, len(s.states), len(s.transitions), len(s.clocks))
        for module in registry.modules() for s in module.services
    ]  # fmt: skip
    tab = "services" if actor.may(*SETS) else ""
    return page(request, actor, now, "services", {"found": found}, tab=tab, section="settings", current="rules")


@require_safe
@admin_page()
def service(request: HttpRequest, actor: Actor, now: datetime, key: str) -> HttpResponse:
    """GET /desk/admin/services/<key>/?region=: one service as it is declared, to be read or printed."""
    found, looks = registry.service(key), actor.may(*SETS)
    places = places_of(actor) if looks else []
    region = chosen_region(request, places) if looks else NATIONAL
    today = now.astimezone(CHINA).date()
    context: dict[str, Any] = {
        "service": found, "picture": picture(found), "version": registry.version(key), "looks": looks,
        "states": [(found.state_titles[s], _kind(found, str(s))) for s in found.states],
        "steps": [_step(found, t) for t in found.transitions if not t.inner],
        "limits": [_limit(found, clock, region, today) for clock in found.clocks],
        "fields": [_field(found, ask) for ask in found.intake.asks], "region_name": place_name(region),
        "figures": [(f.title, _names(found, f.on)) for f in (*found.counts, *found.sums, *found.durations)],
        "rates": [(r.title, r.says) for r in found.rates], "letters": [letter.title for letter in found.letters],
        "told": [(f"{key}.{m.key}", m.text, _role(m.to), m.sms) for m in found.messages],
        "others": [_rule(row, region, today) for row in dict.fromkeys(r.key for r in found.rules)
                   if not declared()[row].uses],
    }  # fmt: skip
    tab = "services" if looks else ""
    return page(request, actor, now, "service", context, tab=tab, section="settings", current="rules")


def _step(found: Service, t: Transition) -> Step:
    among = t.target.among if isinstance(t.target, Choose) else {t.target} if t.target else set()
    follows = [found.clock(key).title for key in (t.extends, t.suspends, t.resumes, t.undoes) if key]
    follows += [letter.title for letter in found.letters if letter.key == t.letter]
    return Step(
        t.title, [found.state_titles[s] for s in found.states if s in t.source],
        [found.state_titles[s] for s in found.states if s in among], [role.title for role in Role if role in t.by],
        [ask.title for ask in t.ask], follows,
    )  # fmt: skip


def _limit(found: Service, clock: Clock, region: str, today: date) -> Limit:
    keys = [
        rule.key
        for rule in declared().values()
        for use in rule.uses
        if (use.service.key, use.clock.key, use.how) == (found.key, clock.key, "limit")
    ]
    extension = None
    if clock.extension:
        value = in_force(clock.extension, region=region, on=today)
        extension = (clock.extensions, clock.extension, worded(value) if value else "—")
    return Limit(
        clock.title, _names(found, clock.starts), _names(found, clock.stops), clock.late.title,
        [_rule(key, region, today) for key in keys], extension,
    )  # fmt: skip


def _rule(key: str, region: str, today: date) -> tuple[str, Text, RuleValue | None]:
    value = in_force(key, region=region, on=today)
    return key, worded(value) if value else "—", value


def _names(found: Service, keys: frozenset[str]) -> list[Text]:
    """What these keys are called: transitions, and the filing itself."""
    names = [t.title for t in found.transitions if t.key in keys]
    return [*([found.intake.done or _("Filed")] if "file" in keys else []), *dict.fromkeys(map(str, names))]


def _field(found: Service, ask: Ask) -> Field:
    kinds: dict[Kind, Text] = {
        Kind.LINE: _("a line"), Kind.TEXT: _("text"), Kind.CHOICE: _("a choice"), Kind.FLAG: _("yes or no"),
        Kind.NUMBER: _("a number"), Kind.MONEY: _("money"), Kind.DATE: _("a day"), Kind.UNIT: _("a unit"),
        Kind.CASE: _("a case"), Kind.EMPLOYER: _("an employer"), Kind.PHONE: _("a phone number"),
        Kind.MOMENT: _("a day and an hour"), Kind.LISTED: _("one of a list"),
    }  # fmt: skip
    return Field(ask.title, kinds[ask.kind], ask.required, ask.name in found.personal)


def _role(role: Role) -> Text:
    return role.title


def _kind(found: Service, state: str) -> Text:
    if state == found.initial:
        return pgettext("state", "start")
    return (
        pgettext("state", "end")
        if state in found.final
        else _("waits on another case")
        if state in found.asleep
        else ""
    )
