"""Work for the background is deferred with what asked for it, and begun again after its worker was killed."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate import exceptions
from procrastinate.jobs import Job, Status

from zhijia.kernel.base.database import STAFF, Ranges, scope
from zhijia.kernel.base.queue import MOST_STARTS, enqueue
from zhijia.site import tasks


def waiting() -> list[tuple[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args->>'job' FROM procrastinate_jobs ORDER BY id")
        return cursor.fetchall()


@pytest.mark.django_db
def test_work_is_deferred_inside_a_scope_and_only_if_its_transaction_stands() -> None:
    with scope(STAFF, reads=Ranges([(1, 2)]), writes=Ranges([(1, 2)])):
        enqueue("check_sheet", job=1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone()[0] == STAFF
    with transaction.atomic():
        enqueue("check_sheet", job=2)
        transaction.set_rollback(True)
    assert waiting() == [("zhijia.site.tasks.check_sheet", "1")]


def test_stalled_work_is_begun_again_and_periodic_work_gives_its_lock_back(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[object] = []

    class Jobs:
        async def get_stalled_jobs(self) -> list[Job]:
            common: dict[str, Any] = {"status": "doing", "queue": "default", "lock": None, "queueing_lock": None}
            return [
                Job(id=1, task_name="sheet", attempts=3, task_kwargs={"job": 7}, **common),
                Job(id=2, task_name="relay", attempts=0, **common),
                Job(id=3, task_name="killer", attempts=MOST_STARTS, task_kwargs={"job": 8}, **common),
            ]

        async def retry_job(self, job: Job) -> None:
            if job.task_name == "relay":
                raise exceptions.UniqueViolation(constraint_name="x", queueing_lock="relay")
            done.append(job.task_name)

        async def finish_job(self, job: Job, status: Status, *, delete_job: bool) -> None:
            done.append((job.task_name, status, delete_job))

    monkeypatch.setattr(tasks.sheet_runs, "give_up", lambda *, job_id, now: done.append(job_id))
    context = SimpleNamespace(app=SimpleNamespace(job_manager=Jobs()))
    with ThreadPoolExecutor(1) as aside:  # a browser's test may have left its loop running in this thread
        aside.submit(asyncio.run, tasks.revive.func(context, 0)).result()
    assert done == ["sheet", ("relay", Status.FAILED, False), ("killer", Status.FAILED, False), 8]
