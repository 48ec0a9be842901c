"""The calculators as pages: found, worked out by an address alone, kept by nobody, put into a case by an officer."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import NOW, QINGHE, Cast, build
from tests.scenarios.story import Story
from zhijia.kernel.base import clock
from zhijia.kernel.cases.models import Case, Party, Reckoning
from zhijia.kernel.rules.values import Unit, set_rule
from zhijia.modules.calculators.catalogue import in_order

N = "average=8000&began=2020-01-01&ended=2025-12-31"
LATE = {"arrears": "10000", "ignored": "on", "go": "1"}
KEY = "0b7c1a52-3f0e-4b57-9d0a-5b1f0c9d7e11"


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with clock.at(NOW):
        yield build()


@pytest.fixture
def enter(cast: Cast) -> Callable[[str], Client]:
    def signed_in(name: str) -> Client:
        browser = Client()
        browser.force_login(cast.accounts[name], backend="zhijia.kernel.people.auth.Backend")
        return browser

    return signed_in


def page(client: Client, path: str) -> tuple[int, str]:
    """Status and text of a page, without markup."""
    answer = client.get(path)
    return answer.status_code, words(answer.content.decode())


def words(html: str) -> str:
    body = re.sub(r"<(script|style|select).*?</\1>", "", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).replace("\xa0", " ").split())


def on_record(region: str, **values: int) -> None:
    for name, value in values.items():
        set_rule(
            key=f"calculators.{name}", region=region, value=value, unit=Unit.YUAN, basis="青禾人社发〔2025〕1号",
            verified=False, valid_from=date(2025, 1, 1), actor_id=None, now=NOW,
        )  # fmt: skip


def results(html: str) -> list[tuple[str, str]]:
    """(title, value) of each answering line."""
    found = re.findall(r'<li class="result"><div class="bar-row"><span>(.*?)</span><b[^>]*>(.*?)</b>', html)
    return [(unescape(title), unescape(value).replace("\xa0", " ")) for title, value in found]


def test_catalogue_has_every_calculator_under_a_question_and_finds_words(client: Client, cast: Cast) -> None:
    html = client.get("/calculators/").content.decode()
    links = re.findall(r'href="/calculators/(\w+)/"', html)
    assert (sorted(links), len(links)) == (sorted(c.key for c in in_order()), 33)
    assert re.findall(r'<h2 id="g\d+">(.*?)</h2>', html)[:2] == ["我被辞退了，或者干不下去了", "工资拖欠或者给少了"]
    found = client.get("/calculators/?q=欠薪").content.decode()
    assert re.findall(r'href="/calculators/(\w+)/"', found) == ["forced", "late_pay"]
    assert "没有找到" in page(client, "/calculators/?q=没有这种东西")[1]


def test_services_and_desk_lead_to_it(client: Client, enter: Callable[[str], Client]) -> None:
    assert 'href="/calculators/"' in client.get("/services/").content.decode()
    assert 'href="/desk/calculators/"' in enter("zhou").get("/desk/calculators/").content.decode()


@pytest.mark.parametrize("key", [c.key for c in in_order()])
def test_every_form_opens_and_says_what_is_missing(client: Client, cast: Cast, key: str) -> None:
    assert client.get(f"/calculators/{key}/").status_code == 200
    assert client.get(f"/calculators/{key}/?go=1").status_code in (200, 422)


def test_address_alone_gives_the_answer_with_formula_article_version_and_estimate(client: Client, cast: Cast) -> None:
    on_record(QINGHE, average_wage=9000, minimum_wage_month=2200)
    answer = client.get(f"/calculators/severance/?go=1&{N}&region={QINGHE}")
    html = answer.content.decode()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert results(html) == [("经济补偿", "48,000.00 元")]
    said = words(html)
    for part in (
        "6 × 8,000",
        "劳动合同法47；劳动合同法实施条例27",
        "本地上年度职工月平均工资 9000 元 未核实",
        "青禾人社发〔2025〕1号，2025-01-01 起",
        "地区 澜江市青禾区",
        "数据版本 2026-11-25.",
        "这是按所填情况的估算，不是决定。",
    ):
        assert part in said
    client.cookies["django_language"] = "en"
    assert results(client.get(f"/calculators/severance/?go=1&{N}&region={QINGHE}").content.decode()) == [
        ("Severance", "48,000.00 yuan")
    ]


def test_value_that_nobody_put_on_record_is_asked_for_beside_its_field(client: Client, cast: Cast) -> None:
    status, said = page(client, f"/calculators/severance/?go=1&{N}")
    assert status == 422
    assert "本地最低月工资标准：本地这一天没有登记“本地最低月工资标准”，请查清后填上。" in said
    html = client.get(f"/calculators/severance/?go=1&{N}").content.decode()
    assert ('value="8000"' in html, 'id="local_average-error"' in html, 'id="result"' in html) == (True, True, False)
    given = client.get(f"/calculators/severance/?go=1&{N}&minimum=2200&local_average=9000").content.decode()
    assert results(given) == [("经济补偿", "48,000.00 元")]


def test_day_can_be_chosen_and_a_senseless_one_is_named(client: Client, cast: Cast) -> None:
    limit = "/calculators/limitation/?go=1&claim=other&knew=2026-01-10"
    assert results(client.get(f"{limit}&on=2027-01-01").content.decode()) == [
        ("最后一天", "2027-01-10"), ("还剩", "9 天"),
    ]  # fmt: skip
    answer = client.get(f"{limit}&on=tomorrow")
    assert (answer.status_code, 'id="on-error"' in answer.content.decode()) == (422, True)


def test_stranger_leaves_nothing_behind(client: Client, cast: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        client.get("/calculators/late_pay/?go=1&arrears=10000&ignored=on")
    assert [q["sql"] for q in asked if re.match(r"\s*(INSERT|UPDATE|DELETE)", q["sql"], re.I)] == []
    assert (set(client.cookies), Reckoning.objects.count()) == ({"csrftoken"}, 0)  # of the switch to large text
    assert client.post("/calculators/late_pay/keep/", LATE).status_code == 302  # to the sign-in
    assert client.get("/calculators/nothing/").status_code == 404


def test_worker_puts_it_into_their_own_matter_only(cast: Cast, enter: Callable[[str], Client]) -> None:
    story = Story(cast).tell("alice")
    alice, mallory = enter("alice"), enter("mallory")
    html = alice.get("/calculators/late_pay/", LATE).content.decode()
    assert f'<option value="{story.no}">' in html
    assert mallory.post("/calculators/late_pay/keep/", LATE | {"no": story.no, "key": KEY}).status_code == 404
    for _twice in range(2):
        answer = alice.post("/calculators/late_pay/keep/", LATE | {"no": story.no, "key": KEY})
        assert (answer.status_code, answer["Location"]) == (302, f"/matters/{story.no}/")
    kept = Reckoning.objects.get()
    assert (kept.person_id, kept.low, kept.high) == (cast.person_id("alice"), 500_000, 1_000_000)
    said = page(alice, f"/matters/{story.no}/")[1]
    assert "测算结果 欠薪加付赔偿金，赔偿金，最低 5,000.00 元 ，赔偿金，最高 10,000.00 元" in said


def signed(cast: Cast) -> Story:
    story = Story(cast).tell("alice").dispatch()
    story.do("zhou", "sign")
    return story


def test_officer_puts_it_into_the_case_and_sets_it_aside(cast: Cast, enter: Callable[[str], Client]) -> None:
    story, zhou = signed(cast), enter("zhou")
    case = f"/desk/{story.no}/"
    assert f"/desk/calculators/?case={story.no}" in zhou.get(case).content.decode()
    listed = zhou.get(f"/desk/calculators/?case={story.no}").content.decode()
    assert f'href="/desk/calculators/late_pay/?case={story.no}"' in listed
    html = zhou.get("/desk/calculators/late_pay/", LATE | {"case": story.no}).content.decode()
    assert f"放入 {story.no} 号案件" in words(html)
    answer = zhou.post("/desk/calculators/late_pay/", LATE | {"case": story.no, "key": KEY})
    assert (answer.status_code, answer["Location"]) == (302, f"{case}#reckonings")
    said = page(zhou, case)[1]
    assert "按已有测算，依法可得 5,000 元 到 10,000 元 。" in said
    kept = Reckoning.objects.get()
    assert zhou.post(f"{case}reckonings/{kept.pk}/aside/").status_code == 302
    assert "按已有测算" not in page(zhou, case)[1]
    assert "测算结果" not in page(enter("alice"), f"/matters/{story.no}/")[1]


def test_printed_file_names_what_was_worked_out(cast: Cast, enter: Callable[[str], Client]) -> None:
    story, zhou = signed(cast), enter("zhou")
    zhou.post("/desk/calculators/late_pay/", LATE | {"case": story.no})
    said = page(zhou, f"/desk/{story.no}/print/")[1]
    assert ("权益测算" in said, "5,000.00 元（劳动合同法85）" in said) == (True, True)


def test_collective_case_asks_for_whom(cast: Cast, enter: Callable[[str], Client]) -> None:
    story, zhou = signed(cast), enter("zhou")
    case, bob = Case.objects.get(no=story.no), cast.person_id("bob")
    Party.objects.create(case=case, person_id=bob, joined_at=NOW)
    html = zhou.get("/desk/calculators/late_pay/", LATE | {"case": story.no}).content.decode()
    assert f'<option value="{bob}">Bob</option>' in html
    refused = zhou.post("/desk/calculators/late_pay/", LATE | {"case": story.no, "person": "999999"})
    assert refused.status_code == 422
    zhou.post("/desk/calculators/late_pay/", LATE | {"case": story.no, "person": str(bob)})
    assert Reckoning.objects.get().person_id == bob
    assert "测算结果" not in page(enter("alice"), f"/matters/{story.no}/")[1]


def test_stranger_officer_and_auditor_put_in_nothing(cast: Cast, enter: Callable[[str], Client]) -> None:
    story = signed(cast)
    assert enter("lin").get(f"/desk/calculators/?case={story.no}").status_code == 404
    auditor = enter("auditor")
    html = auditor.get("/desk/calculators/late_pay/", LATE | {"case": story.no}).content.decode()
    assert "放入" not in words(html)
    assert auditor.post("/desk/calculators/late_pay/", LATE | {"case": story.no}).status_code == 403
    assert Reckoning.objects.count() == 0
