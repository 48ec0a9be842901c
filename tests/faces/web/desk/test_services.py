"""A service that no page names, at the desk: filed for somebody, listed, handled, linked, exported, counted."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from tests.cast import BEILING, NOW, QINGHE, Cast
from tests.faces.trial import Trial
from tests.faces.web.desk.kit import Do, Enter, File, form_of, spent
from zhijia.kernel.cases.models import Case, Link
from zhijia.kernel.org.models import Employer
from zhijia.kernel.people.models import Person
from zhijia.kernel.service import registry
from zhijia.kernel.service.declare import Service

pytestmark = pytest.mark.django_db
ADDRESS = "/desk/file/trial/"
CALL = {
    "story": "工地三个月没发工资。", "topic": "wages", "claimed": "18,000", "since": "2026-08-01", "region": QINGHE,
    "worker_phone": "138 1111 2222", "worker_name": "吕师傅", "key": "trial-1",
}  # fmt: skip


@pytest.fixture
def filed(trial: Service, enter: Enter) -> str:
    assert enter("zhou").post(ADDRESS, CALL).status_code == 302
    return Case.objects.get().no


def nav(client: object, at: int) -> list[str]:
    return [str(item.title) for item in client.get("/desk/").context["nav"][at][1]]  # type: ignore[attr-defined]


def test_navigation_offers_what_the_posts_may_file(trial: Service, enter: Enter) -> None:
    assert nav(enter("zhou"), 2)[-2:] == ["File a case", "Board"]
    assert enter("zhou").get("/desk/file/").content.decode().count(f'href="{ADDRESS}"') == 1
    offered = nav(enter("agent"), 2)
    assert offered[:2] == ["Hotline console", "Register a call"]
    assert f'href="{ADDRESS}"' not in enter("agent").get("/desk/file/").content.decode()
    assert "Trial service" in enter("zhou").get("/desk/palette/?q=Trial").content.decode()
    assert enter("agent").get(ADDRESS).status_code == 403
    assert enter("zhou").get("/desk/file/hotline/").status_code == 403
    assert enter("agent").get("/desk/file/hotline/").headers["Location"] == "/desk/register/"
    assert enter("zhou").get("/desk/file/nothing/").status_code == 404


def test_officer_files_for_a_worker_once(filed: str, enter: Enter) -> None:
    assert enter("zhou").post(ADDRESS, CALL).headers["Location"] == f"/desk/{filed}/"
    case, facts = Case.objects.get(), Trial.objects.get()
    assert (case.applicant.name, case.unit.name, facts.claimed) == ("吕师傅", "青禾区总工会", 1_800_000)


def test_officer_is_offered_the_own_county_only(trial: Service, enter: Enter) -> None:
    offered = enter("zhou").get(ADDRESS).context["counties"]
    assert [(city, [r.code for r in regions]) for city, regions in offered] == [("澜江市", [QINGHE])]
    page = enter("zhou").post(ADDRESS, CALL | {"region": BEILING})
    assert (page.status_code, list(page.context["problems"])) == (403, ["region"])
    assert Case.objects.count() == 0


def test_all_that_is_wrong_is_named_and_nothing_is_stored(trial: Service, enter: Enter) -> None:
    wrong = {"worker_phone": "12", "region": "", "claimed": "1.234", "since": "soon", "story": " "}
    page = enter("zhou").post(ADDRESS, CALL | wrong)
    assert page.status_code == 422
    assert sorted(page.context["problems"]) == ["claimed", "region", "since", "story", "worker_phone"]
    assert [(f.name, f.value) for f in page.context["fields"] if f.problem] == [
        ("story", " "), ("claimed", "1.234"), ("since", "soon"),
    ]  # fmt: skip
    assert (Case.objects.count(), sum(p.name == "吕师傅" for p in Person.objects.all())) == (0, 0)


def test_nobody_may_be_named_but_that_must_be_said(trial: Service, enter: Enter) -> None:
    page = enter("zhou").post(ADDRESS, CALL | {"worker_phone": ""})
    assert list(page.context["problems"]) == ["worker_phone"]
    assert enter("zhou").post(ADDRESS, CALL | {"worker_phone": "", "nobody": "1"}).status_code == 302
    assert Case.objects.get().applicant_id is None


def test_worker_is_looked_up_without_being_made(filed: str, enter: Enter) -> None:
    page = enter("zhou").post(ADDRESS, CALL | {"find": "1"})
    assert [r.case.no for r in page.context["known"].cases] == [filed]
    page = enter("zhou").post(ADDRESS, CALL | {"find": "1", "worker_phone": "13811113333"})
    assert (page.context["known"], page.context["looked"]) == (None, True)
    assert enter("zhou").post(ADDRESS, CALL | {"find": "1", "worker_phone": "x"}).status_code == 422


def test_employer_is_known_by_code_or_exact_name(trial: Service, enter: Enter) -> None:
    code = "91110000100000017X"
    firm = Employer.objects.create(
        name="澜江建筑公司", uscc=code, region_id=QINGHE, created_at=NOW, name_pinyin="", initials=""
    )  # fmt: skip
    zhou = enter("zhou")
    zhou.post(ADDRESS, CALL | {"employer_name": "澜江建筑公司"})
    zhou.post(ADDRESS, CALL | {"employer_name": "别的公司", "key": "trial-2"})
    page = zhou.post(ADDRESS, CALL | {"uscc": "123", "key": "trial-3"})
    assert list(page.context["problems"]) == ["uscc"]
    assert list(Case.objects.order_by("id").values_list("employer_id", flat=True)) == [firm.pk, None]
    assert list(Trial.objects.order_by("pk").values_list("employer_name", flat=True)) == ["澜江建筑公司", "别的公司"]


def test_case_page_shows_money_days_panel_and_workbook(filed: str, enter: Enter) -> None:
    page = enter("zhou").get(f"/desk/{filed}/").content.decode()
    assert page.count("<dt>Claimed</dt><dd>18,000\u00a0yuan</dd>") == 1
    assert page.count("<dt>Since which day</dt><dd>1 Aug 2026</dd>") == 1
    assert page.count('<option value="Claimed">1800000</option>') == 1
    assert page.count(f'href="/desk/sheets/trial-workers/?for={filed}"') == 1
    assert page.count('name="agreed" value="" inputmode="decimal"') == 1
    assert page.count('name="rest_on" value="" type="date"') == 1


def test_money_comes_back_as_typed_and_is_kept_as_fen(filed: str, enter: Enter) -> None:
    zhou = enter("zhou")
    page = zhou.post(f"/desk/{filed}/do/offer/", form_of(zhou, filed) | {"agreed": "1.005", "rest_on": "morgen"})
    action = next(a for a in page.context["allowed"] if a.key == "offer")
    assert [(f.name, f.value) for f in action.fields if f.problem] == [("agreed", "1.005"), ("rest_on", "morgen")]
    assert page.content.decode().count('name="rest_on" value="morgen" placeholder') == 1
    typed = {"agreed": "17,500.05", "paid": "500", "rest_on": "2026-12-31"}
    zhou.post(f"/desk/{filed}/do/offer/", form_of(zhou, filed) | typed)
    assert Trial.objects.get().agreed == 1_750_005
    line = zhou.get(f"/desk/{filed}/").context["lines"][0]
    assert line.notes == (("Paid now", "500\u00a0yuan"), ("Rest on", "31 Dec 2026"))


def test_case_that_it_begins_is_linked_both_ways(filed: str, enter: Enter, cast: Cast) -> None:
    zhou, supervisor = enter("zhou"), enter("supervisor")
    says = {a.key: str(a.says) for a in zhou.get(f"/desk/{filed}/").context["allowed"]}
    assert says["escalate"] == "The worker does not see this. It also begins: 12351 hotline."
    zhou.post(f"/desk/{filed}/do/escalate/", form_of(zhou, filed))
    child = Link.objects.get().case.no
    told = {
        no: [(str(x["relation"]), x["no"], str(x["service_title"]), str(x["state"])) for x in found.links]
        for no in (filed, child) for found in (supervisor.get(f"/desk/{no}/").context["found"],)
    }  # fmt: skip
    assert told == {
        filed: [("arose from this case", child, "12351 hotline", "Received")],
        child: [("this case arose from it", filed, "Trial service", "Received")],
    }
    assert zhou.get(f"/desk/{filed}/").context["found"].links == []  # the other lies with the province


def test_inbox_tells_services_apart(filed: str, enter: Enter, with_unit: File) -> None:
    other, zhou = with_unit(), enter("zhou")

    def numbers(query: str) -> list[str]:
        return [r.case.no for g in zhou.get(f"/desk/{query}").context["groups"] for r in g.rows]

    page = zhou.get("/desk/")
    rows = {r.case.no: (str(r.service), r.category) for g in page.context["groups"] for r in g.rows}
    assert rows == {filed: ("Trial service", "Trial wages"), other: ("", "Unpaid wages")}
    known = [s.key for s in registry.services()]
    assert [key for key, _title in page.context["choices"]["service"]] == known
    assert [title for title, _options in page.context["choices"]["category"]] == [s.title for s in registry.services()]
    assert numbers("?service=trial") == numbers("?category=trial:wages") == numbers("?clock=trial:offer") == [filed]
    assert numbers("?state=trial:received") == [filed]
    assert sorted(numbers("?category=wages")) == sorted(numbers("?service=nothing")) == sorted([filed, other])
    assert sorted(numbers("?q=工资")) == sorted([filed, other])
    assert page.context["nav"][0][1][0].count == "2"


def test_filters_of_one_service_need_no_prefix(filed: str, enter: Enter) -> None:
    choices = enter("zhou").get("/desk/?service=trial").context["choices"]
    assert choices["category"] == [("", [("wages", "Trial wages"), ("other", "Something else")])]
    assert choices["clock"] == [("", [("offer", "Offer"), ("reply", "Your answer")])]


def test_several_are_done_together_and_others_left(filed: str, enter: Enter, with_unit: File) -> None:
    other, zhou = with_unit(), enter("zhou")
    page = zhou.post("/desk/bulk/offer/", {"no": [filed, other], "run": "1", "agreed": "10", "key": "b1"})
    outcomes = {o.case.no: (o.ok, str(o.reason)) for o in page.context["outcomes"]}
    assert outcomes == {filed: (True, ""), other: (False, "This kind of case does not know this step.")}


def test_pages_cost_the_same_for_one_case_and_three(filed: str, enter: Enter) -> None:
    zhou = enter("zhou")
    one = [spent(zhou, url) for url in ("/desk/?view=all", f"/desk/{filed}/", ADDRESS)]
    for n in (2, 3):
        zhou.post(ADDRESS, CALL | {"key": f"trial-{n}", "worker_phone": f"1381111222{n}"})
    assert [spent(zhou, url) for url in ("/desk/?view=all", f"/desk/{filed}/", ADDRESS)] == one
    assert max(one) <= 12


def test_export_of_one_service_has_its_facts_without_words(filed: str, enter: Enter) -> None:
    def strings(query: str) -> tuple[str, str]:
        book = ZipFile(BytesIO(enter("zhou").get(f"/desk/export/{query}").content))
        return book.read("xl/sharedStrings.xml").decode(), book.read("xl/worksheets/sheet1.xml").decode()

    words, cells = strings("?service=trial")
    assert (words.count("Claimed (yuan)"), words.count("工地三个月")) == (1, 0)
    assert cells.count("<v>18000</v>") == 1
    assert strings("")[0].count("Claimed") == 0


def test_board_follows_the_service(filed: str, trial: Service, enter: Enter, do: Do) -> None:
    from zhijia.kernel.indicators.models import Counter

    month = NOW.date().replace(day=1)
    for indicator, n, amount in (("filed", 55, 0), ("accepted", 43, 0), ("recovered", 43, 731_000), ("hours", 43, 860)):
        for region in (QINGHE, QINGHE[:2]):
            key = {"service": "trial", "indicator": indicator, "region": region, "month": month, "category": ""}
            Counter.objects.update_or_create(**key, shard=0, defaults={"n": n, "amount": amount})
    page = enter("leader").get("/board/", {"service": "trial", "period": "2026-11", "region": "980100"})
    shown = page.context["board"]
    assert [(m.key, m.words) for m in shown.figures] == [
        ("filed", "55"), ("accepted", "45"), ("recovered", "700,000\u00a0yuan"), ("hours", "20.0"),
    ]  # fmt: skip
    assert [(line.name, line.rates[0].part, line.figures[2].words) for line in shown.lines] == [
        ("青禾区", 45, "700,000\u00a0yuan")
    ]
    assert page.content.decode().count("Call-back coverage") == 0
    table = enter("leader").get("/board/table.csv", {"service": "trial", "period": "2026-11", "region": "980100"})
    assert table.content.decode("utf-8-sig").count(f"place,{QINGHE},青禾区,recovered,700000.00,,,,") == 1
