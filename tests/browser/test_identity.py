"""Passkeys, authenticator app, recovery codes and devices in a real browser, with a virtual authenticator."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.looks import faults

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from zhijia.kernel.people.models import Account

PASSWORD = "three herons at dawn"


@pytest.fixture
def zhou(transactional_db: None, settings: Any) -> "Account":
    """An officer with a password, where a second factor is compulsory."""
    from tests.cast import build
    from zhijia.kernel.base import clock

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STAFF_SECOND_FACTOR = True
    account = build(clock.now()).accounts["zhou"]
    account.set_password(PASSWORD)
    account.save()
    return account


@pytest.fixture
def key(page: "Page") -> Callable[[], None]:
    """Plug an authenticator that knows its owner into the page; what is called gives it a passkey again."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def lose() -> None:
        session.send("WebAuthn.clearCredentials", {"authenticatorId": made})

    return lose


def sign_in(page: "Page", login: str = "zhou") -> None:
    page.goto("/sign-in/")
    page.locator("summary", has=page.locator("#staff")).click()
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.locator("button[value=password]").click()


def test_passkey_is_set_up_and_signs_in_with_nothing_typed(
    page: "Page", zhou: "Account", key: Callable[[], None]
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "Security Policy" in message.text else None)
    sign_in(page)
    page.wait_for_url("**/sign-in/set-up/")
    seen = {"set up": faults(page)}
    page.fill("#name", "办公室电脑")
    page.locator("form[data-passkey] button").click()
    page.wait_for_selector("code")
    codes = page.locator("code").all_inner_texts()
    seen["codes"] = faults(page)
    page.get_by_role("link", name="我已保存").click()
    page.wait_for_url("**/desk/")
    page.goto("/account/")
    assert page.locator("summary", has_text="办公室电脑").count() == 1
    seen["account"] = faults(page)
    page.locator("form[action='/sign-out/'] button").click()
    page.wait_for_url(re.compile(r"/$"))
    page.goto("/sign-in/")
    page.locator("form[data-passkey] button").click()
    page.wait_for_url("**/desk/")
    assert zhou.devices.order_by("-pk").values_list("by", "strong").first() == ("passkey", True)
    key()  # the computer is lost: the password, then one of the codes
    page.context.clear_cookies()
    sign_in(page)
    page.wait_for_url("**/sign-in/second/")
    seen["second"] = faults(page)
    page.fill("#code", codes[0])
    page.locator("button[value=code]").click()
    page.wait_for_url("**/desk/")
    page.context.clear_cookies()
    sign_in(page)
    page.fill("#code", codes[0])
    page.locator("button[value=code]").click()
    page.wait_for_selector("#code-error")
    assert (len(codes), said) == (10, [])
    assert {where: found for where, found in seen.items() if found} == {}


def test_app_is_set_up_and_asked_for_and_other_devices_are_signed_out(
    page: "Page", browser: "Browser", live_server: Any, zhou: "Account"
) -> None:
    from zhijia.kernel.base import clock
    from zhijia.kernel.people.factors import PERIOD, begin_totp, totp

    def code(later: int = 0) -> str:
        return totp(secret, int(clock.now().timestamp()) // PERIOD + later)

    sign_in(page)
    page.wait_for_url("**/sign-in/set-up/")
    assert page.locator("svg.qr path").count() > 0
    secret = begin_totp(account=zhou, now=clock.now())
    assert page.locator("li b.num").inner_text().replace(" ", "") == secret
    page.fill("#code", code())
    page.locator("button[value=app]").click()
    page.wait_for_selector("code")
    other = browser.new_context(base_url=str(live_server), locale="en").new_page()
    sign_in(other)
    other.wait_for_url("**/sign-in/second/")
    other.fill("#code", code(1))
    other.locator("button[value=code]").click()
    other.wait_for_url("**/desk/")
    page.goto("/account/")
    page.locator("button[name=device]").click()
    page.wait_for_selector("text=那台设备已退出")
    other.goto("/desk/")
    assert other.url.endswith("/sign-in/?next=/desk/")
    seen = {}
    for path in ("/account/password/", "/account/app/", "/account/confirm/"):
        page.goto(path)
        seen[path] = faults(page)
    other.context.close()
    assert {where: found for where, found in seen.items() if found} == {}
