"""The words of messages: every template in both languages as it will read, and other words by region."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Invalid, NotFound, Text
from zhijia.kernel.base.text import clean
from zhijia.kernel.notify import overrides, sms
from zhijia.kernel.notify.render import LANGUAGES, NEUTRAL, templates
from zhijia.kernel.notify.wording import template_of
from zhijia.kernel.people.actors import Actor, Permission, Role
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.regions import regions_of
from zhijia.kernel.rules.models import NATIONAL, Rule
from zhijia.kernel.rules.texts import texts_set
from zhijia.kernel.service import registry

from .frame import Form, admin_page, one_day, page
from .rules import SETS, chosen_region, names_of, place_name, places_of

BY_SMS = frozenset({"clock.ends", "people.code", NEUTRAL})
"""Messages of the kernel's own that also go by text message."""
SIGNATURES = (sms.SIGNATURE, sms.NEUTRAL_SIGNATURE)
TONGUES = {"zh-hans": "中文", "en": "English"}
HISTORY = 30


@dataclass(frozen=True)
class Kind:
    """One message: whose it is, to whom, by which channels."""

    key: str
    service: str
    service_title: Text
    to: Text
    by_sms: bool


@dataclass(frozen=True)
class Line:
    """One message in the list."""

    kind: Kind
    words: str
    own: int
    """Other words set for it, in any region and language."""


@dataclass(frozen=True)
class Tongue:
    """One language of one message: what it says, how long it is, the form for other words."""

    code: str
    name: str
    shown: overrides.Shown
    segments: int
    length: int
    rows: list[tuple[Rule, str, str]]
    mine: bool
    """Whether words of exactly this region are set."""


