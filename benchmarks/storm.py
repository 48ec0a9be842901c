"""A storm with a seed: 64 clients claim meals over HTTP and a team's workbook is stored in the background, while the
web workers, the task worker and the database are killed (SIGKILL) again and again. What the clients were told must be
there once, and nothing else; the workbook's good rows must be there once; quotas, books, trail and counters must agree.

`make bench NAME=storm SEED=7` prints the operations, the faults and the violations as they come, then one JSON line.
QUICK=1 is a smaller storm. The same seed brings the same faults at the same points of the work.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import _harness as harness
import _vouchers as storm

from zhijia.faces.cli import serve
from zhijia.site.postgres import free_port

SEED = int(os.environ.get("SEED") or 1)
CLIENTS = 64
PEOPLE, MEALS, ROWS, FAULTS = (1_500, 400, 2_000, 3) if harness.QUICK else (8_000, 2_000, 10_000, 9)
BAD = 20
"""Every so manieth row of the workbook has a wrong check digit."""
KINDS = ("web", "worker", "database")


def say(*words: object) -> None:
    print(f"{time.strftime('%H:%M:%S')} ", *words, file=sys.stderr, flush=True)


@dataclass
class Faults:
    """Who is killed when: at so many answered claims, decided by the seed alone."""

    worker: Callable[[], subprocess.Popen[bytes]]
    """Gives the task worker that runs now."""
    data: Path
    plan: list[tuple[int, str]] = field(init=False)
    done: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        rng = Random(SEED)
        points = sorted(rng.sample(range(PEOPLE // 10, PEOPLE * 9 // 10), FAULTS))
        first = rng.sample(KINDS, 3)  # each once before any twice
        self.plan = list(zip(points, first + rng.choices(KINDS, k=FAULTS - 3), strict=True))

    def __call__(self, answered: int) -> None:
        with self._lock:
            while self.plan and self.plan[0][0] <= answered:
                _point, kind = self.plan.pop(0)
                self._strike(kind, answered)

    def _strike(self, kind: str, answered: int) -> None:
        say(f"after {answered} answers: kill -9 {kind}")
        self.done[kind] += 1
        if kind == "web":
            storm.kill_web_workers()
        elif kind == "worker":
            self.worker().kill()
        else:
            os.kill(storm.postmaster(self.data), signal.SIGKILL)


def main() -> None:
    say(f"seed {SEED}: {PEOPLE} people want {MEALS} meals, a workbook has {ROWS} rows, {FAULTS} faults")
    with harness.installation() as here:
        port, stop = free_port(), threading.Event()
        starts = [partial(serve.start_web, host="127.0.0.1", port=port, workers=2), serve.start_worker]
        children = [start() for start in starts]
        serve.await_answer(children[0], "127.0.0.1", port)
        keeper = threading.Thread(target=serve.keep_running, args=(children, starts, stop))
        keeper.start()  # what `zhijia serve` does for its children and its database
        url = f"http://127.0.0.1:{port}"
        stage = storm.set_stage(MEALS)
        persons = storm.add_people(PEOPLE)
        requests = storm.claims_on_the_wire(url, stage, persons, storm.sign_in(persons))
        job = send_workbook(stage.region)
        settle(job, "checked")
        confirm(job)
        faults = Faults(lambda: children[1], here.home / "postgres" / "data")
        answers, took = storm.send_all(url, requests, clients=CLIENTS, patience=180, meanwhile=faults)
        say(f"operations: {len(answers)} claims answered in {took:.0f} s, {dict(Counter(a.status for a in answers))}")
        ended = settle(job, "applied")
        reconnect()
        violations = [*storm.wrong(stage, answers, persons, MEALS), *workbook_wrong(ended), *trail_wrong()]
        stop.set()
        keeper.join()
        for child in children:
            child.terminate()
            child.wait(30)
    say(f"faults: {dict(faults.done)}")
    say("violations:", violations or "none")
    harness.report(
        "storm", len(violations), "violations", 0, not violations, seed=SEED, claims=len(answers),
        sent_again=sum(a.tries > 1 for a in answers), rows=ROWS, faults=dict(faults.done), violations=violations,
    )  # fmt: skip


def send_workbook(region: str) -> tuple[int, Any]:
    """A wage claim of a team, and its workbook sent by the county's officer: (job, officer)."""
    from zhijia.kernel.base import clock
    from zhijia.kernel.org.models import Org
    from zhijia.kernel.people.actors import Actor, Role
    from zhijia.kernel.people.auth import add_account
    from zhijia.kernel.people.posts import actor_of, appoint
    from zhijia.kernel.service.engine import fire, open_case
    from zhijia.kernel.sheets import jobs, registry

    now, platform = clock.now(), Actor.platform()
    account = add_account(login="storm-officer", name="Zhou", actor=platform, now=now)
    unit = Org.objects.get(region_id=region)
    appoint(account=account, role=Role.OFFICER, org_id=unit.pk, actor=platform, now=now, from_day=now.date())
    officer = actor_of(account, now=now)
    data = {
        "story": "工地上的工资三个月没给。", "category": "construction", "employer_name": "江澜劳务有限公司",
        "amount": "1000000", "people": ROWS, "owed_from": "2026-09-01", "owed_until": "2026-10-31",
        "ended": "2026-10-31",
    }  # fmt: skip
    no = open_case(
        service="wage_arrears", actor=platform, now=now, data=data, region=region, applicant_id=None
    ).no  # fmt: skip
    fire(no=no, transition="accept", actor=officer, now=now)
    sheet = registry.sheet("wage_arrears_workers")
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        write_workbook(sheet, file.name)
        content = Path(file.name).read_bytes()
    job = jobs.send(
        sheet=sheet, name="team.xlsx", blocks=[content], about={"case": no}, actor=officer, now=now, language="zh-hans"
    )
    return job.pk, officer


