"""The counter: an outlet's device says "hand it out" or "do not", also without a network, and sees what is owed."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from zhijia.kernel.base import clock
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound, Text
from zhijia.kernel.org.regions import ancestors
from zhijia.kernel.service import registry
from zhijia.modules.vouchers import keys, offline, programmes, rules, settle, words
from zhijia.modules.vouchers.models import How, Offer, Redemption, Terminal
from zhijia.modules.vouchers.redeem import Handed
from zhijia.modules.vouchers.redeem import redeem as hand_out

from . import device
from .device import terminal_page

AHEAD = 7
"""Days of which a terminal knows the offers, for when its network is gone."""
LONGEST = 200


@never_cache
@require_GET
def entry(request: HttpRequest) -> HttpResponse:
    """GET /outlet/: the counter of this device's outlet, or the form by which a device becomes its terminal."""
    known = device.terminal(request)
    if known is None:
        return render(request, "web/vouchers/enrol.html", {})
    return _counter(request, known, clock.now())


@never_cache
@sensitive_post_parameters("code")
@require_POST
def enrol(request: HttpRequest) -> HttpResponse:
    """POST /outlet/enrol/: the code that the desk showed once makes this device the terminal."""
    code = "".join(request.POST.get("code", "").split())[:100]
    try:
        known = programmes.terminal_of(code)
    except Forbidden:
        words_ = _("This code is not valid, or no longer. Ask your union for a new one.")
        return render(request, "web/vouchers/enrol.html", {"problem": words_}, status=403)
    messages.success(request, _("This device now works for %(outlet)s.") % {"outlet": known.outlet.name})
    return device.enrol(request, redirect("vouchers:outlet"), code)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """POST /outlet/leave/: this device is no terminal any more. At the desk it should be revoked as well."""
    messages.success(request, _("This device is no terminal any more."))
    return device.forget(redirect("vouchers:outlet"))


@require_POST
@terminal_page
def redeem_page(request: HttpRequest, terminal: Terminal, now: datetime) -> HttpResponse:
    """POST /outlet/redeem/: what was shown, and the answer; a script gets the answer alone. Twice is once."""
    shown, key = request.POST.get("shown", "").strip(), request.POST.get("key", "")
    problem: Text = ""
    handed: Handed | None = None
    if not shown:
        problem = _("Type the eight digits, or scan the picture.")
    else:
        try:
            handed = hand_out(terminal=terminal, shown=shown[: LONGEST + 1], key=key, now=now)
        except Invalid as error:
            problem = error.problems[0].message
    context = {"handed": handed, "problem": problem}
    status = 422 if problem else 200
    if device.asks_for_json(request):
        html = render(request, "web/vouchers/_result.html", context).content.decode()
        data = {"code": handed.code if handed else "invalid", "html": html, "counts": _counts(terminal, now)}
        return JsonResponse(data, status=status)
    return _counter(request, terminal, now, status=status, **context)


@require_GET
@terminal_page
def state(_request: HttpRequest, terminal: Terminal, now: datetime) -> HttpResponse:
    """GET /outlet/state/: what the device must know to go on without a network, as JSON."""
    return JsonResponse(known_offline(terminal, now))


@require_POST
@terminal_page
def upload(request: HttpRequest, terminal: Terminal, now: datetime) -> HttpResponse:
    """POST /outlet/upload/: a closed batch `{key, count, rows: [{token, at, key}]}`; the answer to each row, as JSON.

    422 and 409 say in words what is wrong with the whole batch; the device keeps it.
    """
    try:
        batch = _batch(request.body)
        answered = offline.upload(terminal=terminal, key=batch.key, rows=batch.rows, count=batch.count, now=now)
    except Invalid as error:
        return JsonResponse({"code": error.problems[0].code, "words": str(error.problems[0].message)}, status=422)
    except Conflict as error:
        return JsonResponse({"code": error.code, "words": str(error.reason)}, status=409)
    answers = [{"code": a.code, "words": _said(a)} for a in answered.answers]
    return JsonResponse({"answers": answers, "again": answered.again, "counts": _counts(terminal, now)})


@require_GET
@terminal_page
def settlements(request: HttpRequest, terminal: Terminal, now: datetime) -> HttpResponse:
    """GET /outlet/settlements/: what the union wants to pay, to agree to or not."""
    return _statements(request, terminal, now)


@require_POST
@terminal_page
def answer(request: HttpRequest, terminal: Terminal, now: datetime, no: str) -> HttpResponseBase:
    """POST /outlet/settlements/<no>/: agree, or say what is wrong."""
    agreed, remark = request.POST.get("agreed") == "1", request.POST.get("remark", "")
    try:
        settle.answer(terminal=terminal, no=no, agreed=agreed, remark=remark, now=now)
    except Invalid as error:
        problem: dict[str, Any] = {"no": no, "words": error.problems[0].message, "remark": remark}
        return _statements(request, terminal, now, problem=problem, status=422)
    except (Conflict, NotFound) as error:
        return _statements(request, terminal, now, problem={"no": "", "words": error.reason}, status=error.status)
    messages.success(request, _("Agreed. The union pays next.") if agreed else _("Passed on. The union looks into it."))
    return redirect("vouchers:statements")


