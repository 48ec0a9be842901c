"""What a worker does on a matter: confirm, re-open, urge, add, take back; and never sees another worker's words."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import NOW, Cast
from tests.kernel.files import kit
from zhijia.kernel.base import clock
from zhijia.kernel.cases.models import Attachment, Case, Event, Party
from zhijia.kernel.service.engine import fire

JPG = kit.jpeg()


def do(browser: Client, no: str, act: str, **data: object) -> object:
    return browser.post(f"/matters/{no}/do/{act}/", data)


def state(no: str) -> str:
    return Case.objects.values_list("state", flat=True).get(no=no)


def test_question_waits_and_yes_goes_to_the_quality_check(
    alice: Client, told: Callable[..., str], walk: Callable[..., None]
) -> None:
    no = told()
    walk(no, "submit")
    assert "等您确认" in alice.get("/").content.decode()
    assert "工资已补发" in alice.get(f"/matters/{no}/").content.decode()
    response = do(alice, no, "confirm_solved", satisfaction="satisfied")
    assert (response["Location"], state(no)) == (f"/matters/{no}/", "check")  # type: ignore[index]


def test_no_reopens_one_level_up(
    alice: Client, cast: Cast, told: Callable[..., str], walk: Callable[..., None]
) -> None:
    no = told()
    walk(no, "submit")
    do(alice, no, "report_unsolved", remark="10 月的还没给")
    case = Case.objects.get(no=no)
    assert (case.state, case.unit_id) == ("reopened", cast.orgs["city"].pk)


def test_no_without_a_word_keeps_the_page_and_says_what_is_missing(
    alice: Client, told: Callable[..., str], walk: Callable[..., None]
) -> None:
    no = told()
    walk(no, "submit")
    response = do(alice, no, "report_unsolved", remark=" ", satisfaction="dissatisfied")
    page = response.content.decode()  # type: ignore[attr-defined]
    assert (response.status_code, state(no)) == (422, "result")  # type: ignore[attr-defined]
    assert 'value="dissatisfied" checked' in page
    assert 'href="#report_unsolved-remark"' in page


def test_closed_matter_can_be_reopened_within_the_time(
    alice: Client, told: Callable[..., str], walk: Callable[..., None]
) -> None:
    no = told()
    walk(no, "close")
    assert "其实没解决" in alice.get(f"/matters/{no}/").content.decode()
    with clock.at(NOW + timedelta(days=31)):
        late = do(alice, no, "report_unsolved", remark="还是没给")
    assert (late.status_code, state(no)) == (409, "closed")  # type: ignore[attr-defined]
    assert "还是没给" in late.content.decode()  # type: ignore[attr-defined]


def test_urge_twice_in_a_day_is_locked_with_the_reason(alice: Client, told: Callable[..., str]) -> None:
    no = told()
    do(alice, no, "urge")
    second = do(alice, no, "urge")
    page = alice.get(f"/matters/{no}/").content.decode()
    assert (second.status_code, Event.objects.filter(transition="urge").count()) == (409, 1)  # type: ignore[attr-defined]
    assert 'aria-disabled="true" aria-describedby="urge-why"' in page


def test_same_key_acts_once(alice: Client, told: Callable[..., str]) -> None:
    no = told()
    for _ in range(2):
        do(alice, no, "supplement", words="还有加班费", key="k-1")
    assert Event.objects.filter(transition="supplement").count() == 1


def test_photo_alone_is_a_supplement(alice: Client, told: Callable[..., str]) -> None:
    no = told()
    do(alice, no, "supplement", words="", files=[SimpleUploadedFile("a.jpg", JPG)])
    assert (Event.objects.filter(transition="supplement").count(), Attachment.objects.get().name) == (1, "a.jpg")


def test_withdrawn_matter_is_closed(alice: Client, told: Callable[..., str]) -> None:
    no = told()
    do(alice, no, "withdraw", remark="")
    assert state(no) == "closed"
    assert no in alice.get("/matters/?show=closed").content.decode()


def test_staff_transition_is_not_the_workers(alice: Client, told: Callable[..., str]) -> None:
    no = told()
    assert do(alice, no, "dispatch", unit="1", tier="general").status_code == 403  # type: ignore[attr-defined]
    assert do(alice, no, "no-such-act").status_code == 404  # type: ignore[attr-defined]


def test_internal_note_is_never_shown(
    alice: Client, cast: Cast, told: Callable[..., str], walk: Callable[..., None]
) -> None:
    no = told()
    walk(no, "sign")
    fire(no=no, transition="note", actor=cast.actor("zhou"), now=NOW, data={"note": "此人情绪激动"})
    assert "此人情绪激动" not in alice.get(f"/matters/{no}/").content.decode()


@pytest.fixture
def joined(cast: Cast, told: Callable[..., str], walk: Callable[..., None]) -> tuple[str, str]:
    """Bob's ticket joined to Alice's, which then has a result."""
    lead, own = told("alice", "我叫艾丽思，工资没给。"), told("bob", "我是鲍勃，同一个工地。")
    fire(no=own, transition="merge", actor=cast.actor("dispatcher"), now=NOW, data={"lead": lead})
    walk(lead, "submit")
    return lead, own


def test_joined_worker_sees_progress_but_no_other_workers_words(
    enter: Callable[[str], Client], alice: Client, joined: tuple[str, str]
) -> None:
    lead, own = joined
    do(alice, lead, "supplement", words="只有我知道的事")
    bob = enter("bob")
    assert bob.get(f"/matters/{lead}/")["Location"] == f"/matters/{own}/"
    pages = [bob.get(path).content.decode() for path in ("/", "/matters/", f"/matters/{own}/", "/messages/")]
    assert ["艾丽思" in p or "只有我知道" in p or "Alice" in p for p in pages] == [False] * 4
    assert ("鲍勃" in pages[2], "工资已补发" in pages[2], "等您确认" in pages[0]) == (True, True, True)


def test_joined_workers_are_each_asked(enter: Callable[[str], Client], alice: Client, joined: tuple[str, str]) -> None:
    lead, own = joined
    do(enter("bob"), own, "confirm_solved", satisfaction="satisfied")
    assert state(lead) == "result"
    assert sorted(Party.objects.filter(case__no=lead).values_list("status", flat=True)) == ["solved", "waiting"]
    assert "等您确认" not in enter("bob").get("/").content.decode()
    do(alice, lead, "confirm_solved", satisfaction="satisfied")
    assert state(lead) == "check"
    assert "鲍勃" not in alice.get(f"/matters/{lead}/").content.decode()
