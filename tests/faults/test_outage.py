"""What people and programs meet while the database, its connections or the disk are gone.

Invariant: an outage is said in words, in the reader's language, at once, with a status that is not an error of ours
and with Retry-After; nothing that was typed is lost, nothing is stored by halves, and the end of the outage needs no
restart.
"""

import errno
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from psycopg_pool import ConnectionPool, PoolTimeout

from tests.cast import build
from tests.kernel.sheets import kit
from zhijia.faces import outage
from zhijia.kernel.sheets import registry, store
from zhijia.kernel.sheets.models import Job
from zhijia.site.postgres import free_port

STORY = "三个月没有发工资，想问怎么办。"
BACKEND = "zhijia.kernel.people.auth.Backend"


@pytest.fixture(autouse=True)
def _looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "_looks_again", 0.0)
    monkeypatch.setattr(outage, "_PAUSE", 0.0)


@contextmanager
def away() -> Iterator[None]:
    """Nothing listens where the database was."""
    port = connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict["PORT"] = str(free_port())
    try:
        yield
    finally:
        connection.settings_dict["PORT"] = port


def browser(cast: Any, who: str) -> Client:
    client = Client(raise_request_exception=False, headers={"accept-language": "zh-hans"})
    client.force_login(cast.accounts[who], backend=BACKEND)
    return client


@pytest.mark.django_db(transaction=True)
def test_database_that_is_gone_is_said_in_words_and_comes_back_without_a_restart() -> None:
    cast = build()
    alice = browser(cast, "alice")
    typed = {"story": STORY, "csrfmiddlewaretoken": "x", "key": "0123456789abcdef"}
    nobody = Client(raise_request_exception=False)
    with away():
        chinese, english = alice.get("/matters/"), alice.get("/matters/", headers={"accept-language": "en"})
        sent, signing = alice.post("/ask/", typed), nobody.post("/sign-in/", {"login": "alice", "password": "geheim"})
        health, cases = alice.get("/api/v1/healthz"), alice.get("/api/v1/cases")
        answers = (chinese, english, sent, signing, health, cases)
    assert {(a.status_code, a["Retry-After"], a["Cache-Control"]) for a in answers} == {(503, "10", "no-store")}
    assert "平台暂时读不到资料" in chinese.content.decode()
    assert "The platform cannot reach its records at the moment." in english.content.decode()
    page = sent.content.decode()
    assert (f"\n{STORY}</textarea>" in page, 'name="key"' in page, 'action="/ask/"' in page) == (True, True, True)
    assert "geheim" not in signing.content.decode()
    for answer in (health, cases):
        assert json.loads(answer.content) == {
            "code": "database_away", "reason": "它会自己恢复。请稍等片刻，再试一次。", "problems": [],
        }  # fmt: skip
    assert not any("Traceback" in a.content.decode() or "connection" in a.content.decode() for a in answers)
    back = (alice.get("/matters/"), alice.get("/api/v1/healthz"), alice.get("/api/v1/cases"))
    assert [a.status_code for a in back] == [200, 200, 200]


@pytest.mark.django_db(transaction=True)
def test_session_that_cannot_be_stored_is_said_by_the_same_page(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Middleware stores it, whose errors never reach another middleware; and Django calls it interrupted (400)."""
    cast = build()
    alice = browser(cast, "alice")

    def full(_self: object, **_given: object) -> None:
        raise OperationalError("no room") from psycopg.errors.DiskFull("could not extend file")

    monkeypatch.setattr(Session, "save", full)
    settings.SESSION_SAVE_EVERY_REQUEST = True
    page, cases = alice.get("/matters/"), alice.get("/api/v1/cases")
    assert {(a.status_code, a["Retry-After"]) for a in (page, cases)} == {(507, "60")}
    assert ("存储空间已满" in page.content.decode(), cases.json()["code"]) == (True, "no_room")


@pytest.mark.django_db(transaction=True)
def test_who_asks_while_it_is_known_to_be_away_is_told_without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = build()
    alice = browser(cast, "alice")
    monkeypatch.setattr(outage, "_PAUSE", 60.0)
    with away():
        assert alice.get("/matters/").status_code == 503
    assert alice.get("/matters/").status_code == 503  # nobody looked again
    monkeypatch.setattr(outage, "_looks_again", 0.0)
    assert alice.get("/matters/").status_code == 200


@pytest.mark.django_db
def test_pool_without_a_free_line_is_busy_and_says_so_soon(settings: Any) -> None:
    with ConnectionPool(os.environ["DATABASE_URL"], min_size=1, max_size=1, timeout=0.2, open=True) as pool:
        held, began = pool.getconn(), time.monotonic()
        with pytest.raises(PoolTimeout) as caught:
            pool.getconn()
        took = time.monotonic() - began
        pool.putconn(held)
    assert (outage.outage_of(_wrapped(caught.value)), took < 2) == (outage.BUSY, True)
    assert settings.DATABASES["default"]["OPTIONS"].get("pool") is None  # under test; an installation waits 3 s


def test_what_is_an_outage_and_what_is_our_own_fault() -> None:
    told = {
        "53300": outage.BUSY, "53100": outage.FULL, "57P01": outage.AWAY, "57P03": outage.AWAY, "08006": outage.AWAY,
        "55P03": outage.BUSY, "25006": outage.AWAY, "23505": None, "42P01": None, "40P01": None,
    }  # fmt: skip
    assert {state: outage.outage_of(_wrapped(psycopg.errors.lookup(state)("x"))) for state in told} == told
    assert outage.outage_of(InterfaceError("connection already closed")) == outage.AWAY
    assert outage.outage_of(OSError(errno.EDQUOT, "quota")) == outage.FULL
    assert [outage.outage_of(error) for error in (OSError(errno.ENOENT, "x"), ValueError("x"))] == [None, None]


@pytest.mark.django_db(transaction=True)
def test_full_disk_refuses_an_upload_in_words_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = build()
    registry._sheets["workers"] = kit.sheet()
    zhou, before = browser(cast, "zhou"), store.every()

    def full(name: str, content: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(default_storage, "_save", full)
    try:
        file = BytesIO(kit.workbook([kit.worker(1)]))
        file.name = "team.xlsx"
        answer = zhou.post("/desk/sheets/workers/", {"file": file, "note": STORY})
    finally:
        registry._sheets.pop("workers")
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"], Job.objects.count(), store.every()) == (507, "60", 0, before)
    assert ("存储空间已满" in page, 'type="file" name="file"' in page, STORY in page) == (True, True, True)


def _wrapped(error: Exception) -> Exception:
    """As Django raises it."""
    outer = OperationalError(str(error))
    outer.__cause__ = error
    return outer
