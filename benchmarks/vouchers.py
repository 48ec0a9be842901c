"""Voucher claims: the database function alone, and the whole front door, with the proof that nothing is oversold.

Three JSON lines:
- `voucher_function`: claims a second of `ledger_claim` from 64 clients, each on its own connection, one durable commit
  each (fsync on); clients and server share the machine. The peer in the same run, on the same server, is a naive claim:
  one counter row, one statement that lowers it and inserts the claim.
- `vouchers`: 10,000 people, signed in, want 2,000 meals at once, 64 clients over HTTP: session, limit of tries, puzzle,
  rule, claim, signed token. Then every request is sent again with its key, and five hundred meals are handed over at a
  terminal. `wrong` names whatever is oversold, doubled, lost or does not balance.
- `vouchers_killed`: the same with fewer people while every web worker is killed (SIGKILL) in the middle; clients send
  again what was not answered.
"""

import multiprocessing
import os
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import _harness as harness
import _vouchers as storm
import psycopg

CLIENTS, PROCESSES = 64, 4
SECONDS, ROUNDS = (2, 1) if harness.QUICK else (8, 3)
PEOPLE, MEALS, HANDED = (1_200, 240, 80) if harness.QUICK else (10_000, 2_000, 500)
FUNCTION_TARGET, HTTP_TARGET = 3000.0, 110.0
"""Claims a second; over HTTP those won nationally when 60% of a day's quota go in five minutes (domain.md §2)."""

NAIVE = """
CREATE TABLE naive_counter (id int PRIMARY KEY, room int NOT NULL CHECK (room >= 0));
CREATE TABLE naive_claim (
  person_id bigint PRIMARY KEY, key text NOT NULL UNIQUE, at timestamptz NOT NULL DEFAULT now());
INSERT INTO naive_counter VALUES (1, 100000000);
"""
NAIVE_CLAIM = """
WITH taken AS (UPDATE naive_counter SET room = room - 1 WHERE id = 1 AND room > 0 RETURNING 1)
INSERT INTO naive_claim (person_id, key) SELECT $1::bigint, $2 FROM taken RETURNING 'granted'
"""
CLAIM = "SELECT code FROM ledger_claim($1, $2, $3, $4, $5, $6, $7, $8, $9)"


def main() -> None:
    with harness.installation() as here:
        function_alone(here)
        with here.web() as url:
            front_door(url)
            killed(url)


def function_alone(here: harness.Installation) -> None:
    """64 connections in four processes, each claiming for persons of its own; naive and ours take turns."""
    from zhijia.kernel.base import clock
    from zhijia.kernel.ledger.models import Quota
    from zhijia.kernel.ledger.quotas import NewQuota, make_quotas, verify_quotas

    now = clock.now()
    share = 3_000 * SECONDS
    persons = storm.add_people(PROCESSES * share * ROUNDS)
    with psycopg.connect(here.database_url, autocommit=True) as connection:
        connection.execute(NAIVE)
        connection.execute("VACUUM ANALYZE people_person")
    ours, naive = [], []
    for n in range(ROUNDS):
        key = f"bench:{n}"
        make_quotas([NewQuota(key=key, total=10**8, opens_at=now, closes_at=now + timedelta(hours=1))])
        quota = Quota.objects.get(key=key).pk
        mine = persons[n * PROCESSES * share : (n + 1) * PROCESSES * share]
        parts = [mine[p * share : (p + 1) * share] for p in range(PROCESSES)]
        naive.append(_rate(here.database_url, parts, None))
        ours.append(_rate(here.database_url, parts, quota))
    wrong = verify_quotas("bench:")
    value, peer = harness.median(ours), harness.median(naive)
    harness.report(
        "voucher_function", value, "claims/s", FUNCTION_TARGET, value >= FUNCTION_TARGET and not wrong,
        clients=CLIENTS, wrong=wrong, peer="one counter row, one statement", peer_value=round(peer, 1),
        peer_unit="claims/s", times=round(value / peer, 1),
    )  # fmt: skip


