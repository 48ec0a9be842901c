"""Notes among colleagues: who can be named, who is told, and who never learns of it."""

import pytest
from django.db import ProgrammingError

from tests.cast import NOW, Cast
from tests.faces.web.desk.kit import Do, Enter, File, form_of
from zhijia.faces.access import seen_by
from zhijia.kernel.cases.desk import Mention
from zhijia.kernel.cases.models import Case
from zhijia.kernel.notify.models import Message
from zhijia.kernel.people.models import Post
from zhijia.kernel.service.mentions import TOLD, names_in

pytestmark = pytest.mark.django_db


def said(page: object) -> list[str]:
    return [str(message) for message in page.context["messages"]]  # type: ignore[attr-defined]


def test_named_colleague_is_told_once_and_finds_the_case(enter: Enter, with_unit: File, cast: Cast) -> None:
    no, zhou, head = with_unit(), enter("zhou"), enter("head")
    form = form_of(zhou, no) | {"note": "请@head 看一下，也请@Leader把关"}
    page = zhou.post(f"/desk/{no}/do/note/", form, follow=True)
    zhou.post(f"/desk/{no}/do/note/", form)  # sent twice
    assert said(page) == [f"Done: Internal note, {no}.", "Told: Head、Leader."]
    assert [(note.words, note.named) for note in page.context["said"]] == [(form["note"], ("Head", "Leader"))]
    told = Message.objects.filter(template=TOLD)
    assert sorted(told.values_list("account__login", flat=True)) == ["head", "leader"]
    assert f"Zhou named you in a note among colleagues on case {no}." in head.get("/desk/messages/").content.decode()
    rows = [row.case.no for group in head.get("/desk/?view=mentioned").context["groups"] for row in group.rows]
    marked = [
        row.case.no for group in head.get("/desk/?view=all&mark=mentioned").context["groups"] for row in group.rows
    ]
    assert (rows, marked) == ([no], [no])
    assert zhou.get("/desk/?view=mentioned").context["groups"] == []


def test_name_of_a_stranger_and_of_nobody_are_answered_alike(enter: Enter, with_unit: File) -> None:
    no, zhou = with_unit(), enter("zhou")
    page = zhou.post(f"/desk/{no}/do/note/", form_of(zhou, no) | {"note": "@lin @nobody 看看"}, follow=True)
    assert said(page)[1] == ("Nobody was told by @lin、@nobody: no colleague of that name may read this case.")
    assert (Mention.objects.count(), Message.objects.filter(template=TOLD).count()) == (0, 0)


def test_who_loses_the_case_sees_nothing_of_it(enter: Enter, with_unit: File, do: Do, cast: Cast) -> None:
    no = with_unit()
    zhou = enter("zhou")
    zhou.post(f"/desk/{no}/do/note/", form_of(zhou, no) | {"note": "@head 请看"})
    beiling = cast.orgs["beiling"]
    Post.objects.filter(account=cast.accounts["head"]).update(org=beiling, reach=beiling)
    head = enter("head")
    assert (head.get(f"/desk/{no}/").status_code, head.get("/desk/?view=mentioned").context["groups"]) == (404, [])
    assert "named you in a note" not in head.get("/desk/messages/").content.decode()
    with seen_by(cast.actor("head")):
        assert Mention.objects.count() == 0


def test_who_may_only_read_is_told_how_to_answer(enter: Enter, with_unit: File) -> None:
    no, zhou = with_unit(), enter("zhou")
    zhou.post(f"/desk/{no}/do/note/", form_of(zhou, no) | {"note": "请@leader 看"})
    words = [enter(who).get(f"/desk/{no}/").content.decode() for who in ("leader", "zhou")]
    assert ["You may read this case, not write on it." in page for page in words] == [True, False]


def test_worker_never_reads_it(enter: Enter, file: File, do: Do, cast: Cast) -> None:
    no = file(person=cast.person_id("alice"))
    do("dispatcher", no, "note", note="同事之间的话 @leader")
    page = enter("alice").get(f"/matters/{no}/").content.decode()
    assert ("同事之间的话" in page, "leader" in page) == (False, False)
    with pytest.raises(ProgrammingError, match="permission denied"), seen_by(cast.actor("alice")):
        Mention.objects.count()


def test_colleagues_are_suggested_within_the_case_only(enter: Enter, with_unit: File) -> None:
    no = with_unit()
    found = enter("zhou").get(f"/desk/{no}/colleagues/?q=lea").context["readers"]
    assert [(r.login, r.title, r.org) for r in found] == [("leader", "Leader", "江澜省总工会")]
    assert enter("lin").get(f"/desk/{no}/colleagues/?q=lea").status_code == 404


def test_note_does_not_wait_for_what_others_did_and_keeps_its_words(enter: Enter, with_unit: File, do: Do) -> None:
    no, zhou = with_unit(), enter("zhou")
    form = form_of(zhou, no)
    do("head", no, "sign")
    assert zhou.post(f"/desk/{no}/do/note/", form | {"note": "@head 在办"}).status_code == 302
    page = zhou.post(f"/desk/{no}/do/note/", {**form_of(zhou, no), "note": " "})
    assert (page.status_code, str(page.context["noting"].fields[0].problem)) == (422, "Please fill this in.")
    assert Case.objects.get(no=no).state == "signed"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("请@周敏，看", ["周敏"]), ("@zhou.min.", ["zhou.min"]), ("a@b.cn", []), ("＠林 和@林", ["林"]), ("没有", []),
        ("(@head)", ["head"]),
    ],
)  # fmt: skip
def test_names_are_found_in_words(words: str, found: list[str]) -> None:
    assert (names_in(words), NOW.year) == (found, 2026)
