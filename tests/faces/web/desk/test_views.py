"""Saved views, the palette and presence over HTTP: one's own only, and never a case that one may not see."""

from datetime import timedelta

import pytest

from tests.cast import NOW, Cast
from tests.faces.web.desk.kit import Do, Enter, File
from zhijia.faces.access import seen_by
from zhijia.kernel.base import clock
from zhijia.kernel.cases.desk import SavedView, Seen
from zhijia.kernel.cases.models import Case
from zhijia.kernel.cases.recent import KEPT, also_open, mark_open

pytestmark = pytest.mark.django_db


def targets(response: object) -> list[tuple[str, str]]:
    """Kind and address of every line of the palette."""
    return [(g.key, t.url) for g in response.context["groups"] for t in g.targets]  # type: ignore[attr-defined]


def test_view_is_saved_shown_renamed_and_deleted(enter: Enter) -> None:
    zhou = enter("zhou")
    asked = {"name": " 欠薪急件 ", "query": "?category=wages&urged=1&state=nonsense&evil=1"}
    assert zhou.post("/desk/views/save/", asked)["Location"] == "/desk/?category=wages&urged=1"
    page = zhou.get("/desk/?category=wages&urged=1")
    assert (page.context["saved"].name, [v.name for v in page.context["views"]]) == ("欠薪急件", ["欠薪急件"])
    view = SavedView.objects.get()
    assert zhou.post(f"/desk/views/{view.pk}/rename/", {"name": "急"}).status_code == 302
    assert [v.name for v in zhou.get("/desk/views/").context["views"]] == ["急"]
    zhou.post(f"/desk/views/{view.pk}/delete/")
    assert SavedView.objects.count() == 0


def test_inbox_begins_with_the_default_and_every_link_leads_out_of_it(enter: Enter) -> None:
    zhou = enter("zhou")
    zhou.post("/desk/views/save/", {"name": "一", "query": "?view=late", "default": "1"})
    zhou.post("/desk/views/save/", {"name": "二", "query": "?view=mine", "default": "1"})
    assert zhou.get("/desk/")["Location"] == "/desk/?view=mine"
    assert [v.default for v in zhou.get("/desk/views/").context["views"]] == [False, True]
    page = zhou.get("/desk/?view=ours")
    assert (page.status_code, page.context["clear"]) == (200, "?view=ours")
    zhou.post(f"/desk/views/{SavedView.objects.get(default=True).pk}/plain/")
    assert zhou.get("/desk/").status_code == 200


def test_refused_name_keeps_what_was_typed(enter: Enter) -> None:
    zhou = enter("zhou")
    page = zhou.post("/desk/views/save/", {"name": "长" * 41, "query": "?urged=1"})
    assert (page.status_code, page.context["refused"]["query"]) == (422, "?urged=1")
    zhou.post("/desk/views/save/", {"name": "一", "query": "?urged=1"})
    zhou.post("/desk/views/save/", {"name": "二", "query": "?urged=1"})
    last = SavedView.objects.order_by("-pk")[0]
    page = zhou.post(f"/desk/views/{last.pk}/rename/", {"name": "一"})
    assert (page.status_code, str(page.context["problem"])) == (
        422, "Another view has this name. Choose a different one.",
    )  # fmt: skip


@pytest.mark.parametrize("act", ["rename", "default", "plain", "delete"])
def test_view_of_somebody_else_is_not_there(enter: Enter, act: str) -> None:
    enter("zhou").post("/desk/views/save/", {"name": "我的", "query": "?urged=1"})
    view = SavedView.objects.get()
    assert enter("head").post(f"/desk/views/{view.pk}/{act}/", {"name": "x"}).status_code == 404
    view.refresh_from_db()
    assert (view.name, view.default) == ("我的", False)


