"""Setting, changing and removing one's own password."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhijia.faces import sessions
from zhijia.faces.access import as_worker
from zhijia.faces.address import client_address
from zhijia.kernel.base.errors import FieldProblem, Invalid
from zhijia.kernel.people import devices
from zhijia.kernel.people.auth import change_password, remove_password
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.passwords import LEAST

from .frame import page, proved_page

LONGEST = 500


@proved_page
def password(request: HttpRequest, account: Account, now: datetime) -> HttpResponse:
    """GET /account/password/ asks for a new one; POST keeps it (or removes it) and signs out everywhere else."""
    if request.method != "POST":
        return page(request, "password.html", account, now, least=LEAST)
    if request.POST.get("act") == "remove":
        remove_password(account=account, actor=as_worker(account), now=now)
        return _elsewhere(request, account, now, _("Your password is removed. You sign in by code or passkey."))
    try:
        chosen = chosen_password(request)
        change_password(account=account, password=chosen, actor=as_worker(account), now=now)
    except Invalid as error:
        return page(request, "password.html", account, now, error=error, least=LEAST)
    return _elsewhere(request, account, now, _("Your new password holds. All other devices are signed out."))


def chosen_password(request: HttpRequest) -> str:
    """The new password, typed twice alike. Raises Invalid."""
    first, second = (request.POST.get(name, "")[:LONGEST] for name in ("password", "again"))
    if first != second:
        differ = gettext_lazy("The two are not the same. Type the new password twice.")
        raise Invalid(FieldProblem("again", "differs", differ))
    return first


def _elsewhere(request: HttpRequest, account: Account, now: datetime, words: str) -> HttpResponse:
    """A new password ends what was begun with the old one."""
    keys = devices.end_all(
        account=account, keep=request.session.session_key, now=now, address=client_address(request)
    )  # fmt: skip
    sessions.delete_sessions(keys)
    sessions.rotate(request, account)
    messages.success(request, words)
    return redirect("account")
