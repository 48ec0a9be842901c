"""The case page: what it shows, what it lets do, and how refusals keep what was typed."""

from datetime import time

import pytest

from tests.cast import NOW, PLATFORM, Cast
from tests.faces.web.desk.kit import Do, Enter, File, form_of, spent, state_of
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.cases.models import Case, Party, Watch
from zhijia.kernel.people.contact import set_safe_contact
from zhijia.kernel.people.models import Person
from zhijia.kernel.people.persons import accesses_to

pytestmark = pytest.mark.django_db


def keys(actions: object) -> list[str]:
    return [action.key for action in actions]  # type: ignore[attr-defined]


def test_allowed_actions_come_first_and_the_others_say_why(enter: Enter, with_unit: File) -> None:
    page = enter("zhou").get(f"/desk/{with_unit()}/")
    assert keys(page.context["allowed"]) == ["sign", "return", "note"]
    locked = page.context["forbidden"] + page.context["elsewhere"]
    reasons = {str(a.title): str(a.says) for a in locked}
    assert reasons["Submit the result"] == "Not possible now: the case is “Dispatched”."


def test_stranger_finds_nothing_at_any_address(enter: Enter, with_unit: File) -> None:
    no, lin = with_unit(), enter("lin")
    for url in (f"/desk/{no}/", f"/desk/{no}/preview/", f"/desk/{no}/files/1/", "/desk/ZJ0/"):
        assert lin.get(url).status_code == 404
    for url in (f"/desk/{no}/do/sign/", f"/desk/{no}/watch/", f"/desk/{no}/reveal/", f"/desk/{no}/do/nonsense/"):
        assert lin.post(url).status_code == 404
    assert state_of(no) == "dispatched"


def test_action_is_done_once_though_sent_twice(enter: Enter, with_unit: File) -> None:
    no, zhou = with_unit(), enter("zhou")
    form = form_of(zhou, no)
    for _time in range(2):
        assert zhou.post(f"/desk/{no}/do/sign/", form).status_code == 302
    case = Case.objects.get(no=no)
    assert (case.state, case.seq) == ("signed", int(form["seq"]) + 1)


def test_bad_input_is_said_beside_its_field_with_everything_kept(enter: Enter, with_unit: File) -> None:
    no, zhou = with_unit(), enter("zhou")
    typed = form_of(zhou, no) | {"ground": "not_ours", "article": "", "reason": "写了很久的理由"}
    page = zhou.post(f"/desk/{no}/do/return/", typed)
    action = next(a for a in page.context["allowed"] if a.key == "return")
    assert page.status_code == 422
    assert [(f.name, f.value, str(f.problem)) for f in action.fields] == [
        ("ground", "not_ours", ""), ("article", "", "Please fill this in."), ("reason", "写了很久的理由", ""),
    ]  # fmt: skip
    assert (action.open, page.context["key"]) == (True, typed["key"])


def test_stale_page_says_who_did_what_and_keeps_the_words(enter: Enter, with_unit: File, do: Do) -> None:
    no, zhou = with_unit(), enter("zhou")
    do("zhou", no, "sign")
    form = form_of(zhou, no)
    do("head", no, "contact", note="已通话")
    page = zhou.post(f"/desk/{no}/do/contact/", form | {"note": "我也打了电话"})
    assert page.status_code == 409
    assert [(line.who, line.what) for line in page.context["meanwhile"]] == [("青禾区总工会 Head", "Record a contact")]
    assert [words for _title, words in page.context["meanwhile"][0].notes] != []
    assert (page.context["mine"].key in page.content.decode(), page.context["mine"].open) == (True, True)
    action = next(a for a in page.context["allowed"] if a.key == "contact")
    assert (action.fields[0].value, page.context["case"].seq) == ("我也打了电话", int(form["seq"]) + 1)


def test_key_used_before_does_not_block_the_next_attempt(enter: Enter, with_unit: File) -> None:
    no, zhou = with_unit(), enter("zhou")
    form = form_of(zhou, no)
    zhou.post(f"/desk/{no}/do/note/", form | {"note": "一"})
    page = zhou.post(f"/desk/{no}/do/sign/", form)
    assert (page.status_code, page.context["key"] == form["key"]) == (409, False)


