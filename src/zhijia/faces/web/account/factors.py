"""Adding and removing a second factor: the app's picture, passkeys. The set-up page of signing in uses it too."""

from datetime import datetime
from typing import Any

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from zhijia.faces import sessions
from zhijia.faces.rp import site_of
from zhijia.kernel.base.errors import Invalid
from zhijia.kernel.people import factors, passkeys
from zhijia.kernel.people.models import Account

from .frame import page, proved_page

ISSUER = "Zhijia"


@proved_page
def app(request: HttpRequest, account: Account, now: datetime) -> HttpResponse:
    """GET /account/app/ shows the picture; POST takes the app into use by one code, or removes it."""
    if request.method == "POST" and request.POST.get("act") == "remove":
        factors.remove_totp(account=account, now=now)
        messages.success(request, _("The authenticator app is removed."))
        return _changed(request, account, [], now)
    try:
        if request.method == "POST":
            made = factors.confirm_totp(account=account, code=request.POST.get("code", "")[:20], now=now)
            sessions.prove(request, strong=True, now=now)
            messages.success(request, _("From now on signing in asks for a code from your app."))
            return _changed(request, account, made, now)
        return page(request, "app.html", account, now, **picture(account, now))
    except Invalid as error:
        if factors.factors_of(account).totp:
            return redirect("account")
        return page(request, "app.html", account, now, error=error, **picture(account, now))


@require_POST
@proved_page
def begin(request: HttpRequest, account: Account, now: datetime) -> HttpResponse:
    """POST /account/passkeys/begin/: what the browser needs to make a passkey, as JSON."""
    return challenge(request, account, now)


@require_POST
@proved_page
def add(request: HttpRequest, account: Account, now: datetime) -> HttpResponse:
    """POST /account/passkeys/: keep the passkey that the browser made."""
    try:
        made = keep(request, account, now)
    except Invalid as error:
        messages.warning(request, str(next(p.message for p in error.problems)))
        return redirect("account")
    sessions.prove(request, strong=True, now=now)
    messages.success(request, _("The passkey is kept. Next time, sign in with it and type nothing."))
    return _changed(request, account, made, now)


@require_POST
@proved_page
def passkey(request: HttpRequest, account: Account, now: datetime, pk: int) -> HttpResponse:
    """POST /account/passkeys/<id>/: rename or remove one."""
    if request.POST.get("act") == "remove":
        passkeys.remove_passkey(account=account, passkey_id=pk, now=now)
        messages.success(request, _("The passkey is removed here. Delete it on your device too."))
        return _changed(request, account, [], now)
    try:
        passkeys.rename_passkey(account=account, passkey_id=pk, name=request.POST.get("name", ""), now=now)
    except Invalid as error:
        messages.warning(request, str(next(p.message for p in error.problems)))
    return redirect("account")


def picture(account: Account, now: datetime) -> dict[str, Any]:
    """The QR code for the app, and the secret in groups of four for whoever types it."""
    secret = factors.begin_totp(account=account, now=now)
    address = factors.totp_address(secret=secret, account=account, issuer=ISSUER)
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return {"qr": _drawn(address), "secret": groups}


def challenge(request: HttpRequest, account: Account, now: datetime) -> JsonResponse:
    """What the browser needs to make a passkey; the state stays in the session for one answer."""
    options, request.session["passkey"] = passkeys.begin_registration(account=account, site=site_of(request), now=now)
    return JsonResponse(options)


def keep(request: HttpRequest, account: Account, now: datetime) -> list[str]:
    """Keep the passkey of the form's `answer`; new recovery codes if there were none. Raises Invalid."""
    return passkeys.finish_registration(
        account=account, site=site_of(request), state=request.session.pop("passkey", None), now=now,
        answer=request.POST.get("answer", ""), name=request.POST.get("name", ""),
    )  # fmt: skip


def _changed(request: HttpRequest, account: Account, codes: list[str], now: datetime) -> HttpResponse:
    """A new key for the session, and the recovery codes if some were made."""
    sessions.rotate(request, account)
    if codes:
        return page(request, "codes.html", account, now, codes=codes, onward="/account/")
    return redirect("account")


def _drawn(address: str) -> SafeString:
    """A QR code as SVG, black on white in every theme. Our own drawing of our own text."""
    code = segno.make(address, error="m")
    drawn = code.svg_inline(scale=4, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None)
    return mark_safe(drawn)  # noqa: S308 # nosec B308
