"""What every page about one's own sign-in shares: who it is, a recent proof, nothing kept by the browser."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from zhijia.faces import sessions
from zhijia.faces.limits import refuse
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Invalid, Text
from zhijia.kernel.base.limits import TooSoon
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.posts import actor_of

P = ParamSpec("P")
AccountView = Callable[Concatenate[HttpRequest, Account, datetime, P], HttpResponse]
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def account_page(view: AccountView[P]) -> View[P]:
    """A page of whoever is signed in, run as the owner of the database: it touches nothing but their own account."""

    @sensitive_post_parameters("password", "old", "code", "answer")
    @wraps(view)
    def run(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not isinstance(request.user, Account):
            return redirect_to_login(request.get_full_path() if request.method == "GET" else reverse("account"))
        now = clock.now()
        try:
            return unkept(view(request, request.user, now, *args, **kwargs))
        except TooSoon as error:
            return unkept(refuse(request, error, now))

    return run


def proved_page(view: AccountView[P]) -> View[P]:
    """The same for what opens the door: asks first for a proof of who it is, unless there was one lately."""

    @wraps(view)
    def run(
        request: HttpRequest, account: Account, now: datetime, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if not sessions.is_fresh(request, now=now):
            page = request.get_full_path() if request.method == "GET" else reverse("account")
            return redirect(f"{reverse('account_confirm')}?{urlencode({'next': page})}")
        return view(request, account, now, *args, **kwargs)

    return account_page(run)


def unkept(response: HttpResponse) -> HttpResponse:
    """Nothing of it stays in the browser."""
    response["Cache-Control"] = "no-store"
    return response


def page(
    request: HttpRequest, template: str, account: Account, now: datetime, *, error: Invalid | None = None,
    status: int = 200, **context: Any,
) -> HttpResponse:  # fmt: skip
    """Render one of these pages; `error` puts its words beside the fields."""
    problems: dict[str, Text] = {p.field: p.message for p in error.problems} if error else {}
    frame = {
        "account": account, "staff": actor_of(account, now=now).is_staff, "problems": problems, "tab": "me",
        "reason": problems.get("passkey", ""),
    }  # fmt: skip
    return render(request, f"web/account/{template}", {**frame, **context}, status=error.status if error else status)
