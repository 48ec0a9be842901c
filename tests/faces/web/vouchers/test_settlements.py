"""Settlements on the desk, and the lists of every page: paged, and with a fixed number of statements."""

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from python_calamine import CalamineWorkbook

from tests.cast import QINGHE
from tests.faces.web.desk.kit import spent
from tests.faces.web.vouchers.test_desk import AT
from tests.faces.web.vouchers.test_worker import words
from tests.modules.vouchers.kit import DAY, MEAL, NOON, Kitchen, at, people, wrong
from zhijia.kernel.audit.models import Entry
from zhijia.modules.vouchers.models import Settlement
from zhijia.modules.vouchers.offline import Row, upload

if TYPE_CHECKING:
    from tests.faces.web.vouchers.conftest import Enter

Clock = Callable[[object], None]


@pytest.fixture
def fed(kitchen: Kitchen, clock: Clock) -> Kitchen:
    """Three were handed out on the first day."""
    for person in people(3):
        kitchen.fed(person)
    clock(at(9, day=4))
    return kitchen


def test_draft_for_a_period(fed: Kitchen, enter: "Enter") -> None:
    zhou, days = enter("zhou"), {"first": f"{DAY}", "last": "2026-11-19"}
    looked = zhou.post(f"{AT}settlements/draft/", {**days, "look": "1"})
    assert ([(o.outlet, o.n, o.fen) for o in looked.context["due"]], Settlement.objects.count()) == (
        [(fed.shop, 3, 3 * MEAL)],
        0,
    )
    assert zhou.post(f"{AT}settlements/draft/", days)["Location"] == f"{AT}settlements/"
    assert (Settlement.objects.get().n, wrong()) == (3, [])
    zhou.post(f"{AT}settlements/draft/", days)
    page = zhou.get(f"{AT}settlements/")
    assert (Settlement.objects.count(), [(s[0], s[2], s[3]) for s in page.context["sums"]]) == (
        1,
        [("drafted", 1, 3 * MEAL)],
    )
    assert [
        len(zhou.get(f"{AT}settlements/", {"state": state}).context["lines"]) for state in ("drafted", "paid", "x")
    ] == [1, 0, 1]


@pytest.mark.parametrize(("first", "last"), [("", "2026-11-19"), ("2026-11-20", "2026-11-19"), ("x", "y")])
def test_senseless_days_are_refused(fed: Kitchen, enter: "Enter", first: str, last: str) -> None:
    page = enter("zhou").post(f"{AT}settlements/draft/", {"first": first, "last": last})
    assert (page.status_code, Settlement.objects.count()) == (422, 0)


def test_a_leader_approves_and_does_not_draft(fed: Kitchen, enter: "Enter") -> None:
    leader = enter("leader")
    assert leader.post(f"{AT}settlements/draft/", {"first": f"{DAY}", "last": f"{DAY}"}).status_code == 403
    assert "Draft for a period" not in words(leader.get(f"{AT}settlements/"))


def test_the_list_as_a_workbook(fed: Kitchen, enter: "Enter") -> None:
    no = fed.settlement()
    answer = enter("zhou").get(f"{AT}settlements/export/", {"state": "drafted"})
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert (len(rows), rows[1][0], rows[1][1], rows[1][6], rows[1][7]) == (2, no, "老张面馆", 3, 45)
    assert Entry.objects.get(act="vouchers.settlements_exported").data == {"state": "drafted", "rows": 1}


def test_a_city_sees_its_counties_and_its_own_case_pages_open(fed: Kitchen, enter: "Enter") -> None:
    no = fed.settlement()
    city = enter("city")
    assert [line.settlement.case.no for line in city.get(f"{AT}settlements/").context["lines"]] == [no]
    assert [city.get(f"/desk/{n}/").status_code for n in (no, fed.cycle_no)] == [200, 200]
    assert "Only an officer of 青禾区总工会" in words(city.get(f"{AT}outlets/{fed.shop.pk}/"))


def test_statements_do_not_grow_with_the_rows(fed: Kitchen, enter: "Enter") -> None:
    from zhijia.modules.vouchers.models import Kind
    from zhijia.modules.vouchers.programmes import add_outlet, add_programme
    from zhijia.modules.vouchers.shops import OutletKind

    zhou = enter("zhou")
    fed.settlement(last_day=f"{DAY}")
    pages = ("", "programmes/", "outlets/", "settlements/", "conflicts/", "money/", f"outlets/{fed.shop.pk}/handed/")
    upload(terminal=fed.terminal, key="b0", rows=[Row("ZJ1BAD", NOON)], count=1, now=at(9, day=4))
    one = {page: spent(zhou, AT + page) for page in pages}
    common = {"org_id": fed.cast.orgs["qinghe"].pk, "actor": fed.cast.actor("head"), "now": NOON}
    for n in range(2):
        add_programme(key=f"p{n}", title="包", kind=Kind.PACK, fen=100, **common)  # type: ignore[arg-type]
        add_outlet(name=f"店{n}", kind=OutletKind.SHOP, region=QINGHE, address="路", payee="店", **common)  # type: ignore[arg-type]
        fed.publish(title=f"加餐{n}", programme="meals", first_day="2026-11-24", last_day="2026-11-24")
        fed.settlement()
        upload(terminal=fed.terminal, key=f"b{n + 1}", rows=[Row("ZJ1BAD", NOON)], count=1, now=at(9, day=4))
    assert {page: spent(zhou, AT + page) for page in pages} == one


def test_lists_are_paged(fed: Kitchen, enter: "Enter", monkeypatch: pytest.MonkeyPatch) -> None:
    from zhijia.faces.web.vouchers.desk import handed, outlets, settlements

    for module in (handed, outlets, settlements):
        monkeypatch.setattr(module, "SHOWN", 1)
    for _n in range(2):
        fed.settlement()
    zhou = enter("zhou")
    for page, key, most in (
        ("settlements/", "lines", 2),
        ("outlets/", "rows", 2),
        (f"outlets/{fed.shop.pk}/handed/", "rows", 3),
    ):
        seen, before = 0, ""
        while True:
            context = zhou.get(AT + page, {"before": before} if before else {}).context
            seen += len(context[key])
            if not (before := context["older"]):
                break
        assert (page, seen) == (page, most)
