"""The auditor's face: what is found, that looking is itself on record, that nothing can be changed by it."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.urls import URLPattern, get_resolver

from tests.cast import NOW, QINGHE, Cast
from zhijia.faces import keepers
from zhijia.faces.api.document import schema
from zhijia.kernel.audit import roots, runs, security, verify_audit
from zhijia.kernel.audit.models import Entry, Run
from zhijia.kernel.base import clock

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db
OPEN = ("/api/v1/session", "/api/v1/oauth")
"""Signing in and out changes nothing of anybody else's."""
PAGES = ("", "readers/", "security/", "seals/", "export/")


@pytest.fixture
def at(settings: "Settings", tmp_path: Path) -> Iterator[datetime]:
    """The cast's Monday afternoon, with keys and copies of this test's own."""
    settings.LANGUAGE_CODE = "en"
    settings.AUDIT_KEY_FILE, settings.ROOTS = tmp_path / "audit_key", str(tmp_path)
    settings.STORAGES = {**settings.STORAGES, "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"},
    }}  # fmt: skip
    with clock.at(NOW):
        yield NOW


@pytest.fixture
def enter(cast: Cast, at: datetime) -> Callable[[str], Client]:
    def signed_in(name: str) -> Client:
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(cast.accounts[name])
        return client

    return signed_in


@pytest.fixture
def no(cast: Cast, at: datetime) -> str:
    """Alice's case, dispatched to Qinghe and opened there by its officer."""
    from zhijia.faces.access import seen_by
    from zhijia.kernel.people.actors import Actor
    from zhijia.kernel.service.engine import fire, open_case

    alice = cast.person_id("alice")
    with seen_by(Actor(person_id=alice, name="Alice")) as worker:
        filed = open_case(
            service="hotline", actor=worker, now=at, data={"story": "九月的工资没有发。", "category": "wages"},
            region=QINGHE, applicant_id=alice,
        ).no  # fmt: skip
    with seen_by(cast.actor("dispatcher", at)) as actor:
        data = {"unit": cast.orgs["qinghe"].pk, "tier": "general"}
        fire(no=filed, transition="dispatch", actor=actor, now=at, data=data)
    client = Client()
    client.force_login(cast.accounts["zhou"])
    assert client.get(f"/desk/{filed}/").status_code == 200
    return filed


def rows(page: Any) -> list[tuple[str, str]]:
    return [(row.entry.act, row.entry.actor.split(" ")[0]) for row in page.context["rows"]]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["zhou", "admin", "leader", "alice"])
def test_pages_are_for_auditors_only(enter: Callable[[str], Client], page: str, who: str) -> None:
    assert enter(who).get(f"/audit/{page}").status_code == 403


def test_trail_is_found_by_case_and_the_look_is_on_record(enter: Callable[[str], Client], no: str) -> None:
    page = enter("auditor").get("/audit/", {"case": no})
    assert ("case.viewed", "Zhou") in rows(page)
    assert {row.subject for row in page.context["rows"]} == {no}
    look = Entry.objects.get(act="audit.looked")
    assert (look.data["case"], look.actor.split(" ")[0]) == (no, "Auditor")


def test_trail_is_found_by_account_act_and_day(enter: Callable[[str], Client], no: str) -> None:
    client = enter("auditor")
    assert rows(client.get("/audit/", {"account": "Zhou", "reads": "1"})) == [("case.viewed", "Zhou")]
    assert rows(client.get("/audit/", {"act": "post.", "account": "Zhou"})) == []
    assert rows(client.get("/audit/", {"account": "nobody"})) == []
    assert rows(client.get("/audit/", {"from": "2026-11-10", "to": "2026-11-11", "case": no})) == []


