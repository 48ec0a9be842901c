"""Signing in by password or by a one-time code, with limits that hold against guessing. Knows no HTTP.

Everything here runs as the owner of the database, before a request takes its role.
"""

import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit import security
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid
from zhijia.kernel.base.limits import Limit, TooSoon
from zhijia.kernel.base.text import clean

from . import vault
from .actors import Actor, Permission
from .models import Account, LoginCode, Person
from .persons import find_or_add_person
from .posts import actor_of
from .trail import record

MAX_FAILURES, LOCKOUT = 5, timedelta(minutes=15)
CODE_LIFE, CODE_ATTEMPTS = timedelta(minutes=5), 5
CODE_PAUSE, CODES_A_DAY = timedelta(minutes=1), 10

_STRANGERS = Limit("people.unknown_name", most=MAX_FAILURES, seconds=int(LOCKOUT.total_seconds()))
"""Names that nobody has are locked as accounts are, or the lockout would tell who has an account."""
HANDLE = re.compile(r"[a-z][a-z0-9._-]{1,30}")
"""What the login of a member of staff looks like."""

# Counts the attempt before the password is looked at, so that parallel guesses count too. Gives no row while locked.
_RESERVE = f"""
    UPDATE people_account SET
      failures = CASE WHEN locked_until IS NULL THEN failures + 1 ELSE 1 END,
      locked_until = CASE WHEN locked_until IS NULL AND failures + 1 >= {MAX_FAILURES} THEN %(until)s::timestamptz END
    WHERE id = %(id)s AND (locked_until IS NULL OR locked_until <= %(now)s) RETURNING locked_until
"""


class Locked(TooSoon):
    """Too many wrong passwords (429): the account takes none before `until`."""

    code = "locked"


@dataclass(frozen=True)
class LoginCodeIssued:
    """A code to be sent to the phone now, and nowhere else kept in clear."""

    code: str
    expires_at: datetime


class Backend(BaseBackend):
    """For settings.AUTHENTICATION_BACKENDS: keeps sessions, and lets nothing sign in past the limits of this file."""

    def get_user(self, user_id: int) -> Account | None:
        """The open account of a session."""
        return Account.objects.filter(pk=user_id, is_active=True).first()


def authenticate_password(identifier: str, password: str, *, now: datetime, address: str = "") -> Account | None:
    """The account of this handle or phone if the password is right; None if it is not, or nobody has this name.

    An unknown name takes as long and is answered like a wrong password, the lockout too. Raises Locked after five
    failures, for 15 minutes. `address` is for the security log. Nobody is signed in by this alone.
    """
    account = find_account(identifier)
    if account is None or not account.is_active:
        _refuse_stranger(identifier, password, now, address)
        return None
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_RESERVE, {"id": account.pk, "now": now, "until": now + LOCKOUT})
        reserved = cursor.fetchone()
    if reserved is None:
        make_password(password)  # takes as long as for an unknown name
        account.refresh_from_db(fields=["locked_until"])
        raise _locked(account.locked_until or now + LOCKOUT)
    if account.check_password(password):
        Account.objects.filter(pk=account.pk).update(failures=0, locked_until=None)
        return account
    with transaction.atomic(durable=True):
        locked = reserved[0] is not None
        record(account, "account.locked" if locked else "account.failed", now, by_owner=False, by="password")
        _log("sign_in.locked" if locked else "sign_in.failed", now, address, account)
    if locked:
        raise _locked(reserved[0])
    return None


def _refuse_stranger(identifier: str, password: str, now: datetime, address: str) -> None:
    """Do for a name that nobody has what is done for a wrong password."""
    make_password(password)
    name = clean(identifier).casefold()
    with suppress(Invalid):
        name = vault.blind(identifier, purpose="phone").hex()
    until = _STRANGERS.strike(name, now=now)
    _log("sign_in.locked" if until else "sign_in.failed", now, address, None)
    if until:
        raise _locked(until)


def find_account(identifier: str) -> Account | None:
    """The account with this handle, or of the person with this phone (any spelling)."""
    try:
        index = vault.blind(identifier, purpose="phone")
    except Invalid:
        return Account.objects.filter(login=clean(identifier).casefold()).first()
    return _of_phone(index)


