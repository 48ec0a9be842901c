"""Giving a partner's system its way in: to the API as a machine, or as a place where people sign in with us.

The two never mix: a machine has an account with a post and no people, a place of sign-in has people and no account.
Pages for administrators and the command line call these; each asks for the right to do so.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import Application

from zhijia.faces.web.oidc.server import MACHINE, PERSON, end_tokens
from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound
from zhijia.kernel.people import consents
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.auth import add_account
from zhijia.kernel.people.models import Account, Client
from zhijia.kernel.people.oidc_models import ClientKind
from zhijia.kernel.people.posts import appoint

from . import auth

LOCAL = ("localhost", "127.0.0.1", "::1")
MOST_ADDRESSES = 20


@dataclass(frozen=True)
class Credentials:
    """What the partner is told once; the secret is kept only as a hash. A public system has none: ""."""

    account: Account | None
    client_id: str
    client_secret: str


@dataclass(frozen=True)
class Listed:
    """One system, as an administrator sees it."""

    client_id: str
    name: str
    kind: str
    """A kind of `ClientKind`, or "machine"."""
    scopes: tuple[str, ...]
    redirects: tuple[str, ...]
    public: bool
    enabled: bool


@transaction.atomic
def add_partner(
    *, name: str, org_id: int, actor: Actor, now: datetime, reach_id: int | None = None, role: Role = Role.PARTNER
) -> Credentials:
    """A partner called `name` with a post at `org_id` that sees the subtree of `reach_id` (default: that of the
    organisation). To file, it must reach the centre that receives. Raises as `add_account` and `appoint` do."""
    login, secret = f"partner-{secrets.token_hex(6)}", secrets.token_urlsafe(32)
    account = add_account(login=login, name=name, actor=actor, now=now, is_partner=True)
    today = now.astimezone(CHINA).date()
    appoint(account=account, role=role, org_id=org_id, reach_id=reach_id, from_day=today, actor=actor, now=now)
    application = Application.objects.create(
        user=account, name=name, client_secret=secret, client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=MACHINE,
    )  # fmt: skip
    return Credentials(account, application.client_id, secret)


@transaction.atomic
def add_sign_in(
    *,
    title_zh: str,
    title_en: str,
    kind: ClientKind,
    redirects: Sequence[str],
    scopes: Collection[str],
    actor: Actor,
    now: datetime,
    after_logout: Sequence[str] = (),
    public: bool = False,
) -> Credentials:
    """A system where people sign in with us. `public`: it can keep no secret (an app on a phone), PKCE alone must do.

    Raises Forbidden unless the actor is the platform or a security administrator; Invalid for an address that is not
    https (but on the own machine), a missing title, and scopes that the kind bars.
    """
    secret = "" if public else secrets.token_urlsafe(32)
    application = Application.objects.create(
        name=title_en[:100], client_secret=secret or secrets.token_urlsafe(32),
        redirect_uris=_addresses(redirects), post_logout_redirect_uris=_addresses(after_logout, least=0),
        client_type=Application.CLIENT_PUBLIC if public else Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=PERSON, algorithm=Application.RS256_ALGORITHM,
    )  # fmt: skip
    consents.add_client(
        client_id=application.client_id, title_zh=title_zh, title_en=title_en, kind=kind, scopes=scopes, actor=actor,
        now=now,
    )  # fmt: skip
    return Credentials(None, application.client_id, secret)


@transaction.atomic
def change_sign_in(
    *,
    client_id: str,
    actor: Actor,
    now: datetime,
    redirects: Sequence[str] | None = None,
    after_logout: Sequence[str] | None = None,
    scopes: Collection[str] | None = None,
) -> Client:
    """Set what is given anew. Raises as `add_sign_in` does, and NotFound."""
    consents.refuse_others(actor)
    application, client = _found(client_id)
    if client is None:
        raise NotFound(_("There is no such system."))
    if redirects is not None:
        application.redirect_uris = _addresses(redirects)
    if after_logout is not None:
        application.post_logout_redirect_uris = _addresses(after_logout, least=0)
    application.save(update_fields=["redirect_uris", "post_logout_redirect_uris"])
    return consents.change_client(
        client=client, scopes=client.scopes.split() if scopes is None else scopes, actor=actor, now=now
    )


@transaction.atomic
def rotate_secret(*, client_id: str, actor: Actor, now: datetime) -> str:
    """A new secret; the old one ends at once. Raises Forbidden, NotFound, and Invalid for a public system."""
    consents.refuse_others(actor)
    application, _client = _found(client_id)
    if application.client_type == Application.CLIENT_PUBLIC:
        raise Invalid(FieldProblem("client_id", "public", _("This system has no secret.")))
    application.client_secret = secret = secrets.token_urlsafe(32)
    application.save(update_fields=["client_secret"])
    _record("client.secret_rotated", application, actor, now)
    return secret


@transaction.atomic
def enable(*, client_id: str, enabled: bool, actor: Actor, now: datetime) -> None:
    """Shut a system, which ends all its tokens, or open it again. Raises Forbidden, NotFound."""
    consents.refuse_others(actor)
    application, client = _found(client_id)
    if client is not None:
        consents.enable_client(client=client, enabled=enabled, actor=actor, now=now)
    if application.user_id is not None:
        Account.objects.filter(pk=application.user_id, is_partner=True).update(is_active=enabled)
        _record("client.enabled" if enabled else "client.disabled", application, actor, now)
    if not enabled:
        end_tokens(application=application)
        auth.forget()


def listed() -> list[Listed]:
    """Every system, machines first."""
    clients = {client.client_id: client for client in Client.objects.all()}
    applications = Application.objects.select_related("user").order_by("user_id", "created", "pk")
    return [_listed(application, clients.get(application.client_id)) for application in applications]


def _listed(application: Application, client: Client | None) -> Listed:
    open_ = client.enabled if client else application.user is not None and application.user.is_active
    return Listed(
        client_id=application.client_id, name=client.title if client else application.name,
        kind=client.kind if client else "machine", scopes=tuple(client.scopes.split()) if client else ("cases",),
        redirects=tuple(application.redirect_uris.split()), enabled=open_,
        public=application.client_type == Application.CLIENT_PUBLIC,
    )  # fmt: skip


def _found(client_id: str) -> tuple[Application, Client | None]:
    application = Application.objects.filter(client_id=client_id).first()
    if application is None:
        raise NotFound(_("There is no such system."))
    return application, Client.objects.filter(client_id=client_id).first()


def _addresses(given: Sequence[str], *, least: int = 1) -> str:
    """Addresses as they are compared: letter by letter. Raises Invalid for one that may not be one."""
    if not least <= len(given) <= MOST_ADDRESSES:
        message = format_lazy(_("Name at least one address, and at most {most}."), most=MOST_ADDRESSES)
        raise Invalid(FieldProblem("redirects", "count", message, {"most": MOST_ADDRESSES}))
    for address in given:
        if not _is_fit(address):
            message = _("An address begins with https:// (http only on the same machine) and has no blank, user or #.")
            raise Invalid(FieldProblem("redirects", "malformed", message))
    return " ".join(given)


def _is_fit(address: str) -> bool:
    try:
        parts = urlsplit(address)
        plain = parts.port != 0 and parts.username is None and parts.password is None
    except ValueError:
        return False
    if not plain or not parts.hostname or "#" in address or "*" in parts.netloc or not address.isascii():
        return False
    if not address.isprintable() or " " in address:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL)


def _record(act: str, application: Application, actor: Actor, now: datetime) -> None:
    subject = f"application:{application.pk}"
    append(chain=subject, act=act, subject=subject, actor=actor, now=now)
