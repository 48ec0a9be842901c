"""What must be true after every fault and at the end of the drill, in words and checked: what clients were told is
there, once, and nothing else; the stored data agrees with itself (zhijia.site.invariants); nothing waits for ever."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from _chaos_clients import Told, Wire, api, page
from _chaos_stage import Stage

WORDS = {
    "acknowledged": "whatever a client was told is done is there, once: cases, steps, meals, payments, workbooks",
    "unasked": "nothing is there that nobody was told of",
    "witness": "every event came exactly once to every consumer, and the events of one subject in their order",
    "tasks": "no task is lost: what was asked for is done, and only the poison has failed, after its last try",
    "people": "pages and programs are told of an outage in words and soon, and lose nothing that was typed",
}
"""Beside those of `zhijia.site.invariants.INVARIANTS`."""
GRACE = timedelta(days=30)
"""While the drill goes on, a clock that is over may still wait for its report; at the end none may."""


def reconnect() -> None:
    """Forget connections to a server that was killed."""
    from django.db import connections

    connections.close_all()
    with suppress(Exception):
        connections["default"].close_pool()  # type: ignore[attr-defined]


def patiently(check: Callable[[], Any], patience: float = 180) -> Any:
    """What `check` gives once the database answers. Raises the last error when it never does."""
    from django.db import Error

    until = time.monotonic() + patience
    while True:
        try:
            return check()
        except Error:
            reconnect()
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


def require_answer(port: int, stage: Stage) -> None:
    """Raise RuntimeError when the installation does not even work in peace."""
    for request in (api("GET", "/healthz", ""), page("/matters/", stage.workers[0][1], "page")):
        answer = Wire(port).once(request)
        if answer.status != 200:
            raise RuntimeError(f"{request.path} answers {answer.status}: {answer.headers['text'][:500]}")


def violations(told: Told, stage: Stage, *, now: datetime, last: bool) -> list[str]:
    """Everything that is not as it must be, while nobody sends anything."""
    from zhijia.site import invariants

    found = [*told.wrong, *_cases(told), *_steps(told), *_meals(told, stage), *_money(told), *_witness(last=last)]
    told.wrong.clear()
    found += invariants.violations(now=now if last else now - GRACE)
    return found + (_books(told) + _tasks() if last else [])


def settle(patience: float = 240) -> list[str]:
    """Wait until the background has nothing left to do but the poison; what it still has, in words."""
    until = time.monotonic() + patience
    waiting: list[Any] = []
    while time.monotonic() < until:
        waiting = patiently(_waiting)
        if not waiting:
            return []
        time.sleep(1)
    return [f"tasks: still waiting: {waiting[:5]}"]


def sweep_dry(patience: float = 120) -> list[str]:
    """Wait until the task worker has reminded and reported whatever there is; what it has not, in words."""
    from procrastinate import exceptions
    from procrastinate.contrib.django import app

    from zhijia.kernel.base import clock
    from zhijia.site import invariants

    until, before = time.monotonic() + patience, -1
    while time.monotonic() < until:
        with suppress(exceptions.AlreadyEnqueued):
            patiently(lambda: app.configure_task("zhijia.site.tasks.watch_clocks").defer(timestamp=0))
        time.sleep(3)
        left = patiently(lambda: invariants.violations(now=clock.now(), only=frozenset({"deadlines"})))
        told = patiently(lambda: _rows("SELECT count(*) FROM cases_event WHERE transition = 'late'"))[0][0]
        if not left and told == before:
            return []
        before = told
    return left or ["deadlines: there are ever more reports"]


def _waiting() -> list[Any]:
    return _rows(
        "SELECT task_name, status::text, attempts FROM procrastinate_jobs"
        " WHERE status IN ('todo', 'doing') AND queueing_lock IS NULL"
        " UNION ALL SELECT 'event ' || type, 'unsent', tries FROM events_outgoing"
        " WHERE sent_at IS NULL AND subject <> 'drill:poison'"
        " UNION ALL SELECT 'workbook', state, id::int FROM sheets_job"
        " WHERE state IN ('uploaded', 'checking', 'applying')"
    )


def _tasks() -> list[str]:
    rows = _rows("SELECT task_name, attempts FROM procrastinate_jobs WHERE status = 'failed' AND queueing_lock IS NULL")
    found = [f"tasks: {name} has failed after {tries} tries" for name, tries in rows if name != "chaos.poison"]
    poison = [tries for name, tries in rows if name == "chaos.poison"]
    found += [f"tasks: the poison ended after {tries} tries, not 3" for tries in poison if tries != 3]
    asked = _rows("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'chaos.poison'")[0][0]
    return found + ([] if asked == len(poison) else [f"tasks: {asked - len(poison)} of {asked} poisons never end"])


def _cases(told: Told) -> list[str]:
    from zhijia.kernel.cases.models import Case

    kept = dict(Case.objects.exclude(filed_key=None).values_list("filed_key", "no"))
    by_key = {key.split(":", 1)[-1]: no for key, no in kept.items()}
    lost = [no for key, no in told.cases.items() if by_key.get(key) != no]
    extra = [key for key in by_key if key not in told.cases]
    found = [f"acknowledged: {len(lost)} cases are lost, such as {lost[0]}"] if lost else []
    found += [f"acknowledged: {len(kept) - len(by_key)} cases were stored twice"] if len(kept) != len(by_key) else []
    return found + ([f"unasked: {len(extra)} cases, such as {extra[0]}"] if extra else [])


def _steps(told: Told) -> list[str]:
    from zhijia.kernel.cases.models import Event

    rows = Event.objects.filter(key__regex="^[sw][0-9]+-").values_list("case__no", "key", "transition", "seq")
    kept = {f"{no} {key}": (no, transition, seq) for no, key, transition, seq in rows}
    lost = [key for key, step in told.steps.items() if kept.get(key) != step]
    extra = [key for key in kept if key not in told.steps]
    found = [f"acknowledged: {len(lost)} steps are lost, such as {lost[0]}"] if lost else []
    found += [f"unasked: {len(extra)} steps, such as {extra[0]} {kept[extra[0]]}"] if extra else []
    for no, seq in told.neither:  # then the platform was: it reported a clock
        if not Event.objects.filter(case__no=no, seq=seq + 1, transition="late").exists():
            found.append(f"acknowledged: of two officers at once on {no} neither was first")
    return found


def _meals(told: Told, stage: Stage) -> list[str]:
    from zhijia.kernel.ledger.models import Entitlement
    from zhijia.modules.vouchers.models import Redemption

    held = dict(Entitlement.objects.filter(quota_id=stage.meals.quota_id).values_list("person_id", "id"))
    lost, extra = told.meals.items() - held.items(), held.keys() - told.meals.keys()
    handed = set(Redemption.objects.values_list("entitlement__used_key", flat=True))
    gone = [key for key, code in told.handed.items() if code in ("used", "again") and not any(
        used and used.endswith(key) for used in handed)]  # fmt: skip
    found = [f"acknowledged: {len(lost)} meals are lost"] if lost else []
    found += [f"unasked: {len(extra)} meals"] if extra else []
    return found + ([f"acknowledged: {len(gone)} handed-over meals are lost, such as {gone[0]}"] if gone else [])


def _money(told: Told) -> list[str]:
    from zhijia.modules.wage_arrears.models import WageArrears

    kept = dict(WageArrears.objects.exclude(recovered=0).values_list("case__no", "recovered"))
    wrong = [no for no in {*kept, *told.paid} if kept.get(no, 0) != told.paid.get(no, 0)]
    return [f"acknowledged: {no} has {kept.get(no, 0)} fen, {told.paid.get(no, 0)} were paid" for no in wrong[:5]]


def _books(told: Told) -> list[str]:
    from zhijia.kernel.sheets.models import Job
    from zhijia.modules.wage_arrears.models import WorkerClaim

    found = []
    for job, (no, good) in told.books.items():
        state, listed = Job.objects.get(pk=job).state, WorkerClaim.objects.filter(case__no=no).count()
        if state != "applied" or listed not in (good, good + 1):  # the applicant is on the list already
            found.append(f"acknowledged: workbook {job} is {state}, {listed} of {good} workers are listed")
    return found


def _witness(*, last: bool) -> list[str]:
    doubled = _rows("SELECT count(*) FROM (SELECT 1 FROM chaos_seen GROUP BY event HAVING count(*) > 1) x")[0][0]
    turned = _rows(
        "SELECT count(*) FROM (SELECT o.id, lag(o.id) OVER (PARTITION BY s.subject ORDER BY s.place) AS before"
        " FROM chaos_seen s JOIN events_outgoing o ON o.id = s.event) x WHERE before > id"
    )[0][0]
    found = [f"witness: {doubled} events came twice"] if doubled else []
    found += [f"witness: {turned} events came before one that happened earlier"] if turned else []
    missing = _rows(
        "SELECT count(*) FROM events_outgoing o WHERE (%(last)s OR sent_at IS NOT NULL) AND subject LIKE 'case:%%'"
        " AND NOT EXISTS (SELECT FROM chaos_seen WHERE event = o.id)", last=last,
    )[0][0]  # fmt: skip
    return found + ([f"witness: {missing} events never came"] if missing else [])


def _rows(sql: str, **values: Any) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return list(cursor.fetchall())
