"""What I let other systems know of me, and from where I can sign in here: seen, ended, and added to by everybody."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from oauth2_provider.models import Application

from zhijia.faces import sessions
from zhijia.faces.access import as_worker
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import NotFound
from zhijia.kernel.people import consents, providers
from zhijia.kernel.people.models import Account, Client, Consent, Provider, ProviderLink
from zhijia.kernel.people.oidc_models import POSTS, PROFILE, ClientKind, SignsIn
from zhijia.kernel.people.posts import actor_of

from .consent import onward
from .doors import begin
from .server import end_tokens

T = TypeVar("T")


@dataclass(frozen=True)
class Known:
    """One system that knows me."""

    client: Client
    kind: str
    name: bool
    posts: bool
    consent: Consent


@never_cache
@require_http_methods(["GET", "POST"])
def connected(request: HttpRequest) -> HttpResponse:
    """GET /me/connected/; POST ends a consent (`withdraw`) or a way in (`unlink`), or begins to add one (`link`)."""
    account = request.user
    if not isinstance(account, Account):
        return redirect_to_login(request.get_full_path())
    now = clock.now()
    if request.method != "POST":
        return _page(request, account, now)
    if key := request.POST.get("link", ""):
        if not sessions.is_fresh(request, now=now):
            return redirect(f"{reverse('account_confirm')}?{urlencode({'next': reverse('connected')})}")
        return onward(request, begin(request, providers.door(key, now=now), now=now, account=account))
    if withdrawn := _number(request, "withdraw"):
        consent = Consent.objects.filter(pk=withdrawn, account=account, withdrawn_at__isnull=True).first()
        withdraw(_there(consent), now=now)
        messages.success(request, _("Withdrawn. That system can no longer ask about you."))
    elif unlinked := _number(request, "unlink"):
        link = ProviderLink.objects.filter(pk=unlinked, account=account, ended_at__isnull=True).first()
        providers.end_link(link=_there(link), actor=as_worker(account), now=now)
        messages.success(request, _("Ended. Nobody signs in here that way any more."))
    return redirect("connected")


def withdraw(consent: Consent, *, now: datetime) -> None:
    """Take a consent back, and end what the system holds."""
    consents.withdraw_consent(consent=consent, now=now)
    application = Application.objects.filter(client_id=consent.client.client_id).first()
    if application is not None:
        end_tokens(application=application, account=consent.account)


def _page(request: HttpRequest, account: Account, now: datetime) -> HttpResponse:
    given = Consent.objects.filter(account=account).select_related("client").order_by("-given_at")[:50]
    links = ProviderLink.objects.filter(account=account, ended_at__isnull=True).select_related("provider")
    known = [_known(consent) for consent in given if consent.withdrawn_at is None]
    past = [consent for consent in given if consent.withdrawn_at is not None]
    mine = list(links.order_by("-linked_at"))
    context = {
        "tab": "me", "known": known, "past": past, "links": mine,
        "doors": _doors(account, {link.provider_id for link in mine}, now), "worker": account.person_id is not None,
    }  # fmt: skip
    return render(request, "web/oidc/connected.html", context)


def _known(consent: Consent) -> Known:
    scopes = consent.scopes.split()
    kind = str(ClientKind(consent.client.kind).title)
    return Known(consent.client, kind, PROFILE in scopes, POSTS in scopes, consent)


def _doors(account: Account, linked: set[int], now: datetime) -> list[Provider]:
    """The providers that this account could join itself to."""
    whom = SignsIn.STAFF if actor_of(account, now=now).is_staff else SignsIn.WORKERS
    return [door for door in providers.doors(now=now) if door.signs_in == whom and door.pk not in linked]


def _there(found: T | None) -> T:
    if found is None:
        raise NotFound
    return found


def _number(request: HttpRequest, name: str) -> int:
    typed = request.POST.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else 0