def test_person_is_shown_only_after_a_reason_that_they_can_read(
    enter: Callable[[str], Client], cast: Cast, no: str
) -> None:
    client, alice = enter("auditor"), cast.person_id("alice")
    assert client.get("/audit/", {"person": alice}).status_code == 403
    assert client.post("/audit/person/", {"phone": "13800000001", "reason": "x"}).status_code == 422
    assert client.post("/audit/person/", {"phone": "13899999999", "reason": "complaint 7"}).status_code == 422
    shown = client.post("/audit/person/", {"phone": "13800000001", "reason": "complaint 7"}, follow=True)
    assert ("case.viewed", "Zhou") in rows(shown)
    assert "13800000001" not in shown.request["QUERY_STRING"]
    read = Entry.objects.get(person_id=alice, act="audit.person_looked")
    assert (read.purpose, read.actor.split(" ")[0]) == ("complaint 7", "Auditor")


def test_readers_are_counted_by_officer(enter: Callable[[str], Client], no: str, cast: Cast) -> None:
    found = enter("auditor").get("/audit/readers/").context["readers"]
    assert [(r.account_id, r.times, r.persons, r.unmasked) for r, _width in found] == [
        (cast.accounts["zhou"].pk, 1, 1, 0)
    ]


def test_security_log_shows_networks_and_one_bar_a_day(enter: Callable[[str], Client], at: datetime) -> None:
    for address in ("203.0.113.7", "203.0.113.7", "203.0.113.8"):
        security.log(kind="sign_in.failed", now=at, address=address)
    security.log(kind="keys.rotated", now=at)
    page = enter("auditor").get("/audit/security/", {"kind": "sign_in.failed", "from": "2026-11-10"})
    assert [row.row.address for row in page.context["rows"]] == ["203.0.113.0/24"] * 3
    assert len({row.origin for row in page.context["rows"]}) == 2
    assert [bar.count for bar in page.context["bars"]] == [0, 0, 0, 0, 0, 0, 3]
    assert "203.0.113.7" not in page.content.decode()


def test_auditor_of_a_part_is_told_that_the_whole_is_not_theirs(enter: Callable[[str], Client], cast: Cast) -> None:
    cast.accounts["auditor"].posts.update(org=cast.orgs["qinghe"], reach=cast.orgs["qinghe"])
    assert enter("auditor").post("/audit/seals/check/").status_code == 403
    assert Run.objects.count() == 0


def test_check_runs_in_the_background_and_says_what_it_found(enter: Callable[[str], Client], no: str) -> None:
    client = enter("auditor")
    asked = client.post("/audit/seals/check/")
    run = Run.objects.get(kind="verify")
    assert asked["Location"] == f"/audit/runs/{run.pk}/"
    assert client.post("/audit/seals/check/").status_code == 409
    assert client.get(f"/audit/runs/{run.pk}/progress/").headers.get("HX-Refresh") is None
    runs.do(run.pk, keepers.work)
    assert client.get(f"/audit/runs/{run.pk}/progress/")["HX-Refresh"] == "true"
    run.refresh_from_db()
    assert (run.ok, run.state, run.result["problems"]) == (True, "done", [])
    assert "Not one byte differs." in client.get("/audit/seals/").content.decode()


def test_run_whose_worker_was_killed_ends_as_failed(no: str) -> None:
    run = runs.ask(kind=Run.Kind.VERIFY, account_id=None, now=NOW)
    Run.objects.filter(pk=run.pk).update(state="running", started_at=NOW)
    runs.do(run.pk, keepers.work)
    run.refresh_from_db()
    assert (run.state, run.ok) == ("failed", False)


def test_bundle_is_made_fetched_and_proves_itself(enter: Callable[[str], Client], no: str, tmp_path: Path) -> None:
    client = enter("auditor")
    assert client.post("/audit/export/", {"about": "case", "case": "ZJ0", "reason": "court order"}).status_code == 422
    assert client.post("/audit/export/", {"about": "case", "case": no, "reason": ""}).status_code == 422
    client.post("/audit/export/", {"about": "case", "case": no, "reason": "court order 12"})
    run = Run.objects.get(kind="export")
    runs.do(run.pk, keepers.work)
    answer = client.get(f"/audit/runs/{run.pk}/bundle.zip")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    (tmp_path / "b.zip").write_bytes(content)
    ok, counts, problems = verify_audit.verify(str(tmp_path / "b.zip"))
    assert (ok, problems, counts["chains"]) == (True, [], 1)
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert ("names.json" in names, "README.txt" in names) == (False, True)
    assert enter("zhou").get(f"/audit/runs/{run.pk}/bundle.zip").status_code == 403


