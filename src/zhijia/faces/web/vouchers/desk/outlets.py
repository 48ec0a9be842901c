"""Outlets and their terminals: adding, closing, enrolling a device with a secret that is shown once, revoking it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno
from django.contrib import messages
from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhijia.faces.web.desk import filing
from zhijia.faces.web.pages import before
from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound
from zhijia.kernel.org.models import Region
from zhijia.kernel.people.actors import Actor
from zhijia.modules.vouchers.accounts import held, payable
from zhijia.modules.vouchers.models import Batch, Outlet, Redemption, Terminal
from zhijia.modules.vouchers.programmes import (
    Enrolled,
    add_outlet,
    enroll_terminal,
    outlet_for,
    revoke_terminal,
    set_outlet_active,
)
from zhijia.modules.vouchers.shops import OutletKind

from .frame import Typed, manages, number, orgs_for, page, voucher_desk
from .roles import MANAGE

SHOWN = 50
READABLE = ("id", "outlet_id", "label", "enrolled_at", "revoked_at", "locked_until")
"""Columns of a terminal that staff may read: never the hash of its secret."""


@require_safe
@voucher_desk
def outlets(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/vouchers/outlets/?q=: the outlets in reach, newest first."""
    words = request.GET.get("q", "").strip()[:40]
    rows = Outlet.objects.select_related("org")
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(address__icontains=words))
    found = list(before(rows, request)[: SHOWN + 1])
    shown = found[:SHOWN]
    names = dict(Region.objects.filter(pk__in={o.region for o in shown}).values_list("pk", "name"))
    live = Terminal.objects.filter(outlet__in=shown, revoked_at=None).values_list("outlet_id", flat=True)
    devices = list(live)
    context = {
        "rows": [(o, names.get(o.region, o.region), devices.count(o.pk)) for o in shown], "q": words,
        "older": found[SHOWN - 1].pk if len(found) > SHOWN else None,
    }  # fmt: skip
    return page(request, actor, now, "outlets", context, tab="outlets")


@require_http_methods(["GET", "HEAD", "POST"])
@voucher_desk
def add(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """/desk/vouchers/outlets/new/: add a shop or a station."""
    form = Typed()
    if request.method == "POST":
        typed = request.POST
        try:
            made = _add(typed, actor, now)
        except Invalid as error:
            form = Typed.wrong(typed, error.problems)
        else:
            messages.success(request, _("Added. Enrol its first device next."))
            return redirect("vouchers:outlet_page", pk=made.pk)
    context = {
        "form": form, "orgs": orgs_for(actor), "kinds": OutletKind.choices, "counties": filing.counties(actor, MANAGE)
    }  # fmt: skip
    return page(request, actor, now, "outlet_new", context, tab="outlets", status=422 if form.problems else 200)


def _add(typed: Any, actor: Actor, now: datetime) -> Outlet:
    org, kind = number(typed.get("org", "")), typed.get("kind", "")
    problems = []
    if org is None:
        problems.append(FieldProblem("org", "required", _("Choose the union that looks after it.")))
    if kind not in OutletKind.values:
        problems.append(FieldProblem("kind", "required", _("Choose what sort of place it is.")))
    if problems or org is None:
        raise Invalid(*problems)
    return add_outlet(
        name=typed.get("name", ""), kind=OutletKind(kind), org_id=org, region=typed.get("region", ""),
        address=typed.get("address", ""), opening=typed.get("opening", ""), payee=typed.get("payee", ""), actor=actor,
        now=now,
    )  # fmt: skip


@dataclass(frozen=True)
class Device:
    """One terminal with the last thing that was heard of it."""

    terminal: Terminal
    last: datetime | None


@require_safe
@voucher_desk
def outlet(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """GET /desk/vouchers/outlets/<id>/: one outlet, its devices, what it is owed."""
    return _page(request, actor, now, outlet_for(pk))


@require_POST
@voucher_desk
def set_active(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """POST /desk/vouchers/outlets/<id>/active/: let it take part, or not."""
    active = request.POST.get("active") == "1"
    set_outlet_active(outlet=outlet_for(pk), active=active, actor=actor, now=now)
    said = _("It takes part again.") if active else _("It takes no part from now on. What it is owed stays owed.")
    messages.success(request, said)
    return redirect("vouchers:outlet_page", pk=pk)


@require_POST
@voucher_desk
def enrol(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """POST /desk/vouchers/outlets/<id>/terminals/: a new device; the answer is the only page that shows its code."""
    found = outlet_for(pk)
    try:
        made = enroll_terminal(outlet=found, label=request.POST.get("label", ""), actor=actor, now=now)
    except Invalid as error:
        return _page(request, actor, now, found, form=Typed.wrong(request.POST, error.problems), status=422)
    link = f"{request.build_absolute_uri(reverse('vouchers:outlet'))}#{made.secret}"
    return _page(request, actor, now, found, made=made, link=link)


@require_POST
@voucher_desk
def revoke(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """POST /desk/vouchers/terminals/<id>/revoke/: trust this device no more."""
    found = Terminal.objects.select_related("outlet").only(*READABLE, "outlet").filter(pk=pk).first()
    if found is None:
        raise NotFound(code="no_such_terminal")
    revoke_terminal(terminal=found, actor=actor, now=now)
    messages.success(request, _("Revoked: %(label)s hands out nothing any more.") % {"label": found.label})
    return redirect("vouchers:outlet_page", pk=found.outlet_id)


def _page(
    request: HttpRequest, actor: Actor, now: datetime, found: Outlet, *, form: Typed | None = None,
    made: Enrolled | None = None, link: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    region = Region.objects.filter(pk=found.region).first()
    devices = _devices(found)
    context = {
        "outlet": found, "place": region.name if region else found.region, "manages": manages(actor, found.org),
        "devices": [d for d in devices if d.terminal.revoked_at is None],
        "revoked": [d for d in devices if d.terminal.revoked_at is not None], "form": form or Typed(), "made": made,
        "link": link, "picture": _picture(link) if link else "", "owed": -held(payable(found.pk)),
    }  # fmt: skip
    return page(request, actor, now, "outlet", context, tab="outlets", status=status)


def _devices(found: Outlet) -> list[Device]:
    """The outlet's terminals and when each was last heard of: what it handed out or uploaded; three queries."""
    devices = list(Terminal.objects.filter(outlet=found).only(*READABLE).order_by("-id"))
    ids = [d.pk for d in devices]
    last: dict[int, datetime] = {}
    for rows in (Redemption.objects, Batch.objects):
        of = rows.filter(terminal_id__in=ids).values_list("terminal_id").annotate(at=Max("received_at"))
        for pk, at in of.order_by():
            last[pk] = max(at, last.get(pk, at))
    return [Device(d, last.get(d.pk)) for d in devices]


def _picture(link: str) -> str:
    """The enrolment link as a QR code."""
    code = segno.make_qr(link, error="m")
    drawn: str = code.svg_inline(border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True)
    return drawn
