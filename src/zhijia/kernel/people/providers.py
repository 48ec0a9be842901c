"""Identity providers that sign their people in here: which ones, whom each may sign in, and who is who.

A subject of a provider is joined to an account by an invitation or by the person who is signed in here; a provider of
workers may also vouch for a phone number. Nothing is ever joined by a name or an address for mail, and no account of
staff comes about by itself. What a provider says is believed only within its reach: see `_refuse_beyond`.
"""

import re
import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from zhijia.kernel.base.text import clean

from . import auth, vault
from .actors import Actor
from .consents import keyed, refuse_others
from .models import Account
from .oidc_models import Provider, ProviderInvitation, ProviderLink, SignsIn
from .posts import actor_of

INVITED = timedelta(days=3)
"""How long an invitation can be used."""
STRONG = "mfa"
"""The value of `amr` that says more than one factor was asked for (RFC 8176)."""

_KEY = re.compile(r"[a-z][a-z0-9-]{1,29}")


@transaction.atomic
def add_provider(
    *,
    key: str,
    title_zh: str,
    title_en: str,
    issuer: str,
    client_id: str,
    signs_in: SignsIn,
    actor: Actor,
    now: datetime,
    client_secret: str = "",
    reach_id: int | None = None,
    strong_acr: str = "",
    from_day: date | None = None,
    to_day: date | None = None,
) -> Provider:
    """Trust a provider with signing people in: staff whose posts lie below `reach_id`, or workers.

    Raises Forbidden unless the actor is the platform or a security administrator; Invalid for a key that is taken or
    malformed, a missing title, a reach that is missing (staff) or senseless (workers), days in the wrong order.
    """
    refuse_others(actor)
    titles = {"title_zh": clean(title_zh)[:100], "title_en": clean(title_en)[:100]}
    first = from_day or now.astimezone(CHINA).date()
    _refuse_wrong(key, titles, signs_in, reach_id, first, to_day)
    made = Provider(
        id=_next_id(), key=key, issuer=issuer, client_id=client_id, signs_in=signs_in, reach_id=reach_id,
        strong_acr=strong_acr, from_day=first, to_day=to_day, created_at=now, **titles,
    )  # fmt: skip
    if client_secret:
        made.secret_sealed = vault.seal(client_secret, purpose="provider_secret", aad=_aad(made))
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Invalid(FieldProblem("key", "taken", _("There is a provider with this key already."))) from error
    _record("provider.added", made, actor, now, signs_in=str(signs_in), reach=reach_id)
    return made


@transaction.atomic
def enable_provider(*, provider: Provider, enabled: bool, actor: Actor, now: datetime) -> Provider:
    """Let the provider sign people in, or no longer; what it was linked to stays. Raises Forbidden."""
    refuse_others(actor)
    provider.enabled = enabled
    provider.save(update_fields=["enabled"])
    _record("provider.enabled" if enabled else "provider.disabled", provider, actor, now)
    return provider


def doors(*, now: datetime) -> QuerySet[Provider]:
    """The providers that sign people in today, as the sign-in page shows them."""
    today = now.astimezone(CHINA).date()
    open_today = Provider.objects.filter(enabled=True, from_day__lte=today)
    return open_today.filter(Q(to_day__isnull=True) | Q(to_day__gte=today)).order_by("signs_in", "key")


def door(key: str, *, now: datetime) -> Provider:
    """The provider with this key, if it signs people in today. Raises NotFound."""
    found = doors(now=now).filter(key=key).first()
    if found is None:
        raise NotFound(_("Nobody can sign in this way at present."))
    return found


def secret_of(provider: Provider) -> str:
    """What we prove ourselves with to the provider; "" when that is the code challenge only."""
    if provider.secret_sealed is None:
        return ""
    return vault.open_(bytes(provider.secret_sealed), purpose="provider_secret", aad=_aad(provider))


