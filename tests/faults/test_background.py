"""Poison, killers and killed children: what the background survives.

Invariants: work that can never succeed holds up no other work, ends after a bounded number of tries, and is then seen
by the operator and told to whoever asked for it; a child of `zhijia serve` that dies is started again, whatever keeps
the database from coming back.
"""

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError, connection
from procrastinate.contrib.django import app

from tests.cast import build
from tests.kernel.sheets import kit
from zhijia.faces.cli import serve, setup, tasks
from zhijia.kernel.base.errors import Misconfigured
from zhijia.kernel.base.queue import MOST, patient
from zhijia.kernel.sheets import jobs, registry, store
from zhijia.kernel.sheets.models import State
from zhijia.kernel.sheets.scope import acting
from zhijia.site import tasks as platform
from zhijia.site.invariants import violations


def work(*, due: bool = True) -> None:
    """Do whatever is due now; `due` makes everything that waits for another try due."""
    if due:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    worker = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]

    async def run() -> None:
        async with worker.open_async():
            await worker.run_worker_async(
                queues=["test"], wait=False, install_signal_handlers=False, listen_notify=False
            )

    with ThreadPoolExecutor(1) as aside:  # a browser's test before us may have left a loop running in this thread
        aside.submit(asyncio.run, run()).result()


def states() -> dict[str, tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, status::text, attempts FROM procrastinate_jobs WHERE queue_name = 'test' ORDER BY id"
        )
        return {name: (state, tries) for name, state, tries in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_poison_holds_up_nobody_ends_and_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []

    @app.task(name="test.poison", queue="test", retry=patient(2))
    def poison() -> None:
        raise RuntimeError("always")

    @app.task(name="test.good", queue="test")
    def good(n: int) -> None:
        done.append(n)

    try:
        poison.defer()
        good.defer(n=1)
        work()
        assert (done, states()) == ([1], {"test.poison": ("todo", 1), "test.good": ("succeeded", 1)})
        work(due=False)
        assert states()["test.poison"] == ("todo", 1)  # it waits, longer after each failure
        good.defer(n=2)
        work()
        work()
        assert (done, states()["test.poison"]) == ([1, 2], ("failed", 3))
        assert [(kind, what) for kind, _no, what, _tries, _at in tasks.stuck()] == [("task", "test.poison")]
        assert (tasks.try_again(), states()["test.poison"]) == (1, ("todo", 0))
    finally:
        for name in ("test.poison", "test.good"):
            app.tasks.pop(name)


@pytest.mark.django_db(transaction=True)
def test_workbook_whose_last_try_fails_is_told_to_its_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = kit.sheet()
    monkeypatch.setitem(registry._sheets, "workers", sheet)
    actor, content = build().actor("zhou"), kit.workbook([kit.worker(1)])
    with acting(actor):
        job = jobs.send(sheet=sheet, name="", blocks=[content], about={}, actor=actor, now=kit.NOW, language="en")
    broken: list[Exception] = [OperationalError("the database is away")]
    monkeypatch.setattr(platform.sheet_runs, "check_job", lambda **_given: (_ for _ in ()).throw(broken[0]))
    for tries, state in ((0, State.UPLOADED), (MOST - 1, State.UPLOADED), (MOST, State.FAILED)):
        with pytest.raises(OperationalError):
            platform.check_sheet.func(SimpleNamespace(job=SimpleNamespace(attempts=tries)), job.pk)
        job.refresh_from_db()
        assert job.state == state
    assert job.reason.startswith("The fault is ours.")
    assert (violations(now=kit.NOW), store.every()) == ([], [])


def test_relay_task_knows_who_listens_before_it_publishes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that was started a moment ago would else mark events as sent that no module has had."""
    order: list[str] = []
    monkeypatch.setattr(platform, "load", lambda: order.append("load"))
    monkeypatch.setattr(platform, "relay", lambda **_given: order.append("relay") or 0)
    platform.relay_events.func(0)
    assert order == ["load", "relay"]


def test_child_that_dies_is_started_again_though_the_database_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    tried: list[int] = []

    def start() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]))
        return started[-1]

    def no_room() -> bool:
        tried.append(1)
        raise Misconfigured("the disk is full")

    monkeypatch.setattr(setup, "revive_database", no_room)
    stop, children = threading.Event(), [start()]
    keeper = threading.Thread(target=serve.keep_running, args=(children, [start], stop))
    keeper.start()
    children[0].kill()
    try:
        until(lambda: len(started) == 2 and len(tried) > 1)
        assert keeper.is_alive()
    finally:
        stop.set()
        keeper.join()
        for child in started:
            child.kill()
            child.wait()


def until(true: Callable[[], Any], patience: float = 20) -> None:
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_worker_keeps_no_row_of_what_succeeded(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    worker = import_module("zhijia.faces.cli.worker")
    fake = SimpleNamespace(connector=None, run_worker=lambda **options: given.update(options))
    monkeypatch.setattr(worker, "boot", lambda: None)
    monkeypatch.setattr(platform, "app", fake)
    worker.main()
    assert given["delete_jobs"] == "successful"