def test_database_shows_a_view_to_its_owner_only(enter: Enter, cast: Cast) -> None:
    enter("zhou").post("/desk/views/save/", {"name": "我的", "query": "?urged=1"})
    counts = {}
    for who in ("zhou", "head", "leader", "alice"):
        with seen_by(cast.actor(who)) as actor:
            counts[who] = SavedView.objects.count() if actor.posts else 0
    assert counts == {"zhou": 1, "head": 0, "leader": 0, "alice": 0}


def test_palette_finds_by_number_and_words_what_one_may_see(enter: Enter, with_unit: File) -> None:
    no = with_unit("工地上没有安全帽。")
    for asked in (no.lower(), "安全帽"):
        url = f"/desk/palette/?q={asked}"
        assert targets(enter("zhou").get(url))[0] == ("cases", f"/desk/{no}/")
        assert [t for t in targets(enter("lin").get(url)) if t[0] != "search"] == []
    assert enter("alice").get("/desk/palette/").status_code == 403


def test_palette_lists_pages_views_and_what_was_open_last(enter: Enter, with_unit: File) -> None:
    first, second = with_unit(), with_unit()
    zhou = enter("zhou")
    for n, no in enumerate((first, second, first)):
        with clock.at(NOW + timedelta(minutes=n)):
            assert zhou.post(f"/desk/{no}/here/").status_code == 200
    zhou.post("/desk/views/save/", {"name": "急件", "query": "?urged=1"})
    found = targets(zhou.get("/desk/palette/"))
    assert found[:3] == [("recent", f"/desk/{first}/"), ("recent", f"/desk/{second}/"), ("views", "/desk/?urged=1")]
    assert ("pages", "/desk/?view=late") in found
    assert targets(zhou.get("/desk/palette/?q=急件"))[0] == ("views", "/desk/?urged=1")
    assert "recent" not in dict(targets(enter("head").get("/desk/palette/")))


def test_case_that_left_the_reach_is_not_recent_any_more(enter: Enter, with_unit: File, do: Do) -> None:
    no = with_unit()
    zhou = enter("zhou")
    zhou.post(f"/desk/{no}/here/")
    do("zhou", no, "return", ground="not_ours", article="工会法第二十一条", reason="不归我们")
    still = zhou.get(f"/desk/{no}/").status_code == 200
    assert ("recent" in dict(targets(zhou.get("/desk/palette/")))) == still


def test_presence_names_colleagues_for_a_minute(enter: Enter, with_unit: File) -> None:
    no = with_unit()
    zhou, head = enter("zhou"), enter("head")
    assert zhou.post(f"/desk/{no}/here/").context["others"] == []
    assert head.post(f"/desk/{no}/here/").context["others"] == ["Zhou"]
    assert zhou.post(f"/desk/{no}/here/").context["others"] == ["Head"]
    with clock.at(NOW + timedelta(seconds=61)):
        assert zhou.post(f"/desk/{no}/here/").context["others"] == []


@pytest.mark.parametrize("who", ["lin", "lin_head", "alice", "mallory"])
def test_stranger_neither_marks_nor_reads_presence(enter: Enter, with_unit: File, cast: Cast, who: str) -> None:
    no = with_unit()
    enter("zhou").post(f"/desk/{no}/here/")
    assert enter(who).post(f"/desk/{no}/here/").status_code in (403, 404)
    assert list(Seen.objects.values_list("account__login", flat=True)) == ["zhou"]
    hidden = Case.objects.get(no=no).pk
    if who.startswith("lin"):
        with seen_by(cast.actor(who)) as actor:
            assert also_open(case=Case(no=no, pk=hidden), actor=actor, now=NOW) == []
            assert Seen.objects.count() == 0


def test_only_the_last_twenty_are_kept(cast: Cast, file: File) -> None:
    cases = [Case.objects.get(no=file()) for _ in range(KEPT + 2)]
    actor = cast.actor("dispatcher")
    for n, case in enumerate(cases):
        mark_open(case=case, actor=actor, now=NOW + timedelta(minutes=n))
    kept = Seen.objects.order_by("at").values_list("case_id", flat=True)
    assert list(kept) == [case.pk for case in cases[2:]]