def test_words_for_what_is_no_longer_possible_are_shown_to_be_copied(enter: Enter, with_unit: File, do: Do) -> None:
    no, zhou = with_unit(), enter("zhou")
    form = form_of(zhou, no)
    do("head", no, "sign")
    page = zhou.post(f"/desk/{no}/do/return/", form | {"ground": "not_ours", "article": "第二条", "reason": "理由"})
    assert (page.status_code, page.context["orphans"]) == (409, ["not_ours", "第二条", "理由"])


def test_insider_without_the_right_is_told_why(enter: Enter, file: File) -> None:
    no = file()
    page = enter("supervisor").post(f"/desk/{no}/do/dispatch/", {"unit": "", "tier": "general"})
    assert page.status_code == 403
    assert page.context["tried"].reason != ""


def test_dispatch_takes_a_unit_by_name_and_offers_the_county(enter: Enter, file: File) -> None:
    no, dispatcher = file(), enter("dispatcher")
    page = dispatcher.get(f"/desk/{no}/?open=dispatch")
    action = next(a for a in page.context["allowed"] if a.key == "dispatch")
    assert (action.open, action.fields[0].value) == (True, "青禾区总工会")
    typed = {"seq": page.context["case"].seq, "key": page.context["key"], "tier": "general"}
    assert dispatcher.post(f"/desk/{no}/do/dispatch/", typed | {"unit": "火星总工会"}).status_code == 422
    assert dispatcher.post(f"/desk/{no}/do/dispatch/", typed | {"unit": "总工会"}).status_code == 422
    assert dispatcher.post(f"/desk/{no}/do/dispatch/", typed | {"unit": "北岭县"}).status_code == 302
    assert Case.objects.get(no=no).unit.name == "北岭县总工会"


def test_units_are_suggested_within_reach_only(enter: Enter, cast: Cast) -> None:
    assert enter("zhou").get("/desk/units/?unit=总工会").context["options"] == [("青禾区总工会", "")]
    assert [name for name, _more in enter("dispatcher").get("/desk/units/?unit=北岭").context["options"]] == [
        "北岭县总工会"
    ]
    assert cast.orgs["beiling"].name == "北岭县总工会"


def test_opening_a_case_is_on_record_once_an_hour(enter: Enter, with_unit: File) -> None:
    no, zhou = with_unit(), enter("zhou")
    person = Case.objects.get(no=no).applicant_id
    for _time in range(3):
        zhou.get(f"/desk/{no}/")
    zhou.get(f"/desk/{no}/preview/")
    seen = [e for e in accesses_to(person) if e.act == "case.viewed"]
    assert [(e.purpose, e.data) for e in seen] == [(f"Handling case {no}", {"no": no})]
    assert zhou.get(f"/desk/{no}/").context["found"].looked["officers"] == 1


def test_number_is_shown_once_for_a_stated_purpose(enter: Enter, with_unit: File) -> None:
    no, zhou = with_unit(), enter("zhou")
    case = Case.objects.get(no=no)
    asked = {"person": case.applicant_id, "field": "phone", "purpose": "打电话核实工资"}
    assert zhou.post(f"/desk/{no}/reveal/", asked | {"purpose": ""}).status_code == 422
    page = zhou.post(f"/desk/{no}/reveal/", asked)
    assert page.context["shown"]["value"] == "13900000000"
    assert page.headers["Cache-Control"].startswith("no-store")
    assert zhou.get(f"/desk/{no}/").content.count(b"13900000000") == 0
    entry = Entry.objects.get(act="person.revealed")
    assert (entry.purpose, entry.subject) == ("打电话核实工资", f"case:{case.pk}")


def test_number_of_somebody_else_is_not_shown(enter: Enter, with_unit: File, cast: Cast) -> None:
    asked = {"person": cast.person_id("mallory"), "field": "phone", "purpose": "打电话核实"}
    assert enter("zhou").post(f"/desk/{with_unit()}/reveal/", asked).status_code == 404
    assert enter("zhou").post(f"/desk/{with_unit()}/reveal/", asked | {"person": "x"}).status_code == 404


def test_fragment_for_htmx_shows_the_value_alone(enter: Enter, with_unit: File) -> None:
    no = with_unit()
    asked = {"person": Case.objects.get(no=no).applicant_id, "field": "phone", "purpose": "打电话核实工资"}
    page = enter("zhou").post(f"/desk/{no}/reveal/", asked, headers={"HX-Request": "true"})
    assert page.content.count(b"13900000000") == 1
    assert page.content.count(b"<html") == 0


