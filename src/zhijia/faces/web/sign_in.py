"""Signing in: by phone and one-time code, by login and password, by passkey. One page, every step a plain POST."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import http_date
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from zhijia.faces.address import client_address
from zhijia.faces.rp import site_of
from zhijia.faces.sign_in import check_password, end_session, prove_passkey, send_code, start_session
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Forbidden, Invalid, Text
from zhijia.kernel.people import passkeys
from zhijia.kernel.people.auth import TooSoon, redeem_code
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.posts import actor_of

from .account.frame import unkept
from .pages import back

DEMO = "zhijia.faces.cli.demo"


@dataclass
class Form:
    """What was typed, what is wrong with it, and which step comes next. The code and the password are never kept."""

    phone: str = ""
    login: str = ""
    sent: bool = False
    """A code is on its way: ask for it."""
    code: str = ""
    """The code itself, in a demonstration only."""
    problems: dict[str, Text] = field(default_factory=dict)
    reason: Text = ""
    status: int = 200
    until: datetime | None = None
    """When the next try is allowed."""
    by: str = ""
    strong: bool = False


@never_cache
@sensitive_post_parameters("password", "code", "answer")
def sign_in(request: HttpRequest) -> HttpResponse:
    """GET shows the page; POST does `act`: "send" a code, sign in with the "code", the "password" or a "passkey"."""
    form = Form()
    if request.method != "POST":
        if isinstance(request.user, Account):
            return home(request, request.user)
        return _page(request, form)
    form.by = request.POST.get("act", "")
    step = _STEPS.get(form.by, _send)
    form.phone = request.POST.get("phone", "").strip()[:40]
    form.login = request.POST.get("login", "").strip()[:40]
    try:
        account = step(request, form, clock.now())
    except TooSoon as error:
        form.reason, form.status, form.until = error.reason, error.status, error.until
    except Forbidden as error:
        form.reason, form.status = error.reason, error.status
    except Invalid as error:
        form.problems, form.status = {p.field: p.message for p in error.problems}, error.status
        form.reason = form.problems.get("passkey", "")
    else:
        if account is not None:
            return start_session(request, account, by=form.by, strong=form.strong) or home(request, account)
    return _page(request, form)


@require_POST
@never_cache
def begin_passkey(request: HttpRequest) -> HttpResponse:
    """POST /sign-in/passkey/begin/: a challenge for whichever passkey the person chooses, as JSON."""
    options, request.session["passkey"] = passkeys.begin_sign_in(site=site_of(request), now=clock.now())
    return JsonResponse(options)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """POST /sign-out/: end the session, and let the browser forget what it kept of it."""
    return end_session(request, redirect("/"))


def home(request: HttpRequest, account: Account) -> HttpResponse:
    """The page they wanted, else the desk for staff and the home page for workers."""
    return back(request, "/desk/" if actor_of(account, now=clock.now()).is_staff else "/")


def _send(_request: HttpRequest, form: Form, now: datetime) -> None:
    try:
        issued = send_code(phone=form.phone, now=now)
    except TooSoon:
        form.sent = True  # an earlier code may still be good
        raise
    form.sent = True
    form.code = issued.code if settings.DEMO else ""


def _code(request: HttpRequest, form: Form, now: datetime) -> Account:
    form.sent = True
    code = request.POST.get("code", "")[:20]
    return redeem_code(phone=form.phone, code=code, now=now, address=client_address(request))


def _password(request: HttpRequest, form: Form, now: datetime) -> Account:
    typed = request.POST.get("password", "")[:500]
    return check_password(login=form.login, password=typed, now=now, address=client_address(request))


def _passkey(request: HttpRequest, form: Form, now: datetime) -> Account:
    form.strong = True  # the device asked for a finger, a face or a PIN: two factors in one
    return prove_passkey(request, answer=request.POST.get("answer", ""), account=None, now=now)


_STEPS: dict[str, Callable[[HttpRequest, Form, datetime], Account | None]] = {
    "send": _send, "code": _code, "password": _password, "passkey": _passkey,
}  # fmt: skip


def _page(request: HttpRequest, form: Form) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form, "next": request.POST.get("next") or request.GET.get("next") or "", "demo": settings.DEMO,
        "accounts": demo_accounts(), "staff_open": bool(form.login or "password" in form.problems),
    }  # fmt: skip
    response = render(request, "web/sign_in.html", context, status=form.status)
    if form.until:
        response["Retry-After"] = http_date(form.until.timestamp())
    return unkept(response)


def demo_accounts() -> list[Any]:
    """The accounts of the demonstration province, for one-click signing in; none in a real installation."""
    if not settings.DEMO or find_spec(DEMO) is None:
        return []
    return list(getattr(import_module(DEMO), "ACCOUNTS", ()))
