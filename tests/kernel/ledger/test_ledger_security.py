"""What the request roles may see and do: workers their own entitlements, staff no table at all, both the functions."""

from contextlib import AbstractContextManager

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from zhijia.kernel.base.database import STAFF, WORKER, Ranges, scope
from zhijia.kernel.ledger.balances import balances_of, statement
from zhijia.kernel.ledger.entitlements import counts, refund, use
from zhijia.kernel.ledger.entries import Leg, open_account, post
from zhijia.kernel.ledger.models import AccountKind, Entitlement, Quota
from zhijia.kernel.ledger.quotas import figures

from .conftest import NOW, QUOTA, claim_for, new_persons

BOOKS = ("ledger_account", "ledger_entry", "ledger_posting", "ledger_balance")


def staff() -> AbstractContextManager[None]:
    return scope(STAFF, reads=Ranges([(1, 10**12)]), writes=Ranges([(1, 10**12)]))


def worker(person: int) -> AbstractContextManager[None]:
    return scope(WORKER, person=person)


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            return False
    except ProgrammingError as error:
        assert isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege)  # noqa: PT017
        return True


@pytest.fixture
def two(quota: Quota) -> list[int]:
    """Two persons who each have one."""
    people = [p.pk for p in new_persons(2)]
    for person in people:
        claim_for(quota, person)
    return people


@pytest.mark.parametrize("table", BOOKS)
def test_no_request_reads_or_writes_the_books_directly(books: None, table: str) -> None:
    for role in (staff(), worker(1)):
        with role:
            assert refused(f"SELECT 1 FROM {table}")
            assert refused(f"DELETE FROM {table}")


def test_staff_read_and_post_through_functions(books: None) -> None:
    with staff():
        open_account(key="new", kind=AccountKind.ASSET, title="new")
        post(kind="k", subject="s", at=NOW, legs=[Leg("new", 5), Leg("funds:12", -5)])
        assert [(b.key, b.fen) for b in balances_of(["new", "funds:12"])] == [("funds:12", -5), ("new", 5)]
        assert [line.fen for line in statement("new")] == [5]


def test_workers_read_a_balance_they_can_name_but_post_nothing(books: None) -> None:
    with worker(1):
        assert [b.fen for b in balances_of(["bank"])] == [0]
        assert refused("SELECT * FROM ledger_statement('bank', NULL, 5)")
        assert refused(
            "SELECT * FROM ledger_post(now(), '{k}', '{s}', '{NULL}', '{NULL}', '{}', '{NULL}', '{1,1}',"
            " '{bank,funds:12}', '{5,-5}')"
        )


def test_workers_see_their_own_entitlements_only(two: list[int]) -> None:
    with worker(two[0]):
        assert list(Entitlement.objects.values_list("person_id", flat=True)) == [two[0]]
        assert refused("UPDATE ledger_entitlement SET status = 'granted'")
        assert refused("INSERT INTO ledger_entitlement DEFAULT VALUES")


def test_staff_see_no_entitlement_but_the_counts(two: list[int], quota: Quota) -> None:
    with staff():
        assert Entitlement.objects.count() == 0
        assert refused("UPDATE ledger_entitlement SET status = 'granted'")
        assert counts([quota.pk])[quota.pk].granted == 2
        assert figures(keys=[QUOTA])[0].taken == 2


def test_workers_claim_and_give_back_for_themselves_only(two: list[int], quota: Quota) -> None:
    mine, others = (Entitlement.objects.get(person_id=p).pk for p in two)
    (third,) = new_persons(1)
    with worker(third.pk):
        assert claim_for(quota, third.pk)[0] == "granted"
    with worker(two[0]):
        with pytest.raises(ProgrammingError), transaction.atomic():
            claim_for(quota, two[1], "k2")
        with pytest.raises(ProgrammingError), transaction.atomic():
            refund(entitlement_id=others, now=NOW, why="x")
        assert refund(entitlement_id=others, person_id=two[0], now=NOW, why="x").code == "not_found"
        assert refund(entitlement_id=mine, person_id=two[0], now=NOW, why="x").code == "refunded"
        with pytest.raises(ProgrammingError), transaction.atomic():
            use(entitlement_id=mine, key="r", by="o", at=NOW)


def test_no_request_moves_a_quota(quota: Quota) -> None:
    for role in (staff(), worker(1)):
        with role:
            assert refused("UPDATE ledger_quota_shard SET room = room + 1")
            assert refused("UPDATE ledger_quota SET total = 9")
            assert refused(f"SELECT * FROM ledger_take({quota.pk})")
