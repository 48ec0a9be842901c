"""What trust costs: transitions a second with row-level security and audit chain, against the same run without them.

Two servers take turns on one database, so that a noisy machine disturbs both alike: `zhijia serve` as it is, and the
same code with database roles and audit taken out (`_bare.py`). The work is that of `fire.py`: 16 clients over HTTP,
one durable commit each. Also the reading side: pages of an officer's list. Prints one JSON line.
"""

import json
import os
import socket
import statistics
import threading
import time
from pathlib import Path

import _harness as harness
import fire

TARGET = 15.0
ROUNDS = 2 if harness.QUICK else 6
SECONDS = 4 if harness.QUICK else 10
LISTS = 2 if harness.QUICK else 5
"""Seconds of reading lists in each round."""


def main() -> None:
    """Alternate; the cost of a round is that of its pair, and the figure their median."""
    os.environ["PYTHONPATH"] += os.pathsep + str(Path(__file__).parent)  # so that the server finds _bare
    fire.CASES = 2400 if harness.QUICK else 16_000
    with harness.installation() as here:
        token, unit, numbers = fire.prepare()
        share = len(numbers) // (2 * ROUNDS + 2)
        supply = iter(numbers[n * share : (n + 1) * share] for n in range(2 * ROUNDS + 2))
        full: list[float] = []
        bare: list[float] = []
        reads: dict[str, list[float]] = {"full": [], "bare": []}
        with here.web() as trusted, here.web(application="_bare:application") as stripped:
            for url in (trusted, stripped):  # warm
                fire.load(url, fire.steps(url, token, unit, next(supply)), seconds=2)
            for n in range(ROUNDS):
                pairs = [(trusted, full, "full"), (stripped, bare, "bare")]
                for url, rates, name in pairs if n % 2 else reversed(pairs):
                    done, took = fire.load(url, fire.steps(url, token, unit, next(supply)), seconds=SECONDS)
                    rates.append(done / took)
                    reads[name].append(lists(url, token, seconds=LISTS))
    costs = [100 * (1 - with_it / without) for with_it, without in zip(full, bare, strict=True)]
    value = statistics.median(costs)
    reading = [100 * (1 - f / b) for f, b in zip(reads["full"], reads["bare"], strict=True)]
    harness.report(
        "trust", value, "% of throughput", TARGET, value <= TARGET, rounds=ROUNDS,
        with_trust=round(statistics.median(full), 1), without=round(statistics.median(bare), 1),
        each_round=[round(cost, 1) for cost in costs], lists_cost=round(statistics.median(reading), 1),
        lists_with=round(statistics.median(reads["full"]), 1), lists_without=round(statistics.median(reads["bare"]), 1),
    )  # fmt: skip


def lists(url: str, token: str, *, seconds: float) -> float:
    """Pages of the case list a second, by 8 clients."""
    host, port = url.removeprefix("http://").split(":")
    request = (
        f"GET /api/v1/cases?limit=20 HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {token}\r\n\r\n"
    ).encode()
    until, done = time.monotonic() + seconds, [0] * 8

    def client(n: int) -> None:
        with socket.create_connection((host, int(port))) as wire:
            while time.monotonic() < until:
                wire.sendall(request)
                answer = harness.receive(wire)
                if answer[9:12] != b"200":
                    raise RuntimeError(json.dumps(answer[:400].decode("utf-8", "replace")))
                done[n] += 1

    began = time.monotonic()
    threads = [threading.Thread(target=client, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.monotonic() - began)


if __name__ == "__main__":
    main()