def is_strong(provider: Provider, claims: Mapping[str, Any]) -> bool:
    """Whether the provider says that it asked for a second factor."""
    methods = claims.get("amr")
    return (isinstance(methods, list) and STRONG in methods) or claims.get("acr") in provider.strong_acr.split()


@transaction.atomic
def account_of(*, provider: Provider, subject: str, phone: str, now: datetime) -> Account:
    """The account that this subject signs in to; `phone` is one that the provider has verified, or "".

    Raises Forbidden when there is none, when it is closed, or when it lies beyond what the provider may sign in.
    """
    key = _subject_key(provider, subject)
    link = ProviderLink.objects.filter(provider=provider, subject_key=key, ended_at__isnull=True).first()
    if link is not None:
        account = Account.objects.get(pk=link.account_id)
    elif provider.signs_in == SignsIn.WORKERS and phone:
        account = _worker_of(phone, now)
        _refuse_beyond(provider, account, now)
        link = _link(provider, key, account, "phone", now)
    else:
        raise Forbidden(
            _("This sign-in is not joined to an account here yet. Sign in as usual, or ask for an invitation."),
            code="not_linked",
        )
    _refuse_beyond(provider, account, now)
    ProviderLink.objects.filter(pk=link.pk).update(used_at=now)
    return account


@transaction.atomic
def link_own(*, provider: Provider, subject: str, account: Account, now: datetime) -> ProviderLink:
    """Join the subject to the account that is signed in here.

    Raises Forbidden when the provider may not sign this account in, Conflict when either is joined already.
    """
    _refuse_beyond(provider, account, now)
    return _link(provider, _subject_key(provider, subject), account, "self", now)


@transaction.atomic
def invite(*, provider: Provider, account: Account, actor: Actor, now: datetime) -> str:
    """The token of a one-time link with which whoever signs in at the provider gets into `account`.

    It opens the door only: the second factor of the account is still asked for. Raises Forbidden as `add_provider`
    does, and when the provider may not sign this account in.
    """
    refuse_others(actor)
    _refuse_beyond(provider, account, now)
    token = secrets.token_urlsafe(32)
    ProviderInvitation.objects.filter(provider=provider, account=account, used_at__isnull=True).delete()
    ProviderInvitation.objects.create(
        provider=provider, account=account, token_key=keyed("invitation", token), made_by_id=actor.account_id,
        made_at=now, expires_at=now + INVITED,
    )  # fmt: skip
    _record("provider.invited", provider, actor, now, account=account)
    return token


def invitation_of(token: str, *, now: datetime) -> ProviderInvitation:
    """The invitation that this token opens. Raises NotFound when it was used, is too old, or never was."""
    found = ProviderInvitation.objects.select_related("provider", "account").filter(
        token_key=keyed("invitation", token), used_at__isnull=True, expires_at__gt=now
    )
    invitation = found.first()
    if invitation is None:
        raise NotFound(_("This invitation was used or is too old. Ask for a new one."))
    return invitation


@transaction.atomic
def accept_invitation(*, token: str, provider: Provider, subject: str, now: datetime) -> Account:
    """Join the subject to the invited account; the token is spent. Raises as `invitation_of` and `link_own` do."""
    invitation = invitation_of(token, now=now)
    if invitation.provider_id != provider.pk:
        raise NotFound(_("This invitation was used or is too old. Ask for a new one."))
    spent = ProviderInvitation.objects.filter(pk=invitation.pk, used_at__isnull=True).update(used_at=now)
    if not spent:
        raise NotFound(_("This invitation was used or is too old. Ask for a new one."))
    account = invitation.account
    _refuse_beyond(provider, account, now)
    link = _link(provider, _subject_key(provider, subject), account, "invitation", now)
    ProviderLink.objects.filter(pk=link.pk).update(used_at=now)
    return account


