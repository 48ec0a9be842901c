"""Asking for help: filed once, every typed word kept, nobody turned away."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import NOW, QINGHE, Cast
from tests.kernel.files import kit
from zhijia.faces.web.worker.asking import likeness
from zhijia.kernel.base import clock
from zhijia.kernel.cases.models import Attachment, Case, Event, Note
from zhijia.kernel.org.models import Region
from zhijia.kernel.people.models import Person, SafeContact
from zhijia.modules.hotline.models import Ticket

KEY = "0b7c1a52-3f0e-4b57-9d0a-5b1f0c9d7e11"
STORY = "9 月和 10 月的工资没给，包工头说要等甲方结账。"
FORM = {"story": STORY, "city": "980100", "county": QINGHE, "key": KEY}
PNG = kit.png()


def ask(browser: Client, **changes: object) -> object:
    return browser.post("/ask/", FORM | changes)


def test_signed_in_worker_gets_one_case(alice: Client, cast: Cast) -> None:
    response = ask(alice)
    case = Case.objects.get()
    assert (response["Location"], case.applicant_id) == ("/ask/sent/", cast.person_id("alice"))  # type: ignore[index]
    assert (case.category, case.region, case.ticket.channel) == ("wages", QINGHE, "app")
    receipt = alice.get("/ask/sent/").content.decode()
    assert case.no in receipt
    assert "收到了" in receipt


def test_passer_by_gets_a_case_and_later_signs_in_to_it(cast: Cast, client: Client) -> None:
    ask(client, phone="138 0013 8000", name="老陈")
    case = Case.objects.get()
    assert case.applicant is not None
    assert (case.applicant.name, case.applicant.phone_masked[-4:]) == ("老陈", "8000")
    assert case.no in client.get("/ask/sent/").content.decode()
    assert case.no not in Client().get("/ask/sent/", follow=True).content.decode()


def test_form_sent_twice_is_one_case(alice: Client) -> None:
    locations = {ask(alice)["Location"] for _ in range(2)}  # type: ignore[index]
    assert (locations, Case.objects.count()) == ({"/ask/sent/"}, 1)
    assert "您今天说过了" not in alice.get("/ask/sent/").content.decode()


def test_same_story_in_a_new_form_is_joined(alice: Client) -> None:
    ask(alice)
    ask(alice, key=KEY.replace("0", "1"), story=STORY.replace("，", ", ").replace("。", ""))
    assert (Case.objects.count(), Note.objects.count()) == (1, 0)
    assert "这件事您今天说过了，已并到一起，没有丢。" in alice.get("/ask/sent/").content.decode()


def test_nearly_the_same_story_is_joined_and_its_words_are_kept(alice: Client) -> None:
    long = STORY * 6
    ask(alice, story=long)
    ask(alice, key=KEY.replace("0", "1"), story=long + "求助。")
    assert Case.objects.count() == 1
    assert (Event.objects.get(transition="supplement").case_id, Note.objects.get().text) == (
        Case.objects.get().pk, long + "求助。",
    )  # fmt: skip


def test_same_story_two_days_later_is_a_new_case(alice: Client) -> None:
    ask(alice)
    with clock.at(NOW + timedelta(days=2)):
        ask(alice, key=KEY.replace("0", "1"))
    assert Case.objects.count() == 2


def test_changed_story_under_the_same_key_is_not_lost(alice: Client) -> None:
    ask(alice)
    ask(alice, story="手指被冲床压伤，公司不肯报工伤。")
    assert Case.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"story": "  "}, "story"),
        ({"story": "字" * 20_001}, "story"),
        ({"people": "很多"}, "people"),
        ({"phone": "12"}, "phone"),
        ({"reach": "own", "hours_from": "18:00"}, "hours_to"),
    ],
)
def test_every_word_is_kept_when_one_field_is_wrong(
    cast: Cast, client: Client, changes: dict[str, str], field: str
) -> None:
    typed = {"phone": "13800138000", "employer_name": "澜江建工", "wish": "拿到工资"} | changes
    response = ask(client, **typed)
    page = response.content.decode()  # type: ignore[attr-defined]
    assert (response.status_code, Case.objects.count()) == (422, 0)  # type: ignore[attr-defined]
    assert f'href="#{field}"' in page
    assert all(word in page for word in ("澜江建工", "拿到工资", *(v for v in changes.values() if v.strip())))


def test_place_must_be_chosen_where_there_are_several(alice: Client) -> None:
    Region.objects.create(code="980200", name="江东市", level=2, parent_id="980000")
    response = ask(alice, city="", county="")
    page = response.content.decode()  # type: ignore[attr-defined]
    assert (response.status_code, "至少选到市" in page, STORY in page) == (422, True, True)  # type: ignore[attr-defined]


def test_bad_safe_number_is_said_beside_its_field(alice: Client) -> None:
    page = ask(alice, reach="other", number="12-ab").content.decode()  # type: ignore[attr-defined]
    assert ('id="number-error"' in page, 'value="12-ab"' in page, STORY in page) == (True, True, True)


@pytest.mark.parametrize(
    "story",
    ["😀 工资没发 🙏", "工资\x00没发", "<script>alert(1)</script>工资没发", "'; DROP TABLE cases_case; -- 工资"],
)
def test_odd_characters_are_filed_and_shown_as_text(alice: Client, story: str) -> None:
    ask(alice, story=story)
    case = Case.objects.get()
    page = alice.get(f"/matters/{case.no}/").content.decode()
    assert "\x00" not in Ticket.objects.get().story
    assert "<script>alert" not in page


def test_ten_megabytes_of_text_are_refused_without_a_trace(alice: Client) -> None:
    response = ask(alice, story="字" * 3_500_000)
    assert (response.status_code, Case.objects.count()) == (400, 0)  # type: ignore[attr-defined]


def test_guess_names_the_matter_and_the_dates(cast: Cast, client: Client) -> None:
    page = client.post("/ask/guess", FORM).content.decode()
    assert re.findall(r'<option value="(\w+)" selected>', page) == ["wages"]
    assert "青禾区总工会" in page
    assert "11 月 23 日前" in page  # 5 working days from Monday 16 November


def test_guess_does_not_undo_the_workers_own_choice(cast: Cast, client: Client) -> None:
    page = client.post("/ask/guess", FORM | {"category": "women", "guessed": "wages"}).content.decode()
    assert re.findall(r'<option value="(\w+)" selected>', page) == ["women"]


def test_guess_follows_the_story_where_nothing_was_chosen(cast: Cast, client: Client) -> None:
    page = client.post("/ask/guess", FORM | {"category": "injury", "guessed": "injury"}).content.decode()
    assert re.findall(r'<option value="(\w+)" selected>', page) == ["wages"]


def test_places_offer_the_counties_of_the_chosen_city(cast: Cast, client: Client) -> None:
    page = client.get("/ask/places", {"province": "980000", "city": "980100"}).content.decode()
    assert ["青禾区" in page, "北岭县" in page, "广州" in page] == [True, True, False]


def test_county_alone_is_enough_without_javascript(alice: Client) -> None:
    alice.post("/ask/", {"story": STORY, "key": KEY, "region": QINGHE, "province": "980000"})
    assert Case.objects.get().region == QINGHE


def test_place_of_the_last_matter_is_remembered(alice: Client, told: Callable[..., str]) -> None:
    told()
    assert re.findall(r'value="(\d{6})" selected', alice.get("/ask/").content.decode()) == [QINGHE]


def test_safe_contact_of_a_worker_is_stored(alice: Client, cast: Cast) -> None:
    ask(
        alice,
        reach="other",
        number="13900000009",
        hours_from="18:00",
        hours_to="21:00",
        answered_by="family",
        pass_phrase="桂花",
    )
    profile = SafeContact.objects.get(person_id=cast.person_id("alice"))
    assert (profile.number_masked[-4:], profile.answered_by, profile.announce) == ("0009", "family", False)
    assert profile.pass_phrase_sealed is not None


def test_passer_by_cannot_change_how_a_known_person_is_reached(cast: Cast, client: Client) -> None:
    ask(client, phone="13800000001", reach="other", number="13900000009", answered_by="anyone")
    assert SafeContact.objects.count() == 0
    case = Case.objects.get()
    assert case.applicant_id == cast.person_id("alice")
    assert "不要说是工会" in case.ticket.wish


def test_wishes_of_a_new_person_are_stored(cast: Cast, client: Client) -> None:
    ask(client, phone="13800138000", reach="own", answered_by="self_only", may_sms="on")
    (teller,) = (person for person in Person.objects.all() if person.phone_masked.endswith("8000"))
    assert SafeContact.objects.get(person=teller).announce is False


def test_photo_is_kept_and_served_as_a_download(alice: Client) -> None:
    ask(alice, files=[SimpleUploadedFile("工资条.exe", PNG)])
    kept = Attachment.objects.get()
    response = alice.get(f"/matters/{kept.case.no}/files/{kept.pk}/", follow=True)
    assert (kept.kind, kept.name, b"".join(response.streaming_content)) == ("image/png", "工资条.png", PNG)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "files",
    [
        [SimpleUploadedFile("a.jpg", b"<html>not a photo</html>")],
        [SimpleUploadedFile("a.jpg", b"")],
        [SimpleUploadedFile(f"{n}.png", PNG + bytes([n])) for n in range(10)],
    ],
    ids=["html", "empty", "ten"],
)
def test_bad_files_are_refused_and_the_words_kept(alice: Client, files: list[SimpleUploadedFile]) -> None:
    for file in files:
        file.seek(0)
    response = ask(alice, files=files)
    assert (response.status_code, Case.objects.count()) == (422, 0)  # type: ignore[attr-defined]
    assert STORY in response.content.decode()  # type: ignore[attr-defined]


def test_likeness_of_texts() -> None:
    assert (likeness("工资没发！", "工资，没发"), likeness("", "")) == (1.0, 0.0)
    assert likeness("工资没发", "手指受伤了") == 0.0


def test_safe_contact_is_offered_where_it_matters(cast: Cast, client: Client) -> None:
    words = {"hurt": "手指被机器压伤，公司不报工伤。", "unpaid": "9 月和 10 月的工资没给，包工头说要等甲方结账。"}
    shown = {
        name: 'href="#reach"' in client.post("/ask/guess", {"story": story}).content.decode()
        for name, story in words.items()
    }
    assert shown == {"hurt": True, "unpaid": False}


def test_receipt_shows_the_number_and_a_picture_that_holds_nothing_else(cast: Cast, alice: Client) -> None:
    page = alice.post("/ask/", {"story": "9 月和 10 月的工资没给。", "region": "980102", "key": "a" * 20}, follow=True)
    no = page.context["case"].no
    assert (page.content.decode().count("receipt-qr"), no in page.content.decode()) == (1, True)
