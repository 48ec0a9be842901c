"""The pages of a complaint under a pseudonym: filed once, followed with the code alone, nothing kept of who came."""

import re
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import NOW, QINGHE, Cast
from tests.kernel.files import kit
from tests.scenarios.story import Story
from zhijia.kernel.audit.models import Security
from zhijia.kernel.cases.models import Attachment, Case, Note
from zhijia.kernel.people.models import SealedIdentity
from zhijia.kernel.service import pseudonymous

FORM = {
    "story": "主管多次言语骚扰我，我很害怕。", "category": "women", "city": "980100", "county": QINGHE,
    "employer_name": "江澜纺织厂", "name": "王小明", "phone": "139 1234 5678",
}  # fmt: skip
WHY = "需要本人到场指认，电话联系不上。"


@pytest.fixture
def browser() -> Client:
    return Client(headers={"accept-language": "zh-hans", "user-agent": "SecretBrowser/1.0"}, REMOTE_ADDR="203.0.113.77")


def form_code(browser: Client) -> str:
    page = browser.get("/pickup/new/").content.decode()
    return re.findall(r'name="code" value="([^"]+)"', page)[0]


def filed(browser: Client, **changes: object) -> str:
    """The pick-up code of a new complaint."""
    page = browser.post("/pickup/new/", FORM | {"code": form_code(browser)} | changes).content.decode()
    return str(re.findall(r'name="code" value="([0-9A-Z-]+)"', page)[0])


def test_the_code_is_shown_once_and_leads_to_the_complaint(cast: Cast, browser: Client) -> None:
    code = filed(browser)
    case = Case.objects.get()
    page = browser.post("/pickup/", {"code": code.lower()}).content.decode()
    assert (case.applicant is not None and case.applicant.name in page, "已受理" in page or "收到" in page) == (
        True,
        True,
    )
    assert (code.replace("-", "") in page, "王小明" in page, case.confidential) == (True, False, True)
    assert browser.get("/pickup/").content.decode().count(code) == 0
    assert SealedIdentity.objects.get().told == {"name": "王小明", "phone": "13912345678"}


def test_form_sent_twice_is_one_complaint_with_one_code(cast: Cast, browser: Client) -> None:
    signed = form_code(browser)
    pages = [browser.post("/pickup/new/", FORM | {"code": signed}).content.decode() for _n in range(2)]
    codes = {re.findall(r'name="code" value="([0-9A-Z-]+)"', page)[0] for page in pages}
    assert (len(codes), Case.objects.count()) == (1, 1)


def test_what_is_wrong_is_said_and_every_word_is_kept(cast: Cast, browser: Client) -> None:
    answer = browser.post(
        "/pickup/new/", {"story": "", "category": "", "phone": "12", "wish": "道歉", "code": form_code(browser)}
    )
    assert (answer.status_code, sorted(answer.context["problems"])) == (422, ["category", "phone", "story"])
    assert "道歉" in answer.content.decode()
    stale = browser.post("/pickup/new/", FORM | {"code": "forged"})
    assert (stale.status_code, Case.objects.count(), FORM["story"] in stale.content.decode()) == (409, 0, True)


def test_nothing_is_kept_of_who_came(cast: Cast, browser: Client) -> None:
    code = filed(browser, files=[SimpleUploadedFile("现场.png", kit.png())])
    browser.post("/pickup/", {"code": code})
    browser.post("/pickup/", {"code": "AAAAA-AAAAA-AAAAA-AAAAA"})
    assert (Session.objects.count(), Security.objects.count(), "sessionid" in browser.cookies) == (0, 0, False)
    assert Attachment.objects.get().name == "现场.png"
    answer = browser.post("/pickup/", {"code": code})
    assert "no-store" in answer["Cache-Control"]


def test_the_worker_answers_adds_and_reopens_with_the_code(cast: Cast, browser: Client) -> None:
    code = filed(browser)
    story = Story(cast, no=Case.objects.get().no)
    story.dispatch().handle()
    page = browser.post("/pickup/", {"code": code}).content.decode()
    assert "工资已付" in page
    said = {"code": code, "act": "supplement", "words": "昨天又发生了", "key": "k1"}
    for _n in range(2):
        assert browser.post("/pickup/", said).status_code == 200
    assert [note.text for note in Note.objects.filter(field="words")] == ["昨天又发生了"]
    browser.post(
        "/pickup/", {"code": code, "act": "report_unsolved", "remark": "没有解决", "satisfaction": "dissatisfied"}
    )
    assert Case.objects.get().state == "reopened"
    refused = browser.post("/pickup/", {"code": code, "act": "dispatch", "unit": "1"})
    assert refused.status_code in (403, 409)


def test_wrong_codes_are_refused_and_then_slowed(cast: Cast, browser: Client) -> None:
    wrong = [browser.post("/pickup/", {"code": f"AAAAA-AAAAA-AAAAA-AAA{n:02}"}).status_code for n in range(12)]
    assert (wrong[:10], wrong[10:]) == ([404] * 10, [429, 429])
    assert browser.post("/pickup/", {"code": "ABC"}).status_code == 422


def test_desk_asks_two_agree_and_the_worker_reads_it(
    cast: Cast, browser: Client, enter: Callable[[str], Client]
) -> None:
    code = filed(browser)
    no = Case.objects.get().no
    story = Story(cast, no=no)
    story.dispatch()
    story.do("zhou", "sign")
    zhou = enter("zhou")
    assert zhou.post("/desk/sealed/ask/", {"no": no, "reason": "短"}).status_code == 422
    assert zhou.post("/desk/sealed/ask/", {"no": no, "reason": WHY})["Location"] == "/desk/sealed/"
    (asked,) = pseudonymous.asked_by(cast.actor("zhou"))
    assert WHY in enter("guard").get("/desk/sealed/").content.decode()
    for who in ("guard", "leader"):
        enter(who).post(f"/desk/sealed/{asked.pk}/agree/")
    shown = zhou.post(f"/desk/sealed/{asked.pk}/read/").content.decode()
    assert ("王小明" in shown, "13912345678" in shown) == (True, True)
    assert enter("leader").post(f"/desk/sealed/{asked.pk}/read/").status_code == 404
    page = browser.post("/pickup/", {"code": code}).content.decode()
    assert (WHY in page, page.count("Guard"), "Leader" in page) == (True, page.count("Guard"), True)
    assert asked.asked_at == NOW or asked.asked_at > NOW
