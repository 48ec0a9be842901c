"""Passkeys (WebAuthn level 2): registering one, signing in with one. The cryptography is python-fido2's.

A challenge lives in the caller's session, for one use and five minutes. The private key never leaves the device, and a
page on another address gets no answer from it: there is nothing here that could be phished or stolen from our database.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from zhijia.kernel.audit import security
from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound
from zhijia.kernel.base.text import clean

from . import vault
from .factors import drop_codes_without_factor, factors_of, keep_one, make_codes
from .models import Account, Passkey
from .trail import record

LIFE = timedelta(minutes=5)
"""How long a challenge may be answered."""
MOST = 20
"""Passkeys of one account."""
State = dict[str, Any]


@dataclass(frozen=True)
class Site:
    """Where the page stands: the domain that passkeys are bound to, and the only origin that may answer."""

    domain: str
    origin: str
    name: str


def begin_registration(*, account: Account, site: Site, now: datetime) -> tuple[dict[str, Any], State]:
    """What the browser needs to make a passkey for this account, and the state to keep in the session."""
    if Passkey.objects.filter(account=account).count() >= MOST:
        raise Invalid(_problem("full", format_lazy(_("An account has at most {most} passkeys."), most=MOST)))
    user = PublicKeyCredentialUserEntity(
        name=_label(account), id=_handle(account), display_name=str(account) or _label(account)
    )
    options, state = _server(site).register_begin(
        user, credentials=_known(account), user_verification=UserVerificationRequirement.REQUIRED,
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
    )  # fmt: skip
    return dict(options), _kept(state, now, account)


def finish_registration(
    *, account: Account, site: Site, state: State | None, answer: str, name: str, now: datetime
) -> list[str]:
    """Keep the passkey that the browser made. Gives new recovery codes if this is the first second factor.

    Raises Invalid when the answer is not to this challenge, from this page, or not for this account.
    """
    challenge = _fresh(state, now, account)
    try:
        made = _server(site).register_complete(challenge, RegistrationResponse.from_dict(_json(answer)))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Invalid(_problem("refused", _FAILED)) from error
    credential = made.credential_data
    if credential is None:
        raise Invalid(_problem("refused", _FAILED))
    with transaction.atomic():
        try:
            with transaction.atomic():
                kept = Passkey.objects.create(
                    account=account, name=clean(name)[:60] or "–", credential_id=credential.credential_id,
                    credential=bytes(credential), sign_count=made.counter, created_at=now,
                )  # fmt: skip
        except IntegrityError as error:
            raise Invalid(_problem("taken", _("This passkey is here already."))) from error
        record(account, "account.factor_added", now, kind="passkey", id=kept.pk)
        return [] if factors_of(account).codes else make_codes(account=account, now=now)


def begin_sign_in(*, site: Site, now: datetime, account: Account | None = None) -> tuple[dict[str, Any], State]:
    """A challenge for whichever passkey the person chooses, or for one of this account's."""
    options, state = _server(site).authenticate_begin(
        _known(account) if account else None, user_verification=UserVerificationRequirement.REQUIRED
    )
    return dict(options), _kept(state, now, account)


def finish_sign_in(
    *, site: Site, state: State | None, answer: str, now: datetime, account: Account | None = None, address: str = ""
) -> Account:
    """The open account whose passkey answered the challenge (of `account`, where one is named).

    Raises Invalid for everything else, always in the same words, and for a passkey that seems to have been copied.
    """
    challenge = _fresh(state, now, account)
    try:
        response = AuthenticationResponse.from_dict(_json(answer))
        found = Passkey.objects.select_related("account__person").filter(credential_id=response.raw_id)
        row = found.filter(account__is_active=True, **({"account": account} if account else {})).get()
        handle = response.response.user_handle
        if handle is not None and bytes(handle) != _handle(row.account):
            raise ValueError("another account's handle")
        credential = AttestedCredentialData(bytes(row.credential))
        _server(site).authenticate_complete(challenge, [credential], response)
    except (ValueError, TypeError, KeyError, AttributeError, Passkey.DoesNotExist) as error:
        account_id = account.pk if account else None
        security.log(kind="sign_in.failed", now=now, address=address, account_id=account_id, detail={"by": "passkey"})
        raise Invalid(_problem("refused", _FAILED)) from error
    if not _count_on(row, response.response.authenticator_data, now):
        with transaction.atomic():
            record(row.account, "account.passkey_copied", now, by_owner=False, id=row.pk)
        raise Invalid(_problem("copied", _COPIED))
    return row.account


