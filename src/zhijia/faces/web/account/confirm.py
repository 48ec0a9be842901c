"""Asking again who it is, before something that opens the door is changed: password, code, passkey or app."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import http_date
from django.views.decorators.http import require_POST

from zhijia.faces import sessions
from zhijia.faces.address import client_address
from zhijia.faces.rp import site_of
from zhijia.faces.sign_in import check_password, prove_passkey, send_own_code
from zhijia.faces.web.pages import back
from zhijia.kernel.base.errors import Invalid
from zhijia.kernel.base.limits import TooSoon
from zhijia.kernel.people import factors, passkeys
from zhijia.kernel.people.auth import confirm_code
from zhijia.kernel.people.models import Account

from .frame import account_page, page


@account_page
def confirm(request: HttpRequest, account: Account, now: datetime) -> HttpResponse:
    """GET /account/confirm/ offers the ways there are; POST takes one of them and goes on to `next`."""
    if request.method != "POST":
        return _page(request, account, now)
    act = request.POST.get("act", "")
    try:
        if act == "send":
            issued = send_own_code(account=account, now=now)
            return _page(request, account, now, sent=True, code=issued.code if settings.DEMO else "")
        strong = _take(request, account, act, now)
    except Invalid as error:
        return _page(request, account, now, error=error, sent=act == "code")
    except TooSoon as error:
        return _page(request, account, now, sent=act in ("send", "code"), refused=error)
    sessions.prove(request, strong=strong, now=now)
    return back(request, "/account/")


@require_POST
@account_page
def begin(request: HttpRequest, account: Account, now: datetime) -> HttpResponse:
    """POST /account/confirm/begin/: a challenge for one of my passkeys, as JSON."""
    options, request.session["passkey"] = passkeys.begin_sign_in(site=site_of(request), now=now, account=account)
    return JsonResponse(options)


def _take(request: HttpRequest, account: Account, act: str, now: datetime) -> bool:
    """Check the proof; whether it was a strong one. Raises Invalid, TooSoon."""
    if act == "passkey":
        prove_passkey(request, answer=request.POST.get("answer", ""), account=account, now=now)
        return True
    if act == "app":
        code = request.POST.get("code", "")[:20]
        factors.prove(account=account, code=code, now=now, address=client_address(request))
        return True
    if act == "code":
        confirm_code(account=account, code=request.POST.get("code", "")[:20], now=now)
    else:
        typed = request.POST.get("password", "")[:500]
        check_password(login=account.login, password=typed, now=now, address=client_address(request))
    return False


def _page(
    request: HttpRequest, account: Account, now: datetime, *, error: Invalid | None = None, sent: bool = False,
    code: str = "", refused: TooSoon | None = None,
) -> HttpResponse:  # fmt: skip
    person, has = account.person, factors.factors_of(account)
    response = page(
        request, "confirm.html", account, now, error=error, status=refused.status if refused else 200, sent=sent,
        code=code, refused=refused.reason if refused else "", phone=person.phone_masked if person else "",
        has_password=account.has_usable_password(), factors=has,
        next=request.POST.get("next") or request.GET.get("next") or "",
    )  # fmt: skip
    if refused:
        response["Retry-After"] = http_date(refused.until.timestamp())
    return response
