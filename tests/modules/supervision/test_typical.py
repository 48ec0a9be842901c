"""The library of typical cases: written by one, read by another, and by nobody before."""

from typing import Any

import pytest
from django.test import Client

from tests.modules.supervision.kit import FIRM, Letters
from tests.scenarios.story import refused
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Conflict, Invalid
from zhijia.modules.supervision.anonymity import called, numbers_in
from zhijia.modules.supervision.models import TypicalCase
from zhijia.modules.supervision.typical import published

TEXT = {
    "heading": "查账一周，十二名钢筋工拿到工资",
    "body": "某劳务企业拖欠两个月工资，工会两名监督员查账后发出提示函。",
    "lesson": "先查账再发函。",
}


@pytest.fixture
def closed(letters: Letters) -> Letters:
    """A case of Alice that ended well."""
    letters.tell("alice", industry="construction").do("zhou", "take_up")
    letters.reminded().do("zhou", "note_correction", note="来函")
    letters.ask("yes", "16800").do("zhou", "verify_done", closing_code="corrected", result="好")
    return letters


def test_it_is_public_only_after_somebody_else_read_it(closed: Letters) -> None:
    closed.do("head", "propose_typical", **TEXT)
    refused("own_text", Conflict, closed, "head", "decide_typical", verdict="publish")
    assert published() == []
    refused("proposed", Conflict, closed, "zhou", "propose_typical", **TEXT)


def test_published_pages_are_found_by_what_was_broken_and_by_trade(closed: Letters) -> None:
    closed.do("zhou", "propose_typical", **TEXT)
    with clock.at(closed.now):
        assert Client().get(f"/cases/typical/{TypicalCase.objects.get().pk}/").status_code == 404
    closed.do("head", "decide_typical", verdict="publish")
    pk = TypicalCase.objects.get().pk
    found = {
        "": True, "?category=wages": True, "?category=women": False, "?industry=construction": True,
        "?industry=platform": False, "?q=钢筋工": True, "?q=快递": False,
    }  # fmt: skip
    with clock.at(closed.now):
        assert {at: TEXT["heading"] in Client().get(f"/cases/typical/{at}").content.decode() for at in found} == found
        page = Client().get(f"/cases/typical/{pk}/")
        api = Client().get("/api/v1/typical-cases?category=wages").json()
    assert (page.status_code, TEXT["body"] in page.content.decode(), [i["heading"] for i in api["items"]]) == (
        200,
        True,
        [TEXT["heading"]],
    )
    assert [w for w in (closed.no, "Alice", FIRM, "赵大海") if w in page.content.decode() + str(api)] == []
    closed.do("head", "withdraw_typical")
    with clock.at(closed.now):
        assert (Client().get(f"/cases/typical/{pk}/").status_code, published()) == (404, [])
    closed.do("zhou", "propose_typical", **TEXT)
    closed.do("head", "decide_typical", verdict="decline")
    assert (TypicalCase.objects.get().state, published()) == ("declined", [])


@pytest.mark.parametrize(
    "told",
    [
        {"body": "职工 Alice 反映拖欠工资。"}, {"body": "赵 大海说拿到了。"}, {"lesson": "感谢Ａｌｉｃｅ。"},
        {"body": f"{FIRM}拖欠工资。"}, {"heading": "江澜劳务拖欠工资案"}, {"body": "联系 13800000001。"},
        {"body": "身份证 330102199001011234。"},
        {"body": "信用代码 91330100MA27XW5X0P。"}, {"body": "见 ZJ2611160000012。"},
    ],
)  # fmt: skip
def test_what_tells_who_it_was_is_refused(closed: Letters, told: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        closed.do("zhou", "propose_typical", **{**TEXT, **told})
    assert ([p.field for p in caught.value.problems], TypicalCase.objects.count()) == (["body"], 0)


def test_a_case_without_result_is_no_example(letters: Letters) -> None:
    letters.tell().do("zhou", "refuse", ground="scope", way="请找教育局")
    refused("nothing_reached", Conflict, letters, "zhou", "propose_typical", **TEXT)


def test_numbers_and_firms_are_recognised() -> None:
    plain = "九月、十月工资201600元，2026年11月16日，劳动合同法第三十条，热线12351，青人社监立〔2026〕18号"
    assert list(numbers_in(plain)) == []
    written = (
        "１３８" + "０" * 7 + "１",
        "138 0000 0001",
        "6222 0212 0201 1234 567",
        "0571-88123456",
        "zj2611160000012",
    )
    assert [len(list(numbers_in(w))) for w in written] == [1, 1, 1, 1, 1]
    assert [called(n) for n in ("江澜劳务有限公司", "澜江市宏远物流集团有限公司", "老王")] == [
        ["江澜劳务有限公司", "江澜劳务"], ["澜江市宏远物流集团有限公司", "宏远物流"], ["老王"],
    ]  # fmt: skip