@transaction.atomic
def add_account(
    *,
    login: str,
    name: str,
    actor: Actor,
    now: datetime,
    password: str | None = None,
    person: Person | None = None,
    is_partner: bool = False,
) -> Account:
    """An account for staff or a partner's system, without a post yet; no password: only one-time codes (or OAuth).

    Raises Forbidden unless the actor is the platform or may manage accounts, Invalid for a login that is taken or not
    2 to 31 small letters, digits, dots and dashes, and for a password that is too weak.
    """
    actor.require(Permission.ACCOUNTS)
    login = login.strip().casefold()
    if not HANDLE.fullmatch(login):
        message = _("A login is 2 to 31 small letters, digits, dots and dashes, and starts with a letter.")
        raise Invalid(FieldProblem("login", "malformed", message))
    account = Account(login=login, name=clean(name)[:100], person=person, is_partner=is_partner, created_at=now)
    _set(account, password)
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError as error:
        raise Invalid(FieldProblem("login", "taken", _("This login is taken. Choose another."))) from error
    record(account, "account.added", now, actor)
    return account


@transaction.atomic
def change_password(*, account: Account, password: str, actor: Actor, now: datetime) -> None:
    """Set a new password, which ends all other sessions and any lockout. Raises Invalid for one that is too weak,
    Forbidden for another's account: whoever has lost theirs gets a link (`setup.begin_setup`)."""
    if not (actor.system or actor.account_id == account.pk):
        raise Forbidden(_("Everybody sets their own password only."))
    _set(account, password)
    account.failures, account.locked_until = 0, None
    account.save(update_fields=["password", "failures", "locked_until"])
    record(account, "account.password_changed", now, actor)


@transaction.atomic
def remove_password(*, account: Account, actor: Actor, now: datetime) -> None:
    """Sign in by code or passkey only from now on; ends all other sessions. Raises Forbidden for another's account, for
    staff, and for an account without a phone: it would be shut."""
    if actor.account_id != account.pk:
        raise Forbidden(_("Everybody removes their own password only."))
    if account.person is None or account.person.phone_index is None:
        raise Forbidden(_("Without a phone the password is the only way in. Keep it, or change it."))
    if actor_of(account, now=now).is_staff:
        raise Forbidden(_("Whoever holds a post keeps a password."))
    account.set_unusable_password()
    account.save(update_fields=["password"])
    record(account, "account.password_removed", now, actor)


@transaction.atomic
def request_code(*, phone: str, now: datetime) -> LoginCodeIssued:
    """A new code for this phone, whoever has it; the caller hands it to the outbox in the same transaction.

    Raises TooSoon within a minute of the last one or after ten in 24 hours, Invalid for a malformed phone.
    """
    return _issue(vault.blind(phone, purpose="phone"), now)


@transaction.atomic
def request_own_code(*, account: Account, now: datetime) -> LoginCodeIssued:
    """A new code for the phone on record of somebody who is signed in. Raises as `request_code`; Forbidden without."""
    return _issue(_own_index(account), now)


def confirm_code(*, account: Account, code: str, now: datetime) -> None:
    """Raises Invalid unless `code` is the last one sent to the account's own phone. Never inside a transaction."""
    _prove(_own_index(account), code, now)


def prove_phone(*, phone: str, code: str, now: datetime) -> None:
    """Raises Invalid unless `code` is the last one sent to this phone: for somebody signed in whose number is new.
    Never inside a transaction."""
    _prove(vault.blind(phone, purpose="phone"), code, now)


def _prove(index: bytes, code: str, now: datetime) -> None:
    with transaction.atomic(durable=True):
        _lock(index)
        problem = _use(index, code, now)
    if problem:
        raise Invalid(problem)


def _own_index(account: Account) -> bytes:
    index = account.person.phone_index if account.person else None
    if index is None:
        raise Forbidden(_("There is no phone on record for this account."))
    return bytes(index)


