"""The second step of signing in: an authenticator app (RFC 6238), recovery codes, and who must have one.

WebAuthn stands in `passkeys.py`. Everything here runs as the owner of the database, outside a request's scope.
"""

import base64
import hmac
import secrets
import struct
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit import security
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid
from zhijia.kernel.base.limits import Limit

from . import vault
from .models import Account, Passkey, RecoveryCode, Totp
from .posts import actor_of
from .trail import record

PERIOD, DIGITS = 30, 6
SLACK = 1
"""Time steps before and after the present one that are taken too: clocks of phones are a little off."""
CODES = 10
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Of recovery codes: none that is mistaken for another. Ten of them are 49 bits."""
GUESSES = Limit("people.second", most=5, seconds=15 * 60)
"""Codes that one account may try: a million to guess, five in a quarter of an hour."""


class Step(StrEnum):
    """What still stands between the first proof and the session."""

    NONE = "none"
    PROVE = "prove"
    SET_UP = "set_up"


@dataclass(frozen=True)
class Factors:
    """What an account has beside its password."""

    passkeys: int
    totp: bool
    codes: int
    """Recovery codes that are left."""

    @property
    def any(self) -> bool:
        """Whether there is a second factor at all; recovery codes alone are none."""
        return self.totp or self.passkeys > 0


def factors_of(account: Account) -> Factors:
    """What the account has now."""
    return Factors(
        passkeys=Passkey.objects.filter(account=account).count(),
        totp=Totp.objects.filter(account=account, confirmed_at__isnull=False).exists(),
        codes=RecoveryCode.objects.filter(account=account, used_at=None).count(),
    )


def is_compulsory(account: Account, *, now: datetime) -> bool:
    """Whether this account must have a second factor: it holds a post, and settings.STAFF_SECOND_FACTOR is on."""
    return bool(settings.STAFF_SECOND_FACTOR) and actor_of(account, now=now).is_staff


def second_step(account: Account, *, now: datetime) -> Step:
    """What is due after a password or a code. A worker's passkey is a short cut, not a second lock: nobody shall be
    shut out of their own matters by a lost phone; whoever sets up an app has asked for the lock."""
    has = factors_of(account)
    if has.totp:
        return Step.PROVE
    if not actor_of(account, now=now).is_staff:
        return Step.NONE
    if has.passkeys:
        return Step.PROVE
    return Step.SET_UP if settings.STAFF_SECOND_FACTOR else Step.NONE


@transaction.atomic
def begin_totp(*, account: Account, now: datetime) -> str:
    """The secret to put into the app, in base 32; the same again until it is confirmed. Raises Invalid if there is one
    in use: it is removed first."""
    row = Totp.objects.select_for_update().filter(account=account).first()
    if row and row.confirmed_at:
        raise Invalid(FieldProblem("code", "exists", _("There is an authenticator app already. Remove it first.")))
    if row:
        return _open(row)
    secret = base64.b32encode(secrets.token_bytes(20)).decode()
    sealed = vault.seal(secret, purpose="totp", aad=_aad(account.pk))
    Totp.objects.create(account=account, secret_sealed=sealed, made_at=now)
    return secret


def totp_address(*, secret: str, account: Account, issuer: str) -> str:
    """The otpauth address of the picture that apps read. A worker's login is an index: their masked phone says more."""
    label = account.person.phone_masked if account.person and len(account.login) == 32 else account.login
    query = urlencode({"secret": secret, "issuer": issuer, "digits": DIGITS, "period": PERIOD}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(label)}?{query}"


def confirm_totp(*, account: Account, code: str, now: datetime) -> list[str]:
    """Take the app into use by one code from it. Gives new recovery codes if there were none, else nothing.

    Raises Invalid for a wrong code, TooSoon after five.
    """
    GUESSES.hit(account.pk, now=now)
    with transaction.atomic():
        row = Totp.objects.select_for_update().filter(account=account, confirmed_at=None).first()
        step = _step_of(_open(row), code, now) if row else None
        if row is None or step is None:
            raise Invalid(FieldProblem("code", "wrong", _WRONG))
        row.confirmed_at, row.last_step = now, step
        row.save(update_fields=["confirmed_at", "last_step"])
        record(account, "account.factor_added", now, kind="totp")
        made = [] if factors_of(account).codes else make_codes(account=account, now=now)
    GUESSES.forget(account.pk)
    return made


