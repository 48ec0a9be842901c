"""Values that the law sets, by region and day: found, explained, changed for a region with what it would change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, Invalid, Text
from zhijia.kernel.base.text import clean
from zhijia.kernel.org.models import Region
from zhijia.kernel.people.actors import Actor, Permission
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.regions import named_regions, regions_of
from zhijia.kernel.rules import bounds
from zhijia.kernel.rules.models import NATIONAL, Rule
from zhijia.kernel.rules.values import RuleValue, in_force
from zhijia.kernel.service import registry
from zhijia.kernel.service.rule_changes import Preview, Proposed, change_rule, preview_rule, take_back, worded
from zhijia.kernel.service.rule_uses import Declared, declared, declared_rule

from .frame import Form, admin_page, day_of, one_day, page
from .rule_words import services_of, title_of, used_by

SETS = (Permission.SETTINGS, Permission.AUDIT)
"""Who reads rules, texts and calendars here: administrators, who set them for their region, and auditors."""
STATES = ("unverified", "own", "coming", "bound")
HISTORY = 40


@dataclass(frozen=True)
class Line:
    """One rule as the list shows it for a region."""

    key: str
    title: Text
    services: Text
    value: Text
    now: RuleValue | None
    place: str
    """Whose value it is, where it is not the region's own."""
    coming: date | None
    bound: Text
    own: int
    """Regions with a value of their own today."""


@dataclass(frozen=True)
class Row:
    """One value of one region, past, present or to come."""

    rule: Rule
    place: str
    value: Text
    last: date | None
    state: str
    """past, now or future."""
    by: str
    may_undo: bool


