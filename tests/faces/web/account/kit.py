"""Browsers that sign in, and the codes that they are asked for."""

from datetime import timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.test import Client

from tests.cast import NOW
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.people.factors import PERIOD, begin_totp, confirm_totp, totp
from zhijia.kernel.people.models import Account

PASSWORD, NEXT = "three herons at dawn", "four herons at dusk"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36"
MINUTE = timedelta(minutes=1)


def browser(address: str = "127.0.0.1", agent: str = CHROME) -> Client:
    return Client(REMOTE_ADDR=address, HTTP_USER_AGENT=agent, headers={"accept-language": "en"})


def sign_in(client: Client, login: str = "zhou", password: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in/", {"act": "password", "login": login, "password": password, **more})


def code_of(account: Account, moment: Any = NOW) -> str:
    secret = begin_totp(account=account, now=moment)
    confirm_totp(account=account, code=totp(secret, int(moment.timestamp()) // PERIOD), now=moment)
    return totp(secret, int(moment.timestamp()) // PERIOD + 1)


def acts(account: Account) -> list[str]:
    return list(Entry.objects.filter(chain=f"account:{account.pk}").order_by("seq").values_list("act", flat=True))


def user_of(client: Client) -> str | None:
    return client.session.get(SESSION_KEY)