def write_workbook(sheet: Any, path: str) -> None:
    import xlsxwriter
    from django.utils import translation

    with translation.override("zh-hans"), xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, [str(column.title) for column in sheet.columns])
        for n in range(1, ROWS + 1):
            number = "110105194912310021" if n % BAD == 0 else ""  # the check digit is wrong
            row = [f"工人{n}", f"137{n:08d}", number, "钢筋工", "2026-09-01", "2026-10-31", 50, 300, 15000, ""]
            page.write_row(n, 0, row)


def settle(job: tuple[int, Any], state: str, *, patience: float = 240) -> Any:
    """Wait until the job is in a state. Raises TimeoutError."""
    from django.db import Error

    from zhijia.kernel.sheets.models import Job

    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            found = Job.objects.get(pk=job[0])
        except Error:
            reconnect()
        else:
            if found.state == state:
                return found
            if found.state in ("failed", "cancelled"):
                raise RuntimeError(f"the workbook is {found.state}: {found.reason}")
        time.sleep(0.5)
    raise TimeoutError(f"the workbook is not {state} after {patience} s")


def confirm(job: tuple[int, Any]) -> None:
    from zhijia.kernel.base import clock
    from zhijia.kernel.sheets import jobs

    jobs.confirm(job_id=job[0], actor=job[1], now=clock.now())


def reconnect() -> None:
    """Forget connections to a server that was killed."""
    from django.db import connections

    connections.close_all()
    with suppress(Exception):
        connections["default"].close_pool()  # type: ignore[attr-defined]


def workbook_wrong(job: Any) -> list[str]:
    """What is not as the workbook says."""
    from zhijia.modules.wage_arrears.books import verify
    from zhijia.modules.wage_arrears.models import WorkerClaim

    good = ROWS - ROWS // BAD
    lines = WorkerClaim.objects.filter(case__no=job.about["case"])
    found = [*verify()]
    if (job.good, job.bad) != (good, ROWS // BAD):
        found.append(f"the workbook has {job.good} good rows, not {good}")
    if lines.count() != good or lines.values("person_id").distinct().count() != good:
        found.append(f"{lines.count()} workers are listed, not {good}")
    if sum(lines.values_list("claimed", flat=True)) != good * 1_500_000:
        found.append("the sum of what they claim is not that of the workbook")
    return found


def trail_wrong() -> list[str]:
    """Audit trail and counters."""
    from django.db.models import Sum

    from zhijia.kernel.audit.verify import verify
    from zhijia.kernel.indicators.models import Counter as Kept
    from zhijia.kernel.service.rebuild import rebuild

    def figures() -> list[Any]:
        names = ("service", "indicator", "region", "month", "category")
        return list(Kept.objects.values_list(*names).annotate(Sum("n"), Sum("amount")).order_by(*names))

    found = [str(problem) for problem in verify().problems]
    kept = figures()
    rebuild()
    return found + ([] if figures() == kept else ["counters are not those of the events"])


if __name__ == "__main__":
    os.environ.setdefault("ZHIJIA_LOG", "CRITICAL")  # what is killed complains; the last line says what counts
    sys.exit(main())
