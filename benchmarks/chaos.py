"""The drill: 32 clients work over HTTP with a real `zhijia serve` while it is killed, filled up, cut off from its
database, put out of its time and sent everything twice. After each fault and at the end the invariants are checked.

`make bench NAME=chaos SEED=7` plays 10,000 operations; QUICK=1 a tenth with shorter outages. The seed decides stories,
faults and their points; the order in which answers come is the machine's. It prints its progress and ends with one
JSON line; exit code 1 when anything was not as it must be. See docs/guides/faults.md.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import _harness as harness

SEED = int(os.environ.get("SEED") or 1)
OPERATIONS, ROWS = (1_200, 300) if harness.QUICK else (10_000, 2_000)
CLIENTS = 32


def say(*words: object) -> None:
    """One line of progress."""
    print(f"{time.strftime('%H:%M:%S')} ", *words, file=sys.stderr, flush=True)


def main() -> int:
    """Prepare, play, check, report; the exit code."""
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(143))  # what was mounted and started goes with us
    from _chaos_faults import small_disk

    home = Path(tempfile.mkdtemp(prefix="zhijia-drill-"))
    home.chmod(0o711)  # root's server runs as another user
    clock = Path(tempfile.mkstemp(prefix="zhijia-drill-clock-")[1])
    try:
        with small_disk(home) as small:
            return run(home, clock, small=small)
    finally:
        subprocess.run(["rm", "-rf", str(home), str(clock)], check=False)


def run(home: Path, clock: Path, *, small: bool) -> int:
    """The drill in this folder."""
    from _chaos_faults import Installation

    from zhijia.site.postgres import Server, free_port

    here, port = Path(__file__).parent, free_port()
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {
        "ZHIJIA_HOME": str(home), "CHAOS_CLOCK": str(clock), "DJANGO_SETTINGS_MODULE": "_chaos_settings",
        "PYTHONPATH": os.pathsep.join([str(here), os.environ["PYTHONPATH"]]), "ZHIJIA_LANG": "zh",
        # One machine plays everybody, and its clock jumps: limits by address and ends of sessions would stop the play.
        "ZHIJIA_LIMIT_FACTOR": "100000", "ZHIJIA_STAFF_SECOND_FACTOR": "0",
        **{f"ZHIJIA_{limit}": "0" for limit in ("IDLE_STAFF", "LONGEST_STAFF", "IDLE_WORKER", "LONGEST_WORKER")},
    }  # fmt: skip
    os.environ.setdefault("ZHIJIA_LOG", "CRITICAL")  # what is killed complains; the last line says what counts
    log = open(os.environ.get("CHAOS_LOG", os.devnull), "ab")  # noqa: SIM115 - the child has it
    serve = subprocess.Popen(
        [sys.executable, "-m", "zhijia.faces.cli.main", "serve", "--port", str(port)], stdout=log, stderr=log
    )
    harness.serve.await_answer(serve, "127.0.0.1", port, patience=240)
    server = Server(home / "postgres")
    os.environ["DATABASE_URL"] = server.url()
    installed = Installation(home, server, port, clock, serve, dict(os.environ), small)
    try:
        return play(installed)
    finally:
        for relay in installed.relays:
            relay.kill()
        serve.terminate()
        serve.wait(60)


def play(here: object) -> int:
    """All stories and all faults; the exit code."""
    import django

    django.setup()

    import _chaos_checks as checks
    from _chaos_clients import Crowd, Wire
    from _chaos_faults import Faults, Installation
    from _chaos_plan import Plan
    from _chaos_stage import set_stage
    from _chaos_stories import Player
    from _chaos_tasks import TABLE
    from django.db import connection

    from zhijia.kernel.base import clock

    assert isinstance(here, Installation)
    began, plan = time.monotonic(), Plan(SEED, OPERATIONS, harness.QUICK)
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    meals = sum(story.kind == "meal" for story in plan.stories)
    stage = set_stage(workers=len(plan.stories) + 8, meals=meals * 9 // 10)
    crowd, faults = Crowd(here.port, SEED), Faults(here, stage, quick=harness.QUICK)
    here.start_relay()
    checks.require_answer(here.port, stage)
    say(f"seed {SEED}: {len(plan.stories)} stories of some {OPERATIONS} operations, {len(plan.faults)} faults")
    supply, failed = plan.supply(), list[BaseException]()
    lock = threading.Lock()

    def client() -> None:
        player = Player(crowd, stage, ROWS)
        try:
            while not failed:
                with lock:
                    story = next(supply, None)
                if story is None:
                    return
                player.play(story)
        except BaseException as error:  # noqa: BLE001 - it is told at the end
            failed.append(error)

    found: list[str] = []
    clients = [threading.Thread(target=client, daemon=True) for _ in range(CLIENTS)]
    for thread in clients:
        thread.start()
    for n, fault in enumerate(plan.faults):
        crowd.limit = plan.limit(n)
        while crowd.answered < fault.at and any(thread.is_alive() for thread in clients):
            time.sleep(0.02)
        say(f"after {crowd.answered} answers: {fault.kind}")
        seen = checks.patiently(lambda fault=fault: faults.strike(fault))
        healed = time.monotonic()
        if not crowd.stop():
            seen.append("people: something is never answered")
        took = time.monotonic() - healed
        seen += checks.patiently(lambda: checks.violations(crowd.told, stage, now=clock.now(), last=False))
        new = list(dict.fromkeys(said for said in seen if said not in found))
        found += new
        say(f"  {fault.kind}: all was answered {took:.1f} s later; " + ("; ".join(new[:5]) or "all invariants hold"))
        crowd.open.set()
    crowd.limit = float("inf")
    for thread in clients:
        thread.join()
    wire = Wire(here.port)
    for _n in range(20):
        Player(crowd, stage, ROWS).crowd.send_late(wire)
    found += [f"people: a client broke off: {error!r}" for error in failed]
    say("settling")
    found += checks.settle()
    faults.put(20 * 86400)  # every clock that is left runs out
    found += checks.sweep_dry() + checks.settle()
    found += checks.patiently(
        lambda: checks.violations(crowd.told, stage, now=clock.now() - timedelta(minutes=1), last=True)
    )
    found, told = list(dict.fromkeys(found)), crowd.told
    say(f"operations: {dict(told.kinds)}")
    say(f"refused: {dict(told.refused)}")
    say("violations:", found[:20] or "none")
    harness.report(
        "chaos", len(found), "violations", 0, not found, seed=SEED, operations=crowd.answered,
        faults=dict(Counter(faults.done)), passed_over=dict(faults.passed_over), resent=crowd.resent,
        sent_twice=crowd.repeated, seconds=round(time.monotonic() - began), violations=found[:50],
    )  # fmt: skip
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
