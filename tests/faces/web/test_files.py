"""Files on their way out: through the gate of the case, on record, and as harmless as a file can be."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client

from tests.cast import NOW, QINGHE, Cast, build
from tests.kernel.files import kit
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base import clock
from zhijia.kernel.cases import attachments
from zhijia.kernel.cases.models import Attachment, Case
from zhijia.kernel.files import later, store
from zhijia.kernel.files.models import Content, Scan
from zhijia.kernel.service.engine import open_case

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

Enter = Callable[[str], Client]
Attach = Callable[..., Attachment]


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with clock.at(NOW):
        yield build()


@pytest.fixture
def enter(cast: Cast) -> Enter:
    def signed_in(name: str) -> Client:
        browser = Client(headers={"Accept-Language": "en"})
        browser.force_login(cast.accounts[name], backend="zhijia.kernel.people.auth.Backend")
        return browser

    return signed_in


@pytest.fixture
def attach(cast: Cast) -> Attach:
    """A file on a new case of alice's."""

    def kept(content: bytes, name: str = "工资条.jpg", now: datetime = NOW) -> Attachment:
        actor = cast.actor("alice")
        file = BytesIO(content)
        file.name = name
        data = {"story": "9 月的工资没发。", "category": "wages"}
        no = open_case(
            service="hotline", actor=actor, now=now, data=data, region=QINGHE, applicant_id=actor.person_id
        ).no
        attachments.attach(case=Case.objects.get(no=no), files=attachments.check([file]), actor=actor, now=now)
        return Attachment.objects.select_related("case").get(case__no=no)

    return kept


def fetch(browser: Client, attachment: Attachment, *, desk: bool = False, **headers: str) -> "object":
    """Through the gate and on to the file."""
    gate = browser.get(f"/{'desk' if desk else 'matters'}/{attachment.case.no}/files/{attachment.pk}/")
    assert gate.status_code == 302, (gate.status_code, gate.content.decode()[:1500])
    assert gate["Cache-Control"].count("no-store") == 1
    return browser.get(gate["Location"], headers=headers)


def status(response: "object") -> int:
    """The status alone; what is streamed is read to its end, so that it is closed."""
    if response.streaming:  # type: ignore[attr-defined]
        content_of(response)
    return response.status_code  # type: ignore[attr-defined, no-any-return]


def content_of(response: "object") -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_picture_that_we_made_is_shown_and_nothing_in_it_can_run(enter: Enter, attach: Attach) -> None:
    kept = attach(kit.located_jpeg())
    response = fetch(enter("alice"), kept)
    assert (response["Content-Type"], response["Content-Length"]) == ("image/jpeg", str(kept.size))  # type: ignore[index]
    names = (
        "X-Content-Type-Options", "Content-Security-Policy", "Cross-Origin-Resource-Policy", "Cache-Control",
        "Referrer-Policy", "X-Frame-Options",
    )  # fmt: skip
    assert [response[name] for name in names] == [  # type: ignore[index]
        "nosniff", "default-src 'none'; style-src 'unsafe-inline'; sandbox", "same-origin", "private, no-store",
        "no-referrer", "DENY",
    ]  # fmt: skip
    assert response["Content-Disposition"].startswith("inline")  # type: ignore[index]
    assert (len(content_of(response)), b"Alice" in content_of(fetch(enter("alice"), kept))) == (kept.size, False)


@pytest.mark.parametrize("content", [kit.pdf(), kit.signed_pdf(), kit.docx()])
def test_everything_else_is_a_download(enter: Enter, attach: Attach, content: bytes) -> None:
    response = fetch(enter("alice"), attach(content))
    assert response["Content-Disposition"].startswith("attachment")  # type: ignore[index]
    assert content_of(response)


def test_officer_who_opens_a_file_is_on_record_once_an_hour(enter: Enter, attach: Attach, cast: Cast) -> None:
    kept, officer = attach(kit.jpeg()), enter("agent")
    for later_by in (0, 5, 61):
        with clock.at(NOW + timedelta(minutes=later_by)):
            assert status(fetch(officer, kept, desk=True)) == 200
    told = Entry.objects.filter(person_id=cast.person_id("alice"), act="case.file_read").order_by("at")
    assert [(e.at - NOW, e.data["file"], e.purpose) for e in told] == [
        (timedelta(minutes=m), kept.pk, f"办理 {kept.case.no}，打开了里面的文件") for m in (0, 61)
    ]
    assert (status(fetch(enter("alice"), kept)), told.count()) == (200, 2)


def test_address_is_good_for_one_person_one_file_and_two_minutes(enter: Enter, attach: Attach) -> None:
    kept, alice = attach(kit.jpeg()), enter("alice")
    address = alice.get(f"/matters/{kept.case.no}/files/{kept.pk}/")["Location"]
    assert re.fullmatch(r"/files/[\w:-]+", address)
    assert [status(browser.get(address)) for browser in (alice, enter("bob"), Client())] == [200, 404, 404]
    assert alice.get(address[:-2] + "xx").status_code == 404
    other = attach(kit.png())
    assert enter("bob").get(f"/matters/{other.case.no}/files/{other.pk}/").status_code == 404
    monkey = pytest.MonkeyPatch()
    with monkey.context() as patch:
        patch.setattr("zhijia.faces.web.files.FRESH", timedelta(seconds=-1))
        assert alice.get(address).status_code == 404


