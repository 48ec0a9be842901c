"""The whole file of a case: what is in the archive, that it proves itself, and who may take it out."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import NOW, PLATFORM, Cast
from tests.faces.web.desk.kit import Do, Enter, File
from tests.kernel.files import kit
from zhijia.faces.web.desk import taking
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.cases import attachments, bundles
from zhijia.kernel.cases.desk import Bundle
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.models import Post
from zhijia.kernel.people.permissions import Permission, Reach
from zhijia.kernel.people.persons import accesses_to
from zhijia.kernel.people.posts import set_right
from zhijia.kernel.retention import files as kept_files

pytestmark = pytest.mark.django_db
PURPOSE = "劳动仲裁调卷"
Ready = Callable[..., tuple[str, Client]]


@pytest.fixture
def taken(enter: Enter, with_unit: File, do: Do, cast: Cast, settings: Any, tmp_path: Path) -> Ready:
    """A case with a file, a note and a step, of which the officer has asked for the whole file, and it was made."""
    settings.AUDIT_KEY_FILE = str(tmp_path / "audit.key")

    def made(**typed: str) -> tuple[str, Client]:
        no = with_unit()
        case = Case.objects.get(no=no)
        files = attachments.check([SimpleUploadedFile("工资条 九月.jpg", kit.jpeg())])
        attachments.attach(case=case, files=files, actor=cast.actor("agent"), now=NOW)
        do("zhou", no, "note", note="只给同事看的话")
        zhou = enter("zhou")
        assert zhou.post(f"/desk/{no}/bundle/", {"purpose": PURPOSE, **typed}).status_code == 302
        taking.make(bundle_id=Bundle.objects.get(case=case).pk, now=NOW)
        return no, zhou

    return made


def content(client: Client, no: str) -> zipfile.ZipFile:
    pk = Bundle.objects.get(case__no=no).pk
    response = client.get(f"/desk/{no}/bundle/{pk}/file.zip")
    assert response["Content-Disposition"] == f'attachment; filename="{no}.zip"'
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]


def test_archive_holds_everything_and_proves_itself_without_us(taken: Ready, tmp_path: Path) -> None:
    no, zhou = taken()
    zipped = content(zhou, no)
    zipped.extractall(tmp_path)
    assert sorted(zipped.namelist()) == [
        "README.txt", "SHA256SUMS", "case.pdf", "files/01-工资条 九月.jpg", "manifest.json", "proof.zip",
        "verify_audit.py",
    ]  # fmt: skip
    sums = dict(reversed(line.split("  ", 1)) for line in zipped.read("SHA256SUMS").decode().splitlines())
    assert {name: hashlib.sha256(zipped.read(name)).hexdigest() for name in sums} == sums
    assert sums.keys() == set(zipped.namelist()) - {"SHA256SUMS"}
    manifest = json.loads(zipped.read("manifest.json"))
    assert {e["name"]: e["sha256"] for e in manifest["files"]} == {
        k: v for k, v in sums.items() if k != "manifest.json"
    }
    assert (manifest["case"], manifest["purpose"], manifest["internal"]) == (no, PURPOSE, False)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify_audit.py", "proof.zip"], cwd=tmp_path, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Everything fits. / 全部相符。")
    with pikepdf.open(tmp_path / "case.pdf") as document:
        assert (str(document.docinfo.get("/Title")).startswith(no), len(document.pages) > 0) == (True, True)
    made = Entry.objects.get(act="case.bundle_made")
    assert made.data["manifest"] == sums["manifest.json"]


def test_worker_reads_who_took_it_out_and_why(taken: Ready, cast: Cast) -> None:
    no, _zhou = taken()
    person = Case.objects.get(no=no).applicant_id
    found = [e for e in accesses_to(person or 0) if e.act == bundles.TAKEN]
    assert [(e.purpose, e.actor.split(" ")[0]) for e in found] == [
        (f"Taking out the whole file of case {no}: {PURPOSE}", "Zhou")
    ]
    assert {e.act for e in accesses_to(person or 0)} == {"case.viewed", "case.file_read", bundles.TAKEN}


@pytest.mark.parametrize("internal", [True, False])
def test_words_among_colleagues_go_along_only_when_asked_for(
    taken: Ready, internal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[dict[str, Any]] = []
    compiled = taking.paper.compile_sheet
    monkeypatch.setattr(
        taking.paper, "compile_sheet", lambda value, **more: given.append(value) or compiled(value, **more)
    )
    taken(**({"internal": "1"} if internal else {}))
    words = json.dumps(given[0], ensure_ascii=False)
    assert ("只给同事看的话" in words, "139****" in words, "13900000000" in words) == (internal, True, False)


def test_only_who_may_take_it_out_gets_it(taken: Ready, enter: Enter, cast: Cast) -> None:
    no, zhou = taken()
    pk = Bundle.objects.get().pk
    pages = (f"/desk/{no}/bundle/", f"/desk/{no}/bundle/{pk}/progress/", f"/desk/{no}/bundle/{pk}/file.zip")
    assert [enter("lin").get(page).status_code for page in pages] == [404] * 3
    assert [enter("auditor").get(page).status_code for page in pages] == [403] * 3
    assert [enter("head").get(page).status_code for page in pages] == [200, 404, 404]
    post = Post.objects.get(account=cast.accounts["zhou"])
    set_right(post=post, permission=Permission.EXPORT, reach=Reach.NONE, actor=PLATFORM, now=NOW)
    assert [zhou.get(page).status_code for page in pages] == [403] * 3
    assert "/bundle/" not in zhou.get(f"/desk/{no}/").content.decode()


def test_right_that_was_lost_meanwhile_makes_nothing(enter: Enter, with_unit: File, cast: Cast) -> None:
    no, zhou = with_unit(), enter("zhou")
    zhou.post(f"/desk/{no}/bundle/", {"purpose": PURPOSE})
    post = Post.objects.get(account=cast.accounts["zhou"])
    set_right(post=post, permission=Permission.EXPORT, reach=Reach.OWN, actor=PLATFORM, now=NOW)
    taking.make(bundle_id=Bundle.objects.get().pk, now=NOW)
    bundle = Bundle.objects.get()
    assert (bundle.state, bundle.file, bundle.reason != "") == ("failed", "", True)


def test_purpose_is_asked_for_and_one_is_made_at_a_time(enter: Enter, with_unit: File) -> None:
    no, zhou = with_unit(), enter("zhou")
    page = zhou.post(f"/desk/{no}/bundle/", {"purpose": " 要 "})
    assert (page.status_code, page.context["problem"].code, Bundle.objects.count()) == (422, "too_short", 0)
    for _time in range(2):
        zhou.post(f"/desk/{no}/bundle/", {"purpose": PURPOSE})
    page = zhou.get(f"/desk/{no}/bundle/")
    assert (Bundle.objects.count(), page.context["running"].pk) == (1, Bundle.objects.get().pk)
    moving = zhou.get(f"/desk/{no}/bundle/{page.context['running'].pk}/progress/")
    assert ("HX-Refresh" in moving, 'hx-trigger="every 1s"' in moving.content.decode()) == (False, True)


def test_file_goes_after_three_days_and_with_its_case(taken: Ready) -> None:
    no, zhou = taken()
    bundle = Bundle.objects.get()
    place = bundles.place(bundle.file)
    assert (default_storage.exists(place), place in kept_files.of_cases([bundle.case_id])) == (True, True)
    later = NOW + timedelta(days=3)
    assert (bundles.tidy(now=later - timedelta(minutes=1)), bundles.tidy(now=later)) == (0, 1)
    assert (default_storage.exists(place), Bundle.objects.get().state) == (False, "gone")
    assert zhou.get(f"/desk/{no}/bundle/{bundle.pk}/file.zip").status_code == 403