def _rate(url: str, parts: list[list[int]], quota: int | None) -> float:
    context = multiprocessing.get_context("spawn")
    start, results = context.Barrier(PROCESSES), context.Queue()
    workers = [context.Process(target=_process, args=(url, part, quota, start, results)) for part in parts]
    for worker in workers:
        worker.start()
    found = [results.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join()
    return sum(done for done, _took in found) / max(took for _done, took in found)


def _process(url: str, persons: list[int], quota: int | None, start: Any, results: Any) -> None:
    """Sixteen clients of one process."""
    from datetime import UTC, datetime

    from psycopg.types.json import Jsonb
    from psycopg.types.numeric import Int8

    threads = CLIENTS // PROCESSES
    connections = [psycopg.connect(url, autocommit=True) for _ in range(threads)]
    now, snapshot = datetime.now(UTC), Jsonb({"programme": 1, "kind": "meal", "title": "爱心餐", "region": "980102"})
    done = [0] * threads
    valid = now + timedelta(hours=9)

    def claim(cursor: "psycopg.RawCursor[Any]", person: int) -> None:
        if quota is None:
            cursor.execute(NAIVE_CLAIM, [Int8(person), f"k{person}"])
        else:
            values = [
                Int8(quota),
                "bench:2026-11-24",
                Int8(person),
                f"k{person}",
                Int8(1500),
                now,
                valid,
                snapshot,
                now,
            ]
            cursor.execute(CLAIM, values)
        if cursor.fetchone() != ("granted",):
            raise RuntimeError("a claim was refused")

    cursors = [psycopg.RawCursor(connection) for connection in connections]
    for n, cursor in enumerate(cursors):  # each connection plans once, outside the clock
        connections[n].prepare_threshold = 0
        claim(cursor, persons[n])
    start.wait()
    began = time.monotonic()

    def client(n: int) -> None:
        for person in persons[n + threads :: threads]:
            if time.monotonic() - began > SECONDS:
                return
            claim(cursors[n], person)
            done[n] += 1

    running = [threading.Thread(target=client, args=(n,)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    results.put((sum(done), time.monotonic() - began))


def front_door(url: str) -> None:
    """Everybody claims, everybody sends it again, some collect."""
    from zhijia.modules.vouchers.claims import token_of

    stage = storm.set_stage(MEALS)
    persons = storm.add_people(PEOPLE)
    requests = storm.claims_on_the_wire(url, stage, persons, storm.sign_in(persons))
    answers, took = storm.send_all(url, requests, clients=CLIENTS)
    again, replay_took = storm.send_all(url, requests, clients=CLIENTS)
    wrong = storm.wrong(stage, answers, persons, MEALS)
    if [a.body.get("id") for a in answers] != [a.body.get("id") for a in again]:
        wrong.append("a repeated request was answered otherwise")
    won = [p for p, a in zip(persons, answers, strict=True) if a.status == 201][:HANDED]
    handed, hand_took = storm.send_all(
        url, storm.redemptions_on_the_wire(url, stage, [token_of(h) for h in _held(won)]), clients=16
    )
    if Counter(a.body["code"] for a in handed) != {"used": len(won)}:
        wrong.append("not everybody was handed their meal")
    wrong += storm.wrong(stage, answers, persons, MEALS)
    rate = len(answers) / took
    harness.report(
        "vouchers", rate, "claims/s", HTTP_TARGET, rate >= HTTP_TARGET and not wrong, people=PEOPLE, meals=MEALS,
        clients=CLIENTS, won=sum(a.status == 201 for a in answers), wrong=wrong,
        replayed_per_s=round(len(again) / replay_took, 1), handed_over_per_s=round(len(handed) / hand_took, 1),
    )  # fmt: skip


def _held(persons: list[int]) -> list[Any]:
    from zhijia.kernel.ledger.models import Entitlement

    return list(Entitlement.objects.filter(person_id__in=persons, scope__startswith="vouchers:p"))


def killed(url: str) -> None:
    """The web workers die while 64 clients claim; the clients send again what was not answered."""
    people, meals = PEOPLE // 5, MEALS // 5
    stage = storm.set_stage(meals, code="980202", name="killed")
    persons = storm.add_people(people)
    requests = storm.claims_on_the_wire(url, stage, persons, storm.sign_in(persons))
    victims: list[int] = []
    lock = threading.Lock()

    def kill(count: int) -> None:
        with lock:
            if count >= people // 8 and not victims:
                victims.append(storm.kill_web_workers())

    answers, _took = storm.send_all(url, requests, clients=CLIENTS, meanwhile=kill)
    wrong = storm.wrong(stage, answers, persons, meals)
    resent = sum(a.tries > 1 for a in answers)
    harness.report(
        "vouchers_killed", len(wrong), "violations", 0, not wrong and sum(victims) > 0, people=people, meals=meals,
        killed=sum(victims), sent_again=resent, wrong=wrong,
    )  # fmt: skip


if __name__ == "__main__":
    os.environ.setdefault("ZHIJIA_LOG", "ERROR")  # a refused claim is no news to the log
    sys.exit(main())