@transaction.atomic
def end_link(*, link: ProviderLink, actor: Actor, now: datetime) -> None:
    """The subject signs in here no longer. Raises Forbidden for anybody but the account itself and an administrator."""
    if actor.account_id != link.account_id:
        refuse_others(actor)
    ProviderLink.objects.filter(pk=link.pk, ended_at__isnull=True).update(ended_at=now)
    _record("provider.unlinked", link.provider, actor, now, account=link.account)


def _worker_of(phone: str, now: datetime) -> Account:
    """The account of this number, as if a code had been sent to it; a new worker gets one."""
    index = vault.blind(phone, purpose="phone")
    auth._lock(index)
    return auth._of_phone(index) or auth._add_worker(phone, index, now)


def _link(provider: Provider, key: str, account: Account, by: str, now: datetime) -> ProviderLink:
    try:
        with transaction.atomic():
            made = ProviderLink.objects.create(
                provider=provider, subject_key=key, account=account, linked_at=now, linked_by=by
            )
    except IntegrityError as error:
        taken = _("This sign-in, or this account, is joined to another one already. End that first.")
        raise Conflict(taken, code="linked_already") from error
    _record("provider.linked", provider, _self(account), now, account=account, by=by)
    return made


def _refuse_beyond(provider: Provider, account: Account, now: datetime) -> None:
    """A provider of workers signs in nobody who holds a post; one of staff only those who hold nothing outside its
    reach: whoever runs it could sign in as any of them."""
    posts = actor_of(account, now=now).posts
    beyond = Forbidden(_("This provider may not sign in to this account."), code="beyond_reach")
    if account.is_partner or (provider.signs_in == SignsIn.WORKERS and (posts or account.person_id is None)):
        raise beyond
    if provider.signs_in == SignsIn.STAFF:
        with connection.cursor() as cursor:
            cursor.execute(_WITHIN, {"reach": provider.reach_id, "orgs": [post.org_id for post in posts]})
            first, last, inside = cursor.fetchone()
        ranges = [(post.lft, post.rgt) for post in posts if not post.industry]
        if not posts or not inside or any(lft < first or rgt > last for lft, rgt in ranges):
            raise beyond


_WITHIN = """
SELECT r.lft, r.rgt, (SELECT bool_and(o.lft BETWEEN r.lft AND r.rgt) FROM org_org o WHERE o.id = ANY(%(orgs)s))
FROM org_org r WHERE r.id = %(reach)s
"""


def _refuse_wrong(
    key: str, titles: Mapping[str, str], signs_in: SignsIn, reach_id: int | None, first: date, last: date | None
) -> None:
    if not _KEY.fullmatch(key):
        message = _("A key is 2 to 30 small letters, digits and dashes, and starts with a letter.")
        raise Invalid(FieldProblem("key", "malformed", message))
    for field, title in titles.items():
        if not title:
            raise Invalid(FieldProblem(field, "required", _("Say what people know the system by.")))
    if (signs_in == SignsIn.STAFF) != (reach_id is not None):
        message = _("A provider of staff needs an organisation as its reach; one of workers has none.")
        raise Invalid(FieldProblem("reach", "mismatch", message))
    if last is not None and last < first:
        raise Invalid(FieldProblem("to_day", "before_start", _("The last day is before the first.")))


def _subject_key(provider: Provider, subject: str) -> str:
    return keyed("subject", provider.issuer, subject)


def _aad(provider: Provider) -> bytes:
    return f"people_provider.secret_sealed:{provider.pk}".encode()


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('people_provider_id_seq')")
        return int(cursor.fetchone()[0])


def _self(account: Account) -> Actor:
    return Actor(account_id=account.pk, person_id=account.person_id, name=account.name)


def _record(
    act: str, provider: Provider, actor: Actor, now: datetime, account: Account | None = None, **data: object
) -> None:
    """One entry: in the chain of the account it is about, else in the provider's own."""
    subject = f"provider:{provider.pk}"
    append(
        chain=subject if account is None else f"account:{account.pk}", act=act, subject=subject, actor=actor, now=now,
        data=data, person_id=None if account is None else account.person_id,
    )  # fmt: skip