def _counter(request: HttpRequest, terminal: Terminal, now: datetime, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "terminal": terminal, "counts": _counts(terminal, now), "known": known_offline(terminal, now), "now": now,
        "key": uuid4().hex, "waiting": _waiting(terminal), **more,
    }  # fmt: skip
    return render(request, "web/vouchers/counter.html", context, status=status)


def known_offline(terminal: Terminal, now: datetime) -> dict[str, Any]:
    """What a terminal may know of a day on which its network is gone: the public key, offers, limits; no person."""
    places, today = ancestors(terminal.outlet.region), now.astimezone(CHINA).date()
    days = (today, today + timedelta(days=AHEAD))
    near = Offer.objects.filter(region__in=places, day__range=days).order_by("day", "id")
    hours = rules.number("offline_hours", region=terminal.outlet.region, now=now)
    handed = Redemption.objects.filter(terminal=terminal, how=How.OFFLINE, at__gte=now - timedelta(hours=hours)).count()
    return {
        "terminal": terminal.id, "outlet": terminal.outlet.name, "active": terminal.outlet.active,
        "now": int(now.timestamp() * 1000), "key": keys.public_hex(), "places": places, "hours": hours,
        "most": rules.number("offline_most", region=terminal.outlet.region, now=now), "handed": handed,
        "offers": [
            {
                "programme": o.programme_id, "region": o.region, "day": o.day.isoformat(), "title": o.title,
                "from": int(o.use_from.timestamp() * 1000), "suspended": o.suspended_at is not None,
            }
            for o in near
        ],
    }  # fmt: skip


def _counts(terminal: Terminal, now: datetime) -> dict[str, int]:
    """What the outlet and this device have handed out today; one query."""
    today = Redemption.objects.filter(
        outlet_id=terminal.outlet_id, day=now.astimezone(CHINA).date(), undoes=None, void=False
    )
    by = list(today.values_list("terminal_id", flat=True))
    return {"outlet": len(by), "here": by.count(terminal.id)}


def _waiting(terminal: Terminal) -> int:
    """Settlements that wait for the merchant's word."""
    return sum(s.state == "sent" for s in settle.statements(terminal=terminal))


@dataclass(frozen=True)
class _Batch:
    key: str
    count: int
    rows: list[offline.Row]


def _batch(body: bytes) -> _Batch:
    """What the device sent. Raises Invalid for what is no batch."""
    try:
        given = json.loads(body)
        rows = [
            offline.Row(str(r["token"])[:LONGEST], datetime.fromtimestamp(int(r["at"]) / 1000, CHINA), str(r["key"]))
            for r in given["rows"]
        ]
        return _Batch(str(given["key"]), int(given["count"]), rows)
    except (ValueError, TypeError, KeyError, OverflowError, OSError, RecursionError) as error:
        raise Invalid(FieldProblem("rows", "malformed", _("This is no batch of a terminal."))) from error


def _said(answer: offline.Answer) -> str:
    """The answer to one row, in words."""
    if answer.code in words.DONE:
        return _("counted")
    verdict = words.verdict(answer.code)
    if answer.at:
        moment = datetime.fromisoformat(answer.at).astimezone(CHINA)
        where = {"at": f"{moment:%H:%M}", "outlet": answer.outlet}
        return f"{verdict.reason} {_('At %(at)s, %(outlet)s.') % where}"
    return str(verdict.reason)


@dataclass(frozen=True)
class Line:
    """One settlement with the days it consists of."""

    statement: settle.Statement
    state: Text
    days: list[tuple[Any, int, int]]


def _statements(
    request: HttpRequest, terminal: Terminal, now: datetime, *, problem: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    titles = registry.service(settle.SERVICE).state_titles
    lines = settle.statements(terminal=terminal)
    days = _days([s.no for s in lines if s.state == "sent"])
    context = {
        "terminal": terminal, "now": now, "problem": problem or {},
        "lines": [Line(s, titles[s.state], days.get(s.no, [])) for s in lines],
    }  # fmt: skip
    return render(request, "web/vouchers/statements.html", context, status=status)


def _days(numbers: list[str]) -> dict[str, list[tuple[Any, int, int]]]:
    """Number and money by day of the settlements that wait for an answer, to compare with one's own notes."""
    if not numbers:
        return {}
    found = Redemption.objects.filter(settlement__case__no__in=numbers)
    by_day = found.values_list("settlement__case__no", "day").annotate(n=Count("id"), fen=Sum("fen")).order_by("day")
    days: dict[str, list[tuple[Any, int, int]]] = {}
    for no, day, n, fen in by_day:
        days.setdefault(no, []).append((day, n, fen))
    return days
