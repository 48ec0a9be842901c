"""Signing in across systems in a real browser: everybody can read the pages, and the policy lets people through."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from tests.browser.looks import faults

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.mark.django_db(transaction=True)
def test_worker_agrees_once_goes_on_to_the_partner_and_comes_in_from_elsewhere(
    page: "Page", transactional_db: None
) -> None:
    from tests.cast import PLATFORM, build
    from tests.faces.oidc import running
    from zhijia.faces.api.partners import add_sign_in
    from zhijia.kernel.base import clock
    from zhijia.kernel.notify.models import Message
    from zhijia.kernel.people.oidc_models import ClientKind, SignsIn
    from zhijia.kernel.people.providers import add_provider

    cast, now, seen = build(clock.now()), clock.now(), {}
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.set_viewport_size({"width": 360, "height": 740})
    with running(now) as partner:
        back = f"{partner.issuer}/back"
        partner.answers["/back"] = partner.answers["/authorize"] = (200, b"{}")
        made = add_sign_in(
            title_zh="政务服务网", title_en="Portal", kind=ClientKind.PUBLIC, redirects=[back],
            scopes=["openid", "profile"], actor=PLATFORM, now=now,
        )  # fmt: skip
        add_provider(
            key="province", title_zh="省统一身份认证", title_en="Province", issuer=partner.issuer, client_id="z",
            signs_in=SignsIn.WORKERS, actor=PLATFORM, now=now,
        )  # fmt: skip
        query = {
            "response_type": "code", "client_id": made.client_id, "redirect_uri": back, "scope": "openid profile",
            "state": "s", "code_challenge": "a" * 43, "code_challenge_method": "S256",
        }  # fmt: skip
        address = "/oauth/authorize/?" + urlencode(query)

        page.goto("/sign-in/")
        seen["doors"] = faults(page)
        page.click("text=省统一身份认证")
        page.wait_for_url(f"{partner.issuer}/authorize?**")

        def sign_in() -> None:
            page.fill("#phone", "13800000001")
            page.click("button[value=send]")
            page.fill("#code", Message.objects.filter(template="people.code").latest("id").secret)
            page.click("button[value=code]")

        page.goto(address)
        sign_in()
        page.wait_for_selector("text=它会知道")
        assert "Alice" in page.inner_text("main")
        seen["consent"] = faults(page)
        page.click("button[value=allow]")
        page.wait_for_url(f"{back}?code=*")
        page.goto("/me/connected/")
        seen["connected"] = faults(page)
        page.goto("/oauth/leave/")
        seen["leave"] = faults(page)
        page.click("button[value=out]")
        # Agreed before: signing in leads straight on, though the policy of our form ends redirects to elsewhere.
        Message.objects.all().delete()
        from zhijia.kernel.people.models import LoginCode

        LoginCode.objects.all().delete()
        page.goto(address)
        sign_in()
        page.wait_for_url(f"{back}?code=*")
    assert (seen, cast.accounts["alice"].consents.get().uses) == ({name: [] for name in seen}, 2)
    assert [said for said in complaints if "Content Security" in said] == []
