"""Bodies that are too large, and forms with files that are not taken: refused in words, and no typed word is lost."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from tests.cast import NOW, QINGHE, Cast, build
from tests.kernel.files import kit
from zhijia.faces.web import uploads
from zhijia.kernel.base import clock
from zhijia.kernel.cases.models import Attachment, Case
from zhijia.kernel.files.models import Taken

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

STORY = "9 月和 10 月的工资没给。"


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with clock.at(NOW):
        yield build()


@pytest.fixture
def alice(cast: Cast) -> Client:
    browser = Client(headers={"Accept-Language": "en"})
    browser.force_login(cast.accounts["alice"], backend="zhijia.kernel.people.auth.Backend")
    return browser


def ask(browser: Client, *files: SimpleUploadedFile, **environ: Any) -> Any:
    form = {"story": STORY, "category": "wages", "county": QINGHE, "city": QINGHE[:4] + "00", "province": "980000"}
    return browser.post("/ask/", {**form, "files": list(files)}, **environ)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (kit.locked_pdf(), "is locked with a password"),
        (kit.docx({"word/vbaProject.bin": b""}), "holds macros"),
        (kit.huge_png(), "too many pixels (100000 × 100000)"),
        (kit.jpeg() + kit.zipped({"a": "b"}), "hides another file"),
    ],
    ids=["locked", "macros", "pixels", "polyglot"],
)
def test_refused_file_is_said_and_the_story_is_kept(alice: Client, content: bytes, words: str) -> None:
    response = ask(alice, SimpleUploadedFile("合同.pdf", content))
    page = response.content.decode()
    assert (response.status_code, page.count(words), STORY in page) == (422, 2, True)
    assert (Case.objects.count(), Attachment.objects.count()) == (0, 0)


def test_scanner_that_is_down_is_ours_to_mend(alice: Client, settings: "SettingsWrapper") -> None:
    settings.CLAMAV, settings.SCAN = "off", "required"
    response = ask(alice, SimpleUploadedFile("a.jpg", kit.jpeg()))
    page = response.content.decode()
    assert (response.status_code, page.count("cannot be checked for viruses"), STORY in page) == (503, 2, True)
    assert ask(alice).status_code == 302


def test_one_file_that_is_too_large_costs_no_other_word(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST", 1000)
    response = ask(alice, SimpleUploadedFile("录像.mp4", bytes(5000)), SimpleUploadedFile("b.jpg", kit.jpeg()))
    page = response.content.decode()
    assert (response.status_code, page.count("“录像.mp4” is over 20 MB"), STORY in page) == (422, 2, True)


def test_body_is_refused_by_its_length_before_it_is_read(cast: Cast) -> None:
    answered = uploads.Limits(lambda _request: pytest.fail("it was let in"))
    for user, length, most in (("alice", 183 * 2**20, "182 MB"), ("", 61 * 2**20, "60 MB")):
        response = answered(request(cast, user, CONTENT_LENGTH=str(length)))
        assert (response.status_code, response.content.decode().count(most)) == (413, 1)
    response = answered(request(cast, "alice", "/api/v1/cases", CONTENT_LENGTH=str(2**31)))
    assert (response.status_code, response["Content-Type"]) == (413, "application/json")
    assert answered(request(cast, "alice", HTTP_TRANSFER_ENCODING="chunked")).status_code == 411


def test_bodies_of_a_day_are_counted_for_each_account(cast: Cast, settings: "SettingsWrapper") -> None:
    settings.UPLOADS_A_DAY = 10 * 2**20
    passed = uploads.Limits(lambda _request: uploads.HttpResponse("in"))
    sizes = ["alice"] * 3 + ["bob"]
    codes = [passed(request(cast, who, CONTENT_LENGTH=str(4 * 2**20))).status_code for who in sizes]
    assert codes == [200, 200, 429, 200]
    with clock.at(NOW.replace(day=NOW.day + 1)):
        assert passed(request(cast, "alice", CONTENT_LENGTH=str(4 * 2**20))).status_code == 200
    assert passed(request(cast, "alice", CONTENT_LENGTH=str(4 * 2**20)))["Retry-After"][:16] != ""
    assert (Taken.objects.count(), sorted(Taken.objects.values_list("bytes", flat=True))) == (
        3, [4 * 2**20, 4 * 2**20, 8 * 2**20],
    )  # fmt: skip


def test_nothing_on_its_way_in_has_a_name_on_disk(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    check = uploads.OnDisk.file_complete

    def look(handler: uploads.OnDisk, size: int) -> Any:
        folder = Path(configured.HOME) / "tmp"
        seen.append([*(p.name for p in folder.iterdir()), oct(folder.stat().st_mode & 0o777)])
        return check(handler, size)

    monkeypatch.setattr(uploads.OnDisk, "file_complete", look)
    ask(alice, SimpleUploadedFile("a.jpg", kit.jpeg() + bytes(3 * 2**20)))
    assert seen == [["0o700"]]


def request(cast: Cast, user: str, path: str = "/ask/", **environ: str) -> Any:
    from django.contrib.auth.models import AnonymousUser

    made = RequestFactory().generic("POST", path, CONTENT_TYPE="multipart/form-data; boundary=x", **environ)
    made.user = cast.accounts[user] if user else AnonymousUser()
    made.session = {}
    return made


def test_files_of_a_form_that_is_shown_again_must_be_chosen_again(alice: Client) -> None:
    response = alice.post("/ask/", {"story": "", "files": [SimpleUploadedFile("a.jpg", kit.jpeg())]})
    words = response.content.decode().count(">Choose your photos and files once more")
    assert (response.status_code, words) == (422, 2)
