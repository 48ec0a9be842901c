"""Systems of partners where people sign in with their account here, and what each person lets them learn.

What leaves is little by construction: a subject that is made for one system and tells it nothing, the name where the
person agreed, the posts of staff where they agreed. An employer's system may sign in staff of its union and learns no
name; a worker cannot sign in there at all, for having an account here is already something an employer must not learn
(promise 3).
"""

import base64
import hashlib
import hmac
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid
from zhijia.kernel.base.text import clean

from .actors import Actor
from .models import Account
from .oidc_models import OPENID, POSTS, PROFILE, Client, ClientKind, Consent
from .permissions import Permission
from .posts import actor_of

SIGN_IN = "sign_in"
"""What is learned by signing in alone: that this is the same person as last time."""


@transaction.atomic
def add_client(
    *,
    client_id: str,
    title_zh: str,
    title_en: str,
    kind: ClientKind,
    scopes: Collection[str],
    actor: Actor,
    now: datetime,
) -> Client:
    """Let the system with this OAuth2 id sign people in. Raises Forbidden, and Invalid for a scope its kind bars."""
    refuse_others(actor)
    titles = {"title_zh": clean(title_zh)[:100], "title_en": clean(title_en)[:100]}
    for field, title in titles.items():
        if not title:
            raise Invalid(FieldProblem(field, "required", _("Say what people know the system by.")))
    made = Client.objects.create(
        client_id=client_id, kind=kind, scopes=_fitting(kind, scopes), created_at=now, **titles
    )
    _record("client.added", made, actor, now)
    return made


@transaction.atomic
def change_client(*, client: Client, scopes: Collection[str], actor: Actor, now: datetime) -> Client:
    """Change what the system may ask for; consents that went further reach no further than this. Raises as above."""
    refuse_others(actor)
    client.scopes = _fitting(ClientKind(client.kind), scopes)
    client.save(update_fields=["scopes"])
    _record("client.changed", client, actor, now)
    return client


@transaction.atomic
def enable_client(*, client: Client, enabled: bool, actor: Actor, now: datetime) -> Client:
    """Let the system sign people in, or no longer; the face ends its tokens. Raises Forbidden."""
    refuse_others(actor)
    client.enabled = enabled
    client.save(update_fields=["enabled"])
    _record("client.enabled" if enabled else "client.disabled", client, actor, now)
    return client


def admit(*, client: Client, account: Account, asked: Collection[str], now: datetime) -> frozenset[str]:
    """What of the `asked` scopes this account can give to this system.

    Raises Forbidden when it cannot sign in there: the system is shut, the account is a machine's, or it is a worker's
    and the system an employer's.
    """
    staff = actor_of(account, now=now).is_staff
    if not client.enabled:
        raise Forbidden(_("This system may no longer sign people in here."), code="client_disabled")
    if account.is_partner:
        raise Forbidden(_("This account belongs to a system, not to a person."), code="not_a_person")
    if client.kind == ClientKind.ENTERPRISE and not staff:
        raise Forbidden(
            _("A system inside an enterprise must not learn that you have an account here, so it cannot sign you in."),
            code="employer",
        )  # fmt: skip
    given = frozenset(asked) & frozenset(client.scopes.split()) & ClientKind(client.kind).most
    return given if staff else given - {POSTS}


def live_consent(*, client: Client, account: Account) -> Consent | None:
    """What the person lets this system learn at present."""
    return Consent.objects.filter(client=client, account=account, withdrawn_at__isnull=True).first()


@transaction.atomic
def give_consent(*, client: Client, account: Account, scopes: Collection[str], now: datetime) -> Consent:
    """The person agrees to these scopes, beside those they have agreed to before."""
    consent, _made = Consent.objects.select_for_update().get_or_create(
        client=client, account=account, withdrawn_at=None, defaults={"scopes": "", "given_at": now}
    )
    consent.scopes, consent.given_at = " ".join(sorted({*consent.scopes.split(), *scopes})), now
    consent.save(update_fields=["scopes", "given_at"])
    _entry("consent.given", client, account, now, {"scopes": sorted(scopes)})
    return consent