@require_safe
@admin_page(*SETS)
def listed(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/admin/rules/?q=&service=&state=&region=: every rule with the value in force in one region."""
    words, service, state = (clean(request.GET.get(name, ""))[:60] for name in ("q", "service", "state"))
    places = places_of(actor)
    region = chosen_region(request, places)
    today = now.astimezone(CHINA).date()
    rows = _rows_by_key()
    names = names_of(row.region for of_key in rows.values() for row in of_key)
    lines = [
        line for rule in declared().values() if not service or service in _keys_of(rule)
        if (line := _line(rule, rows.get(rule.key, []), region, today, names)) and _fits(line, words, state)
    ]  # fmt: skip
    context = {
        "lines": lines, "q": words, "service": service, "state": state, "region": region, "places": places,
        "services": [(s.key, s.title) for s in registry.services()] + [("platform", _("The platform"))],
        "states": list(zip(STATES, _state_words(), strict=True)), "filtered": bool(words or service or state),
        "unverified": sum(line.now is not None and not line.now.verified for line in lines), "total": len(declared()),
    }  # fmt: skip
    return page(request, actor, now, "rules", context, tab="rules", section="settings", current="rules")


@require_http_methods(["GET", "HEAD", "POST"])
@admin_page(*SETS)
def rule(request: HttpRequest, actor: Actor, now: datetime, key: str) -> HttpResponse:
    """/desk/admin/rules/<key>/: one rule, its values and history; POST `look` shows what a new value would change,
    `save` sets it."""
    found, form, preview = declared_rule(key), Form(), None
    if request.method == "POST":
        actor.require(Permission.SETTINGS)
        try:
            given = _typed(request.POST, key)
            if "save" in request.POST:
                change_rule(given=given, actor=actor, now=now)
                messages.success(request, _("Set. Until its first day it can be taken back below."))
                return redirect(f"{reverse('admin:rule', args=[key])}?region={given.region}")
            preview = preview_rule(given=given, actor=actor, now=now)
            form = Form(request.POST)
        except Invalid as error:
            form = Form.wrong(request.POST, error.problems)
    return _show(request, actor, now, found, form=form, preview=preview, status=422 if form.problems else 200)


@require_POST
@admin_page(Permission.SETTINGS)
def undo(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """POST /desk/admin/values/<id>/undo/: take back a value before its first day."""
    try:
        gone = take_back(rule_id=pk, actor=actor, now=now)
    except Conflict as error:
        messages.warning(request, str(error.reason))
        return redirect("admin:rules")
    messages.success(request, _("Taken back. What held before goes on."))
    return redirect("admin:rule", key=gone.key)


def places_of(actor: Actor) -> list[Region]:
    """The regions that this reader chooses from: those they set values for, else those they audit."""
    permission = Permission.SETTINGS if actor.may(Permission.SETTINGS) else Permission.AUDIT
    return named_regions(regions_of(actor, permission))


def chosen_region(request: HttpRequest, places: list[Region]) -> str:
    """The region in `?region=` if it is one of these, else the first of them, else the nation."""
    asked = request.GET.get("region") or request.POST.get("region", "")
    codes = [place.code for place in places]
    return asked if asked in codes or asked == NATIONAL else next(iter(codes), NATIONAL)


def place_name(code: str, known: dict[str, str] | None = None) -> str:
    """A region's name; the country's is 全国 in Chinese."""
    if code == NATIONAL:
        return _("the whole country")
    return (known or {}).get(code) or Region.objects.filter(code=code).values_list("name", flat=True).first() or code


def _show(
    request: HttpRequest, actor: Actor, now: datetime, found: Declared, *, form: Form, preview: Preview | None,
    status: int,
) -> HttpResponse:  # fmt: skip
    places, today = places_of(actor), now.astimezone(CHINA).date()
    region = chosen_region(request, places)
    value = in_force(found.key, region=region, on=today)
    sets = actor.may(Permission.SETTINGS) and bool(places)
    rows = list(Rule.objects.filter(key=found.key).order_by("region", "-in_force"))
    names = names_of(row.region for row in rows)
    reach = regions_of(actor)
    setters = Account.objects.filter(pk__in=[row.created_by for row in rows if row.created_by])
    by = dict(setters.values_list("pk", "name"))
    context: dict[str, Any] = {
        "rule": found, "title": title_of(found), "services": services_of(found), "uses": used_by(found),
        "value": value, "value_words": worded(value) if value else "", "region": region,
        "region_name": place_name(region, names), "places": _offered(found, places),
        "inherited": place_name(value.region, names) if value and value.region != region else "",
        "bound": bounds.said(found.bound, found.unit) if found.bound else "", "form": form, "preview": preview,
        "rows": [_row(row, names, by, today, sets and reach.hold(row.region)) for row in rows],
        "old": worded(preview.old) if preview and preview.old else "", "new": worded(preview.new) if preview else "",
        "own": [place_name(code, names) for code in preview.own] if preview else [],
        "sets": sets and bool(_offered(found, places)), "tomorrow": today + timedelta(days=1),
        "unit": "" if found.unit == "text" else found.unit.label, "text": found.unit == "text",
        "history": _history(found.key),
    }  # fmt: skip
    return page(request, actor, now, "rule", context, tab="rules", section="settings", current="rules", status=status)


def _typed(typed: QueryDict, key: str) -> Proposed:
    return Proposed(
        key=key, region=clean(typed.get("region", ""))[:6], value=clean(typed.get("value", "")),
        basis=typed.get("basis", ""), verified=bool(typed.get("verified")), valid_from=one_day(typed, "valid_from"),
        last_day=day_of(typed, "valid_to", required=False), note=clean(typed.get("note", ""))[:300],
    )  # fmt: skip


def _offered(found: Declared, places: list[Region]) -> list[Region]:
    """Regions that may have a value of their own: for some rules the nation alone."""
    return [place for place in places if place.code == NATIONAL] if found.national else places


def _line(found: Declared, rows: list[Rule], region: str, today: date, names: dict[str, str]) -> Line:
    value = in_force(found.key, region=region, on=today)
    coming = [r.in_force.lower for r in rows if r.in_force.lower > today and r.region == region]
    return Line(
        key=found.key, title=title_of(found), services=services_of(found), value=worded(value) if value else "",
        now=value, place=place_name(value.region, names) if value and value.region != region else "",
        coming=min(coming, default=None), bound=bounds.said(found.bound, found.unit) if found.bound else "",
        own=sum(r.region != NATIONAL and r.in_force.lower <= today and (r.in_force.upper or date.max) > today
                for r in rows),
    )  # fmt: skip


def _fits(line: Line, words: str, state: str) -> bool:
    said = f"{line.key} {line.title} {line.value} {line.now.basis if line.now else ''} {line.services}".casefold()
    if words and words.casefold() not in said:
        return False
    held = {
        "unverified": line.now is not None and not line.now.verified, "own": line.own > 0,
        "coming": line.coming is not None, "bound": bool(line.bound),
    }  # fmt: skip
    return held.get(state, True)


def _row(row: Rule, names: dict[str, str], by: dict[int, str], today: date, mine: bool) -> Row:
    first, until = row.in_force.lower, row.in_force.upper
    state = "future" if first > today else "past" if until is not None and until <= today else "now"
    return Row(
        rule=row, place=place_name(row.region, names), value=worded(row), state=state,
        last=until - timedelta(days=1) if until else None,
        by=by.get(row.created_by or 0, "") if row.created_by else "",
        may_undo=mine and state == "future" and row.created_by is not None,
    )  # fmt: skip


def _history(key: str) -> list[Entry]:
    """What was set and taken back, the newest first."""
    return list(Entry.objects.filter(chain=f"rule:{key}").order_by("-seq")[:HISTORY])


def _rows_by_key() -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = {}
    for row in Rule.objects.exclude(key__startswith="text."):
        found.setdefault(row.key, []).append(row)
    return found


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """The names of these regions, for `place_name`. One query."""
    return dict(Region.objects.filter(code__in=set(codes)).values_list("code", "name"))


def _keys_of(found: Declared) -> list[str]:
    return [service.key for service in found.services] or ["platform"]


def _state_words() -> tuple[str, ...]:
    return (_("not verified"), _("with a value of a region"), _("with a value to come"), _("limited by law"))
