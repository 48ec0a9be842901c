"""The second step of signing in, the compulsory set-up of a factor, and the link that sets a password once.

Who is on these pages is nobody yet: they know the account from the note that the first proof left in the session.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import http_date, url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from zhijia.faces.rp import site_of
from zhijia.faces.sign_in import finish_second, pending, prove_passkey, prove_second, start_session
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Invalid
from zhijia.kernel.base.limits import TooSoon
from zhijia.kernel.people import factors, passkeys
from zhijia.kernel.people.factors import Step, factors_of
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.passwords import LEAST
from zhijia.kernel.people.setup import find_setup, finish_setup

from .factors import challenge, keep, picture
from .frame import page, unkept
from .password import chosen_password

StepView = Callable[[HttpRequest, Account, datetime], HttpResponse]


def step_page(due: Step) -> Callable[[StepView], Callable[[HttpRequest], HttpResponse]]:
    """A page for whoever owes this step; everybody else begins at the beginning."""

    def decorate(view: StepView) -> Callable[[HttpRequest], HttpResponse]:
        @sensitive_post_parameters("code", "answer")
        @wraps(view)
        def run(request: HttpRequest) -> HttpResponse:
            now = clock.now()
            found = pending(request, now=now)
            if found is None or found[1] is not due:
                return redirect("sign_in")
            return unkept(view(request, found[0], now))

        return run

    return decorate


@step_page(Step.PROVE)
def second(request: HttpRequest, account: Account, now: datetime) -> HttpResponse:
    """GET /sign-in/second/ asks for the second proof; POST takes a code, a recovery code or a passkey."""
    error: Invalid | None = None
    refused: TooSoon | None = None
    if request.method == "POST":
        try:
            if request.POST.get("act") == "passkey":
                prove_passkey(request, answer=request.POST.get("answer", ""), account=account, now=now)
                finish_second(request, account, how="passkey", now=now)
            else:
                prove_second(request, code=request.POST.get("code", "")[:20], now=now)
            return _home(request, account)
        except Invalid as wrong:
            error = wrong
        except TooSoon as wrong:
            refused = wrong
    response = page(
        request, "second.html", account, now, error=error, status=refused.status if refused else 200,
        factors=factors_of(account), next=_wanted(request), refused=refused.reason if refused else "",
    )  # fmt: skip
    if refused:
        response["Retry-After"] = http_date(refused.until.timestamp())
    return response


@require_POST
@step_page(Step.PROVE)
def begin_second(request: HttpRequest, account: Account, now: datetime) -> HttpResponse:
    """POST /sign-in/second/begin/: a challenge for one of the account's passkeys, as JSON."""
    options, request.session["passkey"] = passkeys.begin_sign_in(site=site_of(request), now=now, account=account)
    return JsonResponse(options)


@step_page(Step.SET_UP)
def set_up(request: HttpRequest, account: Account, now: datetime) -> HttpResponse:
    """GET /sign-in/set-up/: staff without a second factor get one before anything else; POST keeps it and goes on."""
    error: Invalid | None = None
    refused: TooSoon | None = None
    if request.method == "POST":
        try:
            how = "passkey" if request.POST.get("act") == "passkey" else "totp"
            if how == "passkey":
                codes = keep(request, account, now)
            else:
                codes = factors.confirm_totp(account=account, code=request.POST.get("code", "")[:20], now=now)
            finish_second(request, account, how=how, now=now)
            return page(request, "codes.html", account, now, codes=codes, onward=_home(request, account)["Location"])
        except Invalid as wrong:
            error = wrong
        except TooSoon as wrong:
            refused = wrong
    response = page(
        request, "set_up.html", account, now, error=error, status=refused.status if refused else 200,
        next=_wanted(request), refused=refused.reason if refused else "", **picture(account, now),
    )  # fmt: skip
    if refused:
        response["Retry-After"] = http_date(refused.until.timestamp())
    return response


@require_POST
@step_page(Step.SET_UP)
def begin_set_up(request: HttpRequest, account: Account, now: datetime) -> HttpResponse:
    """POST /sign-in/set-up/begin/: what the browser needs to make a passkey, as JSON."""
    return challenge(request, account, now)


@sensitive_post_parameters("password", "again")
def link(request: HttpRequest, token: str) -> HttpResponse:
    """GET /sign-in/link/<token>/ asks for a password; POST sets it, voids the link, and goes on as after a password.

    Looking at it uses nothing up: programs that preview links must not spend it. Raises NotFound for a dead link.
    """
    now = clock.now()
    account = find_setup(token=token, now=now)
    try:
        if request.method == "POST":
            account = finish_setup(token=token, password=chosen_password(request), now=now)
            return start_session(request, account, by="link") or _home(request, account)
    except Invalid as error:
        return unkept(page(request, "link.html", account, now, error=error, least=LEAST))
    return unkept(page(request, "link.html", account, now, least=LEAST))


def _home(request: HttpRequest, account: Account) -> HttpResponse:
    from zhijia.faces.web.sign_in import home  # it begins where these pages end

    return home(request, account)


def _wanted(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}) else ""
