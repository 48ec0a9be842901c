"""kill -9 of the database while 64 clients claim and tills hand over: nothing acknowledged is lost, nothing is doubled,
no quota is negative, the books balance; and the same requests, sent again, finish exactly at the total."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from psycopg.types.numeric import Int8

from zhijia.kernel.base.clock import CHINA
from zhijia.site.postgres import Server

ROOT = Path(__file__).resolve().parents[2]
CLIENTS, PEOPLE, MEALS, EATERS = 64, 6_000, 4_500, 400
OPEN = datetime(2026, 11, 17, 10, 0, tzinfo=CHINA)

PREPARE = f"""
import json
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.cast import build as build_cast
from tests.modules.vouchers.kit import build, people
kitchen = build(build_cast(), allotted=10**9)
kitchen.draft().plan({MEALS})
for who, step in (("zhou", "submit"), ("leader", "approve"), ("zhou", "publish")):
    kitchen.do(who, step)
offer = kitchen.offer()
print(json.dumps({{
    "quota": offer.quota_id, "scope": offer.scope, "people": people({PEOPLE}), "eaters": people({EATERS}),
    "offer": offer.pk, "terminal": kitchen.secret,
}}))
"""
TILL = """
import json, sys
from tests.modules.vouchers.kit import NOON, OPEN, Entitlement
from zhijia.kernel.base import clock
from zhijia.modules.vouchers import claims, programmes
from zhijia.modules.vouchers.redeem import redeem
stage, mine, ways = json.loads(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
terminal = programmes.terminal_of(stage["terminal"])
for person in stage["eaters"][mine::ways]:
    made = claims.claim(offer_id=stage["offer"], person_id=person, account_id=person, key="k", now=OPEN)
    if made.voucher_id is None:
        continue
    token = claims.token_of(Entitlement.objects.get(pk=made.voucher_id))
    handed = redeem(terminal=terminal, shown=token, key=f"r{person}", now=NOON)
    assert handed.code in ("used", "again"), handed
    print(made.voucher_id, handed.redemption_id, flush=True)
"""
AFTER = """
import json, sys
from django.db.models import Count, Min
from tests.modules.vouchers.kit import Entitlement, wrong
from zhijia.kernel.ledger.models import Entry, QuotaShard
from zhijia.kernel.ledger.quotas import figures
from zhijia.modules.vouchers.models import Offer, Redemption
stage = json.loads(sys.argv[1])
quota = Offer.objects.get(pk=stage["offer"]).quota
held = Entitlement.objects.filter(quota=quota)
print(json.dumps({
    "wrong": wrong(), "held": {str(k): v for k, v in held.values_list("person_id", "id")},
    "doubled": held.values("person_id").annotate(n=Count("id")).filter(n__gt=1).count(),
    "least": QuotaShard.objects.filter(quota=quota).aggregate(least=Min("room"))["least"],
    "room": figures(keys=[quota.key])[0].room,
    "redemptions": dict(Redemption.objects.values_list("entitlement_id", "id")),
    "entries": Entry.objects.filter(kind="vouchers.redeemed").count(),
    "used": held.filter(status="used").count(),
}))
"""


@pytest.fixture
def server(open_path: Path) -> Server:
    return Server(open_path / "postgres")


def run(code: str, url: str, *words: str) -> subprocess.Popen[str]:
    """A Python process of ours on that database."""
    environment = {
        **os.environ, "DATABASE_URL": url, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "DJANGO_SETTINGS_MODULE": "zhijia.site.settings",
    }  # fmt: skip
    program = "import django; django.setup()\n" + textwrap.dedent(code)
    return subprocess.Popen(
        [sys.executable, "-c", program, *words], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def told(process: subprocess.Popen[str]) -> Any:
    """The JSON on the last line of a process that must succeed."""
    out, error = process.communicate(timeout=180)
    assert process.returncode == 0, error
    return json.loads(out.splitlines()[-1])


def claim_all(url: str, stage: dict[str, Any], persons: list[int]) -> tuple[dict[int, int], set[int]]:
    """64 clients claim for these persons until all are answered or the server is gone: (person -> voucher that was
    acknowledged, persons who were told that all are taken)."""
    granted: dict[int, int] = {}
    refused: set[int] = set()
    supply = iter(persons)

    def client() -> None:
        values = [Jsonb({"title": "爱心餐", "day": "2026-11-17"}), OPEN]
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                cursor = psycopg.RawCursor(connection)
                while (person := next(supply, None)) is not None:
                    cursor.execute(
                        "SELECT code, entitlement FROM ledger_claim($1, $2, $3, 'k', 1500, $4, $5, $6, $7)",
                        [Int8(stage["quota"]), stage["scope"], Int8(person), OPEN, OPEN + timedelta(hours=9), *values],
                    )
                    code, voucher = cursor.fetchone() or ("", 0)
                    if code in ("granted", "again"):
                        granted[person] = voucher
                    elif code == "sold_out":
                        refused.add(person)
        except psycopg.OperationalError:
            return  # the server is gone

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return granted, refused


def test_database_killed_in_a_storm_of_claims(server: Server) -> None:
    url = server.start()
    stage = told(run(PREPARE, url))
    given = json.dumps(stage)
    tills = [run(TILL, url, given, str(n), "2") for n in range(2)]
    first = tills[0].stdout
    assert first is not None
    lines = [first.readline()]  # the tills have begun
    killer = threading.Timer(1.0, lambda: os.kill(_postmaster(server), signal.SIGKILL))
    killer.start()
    granted, _refused = claim_all(url, stage, stage["people"])
    lines += [line for till in tills for line in till.communicate(timeout=60)[0].splitlines()]
    handed = dict(map(int, line.split()) for line in lines)
    assert (len(granted) > 100, len(granted) < MEALS, len(handed) > 1) == (True, True, True)
    time.sleep(1)  # the orphaned backends notice and go
    url = server.start()
    try:
        _check(told(run(AFTER, url, given)), granted, handed)
        tills = [run(TILL, url, given, str(n), "2") for n in range(2)]
        again, refused = claim_all(url, stage, stage["people"])
        for till in tills:
            out, error = till.communicate(timeout=180)
            assert till.returncode == 0, error
            handed |= dict(map(int, line.split()) for line in out.splitlines())
        after = told(run(AFTER, url, given))
        _check(after, granted | again, handed)
        assert {person: again[person] for person in granted} == granted
        assert (after["room"], len(after["held"]), bool(refused)) == (0, MEALS, True)
        assert len(again) + len(refused) == PEOPLE
    finally:
        server.stop()


def _check(after: dict[str, Any], granted: dict[int, int], handed: dict[int, int]) -> None:
    assert (after["wrong"], after["doubled"]) == ([], 0)
    assert after["least"] >= 0
    assert {person: after["held"][str(person)] for person in granted} == granted
    assert {int(k): v for k, v in after["redemptions"].items() if int(k) in handed} == handed
    assert after["used"] == after["entries"] == len(after["redemptions"])


def _postmaster(server: Server) -> int:
    return int((server.data / "postmaster.pid").read_text().splitlines()[0])
