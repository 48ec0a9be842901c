"""Signing in: a worker by phone and one-time code, staff by login and password. One page, every step a plain POST."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from zhijia.faces.sign_in import check_password, end_session, send_code, start_session
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Forbidden, Invalid, Text
from zhijia.kernel.people.auth import TooSoon, redeem_code
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.posts import actor_of

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


@never_cache
@sensitive_post_parameters("password", "code")
def sign_in(request: HttpRequest) -> HttpResponse:
    """GET shows the page; POST does `act`: "send" a code, sign in with the "code", or with the "password"."""
    form = Form()
    if request.method != "POST":
        if isinstance(request.user, Account):
            return _home(request, request.user)
        return _page(request, form)
    step = _STEPS.get(request.POST.get("act", ""), _send)
    form.phone = request.POST.get("phone", "").strip()[:40]
    form.login = request.POST.get("login", "").strip()[:40]
    try:
        account = step(request, form, clock.now())
    except TooSoon as error:
        form.reason, form.status = error.reason, error.status
    except Forbidden as error:
        form.reason, form.status = error.reason, error.status
    except Invalid as error:
        form.problems, form.status = {p.field: p.message for p in error.problems}, error.status
    else:
        if account is not None:
            start_session(request, account)
            return _home(request, account)
    return _page(request, form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """POST /sign-out/: end the session, and let the browser forget what it kept of it."""
    return end_session(request, redirect("/"))


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
    return redeem_code(phone=form.phone, code=request.POST.get("code", "")[:20], now=now)


def _password(request: HttpRequest, form: Form, now: datetime) -> Account:
    return check_password(login=form.login, password=request.POST.get("password", "")[:500], now=now)


_STEPS: dict[str, Callable[[HttpRequest, Form, datetime], Account | None]] = {
    "send": _send, "code": _code, "password": _password,
}  # fmt: skip


def _page(request: HttpRequest, form: Form) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form, "next": request.POST.get("next") or request.GET.get("next") or "", "demo": settings.DEMO,
        "accounts": demo_accounts(), "staff_open": bool(form.login or "password" in form.problems),
    }  # fmt: skip
    return render(request, "web/sign_in.html", context, status=form.status)


def _home(request: HttpRequest, account: Account) -> HttpResponse:
    """The page they wanted, else the desk for staff and the home page for workers."""
    return back(request, "/desk/" if actor_of(account, now=clock.now()).is_staff else "/")


def demo_accounts() -> list[Any]:
    """The accounts of the demonstration province, for one-click signing in; none in a real installation."""
    if not settings.DEMO or find_spec(DEMO) is None:
        return []
    return list(getattr(import_module(DEMO), "ACCOUNTS", ()))
