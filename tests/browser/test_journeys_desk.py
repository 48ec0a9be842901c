"""The journeys of staff in a real browser: merge and return, more time, "not solved", from the nation to one late case.

Numbers 3 to 6 of issue 5; what a worker sees of it is looked at as the worker. See test_journeys.py for the others.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.browser.journey import PHONE, Walk, act
from tests.cast import CITY, PROVINCE, QINGHE

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.cast import Cast

FACTORY, STORY = "江澜电子厂", "江澜电子厂 9 月的加班费没有发，说好的月底也没有给。"
NINE = 9


@pytest.fixture
def cast(transactional_db: None) -> "Cast":
    from tests.cast import build
    from zhijia.kernel.base import clock

    return build(clock.now() - timedelta(days=3))


def tell(walk: Walk, who: str, story: str = STORY, **more: str) -> str:
    """File by the page's own form, without drawing it; the number on the receipt."""
    request = walk.context(who, window=PHONE).request
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', request.get("/ask/").text())
    assert token is not None
    form = {"csrfmiddlewaretoken": token[1], "story": story, "region": QINGHE, "employer_name": FACTORY, **more}
    receipt = request.post("/ask/", form=form, headers={"Referer": f"{walk.url}/ask/"}).text()
    number = re.search(r"ZJ\d+", receipt)
    assert number is not None, receipt
    return number[0]


def dispatched(walk: Walk, page: "Page") -> str:
    """Alice's matter, sent to the county by the dispatcher; its number."""
    no = tell(walk, "alice")
    act(page, no, "dispatch", unit="青禾区总工会", tier="general")
    return no


def test_3_nine_complaints_about_one_factory_become_one_case_that_the_county_may_not_return(
    start: Callable[..., Walk], cast: "Cast"
) -> None:
    """Merged with the keys of the inbox, sent to the county, returned with a ground, and the dispatcher decides."""
    from zhijia.kernel.cases.models import Case
    from zhijia.modules.hotline.models import Ticket

    walk = start("3 nine complaints, a return", cast, secrets=[FACTORY, STORY[:14]])
    told = [tell(walk, "alice")]
    told += [tell(walk, "passer-by", phone=f"1390000000{n}", story=f"{STORY}我是 {n} 号线的。") for n in range(1, NINE)]
    page = walk.enter("dispatcher")
    with walk.step("merge nine"):
        page.goto("/desk/?view=all")
        for _case in told:
            page.keyboard.press("j")
            page.keyboard.press("x")
        assert page.locator("[data-selected]").inner_text() == str(NINE)
        page.keyboard.press("m")
        page.wait_for_url("**/bulk/merge/")
        assert page.input_value("#bulk-lead") == told[0]
        page.click("form.sheet button.main")
        page.wait_for_selector("main [role=status] li")
    assert Case.objects.filter(state="merged", lead__no=told[0]).count() == NINE - 1
    with walk.step("send it to the county"):
        act(page, told[0], "dispatch", unit="青禾区总工会", tier="general")
    county = walk.enter("zhou")
    with walk.step("return it with a ground"):
        county.goto("/desk/")
        county.click(f".what a[href='/desk/{told[0]}/']")
        ground = {"ground": "other_place", "article": "《劳动争议调解仲裁法》第二十一条", "reason": "厂子注册在北岭县"}
        county.wait_for_selector("#preview h2")
        act(county, told[0], "return", **ground)
    with walk.step("decide"):
        page.goto(f"/desk/{told[0]}/")
        assert "厂子注册在北岭县" in page.locator(".line").inner_text()
        act(page, told[0], "refuse_return", reason="合同履行地在青禾区，首接负责")
    lead = Case.objects.get(no=told[0])
    assert (lead.state, lead.unit_id, Ticket.objects.get(case=lead).bounces) == (
        "dispatched",
        cast.orgs["qinghe"].pk,
        1,
    )
    worker = walk.enter("alice", window=PHONE)
    with walk.step("the worker looks"):
        worker.goto("/")
        worker.click(".matter")
        assert "首接负责" in worker.locator(".line").inner_text()
        worker.click(".more a[href='/me/access/']")
        assert "Zhou" in worker.locator(".reading").first.inner_text()
    walk.secrets += [*told, "厂子注册"]
    walk.is_closed_to_strangers()
    walk.is_whole_in_both_languages()


def test_4_more_time_needs_approval_and_the_worker_sees_the_new_date_and_the_reason(
    start: Callable[..., Walk], cast: "Cast"
) -> None:
    """The officer asks, somebody else grants, the worker reads when and why."""
    from zhijia.kernel.deadlines.models import Deadline

    walk = start("4 more time", cast, secrets=[STORY[:14]])
    page, officer, worker = walk.enter("dispatcher"), walk.enter("zhou"), walk.enter("alice", window=PHONE)
    no = dispatched(walk, page)
    clock = Deadline.objects.get(case__no=no, key="result")
    worker.goto(f"/matters/{no}/")
    first = worker.locator(".date").inner_text()
    with walk.step("ask for more time"):
        act(officer, no, "sign")
        act(officer, no, "ask_extension", reason="要等社保局回函")
    with walk.step("grant it"):
        act(page, no, "grant_extension", reason="回函确实要十天")
    before, clock = clock.due_at, Deadline.objects.get(pk=clock.pk)
    assert clock.due_at > before
    with walk.step("the worker looks"):
        worker.goto("/messages/")
        worker.click(f".message a[href='/matters/{no}/'] >> nth=0")
    assert worker.locator(".date").inner_text() != first
    assert "回函确实要十天" in worker.locator(".line").inner_text()
    assert "延" in worker.locator(".why-words").first.inner_text()
    walk.secrets += [no, "回函"]
    walk.is_closed_to_strangers()
    walk.is_whole_in_both_languages()


