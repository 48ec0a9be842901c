"""kill -9 of PostgreSQL while cases are filed, meals are claimed by 32 clients and a till hands them over.

Invariant: whatever was acknowledged before is there afterwards, once; nothing is there twice or in part; and the same
requests, sent again, finish exactly at the total. All of `zhijia.site.invariants` hold.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from psycopg.types.numeric import Int8

from tests.faults.kit import begin, kill, own_cluster, run
from zhijia.kernel.base.clock import CHINA
from zhijia.site.postgres import Server

CLIENTS, PEOPLE, MEALS, EATERS = 32, 1_500, 1_200, 150
OPEN = datetime(2026, 11, 17, 10, 0, tzinfo=CHINA)
PREPARE = f"""
import json
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
FILING = """
import sys
from tests.cast import NOW, QINGHE
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.service.engine import fire, open_case
alice = Account.objects.get(login="w-alice")
actor = Actor(account_id=alice.pk, person_id=alice.person_id, name="Alice")
for n in range(int(sys.argv[1])):
    story = {"story": f"工资 {n}", "category": "wages"}
    done = open_case(
        service="hotline", actor=actor, now=NOW, data=story, region=QINGHE, applicant_id=alice.person_id, key=f"f{n}"
    )
    fire(no=done.no, transition="supplement", actor=actor, now=NOW, data={"words": "补充"}, key="more")
    print(f"f{n}", done.no, flush=True)
"""
TILL = """
import json, sys
from tests.modules.vouchers.kit import NOON, OPEN, Entitlement
from zhijia.modules.vouchers import claims, programmes
from zhijia.modules.vouchers.redeem import redeem
stage = json.loads(sys.argv[1])
terminal = programmes.terminal_of(stage["terminal"])
for person in stage["eaters"]:
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
from tests.cast import NOW
from tests.modules.vouchers.kit import Entitlement, wrong
from zhijia.kernel.cases.models import Case
from zhijia.modules.vouchers.models import Offer, Redemption
from zhijia.site.invariants import violations
stage = json.loads(sys.argv[1])
quota = Offer.objects.get(pk=stage["offer"]).quota
held = Entitlement.objects.filter(quota=quota)
print(json.dumps({
    "wrong": wrong() + violations(now=NOW), "held": {str(k): v for k, v in held.values_list("person_id", "id")},
    "handed": dict(Redemption.objects.values_list("entitlement_id", "id")), "used": held.filter(status="used").count(),
    "cases": {k.split(":", 1)[1]: no for k, no in Case.objects.exclude(filed_key=None).values_list("filed_key", "no")},
    "torn": Case.objects.filter(service="hotline", ticket=None).count(),
}))
"""


@pytest.fixture
def server(django_db_setup: None) -> Iterator[Server]:
    """In the suite's folder, whose parents another user may pass even while other runs of pytest begin and end."""
    home = Path(os.environ["ZHIJIA_HOME"])
    server = Server(home.with_name(f"{home.name}-killed"))
    yield server
    server.stop()


def claim_all(
    url: str, stage: dict[str, Any], kill_at: Callable[[], object] | None = None
) -> tuple[dict[int, int], set[int]]:
    """32 clients claim until all are answered or the server is gone: (person -> voucher that was acknowledged, persons
    who were told that all are taken). After a sixth of the claims `kill_at` is called."""
    granted: dict[int, int] = {}
    refused: set[int] = set()
    supply, fatal = iter(stage["people"]), iter([kill_at] if kill_at else [])

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
                    if len(granted) >= MEALS // 6:
                        for act in fatal:
                            act()
        except psycopg.OperationalError:
            return  # the server is gone

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return granted, refused


def test_what_was_acknowledged_is_there_once_and_the_rest_can_be_sent_again(server: Server) -> None:
    url = own_cluster(server)
    stage = run(PREPARE, url)
    given = json.dumps(stage)
    working = [begin(FILING, url, "100000"), begin(TILL, url, given)]
    first = [[process.stdout.readline() for _ in range(2)] for process in working if process.stdout]  # both are at it
    granted, _refused = claim_all(url, stage, lambda: kill(server))
    lines = [
        dict(line.split() for line in [*begun, *process.communicate(timeout=60)[0].splitlines()])
        for begun, process in zip(first, working, strict=True)
    ]
    filed, handed = lines[0], {int(k): int(v) for k, v in lines[1].items()}
    assert (len(filed) > 1, len(handed) > 1, 50 < len(granted) < MEALS) == (True, True, True)
    time.sleep(0.5)  # the orphaned backends notice and go
    url = server.start()
    _check(run(AFTER, url, given), filed, granted, handed)
    again, refused = claim_all(url, stage)
    assert {person: again[person] for person in granted} == granted
    assert len(again) + len(refused) == PEOPLE
    with psycopg.connect(url) as connection:
        held = "SELECT count(*), count(DISTINCT person_id) FROM ledger_entitlement WHERE quota_id = %s"
        left = "SELECT sum(room)::int, min(room) FROM ledger_quota_shard WHERE quota_id = %s"
        assert connection.execute(held, [stage["quota"]]).fetchone() == (MEALS, MEALS)
        assert connection.execute(left, [stage["quota"]]).fetchone() == (0, 0)


def _check(after: dict[str, Any], filed: dict[str, str], granted: dict[int, int], handed: dict[int, int]) -> None:
    assert (after["wrong"], after["torn"]) == ([], 0)
    assert {key: after["cases"].get(key) for key in filed} == filed
    assert {person: after["held"].get(str(person)) for person in granted} == granted
    assert {key: after["handed"].get(str(key)) for key in handed} == handed
    assert after["used"] == len(after["handed"])
