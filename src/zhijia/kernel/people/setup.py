"""A link by which somebody sets a password once: for new staff, and for staff who have lost everything.

Whoever may make one is on record, and so is its use; it is good for an hour and once.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Forbidden, NotFound

from . import vault
from .actors import Actor, Permission
from .auth import change_password
from .models import Account, Passkey, RecoveryCode, SetupLink, Totp
from .trail import record

LIFE = timedelta(hours=1)


@transaction.atomic
def begin_setup(*, account: Account, actor: Actor, now: datetime, forget_factors: bool = False) -> str:
    """The secret part of a link; handed over once, kept as a keyed hash. Older links of the account are void.

    `forget_factors` also takes away passkeys, app and recovery codes when the link is used; it needs the right to
    SECURITY, a link alone ACCOUNTS or SECURITY. Raises Forbidden otherwise, for one's own account (that would be a way
    round one's second factor), and for a closed account.
    """
    may = actor.system or actor.may(Permission.SECURITY) or (not forget_factors and actor.may(Permission.ACCOUNTS))
    if not may:
        raise Forbidden(_("Only the administrators of accounts and of security may make such a link."))
    if actor.account_id == account.pk:
        raise Forbidden(_("Nobody makes a link for their own account. Ask another administrator."))
    if not account.is_active or account.is_partner:
        raise Forbidden(_("This account is closed, or belongs to a system."), code="account_closed")
    SetupLink.objects.filter(account=account, used_at=None).delete()
    token = secrets.token_urlsafe(24)
    SetupLink.objects.create(
        account=account, made_by_id=actor.account_id, token_hash=_hash(token), forget_factors=forget_factors,
        created_at=now, expires_at=now + LIFE,
    )  # fmt: skip
    record(account, "account.setup_begun", now, actor, forgets="factors" if forget_factors else "nothing")
    return token


def find_setup(*, token: str, now: datetime) -> Account:
    """Whose password this link sets. Raises NotFound for one that is unknown, used or older than an hour."""
    return _open(token, now).account


@transaction.atomic
def finish_setup(*, token: str, password: str, now: datetime) -> Account:
    """Set the password, and void the link. Raises NotFound, and Invalid for a password that is not good enough."""
    link = _open(token, now, lock=True)
    account = link.account
    owner = Actor(account_id=account.pk, person_id=account.person_id, name=account.name)
    change_password(account=account, password=password, actor=owner, now=now)
    SetupLink.objects.filter(pk=link.pk).update(used_at=now)
    if link.forget_factors:
        for table in (Passkey, Totp, RecoveryCode):
            table._default_manager.filter(account=account).delete()
        record(account, "account.factors_forgotten", now)
    record(account, "account.setup_done", now)
    return account


def _open(token: str, now: datetime, *, lock: bool = False) -> SetupLink:
    rows = SetupLink.objects.select_for_update(of=("self",)) if lock else SetupLink.objects.all()
    rows = rows.select_related("account").filter(token_hash=_hash(token), used_at=None, expires_at__gt=now)
    link = rows.filter(account__is_active=True).first()
    if link is None:
        raise NotFound(_("This link is no longer valid. Ask your administrator for a new one."), code="no_such_link")
    return link


def _hash(token: str) -> bytes:
    return vault.blind(token, purpose="setup_link")