def test_another_host_serves_files_and_nothing_else(enter: Enter, attach: Attach, settings: "SettingsWrapper") -> None:
    settings.FILES_HOST, settings.ALLOWED_HOSTS = "files.example", ["testserver", "files.example"]
    kept = attach(kit.jpeg())
    address = enter("alice").get(f"/matters/{kept.case.no}/files/{kept.pk}/")["Location"]
    place = address.removeprefix("http://files.example")
    stranger = Client()
    assert status(stranger.get(place, headers={"Host": "files.example"})) == 200
    for host, path in (("files.example", "/"), ("files.example", "/sign-in/"), ("testserver", place)):
        assert stranger.get(path, headers={"Host": host}).status_code == 404


def test_piece_of_a_large_file_is_read_alone(enter: Enter, attach: Attach) -> None:
    kept, alice = attach(kit.docx({"word/a.bin": bytes(range(256)) * 900})), enter("alice")
    whole = content_of(fetch(alice, kept))
    end = len(whole)
    for asked, start, stop in (("5-9", 5, 10), (f"{end - 3}-", end - 3, end), ("-4", end - 4, end)):
        piece = fetch(alice, kept, Range=f"bytes={asked}")
        assert (piece.status_code, content_of(piece)) == (206, whole[start:stop])  # type: ignore[attr-defined]
        assert piece["Content-Range"] == f"bytes {start}-{stop - 1}/{len(whole)}"  # type: ignore[index]
    beyond = fetch(alice, kept, Range="bytes=999999999-")
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(whole)}")  # type: ignore[attr-defined, index]
    assert content_of(beyond) == b""
    assert content_of(fetch(alice, kept, Range="bytes=0-1,5-6")) == whole


def test_disk_holds_neither_the_content_nor_its_hash(attach: Attach, cast: Cast) -> None:
    kept = attach(kit.png())
    with default_storage.open(f"sealed/{kept.sha256[:2]}/{kept.sha256}") as file:
        sealed = file.read()
    assert (sealed[:4], kit.png() in sealed, len(kept.sha256)) == (b"ZJF1", False, 32)
    first, second = attach(kit.png()), attach(kit.png())
    assert (first.sha256, Content.objects.count()) == (second.sha256, 1)


def test_old_plain_file_is_read_and_then_sealed_whole_or_not_at_all(enter: Enter, attach: Attach) -> None:
    kept = attach(kit.png())
    old = "ab" + "0" * 62
    plain = {kit.jpeg(): "", b"%PDF-changed": old}
    for content in plain:
        import hashlib

        name = plain[content] or hashlib.sha256(content).hexdigest()
        default_storage.save(f"{name[:2]}/{name}", ContentFile(content))
        Attachment.objects.create(
            case=kept.case, name="旧.jpg", kind="image/jpeg", size=len(content), sha256=name, added_at=NOW
        )
    true, changed = Attachment.objects.exclude(pk=kept.pk).order_by("id")
    response = fetch(enter("alice"), true)
    assert (content_of(response), response["Content-Disposition"][:10]) == (kit.jpeg(), "attachment")  # type: ignore[index]
    done = dict(attachments.seal_old(now=NOW))
    assert done == {true.sha256: True, old: False}
    before, true = true.sha256, Attachment.objects.get(pk=true.pk)
    assert (len(true.sha256), content_of(fetch(enter("alice"), true))) == (32, kit.jpeg())
    assert [default_storage.exists(f"{n[:2]}/{n}") for n in (before, old)] == [False, True]
    assert dict(attachments.seal_old(now=NOW)) == {old: False}
    store.forget(old)
    assert status(fetch(enter("alice"), changed)) == 404


def test_virus_that_is_found_later_is_given_out_no_more(
    enter: Enter, attach: Attach, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = attach(kit.docx({"word/a.bin": kit.EICAR}))

    class Later:
        def scan(self, file: BytesIO) -> later.Verdict:
            file.seek(0)
            return later.Verdict("Eicar" if b"word/a.bin" in file.read() else "", "later")

    assert Content.objects.get(pk=kept.sha256).scan == Scan.NOT_SCANNED
    monkeypatch.setattr("zhijia.kernel.files.scan.scanner", Later)
    assert later.scan_waiting(now=NOW) == ""
    found = Content.objects.get(pk=kept.sha256)
    assert (found.scan, found.scanner, found.scanned_at) == (Scan.INFECTED, "later", NOW)
    assert status(fetch(enter("alice"), kept)) == 403


def test_file_key_is_wrapped_anew_without_touching_the_content(attach: Attach, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = attach(kit.png())
    place = store.place_of(kept.sha256)
    assert (place in store.with_old_key("sealed"), store.rewrap(place)) == (False, False)
    monkeypatch.setattr("zhijia.kernel.people.vault.present_head", lambda _purpose: b"other!")
    assert place in store.with_old_key(f"sealed/{kept.sha256[:2]}")  # others' files may stand in the folder too
    assert store.rewrap(place) is True
    with closing(store.content(kept.sha256)) as content:
        assert b"".join(content.blocks()) == kit.png()
