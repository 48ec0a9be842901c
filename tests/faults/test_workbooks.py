"""A large workbook in disorder, and kill -9 in the middle of storing it.

Invariant: exactly the good rows are stored, each once; of a sheet of one transaction all or none; a job that is
cancelled stops after a whole chunk.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction

from tests.cast import NOW, Cast, build
from tests.kernel.sheets import kit
from zhijia.kernel.sheets import jobs, progress, registry, run, store
from zhijia.kernel.sheets.declare import Context, Row
from zhijia.kernel.sheets.models import Chunk, Job, State
from zhijia.kernel.sheets.scope import acting

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
ROWS = 5_000
WORKER = """
import sys, time
import django
django.setup()
from tests.cast import NOW
from tests.kernel.sheets import kit
from zhijia.kernel.sheets import registry, run
def slow(rows, ctx):
    done = kit.store_rows(rows, ctx)
    print(rows[0].no, flush=True)
    time.sleep(0.05)
    return done
registry.register(kit.sheet(apply=slow, one_transaction=sys.argv[2] == "whole"))
run.apply_job(job_id=int(sys.argv[1]), now=NOW)
"""


def disorder() -> tuple[bytes, set[int], dict[str, int]]:
    """The workbook, the numbers of its good rows, and how many problems of each kind it has."""
    rows, good, counts = [kit.worker(n) for n in range(ROWS)], set(range(2, ROWS + 2)), dict.fromkeys(
        ("date_none", "check", "merged", "formula", "error", "repeated", "order"), 0
    )  # fmt: skip

    def spoil(n: int, code: str, place: int, value: object) -> None:
        rows[n][place] = value
        good.discard(n + 2)
        counts[code] += 1

    for n in range(0, ROWS, 50):
        spoil(n, "date_none", 4, "2026-02-30")
        card = str(rows[n + 1][2])
        spoil(n + 1, "check", 2, card[:-1] + ("1" if card[-1] != "1" else "2"))
        spoil(n + 3, "merged", 8, None)
        spoil(n + 4, "formula", 8, None)
        spoil(n + 5, "error", 7, None)
        spoil(n + 7, "repeated", 1, rows[n + 6][1])
        spoil(n + 8, "order", 5, date(2025, 1, 1))
        rows[n + 10][4] = "2026年3月1日"

    def edit(book: Any, page: Any) -> None:
        for n in range(0, ROWS, 50):
            page.merge_range(n + 3, 8, n + 4, 8, 100)
            page.write_formula(n + 5, 8, "=H1*G1", None, "")
            page.write_formula(n + 6, 7, "=1/0", None, "#DIV/0!")
            page.write_formula(n + 10, 8, "=10*10", None, 100)

    return kit.workbook(rows, edit=edit), good, counts


def waiting(cast: Cast, content: bytes, **declared: Any) -> Job:
    """The content sent, checked and confirmed."""
    sheet = kit.sheet(**declared)
    registry._sheets[sheet.key] = sheet
    actor = cast.actor("zhou")
    with connection.cursor() as cursor:
        cursor.execute(kit.TABLE)
    with acting(actor):
        job = jobs.send(sheet=sheet, name="", blocks=[content], about={}, actor=actor, now=NOW, language="en")
    run.check_job(job_id=job.pk, now=NOW)
    with acting(actor), transaction.atomic():
        return jobs.confirm(job_id=job.pk, actor=actor, now=NOW)


@pytest.fixture(autouse=True)
def _clean() -> Any:
    yield
    registry._sheets.pop("workers", None)
    store.forget(*store.every())


def worker(job: Job, how: str = "chunks") -> subprocess.Popen[str]:
    environment = {
        **os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "DJANGO_SETTINGS_MODULE": "zhijia.site.settings",
    }  # fmt: skip
    command = [sys.executable, "-W", "ignore", "-c", WORKER, str(job.pk), how]
    return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def kill_after(process: subprocess.Popen[str], job: Job, chunks: int) -> None:
    """kill -9 once so many chunks were begun; then the database notices that the line is dead."""
    assert process.stdout
    for _chunk in range(chunks):
        assert process.stdout.readline(), process.communicate(timeout=10)[1]
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=10)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '10s'")
        lock = [progress._LOCK, job.pk]
        cursor.execute("SELECT pg_advisory_lock(%s, %s), pg_advisory_unlock(%s, %s)", [*lock, *lock])


def rows_stored() -> list[int]:
    return [number for number, _name in kit.stored()]


def test_killed_worker_loses_and_doubles_no_row() -> None:
    content, good, counts = disorder()
    job = waiting(build(), content)
    assert ({code: job.problems[code] for code in counts}, job.good) == (counts, len(good))
    kill_after(worker(job), job, 3)
    before = rows_stored()
    assert (0 < len(before) < len(good), set(before) < good, Job.objects.get(pk=job.pk).state) == (
        True, True, State.APPLYING,
    )  # fmt: skip
    second = [worker(job), worker(job)]  # two that begin again at once: one works, the other leaves
    for process in second:
        assert (process.communicate(timeout=60)[1], process.returncode) == ("", 0)
    run.apply_job(job_id=job.pk, now=NOW)
    job.refresh_from_db()
    assert (rows_stored() == sorted(good), job.state, job.good, job.bad) == (
        True, State.APPLIED, len(good), ROWS - len(good),
    )  # fmt: skip
    assert (job.outcomes["added"], Chunk.objects.filter(job=job).count()) == (len(good), ROWS // 1000)


def test_killed_worker_of_a_whole_sheet_leaves_nothing_and_then_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "EVERY", 0)  # each chunk is told about, beside the open transaction
    rows = 2_500
    job = waiting(build(), kit.workbook([kit.worker(n) for n in range(rows)]), one_transaction=True)
    kill_after(worker(job, "whole"), job, 2)
    assert (rows_stored(), Job.objects.get(pk=job.pk).state) == ([], State.APPLYING)
    run.apply_job(job_id=job.pk, now=NOW)
    assert (len(rows_stored()), Job.objects.get(pk=job.pk).state) == (rows, State.APPLIED)


def test_cancelling_while_rows_are_stored_stops_after_a_whole_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    cast, begun, cancelled = build(), threading.Event(), threading.Event()

    def slow(rows: Sequence[Row], ctx: Context) -> Mapping[str, int]:
        begun.set()
        assert cancelled.wait(20)
        return kit.store_rows(rows, ctx)

    def work() -> None:
        try:
            run.apply_job(job_id=job.pk, now=NOW)
        finally:
            connections.close_all()

    monkeypatch.setattr(progress, "EVERY", 0)
    job = waiting(cast, kit.workbook([kit.worker(n) for n in range(2_500)]), apply=slow)
    thread = threading.Thread(target=work)
    thread.start()
    assert begun.wait(20)
    with acting(cast.actor("zhou")):
        jobs.cancel(job_id=job.pk, actor=cast.actor("zhou"), now=NOW)
    cancelled.set()
    thread.join()
    job.refresh_from_db()
    stored = len(rows_stored())
    assert (job.state, job.file, stored) == (State.CANCELLED, "", 1000)
    assert stored == sum(chunk.rows for chunk in Chunk.objects.filter(job=job))
