"""The catalogue reads what the declarations say: states, steps, limits as in force, messages, links to each."""

from itertools import pairwise
from typing import Any

import pytest

from tests.cast import Cast
from zhijia.faces.web.admin.diagram import picture
from zhijia.kernel.service import registry

LIST = "/desk/admin/services/"


def test_every_service_is_listed_and_opens(cast: Cast, enter: Any) -> None:
    client = enter("admin")
    assert [row[0].key for row in client.get(LIST).context["found"]] == [s.key for s in registry.services()]
    pages = {s.key: client.get(f"{LIST}{s.key}/") for s in registry.services()}
    assert {page.status_code for page in pages.values()} == {200}
    hotline = pages["hotline"].context
    result = next(limit for limit in hotline["limits"] if str(limit.title) == "Result")
    assert [(key, str(words)) for key, words, _value in result.rules] == [
        ("hotline.result.general", "5 working days"), ("hotline.result.difficult", "15 working days"),
        ("hotline.result.complex", "30 working days"),
    ]  # fmt: skip
    assert result.extension == (1, "hotline.extension", "5 working days")
    authority = next(limit for limit in pages["wage_arrears"].context["limits"] if "authority" in str(limit.title))
    assert [key.rpartition(".")[2] for key, _words, _value in authority.rules] == [
        "inspection", "arbitration", "order", "court",
    ]  # fmt: skip
    body = pages["hotline"].content.decode()
    assert ('href="/desk/admin/rules/hotline.sign/"' in body, 'href="/desk/admin/texts/hotline.received/"' in body) == (
        True, True,
    )  # fmt: skip


def test_all_staff_read_it_without_ways_into_administration(cast: Cast, enter: Any) -> None:
    page = enter("zhou").get(f"{LIST}hotline/")
    assert (page.status_code, "/desk/admin/rules/" in page.content.decode()) == (200, False)
    assert enter("alice").get(LIST).status_code == 403


@pytest.mark.parametrize("service", registry.services(), ids=lambda service: service.key)
def test_picture_holds_every_state_once_inside_the_frame(service: Any) -> None:
    drawn = picture(service)
    assert sorted(box.key for box in drawn.boxes) == sorted(map(str, service.states))
    assert [box.key for box in drawn.boxes if box.x < 0 or box.x + box.width > drawn.width] == []
    assert {box.kind for box in drawn.boxes} >= {"start", "end"}
    rows = {box.y: sorted((b.x, b.x + b.width) for b in drawn.boxes if b.y == box.y) for box in drawn.boxes}
    assert all(one[1] < other[0] for row in rows.values() for one, other in pairwise(row))