def _issue(index: bytes, now: datetime) -> LoginCodeIssued:
    _lock(index)
    codes = LoginCode.objects.filter(phone_index=index)
    codes.filter(issued_at__lte=now - timedelta(days=1)).delete()
    issued = list(codes.order_by("-issued_at").values_list("issued_at", flat=True))
    if issued and now < issued[0] + CODE_PAUSE:
        raise TooSoon(_("A code was sent just now. Ask again in a minute."), issued[0] + CODE_PAUSE)
    if len(issued) >= CODES_A_DAY:
        full = _("Ten codes were sent today. Call 12351, or try again tomorrow.")
        raise TooSoon(full, issued[-1] + timedelta(days=1))
    code = f"{secrets.randbelow(10**6):06}"
    made = LoginCode.objects.create(
        phone_index=index, code_hash=_hash(index, code), issued_at=now, expires_at=now + CODE_LIFE
    )
    return LoginCodeIssued(code=code, expires_at=made.expires_at)


def redeem_code(*, phone: str, code: str, now: datetime, address: str = "") -> Account:
    """The account of this phone if `code` is the last one sent to it; a new worker gets a person and an account.

    Each code works once, for five minutes and five tries. Raises Invalid with the reason otherwise, Forbidden when
    the account is closed. Never call it inside a transaction: a wrong try must stay counted.
    """
    index = vault.blind(phone, purpose="phone")
    with transaction.atomic(durable=True):
        _lock(index)
        problem = _use(index, code, now)
        if problem is None:
            account = _of_phone(index) or _add_worker(phone, index, now)
        else:
            known = _of_phone(index)
            if known:
                record(known, "account.failed", now, by_owner=False, by="code")
            _log("sign_in.failed", now, address, known, by="code")
    if problem:
        raise Invalid(problem)
    if not account.is_active:
        raise Forbidden(_("This account is closed."), code="account_closed")
    return account


def _use(index: bytes, code: str, now: datetime) -> FieldProblem | None:
    """Spend one try on the newest code; what is wrong, or None."""
    newest = LoginCode.objects.filter(phone_index=index).order_by("-issued_at", "-id").first()
    if newest is None or newest.used_at or newest.expires_at <= now or newest.attempts >= CODE_ATTEMPTS:
        return FieldProblem("code", "expired", _("This code is no longer valid. Ask for a new one."))
    right = secrets.compare_digest(bytes(newest.code_hash), _hash(index, "".join(code.split())))
    newest.attempts += 1
    newest.used_at = now if right else None
    newest.save(update_fields=["attempts", "used_at"])
    if right:
        return None
    left = CODE_ATTEMPTS - newest.attempts
    message = format_lazy(_("The code is not right. Tries left: {left}."), left=left)
    return FieldProblem("code", "wrong", message, {"left": left})


def _add_worker(phone: str, index: bytes, now: datetime) -> Account:
    person = find_or_add_person(name="", phone=phone, now=now)
    account = Account(login=index.hex(), person=person, created_at=now, language=person.language)
    account.set_unusable_password()
    account.save(force_insert=True)
    return account


def _of_phone(index: bytes) -> Account | None:
    # The worker's own account comes first where a member of staff is also a worker.
    accounts = Account.objects.filter(Q(login=index.hex()) | Q(person__phone_index=index))
    return min(accounts, key=lambda account: (account.login != index.hex(), account.pk), default=None)


def _lock(index: bytes) -> None:
    """One at a time for one phone, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(index[:8], "big", signed=True)])


def _hash(index: bytes, code: str) -> bytes:
    return vault.blind(f"{index.hex()}:{code}", purpose="login_code")


def _set(account: Account, password: str | None) -> None:
    if password is not None:
        try:
            validate_password(password, account)
        except ValidationError as error:
            raise Invalid(FieldProblem("password", "weak", " ".join(error.messages))) from error
    account.set_password(password)


def _locked(until: datetime) -> Locked:
    clock = until.astimezone(CHINA).strftime("%H:%M")
    return Locked(format_lazy(_("Too many wrong passwords. Try again after {clock}."), clock=clock), until)


def _log(kind: str, now: datetime, address: str, account: Account | None, by: str = "password") -> None:
    account_id = account.pk if account else None
    security.log(kind=kind, now=now, address=address, account_id=account_id, detail={"by": by})