def test_5_not_solved_goes_one_level_up_and_the_worker_sees_it(start: Callable[..., Walk], cast: "Cast") -> None:
    """The call-back desk hears it from the worker; the city has it from then on."""
    from zhijia.kernel.cases.models import Case

    walk = start("5 not solved", cast, secrets=[STORY[:14]])
    officer, caller = walk.enter("zhou"), walk.enter("caller")
    no = dispatched(walk, walk.enter("dispatcher"))
    with walk.step("handle it"):
        act(officer, no, "sign")
        act(officer, no, "contact", note="通了电话，单位答应补发")
        act(officer, no, "submit", result="加班费已经补发")
    with walk.step("hear that it is not solved"):
        caller.goto("/desk/callbacks/")
        for name, value in (("contacted", "yes"), ("outcome", "unsolved"), ("satisfaction", "dissatisfied")):
            caller.check(f"input[name={name}][value={value}]")
        caller.fill("#remark", "一分钱都没有收到")
        with caller.expect_navigation():
            caller.click(".script button.main")
    case = Case.objects.get(no=no)
    assert (case.state, case.unit_id) == ("reopened", cast.orgs["city"].pk)
    with walk.step("the city has it"):
        city = walk.enter("city")
        city.goto("/desk/")
        city.click(f".what a[href='/desk/{no}/']")
        act(city, no, "sign")
    worker = walk.enter("alice", window=PHONE)
    with walk.step("the worker looks"):
        worker.goto(f"/matters/{no}/")
    assert "澜江市总工会" in worker.locator("section[aria-labelledby=due]").inner_text()
    assert "一分钱都没有收到" in worker.locator(".line").inner_text()
    walk.secrets += [no, "一分钱"]
    walk.is_closed_to_strangers()
    walk.is_whole_in_both_languages()


def test_6_leader_goes_from_the_nation_to_one_late_case(start: Callable[..., Walk], cast: "Cast") -> None:
    """Board, province, city, county, what is late there, the case."""
    no = late(cast)
    walk = start("6 from the nation to one case", cast, secrets=[STORY[:14], no])
    page = walk.enter("nation")
    with walk.step("open the board"):
        page.goto("/board/")
        assert page.locator("h1").inner_text().startswith("中国") or "全国" in page.locator("h1").inner_text()
    with walk.step("go down to the county"):
        for place in (PROVINCE, CITY, QINGHE):
            page.click(f"table.figures a[href*='region={place}']")
    with walk.step("open the late case"):
        page.click("section a:text-is('看清单'), figure a[href*='view=late']")
        page.click(f".what a[href='/desk/{no}/']")
        page.wait_for_selector("#preview h2")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/desk/{no}/")
    assert page.locator(".case-top .clock[data-clock=over]").count() == 1
    walk.is_closed_to_strangers()
    walk.is_whole_in_both_languages()


def late(cast: "Cast") -> str:
    """The nation above the cast's province, its leader, and a case of Qinghe whose date is long past; its number."""
    from datetime import date

    from zhijia.kernel.base import clock
    from zhijia.kernel.org.models import Org, OrgKind, Region
    from zhijia.kernel.org.tree import add_org, move_org
    from zhijia.kernel.people.actors import Actor, Role
    from zhijia.kernel.people.models import Account
    from zhijia.kernel.people.posts import appoint
    from zhijia.kernel.service import sweep
    from zhijia.kernel.service.engine import fire, open_case

    now, platform = clock.now(), Actor.platform()
    country, _made = Region.objects.get_or_create(code="000000", defaults={"name": "全国", "level": 0})
    Region.objects.filter(code=PROVINCE).update(parent=country)
    top = add_org(parent=None, name="全国总工会", kind=OrgKind.FEDERATION, region=country, now=now, actor=platform)
    move_org(org=Org.objects.get(pk=cast.orgs["province"].pk), new_parent=top, now=now, actor=platform, reason="测试")
    account = Account.objects.create(login="nation", name="Nation", created_at=now)
    appoint(
        account=account, role=Role.LEADER, org_id=top.pk, reach_id=top.pk, actor=platform, now=now,
        from_day=date(2020, 1, 1),
    )  # fmt: skip
    cast.accounts["nation"] = account
    then, alice = now - timedelta(days=20), cast.actor("alice")
    no = open_case(
        service="hotline", actor=alice, now=then, data={"story": STORY, "category": "overtime"}, region=QINGHE,
        applicant_id=alice.person_id,
    ).no  # fmt: skip
    to = {"unit": cast.orgs["qinghe"].pk, "tier": "general"}
    fire(no=no, transition="dispatch", actor=cast.actor("dispatcher"), now=then, data=to)
    sweep.report_late(now=now)
    return no
