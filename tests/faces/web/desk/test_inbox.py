"""The inbox: groups, filters, pages, counts, export and the number of queries behind it."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest

from tests.cast import NOW, Cast
from tests.faces.web.desk.kit import Do, Enter, File, spent
from zhijia.faces.web.desk import queries
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base import clock

pytestmark = pytest.mark.django_db


def shown(response: object) -> list[str]:
    """Numbers of the listed cases, in order."""
    return [row.case.no for group in response.context["groups"] for row in group.rows]  # type: ignore[attr-defined]


def test_inbox_is_grouped_by_clock(enter: Enter, with_unit: File, do: Do) -> None:
    calm, waiting = with_unit(), with_unit()
    for no in (calm, waiting):
        do("zhou", no, "sign")
        do("zhou", no, "contact", note="通话")
    do("head", waiting, "suspend", reason="等鉴定结论")
    fresh = with_unit()
    with clock.at(NOW + timedelta(hours=25)):
        page = enter("zhou").get("/desk/")
    assert [(g.key, g.count, [r.case.no for r in g.rows]) for g in page.context["groups"]] == [
        ("over", "1", [fresh]), ("later", "1", [calm]), ("waiting", "1", [waiting]),
    ]  # fmt: skip


def test_inbox_of_an_officer_holds_the_own_unit_only(enter: Enter, with_unit: File, file: File) -> None:
    no = with_unit()
    received = file()
    assert shown(enter("zhou").get("/desk/")) == [no]
    assert shown(enter("lin").get("/desk/")) == []
    assert shown(enter("dispatcher").get("/desk/")) == [received]


def test_returned_case_waits_for_the_dispatcher(enter: Enter, with_unit: File, do: Do) -> None:
    no = with_unit()
    do("zhou", no, "return", ground="not_ours", article="工会法第二十一条", reason="不归我们")
    assert shown(enter("dispatcher").get("/desk/")) == [no]
    assert shown(enter("dispatcher").get("/desk/?view=tasks")) == [no]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?category=wages", True), ("?category=safety", False), ("?clock=contact", True), ("?clock=result", False),
        ("?confidential=1", False), ("?urged=1", False), ("?state=dispatched", True), ("?state=closed", False),
        ("?since=2026-11-16&until=2026-11-16", True), ("?until=2026-11-15", False), ("?view=mine", False),
        ("?view=late", False), ("?view=mass", False), ("?view=watching", False), ("?view=all", True),
        ("?sort=newest", True), ("?unit=青禾区总工会", True), ("?state=nonsense&officer=x&since=soon&unit=", True),
        ("?q=工资", True), ("?q=火星", False),
    ],
)  # fmt: skip
def test_filter_in_the_address_chooses(enter: Enter, with_unit: File, query: str, found: bool) -> None:
    no = with_unit()
    assert shown(enter("zhou").get(f"/desk/{query}")) == ([no] if found else [])


def test_search_by_number_finds_the_case_of_any_view(enter: Enter, with_unit: File) -> None:
    no = with_unit()
    assert shown(enter("zhou").get(f"/desk/?view=mine&q={no.lower()}")) == [no]
    assert shown(enter("lin").get(f"/desk/?q={no}")) == []


def test_pages_follow_each_other_without_gap_or_repetition(
    enter: Enter, with_unit: File, do: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries.page, "__kwdefaults__", {"size": 2})
    numbers = [with_unit() for _ in range(5)]
    do("zhou", numbers[0], "sign")
    do("zhou", numbers[0], "contact", note="通话")
    do("head", numbers[0], "suspend", reason="等鉴定结论")
    client, url, seen = enter("zhou"), "/desk/", []
    while url:
        page = client.get(url)
        seen += shown(page)
        url = f"/desk/{page.context['more']}" if page.context["more"] else ""
    assert seen == [*numbers[1:], numbers[0]]


def test_next_rows_for_htmx_come_alone(enter: Enter, with_unit: File, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries.page, "__kwdefaults__", {"size": 1})
    _first, second = with_unit(), with_unit()
    client = enter("zhou")
    more = client.get("/desk/").context["more"]
    page = client.get(f"/desk/{more}", headers={"HX-Request": "true"})
    assert shown(page) == [second]
    assert page.content.count(b"<html") == 0
    assert page.content.count(b'class="group"') == 0


def test_senseless_place_of_a_page_is_ignored(enter: Enter, with_unit: File) -> None:
    no = with_unit()
    for after in ("x", "~", "nan~1", "1e400~2", "~99999999999999999999", "\x00"):
        assert shown(enter("zhou").get("/desk/", {"after": after})) in ([no], [])


@pytest.mark.parametrize("name", ["zhou", "dispatcher", "caller", "checker", "supervisor"])
def test_inbox_asks_few_questions_however_many_rows(enter: Enter, with_unit: File, name: str) -> None:
    client = enter(name)
    with_unit()
    one = spent(client, "/desk/?view=all")
    with_unit(), with_unit()
    assert spent(client, "/desk/?view=all") == one <= 12


def test_counts_of_the_navigation_are_capped(enter: Enter, with_unit: File, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "CAP", 1)
    with_unit(), with_unit()
    page = enter("zhou").get("/desk/")
    assert page.context["nav"][0][1][0].count == "1+"
    assert page.context["total"] == "1+"


def test_worker_without_a_post_is_told_so(enter: Enter) -> None:
    assert enter("alice").get("/desk/").status_code == 403


def test_passer_by_is_sent_to_sign_in(cast: Cast) -> None:
    from django.test import Client

    assert Client().get("/desk/").headers["Location"] == "/sign-in/?next=/desk/"


def test_substitute_is_told_for_whom(enter: Enter, cast: Cast) -> None:
    from zhijia.kernel.people.models import Post
    from zhijia.kernel.people.posts import substitute

    substitute(
        post=Post.objects.get(account__login="head"), account=cast.accounts["lin"], from_day=NOW.date(),
        to_day=NOW.date(), reason="培训", actor=cast.actor("head"), now=NOW,
    )  # fmt: skip
    assert enter("lin").get("/desk/").context["stands_for"] == ["Head（Head of unit，青禾区总工会）"]


def test_export_holds_no_words_of_the_worker_and_is_on_record(enter: Enter, with_unit: File, cast: Cast) -> None:
    no = with_unit("秘密的故事在这里。后面还有。")
    response = enter("zhou").get("/desk/export/")
    words = ZipFile(BytesIO(response.content)).read("xl/sharedStrings.xml").decode()
    assert (words.count(no), words.count("青禾区总工会"), words.count("秘密")) == (1, 1, 0)
    entry = Entry.objects.get(act="cases.exported")
    assert (entry.actor_id, entry.data["rows"]) == (cast.accounts["zhou"].pk, 1)


def test_unit_that_is_none_is_said(enter: Enter, with_unit: File) -> None:
    no = with_unit()
    page = enter("zhou").get("/desk/?unit=火星")
    assert str(page.context["unit_problem"]) == "There is no such unit within your reach."
    assert (page.status_code, shown(page)) == (200, [no])
