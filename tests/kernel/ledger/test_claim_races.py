"""Threads that want the same at once: nothing is sold twice, nobody gets two, nobody waits for ever."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from zhijia.kernel.ledger.balances import balance, verify
from zhijia.kernel.ledger.entitlements import expire, refund, use, use_many
from zhijia.kernel.ledger.entries import Leg, post, reverse
from zhijia.kernel.ledger.models import Entitlement, Entry
from zhijia.kernel.ledger.quotas import QuotaFigure, figures, resize, verify_quotas

from .conftest import DAY, NOW, QUOTA, claim_for, new_persons, new_quota, open_books

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 12


def at_once(*jobs: Callable[[], object]) -> list[object]:
    """What each job gives when all start at the same moment, each on its own connection."""
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        try:
            start.wait(timeout=20)
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def now_stands() -> QuotaFigure:
    return figures(keys=[QUOTA])[0]


def test_more_people_than_places_never_oversell() -> None:
    quota, people = new_quota(100), new_persons(THREADS * 20)

    def claims(n: int) -> Callable[[], object]:
        return lambda: [claim_for(quota, p.pk)[0] for p in people[n::THREADS]]

    codes = Counter(code for some in at_once(*map(claims, range(THREADS))) for code in some)  # type: ignore[attr-defined]
    assert codes == {"granted": 100, "sold_out": THREADS * 20 - 100}
    assert (Entitlement.objects.count(), now_stands().room, verify_quotas()) == (100, 0, [])


def test_the_last_place_goes_to_one() -> None:
    quota, people = new_quota(1), new_persons(THREADS)
    codes = at_once(*(lambda p=p: claim_for(quota, p.pk)[0] for p in people))
    assert Counter(codes) == {"granted": 1, "sold_out": THREADS - 1}


def test_one_person_with_one_key_from_many_devices_gets_one() -> None:
    quota, (person,) = new_quota(100), new_persons(1)
    found = at_once(*(lambda: claim_for(quota, person.pk) for _ in range(THREADS)))
    assert Counter(code for code, _id in found) == {"granted": 1, "again": THREADS - 1}  # type: ignore[misc]
    assert (len({number for _code, number in found}), now_stands().taken, verify_quotas()) == (1, 1, [])  # type: ignore[misc]


def test_one_person_with_many_keys_gets_one() -> None:
    quota, (person,) = new_quota(100), new_persons(1)
    found = at_once(*(lambda n=n: claim_for(quota, person.pk, f"k{n}") for n in range(THREADS)))
    assert Counter(code for code, _id in found) == {"granted": 1, "already": THREADS - 1}  # type: ignore[misc]
    assert (now_stands().taken, verify_quotas()) == (1, [])


def test_one_person_at_two_quotas_of_one_day_gets_one() -> None:
    first, second = new_quota(50), new_quota(50, "vouchers:12:2026-11-24:980200")
    (person,) = new_persons(1)
    found = at_once(*(lambda n=n: claim_for((first, second)[n % 2], person.pk, f"k{n}") for n in range(THREADS)))
    assert Counter(code for code, _id in found) == {"granted": 1, "already": THREADS - 1}  # type: ignore[misc]
    assert verify_quotas() == []


def test_a_place_held_by_an_unfinished_claim_is_waited_for_not_refused() -> None:
    quota, people = new_quota(1), new_persons(2)
    held, go_on = threading.Event(), threading.Event()

    def gives_up() -> str:
        with transaction.atomic():
            code = claim_for(quota, people[0].pk)[0]
            held.set()
            go_on.wait(timeout=10)
            transaction.set_rollback(True)
        return code

    def comes_second() -> str:
        held.wait(timeout=10)
        threading.Timer(0.3, go_on.set).start()
        return claim_for(quota, people[1].pk)[0]

    assert at_once(gives_up, comes_second) == ["granted", "granted"]
    assert (now_stands().taken, verify_quotas()) == (1, [])


def test_claims_refunds_uses_and_resizing_at_once_lose_no_place() -> None:
    quota, people = new_quota(60), new_persons(90)

    def lives(n: int) -> Callable[[], object]:
        def run() -> None:
            for p in people[n::6]:
                code, found = claim_for(quota, p.pk)
                if code == "granted" and found is not None and p.pk % 3 == 0:
                    refund(entitlement_id=found, now=NOW, why="x")
                elif code == "granted" and found is not None and p.pk % 3 == 1:
                    use(entitlement_id=found, key="r", by="o", at=NOW)

        return run

    def resizes() -> None:
        for total in (120, 100, 120, 90):
            resize(key=QUOTA, total=total)

    at_once(*map(lives, range(6)), resizes)
    stands = now_stands()
    live = Entitlement.objects.exclude(status="refunded").count()
    assert (stands.total, stands.taken, stands.room + stands.taken, verify_quotas()) == (90, live, 90, [])


def test_one_code_at_two_outlets_is_used_once() -> None:
    quota, (person,) = new_quota(), new_persons(1)
    _code, found = claim_for(quota, person.pk)
    assert found is not None
    jobs = [lambda n=n: use(entitlement_id=found, key=f"r{n}", by=f"o:{n}", at=NOW).code for n in range(THREADS)]
    assert Counter(at_once(*jobs)) == {"used": 1, "already_used": THREADS - 1}


def test_use_and_refund_at_once_leave_one_of_them() -> None:
    quota, people = new_quota(), new_persons(10)
    ids = [claim_for(quota, p.pk)[1] for p in people]
    for found in ids:
        assert found is not None
        used, given = at_once(
            lambda n=found: use(entitlement_id=n, key="r", by="o", at=NOW).code,
            lambda n=found: refund(entitlement_id=n, now=NOW, why="x").code,
        )
        assert (used, given) in {("used", "already_used"), ("refunded", "refunded")}
    assert verify_quotas() == []


def test_two_batches_with_the_same_codes_do_not_wait_for_each_other() -> None:
    quota, people = new_quota(), new_persons(30)
    ids = [claim_for(quota, p.pk)[1] or 0 for p in people]

    def batch(n: int) -> Callable[[], object]:
        mine = ids[:: (-1) ** n]
        return lambda: [a.code for a in use_many(uses=[(i, f"b{n}", NOW) for i in mine], by=f"o:{n}")]

    codes = Counter(code for some in at_once(*map(batch, range(6))) for code in some)  # type: ignore[attr-defined]
    assert codes == {"used": 30, "already_used": 150}


def test_two_sweeps_at_once_share_the_work() -> None:
    quota = new_quota()
    for p in new_persons(40):
        claim_for(quota, p.pk, valid_to=NOW + timedelta(hours=1))
    swept = at_once(*(lambda: expire(now=NOW + DAY) for _ in range(3)))
    assert sum(swept) == 40  # type: ignore[arg-type]


def test_one_key_posted_by_many_at_once_is_one_entry() -> None:
    open_books()

    def posts() -> tuple[int, bool]:
        legs = [Leg("spent:12", 1500), Leg("payable:7", -1500)]
        made = post(kind="k", subject="s", at=NOW, legs=legs, key="one")
        return made.id, made.again

    made = at_once(*[posts] * THREADS)
    assert len({entry for entry, _again in made}) == 1  # type: ignore[misc]
    assert sum(not again for _entry, again in made) == 1  # type: ignore[misc]
    assert (Entry.objects.count(), balance("spent:12").fen, verify()) == (1, 1500, [])


def test_one_entry_reversed_by_many_at_once_is_reversed_once() -> None:
    open_books()
    entry = post(kind="k", subject="s", at=NOW, legs=[Leg("spent:12", 9), Leg("payable:7", -9)]).id
    made = at_once(*(lambda: reverse(entry_id=entry, at=NOW, kind="back", key="back").id for _ in range(THREADS)))
    assert (len(set(made)), balance("spent:12").fen, verify()) == (1, 0, [])


def test_balances_are_right_after_many_posted_at_once() -> None:
    open_books()

    def posts(n: int) -> Callable[[], object]:
        return lambda: [
            post(kind="k", subject=f"{n}:{i}", at=NOW, legs=[Leg("spent:12", i), Leg("payable:7", -i)])
            for i in range(1, 21)
        ]

    at_once(*map(posts, range(THREADS)))
    assert (balance("spent:12").fen, balance("payable:7").n, verify()) == (THREADS * 210, THREADS * 20, [])
