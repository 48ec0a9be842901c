"""The journeys that must pass in a real browser, through pages only, each timed: a line of JSON says how long.

1, 2 and 7 are here, 3 to 6 in test_journeys_desk.py. Each ends with 8 (strangers try every address) and 9 (every page
reads whole in English and in Chinese).
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.browser.journey import PHONE, Walk
from tests.browser.test_vouchers import build as kitchen
from tests.browser.test_vouchers import redeem, token_of
from tests.kernel.files import kit

if TYPE_CHECKING:
    from tests.cast import Cast

UNPAID = "我送外卖，站点拖欠我三个月工资，八月到十月，一共两万一千元。"
PHONE_NUMBER = "13800138000"
SOON = 60
"""Seconds in which an agent files a ticket for an unknown number: the promise of issue 5."""


@pytest.fixture
def cast(transactional_db: None) -> "Cast":
    from tests.cast import build
    from zhijia.kernel.base import clock

    return build(clock.now() - timedelta(days=3))


def test_1_courier_reports_unpaid_wages_with_a_photo_and_no_network(start: Callable[..., Walk], cast: "Cast") -> None:
    """Nobody yet, on a phone: writes, loses the network halfway, closes the page, and one ticket exists."""
    from playwright.sync_api import expect

    from zhijia.kernel.cases.models import Attachment, Case
    from zhijia.kernel.notify.models import Message

    walk = start("1 courier, offline halfway", cast, secrets=[UNPAID[:12], "两万一千"])
    page = walk.enter("courier", window=PHONE)
    with walk.step("open the app"):
        page.goto("/")
        page.evaluate("navigator.serviceWorker.ready")
        page.click(".btn.help")
        page.wait_for_load_state("networkidle")
    with walk.step("tell it"):
        page.locator("#story").press_sequentially(UNPAID, delay=1)
        expect(page.locator("#category")).to_have_value("wages")
        page.locator("#county").select_option(label="青禾区")
        page.wait_for_selector("text=多半是青禾区总工会")
        page.set_input_files("#files", {"name": "工资条.png", "mimeType": "image/png", "buffer": kit.png()})
        page.fill("#phone", PHONE_NUMBER)
    with walk.step("send it without a network"):
        page.context.set_offline(True)
        page.click(".dock button")
        page.wait_for_selector("[data-offline]:not([hidden])")
        page.goto("/matters/")  # the page with the form is closed
        assert page.locator("h1").inner_text() == "现在没有网络"
        page.goto("/ask/")
        assert (page.locator("#story").input_value(), Case.objects.count()) == (UNPAID, 0)
    with walk.step("come back"):
        page.context.set_offline(False)
        page.goto("/")
        page.wait_for_selector("[data-outbox-sent]:not([hidden])")
        page.click("[data-outbox-sent] a")
        page.wait_for_url("**/ask/sent/")
    case = Case.objects.get()
    assert (case.region, case.no in page.content(), Attachment.objects.count()) == ("980102", True, 1)
    assert (page.locator(".receipt-qr").bounding_box() or {})["width"] > 100
    with walk.step("sign in and add a word"):
        page.click("main a.btn.main")
        page.fill("#phone", PHONE_NUMBER)
        page.click("text=发验证码")
        page.fill("#code", Message.objects.get(template="people.code").secret)
        page.click("button[value=code]")
        page.goto(f"/matters/{case.no}/")
        page.click("text=补充一句话")
        page.fill("#supplement-words", "站长姓马")
        page.click("button:text-is('补上')")
        page.wait_for_selector(".line >> text=站长姓马")
        page.goto("/")
        page.wait_for_load_state("networkidle")
    assert (Case.objects.count(), page.locator("[data-outbox-sent]:not([hidden])").count()) == (1, 0)
    walk.secrets += [case.no, "站长姓马"]
    walk.is_closed_to_strangers()
    walk.is_whole_in_both_languages()


def test_2_agent_takes_a_call_from_an_unknown_number_by_keyboard_alone(
    start: Callable[..., Walk], cast: "Cast"
) -> None:
    """From the ring to the ticket in under a minute, without the mouse."""
    from zhijia.kernel.base import clock
    from zhijia.kernel.cases.models import Case
    from zhijia.modules.hotline.calls.exchange import Report, report
    from zhijia.modules.hotline.calls.models import Call

    number, story = "13811112222", "工地上干了三个月，工资一直没有发，包工头不接电话。"
    walk = start("2 call from an unknown number", cast, secrets=[story[:12], number])
    page = walk.enter("agent")
    page.goto("/desk/console/")
    page.keyboard.press("f")
    page.wait_for_selector('[value="free"].on')
    with walk.step("from the ring to the ticket"):
        ringing = Report("ringing", f"c-{number}", org_id=cast.orgs["centre"].pk, number=number)
        report(ringing, now=clock.now() - timedelta(seconds=3))
        page.wait_for_selector("[data-ringing]")
        assert page.title().startswith("●")
        page.keyboard.press("a")
        page.wait_for_selector("[data-ticket]")
        assert page.evaluate("document.activeElement.id") == "story"
        page.wait_for_load_state()
        page.keyboard.type(story)
        page.wait_for_selector('[data-guess="wages"]')
        assert page.input_value("#category") == "wages"
        for _field in ("category", "region"):
            page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        assert page.locator("dialog[open]").count() == 1
        page.keyboard.press("Escape")
        assert number not in page.content()
        page.keyboard.press("1")
        page.wait_for_selector(".console-today a")
    assert walk.seconds["from the ring to the ticket"] < SOON
    case = Case.objects.get()
    assert page.locator(".console-today a").inner_text() == case.no
    assert (case.applicant.phone_masked, Call.objects.get().case_no) == ("138****2222", case.no)
    assert page.locator('[value="free"]').get_attribute("aria-pressed") == "true"
    page.goto(f"/desk/{case.no}/")
    walk.secrets.append(case.no)
    walk.is_closed_to_strangers()
    walk.is_whole_in_both_languages()


def test_7_old_worker_claims_a_meal_in_large_text_and_the_shop_hands_it_out(
    start: Callable[..., Walk], transactional_db: None
) -> None:
    """Elder mode from the first page on; the picture is taken once, the second time is refused in words."""
    from zhijia.kernel.ledger.models import QuotaShard
    from zhijia.modules.vouchers.models import Redemption

    shop = kitchen()
    walk = start("7 a meal in large text", shop.cast, secrets=[])
    page, counter = walk.enter("alice", window=PHONE), walk.enter("shop", window=PHONE)
    with walk.step("find it"):
        page.goto("/")
        page.click("text=大字版")
        page.wait_for_selector("html[data-mode=elder]")
        page.click("main a[href='/vouchers/']")
        page.select_option("#county", "980102")
        page.click("main form button")
        page.wait_for_selector("[data-go]")
    with walk.step("claim it"):
        page.click("[data-go]")
        page.wait_for_url("**/vouchers/mine/**")
        assert (page.locator("svg.qr").bounding_box() or {})["width"] > 250
        page.wait_for_selector("[data-kept]:not([hidden])")
    assert sum(QuotaShard.objects.values_list("taken", flat=True)) == 1
    with walk.step("open the counter"):
        counter.goto(f"/outlet/#{shop.secret}")
        counter.wait_for_selector("[data-counter]")
        assert "#" not in counter.url
    with walk.step("hand it out"):
        token = token_of("alice", shop)  # what the counter's camera reads off the picture
        assert redeem(counter, token) == "yes"
    assert (Redemption.objects.get().how, counter.locator("[data-count=outlet]").inner_text()) == ("online", "1")
    with walk.step("refuse it the second time"):
        digits = page.locator(".digits").inner_text()
        assert [redeem(counter, shown) for shown in (token, digits)] == ["no", "no"]
        assert "已经" in counter.locator("[data-result]").inner_text()
    page.reload()
    page.wait_for_selector("text=老张面馆")
    walk.secrets += [digits, token]
    walk.is_closed_to_strangers()
    walk.is_whole_in_both_languages()
