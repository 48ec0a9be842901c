"""Two real browsers: the puzzle is solved, the counter works with and without a network. A meal from the claim to the
second scan is journey 7 (test_journeys.py)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.looks import faults

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.cast import Cast

OFFLINE = "net::ERR_"


@dataclass
class Kitchen:
    """A shop with a terminal and a cycle that is open at any hour of today."""

    cast: "Cast"
    secret: str
    offer_id: int
    no: str


def build() -> Kitchen:
    """Through the real door, a day ago; nobody is fed yet."""
    from tests.cast import QINGHE
    from tests.cast import build as people
    from zhijia.kernel.base import clock
    from zhijia.kernel.service.engine import fire, open_case
    from zhijia.modules.vouchers import accounts, programmes
    from zhijia.modules.vouchers.models import Kind, Offer
    from zhijia.modules.vouchers.shops import OutletKind

    then = clock.now() - timedelta(days=1)
    cast = people(then - timedelta(days=2))
    org, head = cast.orgs["qinghe"].pk, cast.actor("head", then)
    common: dict[str, Any] = {"org_id": org, "actor": head, "now": then}
    accounts.allot(org_id=org, fen=10_000_000, key="1", actor=cast.actor("leader", then), now=then)
    programmes.add_programme(key="meals", title="爱心餐", kind=Kind.MEAL, fen=1500, terms="当日有效。", **common)
    shop, _station = (
        programmes.add_outlet(name=name, kind=kind, region=QINGHE, address="青禾路 1 号", payee=name, **common)
        for name, kind in (("老张面馆", OutletKind.SHOP), ("青禾驿站", OutletKind.STATION))
    )
    made = programmes.enroll_terminal(outlet=shop, label="前台", actor=head, now=then)
    today = clock.now().date()
    tomorrow = today + timedelta(days=1)
    no = open_case(
        service="voucher_cycle", actor=cast.actor("zhou", then), now=then, region=QINGHE, applicant_id=None,
        data={"title": "爱心餐", "kind": "meal", "first_day": f"{today}", "last_day": f"{tomorrow}", "fen": "15"},
    ).no  # fmt: skip
    hours = {"opens": "00:00", "closes": "23:59", "use_from": "00:00", "use_to": "23:59"}
    for who, step, data in (
        ("zhou", "change", hours), ("zhou", "plan", {"region": QINGHE, "per_day": 20}), ("zhou", "submit", {}),
        ("head", "approve", {}), ("zhou", "publish", {}),
    ):  # fmt: skip
        fire(no=no, transition=step, actor=cast.actor(who, then), now=then, data=data)
    return Kitchen(cast, made.secret, Offer.objects.get(cycle__case__no=no, day=today).pk, no)


@pytest.fixture
def kitchen(transactional_db: None) -> Kitchen:
    return build()


@pytest.fixture
def counter(browser: "Browser", live_server: object, kitchen: Kitchen) -> Iterator["Page"]:
    """A second browser: the shop's terminal, enrolled by the link on the union's screen."""
    context = browser.new_context(
        base_url=str(live_server), locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto(f"/outlet/#{kitchen.secret}")
    page.wait_for_selector("[data-counter]")
    assert "#" not in page.url
    yield page
    context.close()


@pytest.fixture
def complaints(page: "Page", counter: "Page") -> Iterator[list[str]]:
    """What the browsers complained about, but for the network that a test took away."""
    found: list[str] = []
    for each in (page, counter):
        each.on("console", lambda said: found.append(said.text) if said.type in ("error", "warning") else None)
        each.on("pageerror", lambda error: found.append(str(error)))
    yield found
    assert [said for said in found if OFFLINE not in said] == []


@pytest.fixture
def enter(page: "Page", kitchen: Kitchen) -> Callable[[str], None]:
    """Sign the first browser in, in Qinghe."""

    def signed_in(name: str) -> None:
        from django.test import Client

        client = Client()
        client.force_login(kitchen.cast.accounts[name])
        page.goto("/vouchers/")
        given = {"sessionid": client.cookies["sessionid"].value, "county": "980102"}
        here = page.evaluate("location.origin")
        page.context.add_cookies([{"name": n, "value": v, "url": here} for n, v in given.items()])
        page.goto("/vouchers/")

    return signed_in


def redeem(counter: "Page", shown: str) -> str:
    """What the counter says to it: yes, no or wait."""
    counter.fill("#shown", shown)
    counter.press("#shown", "Enter")
    counter.wait_for_selector("[data-redeem] .main:not([aria-busy])")
    counter.wait_for_selector("[data-result] .verdict")
    return str(counter.locator("[data-result] .verdict").get_attribute("data-say"))


def token_of(name: str, kitchen: Kitchen) -> str:
    from zhijia.kernel.base import clock
    from zhijia.modules.vouchers import claims

    return claims.mine(person_id=kitchen.cast.person_id(name), now=clock.now())[0].token


def test_a_claimed_code_is_shown_without_a_network_and_gone_after_signing_out(
    page: "Page", counter: "Page", enter: Callable[[str], None]
) -> None:
    enter("alice")
    page.click("[data-go]")
    page.wait_for_selector("[data-kept]:not([hidden])")
    address, digits = page.url, page.locator(".digits").inner_text()
    page.reload()  # from here on the service worker answers for this page
    page.context.set_offline(True)
    page.goto(address)
    assert page.locator(".digits").inner_text() == digits
    page.context.set_offline(False)
    page.goto("/me/")
    page.click("form[data-forget] button")
    page.wait_for_selector("a[href='/sign-in/']")
    assert page.evaluate("caches.has('zhijia.vouchers')") is False


def test_without_a_network_the_counter_checks_queues_and_uploads_once(
    page: "Page", counter: "Page", complaints: list[str], enter: Callable[[str], None], kitchen: Kitchen
) -> None:
    from tests.modules.vouchers.kit import wrong
    from zhijia.modules.vouchers.models import Batch, Redemption

    enter("alice")
    page.click("[data-go]")
    page.wait_for_url("**/vouchers/mine/**")
    token = token_of("alice", kitchen)
    changed = token[:40] + ("A" if token[40] != "A" else "B") + token[41:]
    counter.wait_for_load_state("networkidle")
    counter.reload()
    counter.context.set_offline(True)
    assert [redeem(counter, shown) for shown in ("12345678", changed, token.lower(), token)] == [
        "wait",
        "no",
        "yes",
        "no",
    ]
    assert (Redemption.objects.count(), counter.locator("[data-waiting]").inner_text()[:3]) == (0, "1 份")
    counter.reload()  # the page comes from the browser's memory, and what waits is not lost
    counter.wait_for_selector("[data-offline]:not([hidden])")
    assert (counter.locator("[data-waiting]").inner_text()[:3], redeem(counter, token)) == ("1 份", "no")
    counter.context.set_offline(False)
    counter.wait_for_selector("[data-answers] >> text=已计入")
    assert ([r.how for r in Redemption.objects.all()], Batch.objects.count(), wrong()) == (["offline"], 1, [])
    counter.reload()
    counter.wait_for_selector("[data-queue] >> text=都已上传")
    assert Batch.objects.count() == 1


def test_what_the_platform_refuses_afterwards_is_said(
    page: "Page", counter: "Page", enter: Callable[[str], None], kitchen: Kitchen
) -> None:
    from zhijia.kernel.base import clock
    from zhijia.modules.vouchers import claims
    from zhijia.modules.vouchers.models import Conflict

    enter("alice")
    page.click("[data-go]")
    page.wait_for_url("**/vouchers/mine/**")
    token, person = token_of("alice", kitchen), kitchen.cast.person_id("alice")
    counter.context.set_offline(True)
    assert redeem(counter, token) == "yes"
    voucher = claims.mine(person_id=person, now=clock.now())[0].id
    claims.give_back(voucher_id=voucher, person_id=person, now=clock.now())
    counter.context.set_offline(False)
    counter.wait_for_selector("[data-answers] .bad")
    assert Conflict.objects.get().code == "refunded"


def test_the_button_opens_by_itself_at_the_servers_hour(
    page: "Page", counter: "Page", enter: Callable[[str], None], kitchen: Kitchen
) -> None:
    from zhijia.kernel.base import clock
    from zhijia.kernel.ledger.models import Quota

    Quota.objects.update(opens_at=clock.now() + timedelta(seconds=4))
    enter("alice")
    assert page.locator("[data-go]").is_disabled()
    page.wait_for_selector("[data-left]:not(:empty)")
    page.wait_for_selector("[data-go]:not([disabled])", timeout=10_000)
    page.click("[data-go]")
    page.wait_for_url("**/vouchers/mine/**")


def test_every_page_is_accessible_and_fits(
    page: "Page", counter: "Page", complaints: list[str], enter: Callable[[str], None], kitchen: Kitchen
) -> None:
    enter("alice")
    page.click("[data-go]")
    page.wait_for_url("**/vouchers/mine/**")
    redeem(counter, "12345678")
    code, at = page.url, "/desk/vouchers/"
    worker = ["/vouchers/", "/vouchers/?change=1", "/vouchers/mine/", code, "/vouchers/places/"]
    desk = [
        at + p
        for p in ("", "programmes/new/", "outlets/", "outlets/new/", "serve/", "conflicts/", "settlements/", "money/")
    ]
    desk += [f"{at}cycles/{kitchen.no}/"]
    seen: dict[str, list[str]] = {}
    looks = ({"mode": "plain"}, {"mode": "elder"}, {"theme": "dark", "mode": "plain", "django_language": "en"})
    for who, each, paths in (
        ("worker", page, worker),
        ("outlet", counter, ["/outlet/", "/outlet/settlements/"]),
        ("zhou", page, desk),
    ):
        if who == "zhou":
            enter("zhou")
            page.set_viewport_size({"width": 1280, "height": 800})
        for look in looks[2:] if who == "zhou" else looks:
            each.context.add_cookies(
                [{"name": k, "value": v, "url": each.evaluate("location.origin")} for k, v in look.items()]
            )
            for path in paths:
                each.goto(path)
                seen[f"{who} {look} {path}"] = faults(each)
    assert {where: found for where, found in seen.items() if found} == {}


def test_without_javascript_the_page_works_where_no_puzzle_is_asked(
    browser: "Browser", live_server: object, kitchen: Kitchen
) -> None:
    from django.test import Client

    from zhijia.kernel.rules.models import Rule
    from zhijia.kernel.rules.version import note_change
    from zhijia.modules.vouchers.models import Redemption

    Rule.objects.filter(key="vouchers.puzzle_bits").update(value=0)
    note_change()
    client = Client()
    client.force_login(kitchen.cast.accounts["alice"])
    context = browser.new_context(base_url=str(live_server), java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto("/vouchers/")
    page.select_option("#county", "980102")
    page.click("main form button")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": page.url}])
    page.goto("/vouchers/")
    page.click("[data-go]")
    digits = page.locator(".digits").inner_text()
    page.goto("/outlet/")
    page.fill("#code", kitchen.secret)
    page.click("[data-enrol] button")
    page.fill("#shown", digits)
    page.click("[data-redeem] .main")
    assert (page.locator(".verdict[data-say=yes]").count(), Redemption.objects.count()) == (1, 1)
    context.close()