@transaction.atomic
def rename_passkey(*, account: Account, passkey_id: int, name: str, now: datetime) -> None:
    """Call a passkey something that its owner knows it by. Raises NotFound, Invalid for an empty name."""
    name = clean(name)[:60]
    if not name:
        raise Invalid(FieldProblem("name", "required", _("Write a name, such as “my phone”.")))
    if not Passkey.objects.filter(account=account, pk=passkey_id).update(name=name):
        raise NotFound(code="no_such_passkey")
    record(account, "account.factor_renamed", now, kind="passkey", id=passkey_id)


@transaction.atomic
def remove_passkey(*, account: Account, passkey_id: int, now: datetime) -> None:
    """Forget a passkey. Raises NotFound, Forbidden where it is the last factor of somebody who must have one."""
    Account.objects.select_for_update().get(pk=account.pk)
    if not Passkey.objects.filter(account=account, pk=passkey_id).exists():
        raise NotFound(code="no_such_passkey")
    keep_one(account, now, without="passkey")
    Passkey.objects.filter(account=account, pk=passkey_id).delete()
    record(account, "account.factor_removed", now, kind="passkey", id=passkey_id)
    drop_codes_without_factor(account)


def _server(site: Site) -> Fido2Server:
    rp = PublicKeyCredentialRpEntity(name=site.name, id=site.domain)
    return Fido2Server(rp, verify_origin=lambda origin: origin == site.origin)


def _handle(account: Account) -> bytes:
    """What a passkey knows its account by: says nothing to whoever reads it off the device."""
    return vault.blind(str(account.pk), purpose="passkey_user")


def _label(account: Account) -> str:
    """A worker's login is an index; their masked phone tells them more."""
    return account.person.phone_masked if account.person and len(account.login) == 32 else account.login


def _known(account: Account) -> list[PublicKeyCredentialDescriptor]:
    ids = Passkey.objects.filter(account=account).values_list("credential_id", flat=True)
    kind = PublicKeyCredentialType.PUBLIC_KEY
    return [PublicKeyCredentialDescriptor(type=kind, id=bytes(found)) for found in ids]


def _kept(state: State, now: datetime, account: Account | None) -> State:
    until = int((now + LIFE).timestamp())
    return {
        "challenge": state["challenge"], "user_verification": str(state["user_verification"].value),
        "until": until, "account": account.pk if account else 0,
    }  # fmt: skip


def _fresh(state: State | None, now: datetime, account: Account | None) -> State:
    if not state or state["until"] <= now.timestamp() or state["account"] != (account.pk if account else 0):
        raise Invalid(_problem("old", _("This took too long. Press the button once more.")))
    required = UserVerificationRequirement(state["user_verification"])
    return {"challenge": state["challenge"], "user_verification": required}


def _count_on(row: Passkey, data: AuthenticatorData, now: datetime) -> bool:
    """Keep the authenticator's counter if it went on. One that counts at all (synced passkeys stay at 0) and does not
    go on was copied (WebAuthn 6.1.1)."""
    rows = Passkey.objects.filter(pk=row.pk)
    if data.counter or row.sign_count:
        rows = rows.filter(sign_count__lt=data.counter)
    return bool(rows.update(sign_count=data.counter, used_at=now))


def _json(answer: str) -> Any:
    found = json.loads(answer[:20_000])
    if not isinstance(found, dict):
        raise TypeError("not an object")
    return found


def _problem(code: str, message: Any) -> FieldProblem:
    return FieldProblem("passkey", code, message)


_FAILED = _("That did not work with this passkey. Try again, or sign in another way.")
_COPIED = _("This passkey seems to have been copied. Remove it under “Sign-in and security”, and sign in another way.")
