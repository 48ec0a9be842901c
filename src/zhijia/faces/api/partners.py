"""Giving a partner's system its way in: an account, a post that says how far it sees, and OAuth2 credentials."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from oauth2_provider.models import Application

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.auth import add_account
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.posts import appoint


@dataclass(frozen=True)
class Credentials:
    """What the partner is told once; the secret is kept only as a hash."""

    account: Account
    client_id: str
    client_secret: str


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
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
    )  # fmt: skip
    return Credentials(account, application.client_id, secret)