def test_safe_contact_says_when_to_call(enter: Enter, with_unit: File) -> None:
    no = with_unit()
    person = Person.objects.get(pk=Case.objects.get(no=no).applicant_id)
    set_safe_contact(
        person=person, actor=PLATFORM, now=NOW, hours_from=time(18, 30), hours_to=time(21),
        pass_phrase="青禾", may_sms=False,
    )  # fmt: skip
    page = enter("zhou").get(f"/desk/{no}/")
    assert page.context["found"].people[0].plan.may_call_now is False
    assert page.content.count(b"Not now; from today 18:30") == 1
    assert page.content.count(b"Do not say that it is the union") == 1


def test_watching_is_remembered_and_listed(enter: Enter, with_unit: File) -> None:
    no, zhou = with_unit(), enter("zhou")
    zhou.post(f"/desk/{no}/watch/", {"on": "1"})
    zhou.post(f"/desk/{no}/watch/", {"on": "1"})
    assert Watch.objects.count() == 1
    assert [r.case.no for g in zhou.get("/desk/?view=watching").context["groups"] for r in g.rows] == [no]
    zhou.post(f"/desk/{no}/watch/")
    assert Watch.objects.count() == 0


def test_similar_case_is_offered_and_joined_and_separated(enter: Enter, file: File) -> None:
    first, dispatcher = file(), enter("dispatcher")
    person = Case.objects.get(no=first).applicant_id
    second = file("还是工资的事。又一次。", person=person)
    page = dispatcher.get(f"/desk/{second}/")
    assert ([x["no"] for x in page.context["found"].similar], page.context["can_merge"]) == ([first], True)
    dispatcher.post(f"/desk/{second}/do/merge/", form_of(dispatcher, second) | {"lead": first})
    page = dispatcher.get(f"/desk/{second}/")
    assert (state_of(second), [x["no"] for x in page.context["found"].links]) == ("merged", [first])
    assert keys(page.context["allowed"]) == ["note", "unmerge"]
    dispatcher.post(f"/desk/{second}/do/unmerge/", form_of(dispatcher, second))
    assert state_of(second) == "received"


def test_collective_case_shows_each_workers_own_status(enter: Enter, file: File) -> None:
    first, second, dispatcher = file(), file(), enter("dispatcher")
    dispatcher.post(f"/desk/{second}/do/merge/", form_of(dispatcher, second) | {"lead": first})
    page = dispatcher.get(f"/desk/{first}/")
    assert [(w.status, w.source) for w in page.context["found"].people] == [("waiting", ""), ("waiting", second)]
    assert [(str(words), n) for words, n in page.context["parts"]] == [("In progress", 2)]
    assert Party.objects.filter(case__no=first).count() == 2


@pytest.mark.parametrize("name", ["zhou", "dispatcher", "caller", "agent"])
def test_case_page_asks_few_questions_however_much_hangs_on_it(
    enter: Enter, with_unit: File, do: Do, name: str
) -> None:
    no, client = with_unit(), enter(name)
    one = spent(client, f"/desk/{no}/")
    for _time in range(3):
        do("zhou", no, "note", note="内部")
        with_unit(person=Case.objects.get(no=no).applicant_id)
    assert spent(client, f"/desk/{no}/") == one <= 12


def test_scripts_in_every_field_stay_words(enter: Enter, with_unit: File, do: Do) -> None:
    hostile = "<script>alert(1)</script>'; DROP TABLE cases_case; --"
    no = with_unit(hostile, wish=hostile, employer_name=hostile[:100])
    do("zhou", no, "note", note=hostile)
    for url in (f"/desk/{no}/", f"/desk/{no}/preview/", "/desk/", f"/desk/{no}/?print=1"):
        assert enter("zhou").get(url).content.count(b"<script>alert") == 0


def test_page_carries_no_inline_style_or_script(enter: Enter, with_unit: File) -> None:
    for url in (f"/desk/{with_unit()}/", "/desk/"):
        page = enter("zhou").get(url).content.decode()
        assert (page.count(" style="), page.count("<style"), page.count(" onclick=")) == (0, 0, 0)
        assert page.count("<script") == page.count("<script ") == page.count(" src=")


def test_internal_words_are_marked(enter: Enter, with_unit: File, do: Do) -> None:
    no = with_unit()
    do("zhou", no, "note", note="只在内部说")
    assert [(e.public, e.notes[0][1]) for e in enter("zhou").get(f"/desk/{no}/").context["lines"][:1]] == [
        (False, "只在内部说")
    ]