@transaction.atomic
def withdraw_consent(*, consent: Consent, now: datetime) -> None:
    """The person takes it back; the face ends the tokens. The row stays, so that they can see when."""
    Consent.objects.filter(pk=consent.pk, withdrawn_at__isnull=True).update(withdrawn_at=now)
    _entry("consent.withdrawn", consent.client, consent.account, now, {})


@transaction.atomic
def record_use(*, client: Client, account: Account, fields: Sequence[str], now: datetime) -> None:
    """The system learned `fields` of this person: an access, with its purpose, that the person can read."""
    live = Consent.objects.filter(client=client, account=account, withdrawn_at__isnull=True)
    live.update(used_at=now, uses=F("uses") + int(SIGN_IN in fields))
    with override(account.language):
        purpose, who = say("Signing in at “%(title)s”") % {"title": client.title}, client.title
    _entry("consent.used", client, account, now, {"fields": list(fields)}, Actor(name=who), purpose)


def subject_of(client_id: str, account: Account) -> str:
    """The name by which one system knows one person: keyed, another one everywhere, and nothing can be read from it."""
    whom = f"account:{account.pk}" if account.person_id is None else f"person:{account.person_id}"
    return keyed("pairwise", client_id, whom)


def keyed(*parts: str) -> str:
    """HMAC-SHA-256 of the parts under settings.SUBJECT_KEY, which never rotates, as 43 letters."""
    text = "\0".join(parts).encode()
    digest = hmac.new(bytes.fromhex(settings.SUBJECT_KEY), text, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def claims_of(*, client: Client, account: Account, scopes: Collection[str], now: datetime) -> dict[str, Any]:
    """What the system is told about the person beside the subject: at most their name and their posts of today."""
    given = admit(client=client, account=account, asked=scopes, now=now)
    told: dict[str, Any] = {}
    if PROFILE in given:
        told["name"] = name_told(account)
    if POSTS in given:
        told["posts"] = posts_told(account, now=now)
    return told


def name_told(account: Account) -> str:
    """The name that the account, else its person, goes by; "" when they gave none."""
    return account.name or (account.person.name if account.person else "")


def posts_told(account: Account, *, now: datetime) -> list[dict[str, str]]:
    """Role, organisation and region of each post held today, without any id of ours."""
    posts = actor_of(account, now=now).posts
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, region_id FROM org_org WHERE id = ANY(%s)", [[post.org_id for post in posts]])
        regions = dict(cursor.fetchall())
    return [{"role": str(p.role), "org": p.org_name, "region": regions.get(p.org_id) or ""} for p in posts]


def refuse_others(actor: Actor) -> None:
    """Only the platform and a security administrator decide which systems are trusted. Raises Forbidden."""
    if not actor.system:
        actor.require(Permission.SECURITY)


def _fitting(kind: ClientKind, scopes: Collection[str]) -> str:
    wanted = {OPENID, *scopes}
    if wanted - kind.most:
        barred = _("A system of this kind cannot have these scopes.")
        raise Invalid(FieldProblem("scopes", "barred", barred, {"most": sorted(kind.most)}))
    return " ".join(sorted(wanted))


def _record(act: str, client: Client, actor: Actor, now: datetime) -> None:
    subject = f"client:{client.pk}"
    data = {"kind": client.kind, "scopes": client.scopes.split()}
    append(chain=subject, act=act, subject=subject, actor=actor, now=now, data=data)


def _entry(
    act: str,
    client: Client,
    account: Account,
    now: datetime,
    data: dict[str, Any],
    actor: Actor | None = None,
    purpose: str = "",
) -> None:
    """One entry in the person's own chain, or that of a staff account without a person."""
    person = account.person_id
    append(
        chain=f"account:{account.pk}" if person is None else f"person:{person}", act=act, subject=f"client:{client.pk}",
        actor=actor or Actor(account_id=account.pk, person_id=person, name=account.name), now=now, data=data,
        person_id=person, purpose=purpose,
    )  # fmt: skip
