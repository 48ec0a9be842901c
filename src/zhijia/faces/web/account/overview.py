"""The overview, and the list of devices that are signed in."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.faces import sessions
from zhijia.faces.address import client_address
from zhijia.kernel.notify.models import Channel, Message
from zhijia.kernel.notify.render import render as worded
from zhijia.kernel.people import devices
from zhijia.kernel.people.factors import factors_of, is_compulsory, make_codes
from zhijia.kernel.people.models import Account

from .frame import account_page, page, proved_page

NOTICES = 3


@account_page
def overview(request: HttpRequest, account: Account, now: datetime) -> HttpResponse:
    """GET /account/: how I sign in, and where I am signed in."""
    return page(
        request, "overview.html", account, now, factors=factors_of(account), compulsory=is_compulsory(account, now=now),
        devices=sessions.open_devices(account, now=now), here=request.session.session_key, notices=_notices(account),
        passkeys=account.passkeys.order_by("created_at", "pk"), person=account.person,
    )  # fmt: skip


@require_POST
@account_page
def end(request: HttpRequest, account: Account, now: datetime) -> HttpResponse:
    """POST /account/devices/ with `device`: sign that one out; with `act=all`: all but this one."""
    address = client_address(request)
    if request.POST.get("act") == "all":
        return _end_all(request, account, now)
    chosen = request.POST.get("device", "")
    keys: list[str] = []
    if chosen.isascii() and chosen.isdigit() and len(chosen) <= 18:
        keys = devices.end_device(account=account, device_id=int(chosen), now=now, address=address)
    sessions.delete_sessions(keys)
    if request.session.session_key in keys:
        return redirect("sign_in")
    messages.success(request, _("That device is signed out."))
    return redirect("account")


def _end_all(request: HttpRequest, account: Account, now: datetime) -> HttpResponse:
    keys = devices.end_all(
        account=account, keep=request.session.session_key, now=now, address=client_address(request)
    )  # fmt: skip
    sessions.delete_sessions(keys)
    sessions.rotate(request, account)
    messages.success(request, _("You are signed out everywhere but here."))
    return redirect("account")


@require_POST
@proved_page
def codes(request: HttpRequest, account: Account, now: datetime) -> HttpResponse:
    """POST /account/codes/: new recovery codes, shown on this page and never again."""
    if not factors_of(account).any:
        return redirect("account")
    return page(request, "codes.html", account, now, codes=make_codes(account=account, now=now), onward="/account/")


def _notices(account: Account) -> list[tuple[datetime, str]]:
    """What happened to this account lately, in words."""
    rows = Message.objects.filter(account=account, channel=Channel.APP, template__startswith="people.").order_by("-pk")
    language = get_language() or ""
    return [(row.created_at, worded(row.template, row.data, language, at=row.created_at)) for row in rows[:NOTICES]]