def test_roots_are_everybodys_and_hold_hashes_only(no: str, client: Client) -> None:
    roots.keep(NOW)
    page = client.get("/audit/roots")
    lines = b"".join(client.get("/audit/roots.jsonl").streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert page.status_code == 200
    said = [json.loads(json.loads(line)["body"]) for line in lines]
    assert [says["kind"] for says in said] == ["key", "checkpoint"]
    assert set().union(*said) == {
        "number", "prev", "at", "kind", "key", "algorithm", "public", "endorsement", "checkpoint", "root",
    }  # fmt: skip
    after = client.get("/audit/roots.jsonl?after=1").streaming_content  # type: ignore[attr-defined]
    assert b"".join(after).decode().splitlines() == lines[1:]


def _posts(resolver: Any, prefix: str = "") -> Iterator[str]:
    """Every address of desk and vouchers' desk, filled with numbers that fit."""
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield path
        else:
            yield from _posts(pattern, path)


def test_auditor_may_post_nothing_to_the_desk(enter: Callable[[str], Client], no: str) -> None:
    client, before = enter("auditor"), Entry.objects.filter(act__startswith="hotline").count()
    done = {}
    for path in _posts(get_resolver()):
        if not path.startswith("desk/"):
            continue
        url = re.sub(r"<slug:no>", no, path)
        url = re.sub(r"<\w+:(?!no)\w+>|\(\?P<\w+>[^)]*\)", lambda m: "1" if "pk" in m[0] else "sign", url)
        url = "/" + url.replace("^", "").replace("$", "").replace("\\", "")
        answer = client.post(url, {"key": "k" * 32, "seq": "2", "on": "1"})
        if answer.status_code not in (403, 404, 405):
            done[path] = answer.status_code
    for path, methods in schema()["paths"].items():
        for method in methods.keys() & {"post", "put", "patch", "delete"}:
            url = re.sub(r"\{no\}", no, path)
            url = re.sub(r"\{\w+\}", "1", url)
            status = client.generic(method.upper(), url, "{}", content_type="application/json").status_code
            if status not in (403, 404, 405) and not path.startswith(OPEN):
                done[f"{method} {path}"] = status
    assert done == {}
    assert Entry.objects.filter(act__startswith="hotline").count() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_case SET title = 'x'", "DELETE FROM audit_entry", "UPDATE audit_security SET kind = 'a.b'",
        "UPDATE audit_run SET ok = true", "DELETE FROM audit_seal",
        "INSERT INTO audit_statement VALUES (1, 'x', 'x', '')",
        "UPDATE people_post SET role = 'officer'",
    ],
)  # fmt: skip
def test_database_refuses_an_auditors_change(cast: Cast, no: str, statement: str) -> None:
    from zhijia.faces.access import seen_by
    from zhijia.kernel.people.actors import Permission

    touched = 0
    try:
        with seen_by(cast.actor("auditor"), Permission.AUDIT), connection.cursor() as cursor:
            cursor.execute(statement)
            touched = cursor.rowcount
    except DatabaseError:
        touched = 0
    assert touched == 0


def test_administrator_sees_backups_and_asks_for_a_drill(
    enter: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = enter("admin")
    assert enter("auditor").get("/desk/operations/").status_code == 403
    page = client.get("/desk/operations/")
    assert (page.status_code, page.context["drill"], page.context["backup_old"]) == (200, None, True)
    assert client.post("/desk/operations/drill/").status_code == 302
    assert client.post("/desk/operations/drill/").status_code == 409
    run = Run.objects.get(kind="drill")
    found = {"tables": 3, "rows": 1200, "entries": 7, "seconds": 70, "restore_seconds": 40, "problems": []}
    runs.do(run.pk, lambda _run, told: told("restoring") or found)  # type: ignore[func-returns-value]
    page = client.get("/desk/operations/")
    assert (page.context["drill"].pk, page.context["drill_old"], page.context["drill"].ok) == (run.pk, False, True)
    assert security.Security.objects.get(kind="drill.done").detail["rows"] == 1200