@require_safe
@admin_page(*SETS)
def listed(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/admin/texts/?q=&service=&by=: every message with the words in force in one region."""
    words, service, by = (clean(request.GET.get(name, ""))[:60] for name in ("q", "service", "by"))
    places = places_of(actor)
    region = chosen_region(request, places)
    changed: dict[str, int] = {}
    for rule in texts_set("text."):
        key = rule.key.removeprefix("text.").rpartition(".")[0]
        changed[key] = changed.get(key, 0) + 1
    lines = []
    for kind in kinds().values():
        shown = overrides.show(kind.key, request.LANGUAGE_CODE, region=region, at=now)
        line = Line(kind, shown.words, changed.get(kind.key, 0))
        said = f"{kind.key} {shown.words} {kind.service_title}".casefold()
        fits = (not words or words.casefold() in said, not service or kind.service == service)
        if all((*fits, by != "sms" or kind.by_sms, by != "own" or line.own)):
            lines.append(line)
    context = {
        "lines": lines, "q": words, "service": service, "by": by, "region": region, "places": places,
        "services": [(s.key, s.title) for s in registry.services()] + [("platform", _("The platform"))],
        "kinds": [("sms", _("also by text message")), ("own", _("with words of a region"))],
        "filtered": bool(words or service or by),
    }  # fmt: skip
    return page(request, actor, now, "texts", context, tab="texts", section="settings", current="rules")


@require_http_methods(["GET", "HEAD", "POST"])
@admin_page(*SETS)
def text(request: HttpRequest, actor: Actor, now: datetime, key: str) -> HttpResponse:
    """/desk/admin/texts/<key>/: one message in both languages; POST `look` shows other words, `save` sets them."""
    template_of(key)
    form, proposed = Form(), None
    if request.method == "POST":
        actor.require(Permission.SETTINGS)
        typed = request.POST
        given: dict[str, Any] = {
            "template": key, "language": typed.get("language", ""), "words": typed.get("value", ""),
        }  # fmt: skip
        region = clean(typed.get("region", ""))[:6]
        try:
            if "save" in typed:
                overrides.set_override(
                    **given, region=region, basis=typed.get("basis", ""), valid_from=one_day(typed, "valid_from"),
                    actor=actor, now=now,
                )  # fmt: skip
                messages.success(request, _("Set. Messages that were written already stay as they are."))
                return redirect(f"{reverse('admin:text', args=[key])}?region={region}")
            proposed = overrides.show_words(**given, region=region, at=now)
            form = Form(typed)
        except Invalid as error:
            form = Form.wrong(typed, error.problems)
    return _show(request, actor, now, key, form=form, proposed=proposed, status=422 if form.problems else 200)


@require_POST
@admin_page(Permission.SETTINGS)
def reset(request: HttpRequest, actor: Actor, now: datetime, key: str) -> HttpResponse:
    """POST /desk/admin/texts/<key>/reset/: back to what holds otherwise, from today."""
    region, language = clean(request.POST.get("region", ""))[:6], request.POST.get("language", "")
    if language not in LANGUAGES:
        raise NotFound(code="no_such_text")
    if overrides.reset(template=key, language=language, region=region, actor=actor, now=now):
        messages.success(request, _("Back to the words that hold otherwise."))
    else:
        messages.warning(request, _("Nothing was set there."))
    return redirect(f"{reverse('admin:text', args=[key])}?region={region}")


def kinds() -> dict[str, Kind]:
    """Every message by key: those of services in their order, then the platform's own."""
    found: dict[str, Kind] = {}
    for service in registry.services():
        for message in service.messages:
            to = Role(message.to).title if message.to != Role.WORKER else _("The worker")
            key = f"{service.key}.{message.key}"
            found[key] = Kind(key, service.key, service.title, to, message.sms)
    for key in sorted(templates()):
        by_sms = key in BY_SMS or key in SIGNATURES
        found.setdefault(key, Kind(key, "platform", _("The platform"), _of_platform(key), by_sms))
    return found


def _of_platform(key: str) -> Text:
    if key in SIGNATURES:
        return _("Signature of text messages")
    if key == NEUTRAL:
        return _("Instead of every text message that may not name the union")
    worker = key in ("clock.ends", "clock.over", "clock.late_worker", "people.code", "opening.told")
    return _("The worker") if worker else _("Staff")


def _show(
    request: HttpRequest, actor: Actor, now: datetime, key: str, *, form: Form, proposed: overrides.Shown | None,
    status: int,
) -> HttpResponse:  # fmt: skip
    places = places_of(actor)
    region = chosen_region(request, places)
    today = now.astimezone(CHINA).date()
    offered = [p for p in places if p.code == NATIONAL] if overrides.national(key) else places
    sets = actor.may(Permission.SETTINGS) and bool(offered)
    context: dict[str, Any] = {
        "kind": kinds()[key], "offers": sorted(template_of(key).offers), "region": region, "places": offered,
        "region_name": place_name(region), "tongues": [_tongue(key, code, region, now) for code in LANGUAGES],
        "form": form, "proposed": proposed, "sets": sets, "today": today, "national": overrides.national(key),
        "names": list(TONGUES.items()), "language": form.values.get("language", "zh-hans"),
        "parts": sms.segments(proposed.sms) if proposed else 0, "length": len(proposed.sms) if proposed else 0,
        "holds": sets and regions_of(actor).hold(region), "most": overrides.MOST,
        "history": list(Entry.objects.filter(chain=f"text:{key}").order_by("-seq")[:HISTORY]),
    }  # fmt: skip
    return page(request, actor, now, "text", context, tab="texts", section="settings", current="rules", status=status)


def _tongue(key: str, code: str, region: str, now: datetime) -> Tongue:
    shown = overrides.show(key, code, region=region, at=now)
    rows = [rule for rule in texts_set(f"text.{key}.{code}") if rule.key == f"text.{key}.{code}"]
    by = dict(Account.objects.filter(pk__in=[r.created_by for r in rows if r.created_by]).values_list("pk", "name"))
    names = names_of(rule.region for rule in rows)
    return Tongue(
        code, TONGUES[code], shown, sms.segments(shown.sms), len(shown.sms),
        [(rule, place_name(rule.region, names), by.get(rule.created_by or 0, "")) for rule in rows],
        any(rule.region == region for rule in rows),
    )  # fmt: skip