def prove(*, account: Account, code: str, now: datetime, address: str = "") -> str:
    """Check a code of the app or a recovery code, each of which works once; "totp" or "recovery".

    Raises Invalid for a wrong or used one, TooSoon after five in a quarter of an hour. Never call it inside a
    transaction: the try must stay counted.
    """
    GUESSES.hit(account.pk, now=now)
    typed = "".join(code.split()).replace("-", "").upper()
    how = _take_totp(account, typed, now) or _take_recovery(account, typed, now)
    if not how:
        with transaction.atomic():
            record(account, "account.second_failed", now, by_owner=False)
            security.log(kind="sign_in.second_factor_failed", now=now, address=address, account_id=account.pk)
        raise Invalid(FieldProblem("code", "wrong", _WRONG))
    GUESSES.forget(account.pk)
    return how


@transaction.atomic
def remove_totp(*, account: Account, now: datetime) -> None:
    """Forget the app. Raises Forbidden where it is the last factor of somebody who must have one."""
    keep_one(account, now, without="totp")
    if Totp.objects.filter(account=account).delete()[0]:
        record(account, "account.factor_removed", now, kind="totp")
    drop_codes_without_factor(account)


@transaction.atomic
def make_codes(*, account: Account, now: datetime) -> list[str]:
    """Ten new recovery codes, shown once by whoever called; all older ones are void."""
    Account.objects.select_for_update().get(pk=account.pk)
    codes = ["".join(secrets.choice(_LETTERS) for _n in range(10)) for _c in range(CODES)]
    RecoveryCode.objects.filter(account=account).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(account=account, code_hash=_hash(account, c)) for c in codes)
    record(account, "account.codes_made", now)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def keep_one(account: Account, now: datetime, *, without: str) -> None:
    """Refuse to leave staff without a second factor; `without` is "totp" or "passkey"."""
    has = factors_of(account)
    left = (has.totp and without != "totp") or has.passkeys > (1 if without == "passkey" else 0)
    if not left and has.any and is_compulsory(account, now=now):
        raise Forbidden(_("Whoever holds a post keeps a second factor. Add another one first, then remove this."))


def drop_codes_without_factor(account: Account) -> None:
    """Recovery codes are for a lost factor; without any they are only a weaker password."""
    if not factors_of(account).any:
        RecoveryCode.objects.filter(account=account).delete()


def totp(secret: str, step: int, *, digits: int = DIGITS) -> str:
    """The code of a time step (RFC 6238, HMAC-SHA-1 as all apps do it); `secret` in base 32."""
    digest = hmac.digest(base64.b32decode(secret, casefold=True), struct.pack(">Q", step), "sha1")
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4]) & 0x7FFF_FFFF
    return f"{number % 10**digits:0{digits}}"


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step that this is the code of, if it is near enough."""
    typed, here = "".join(code.split()).encode(), int(now.timestamp()) // PERIOD
    steps = range(here - SLACK, here + SLACK + 1)
    return next((step for step in steps if hmac.compare_digest(totp(secret, step).encode(), typed)), None)


def _take_totp(account: Account, code: str, now: datetime) -> str:
    row = Totp.objects.filter(account=account, confirmed_at__isnull=False).first()
    step = _step_of(_open(row), code, now) if row else None
    if row is None or step is None:
        return ""
    # One statement decides, so that the same code sent twice at once is taken once.
    taken = Totp.objects.filter(pk=row.pk, last_step__lt=step).update(last_step=step)
    return "totp" if taken else ""


def _take_recovery(account: Account, code: str, now: datetime) -> str:
    with transaction.atomic():
        mine = Q(account=account, code_hash=_hash(account, code), used_at=None)
        if not RecoveryCode.objects.filter(mine).update(used_at=now):
            return ""
        record(account, "account.code_used", now)
    return "recovery"


def _open(row: Totp) -> str:
    return vault.open_(bytes(row.secret_sealed), purpose="totp", aad=_aad(row.account_id))


def _aad(account_id: int) -> bytes:
    return f"people_totp:secret_sealed:{account_id}".encode()


def _hash(account: Account, code: str) -> bytes:
    return vault.blind(f"{account.pk}:{code}", purpose="recovery_code")


_WRONG = _("This code is not right, or was used already. Wait for the next one in your app, or use a recovery code.")
