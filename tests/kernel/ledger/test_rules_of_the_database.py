"""What the database refuses whoever writes: each trigger and constraint on its own."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction

from zhijia.kernel.ledger.balances import verify
from zhijia.kernel.ledger.entries import Leg, post
from zhijia.kernel.ledger.models import Account, Balance, Posting

from .conftest import NOW, QUOTA, claim_for, new_persons, new_quota, open_books

ENTRY = "INSERT INTO ledger_entry (at, kind, subject, memo) VALUES (now(), 'k', 's', '') RETURNING id"


def run(statement: str, *values: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.fetchone()[0]) if cursor.description else 0


def post_row(entry: int, *amounts: tuple[str, int]) -> None:
    ids = dict(Account.objects.values_list("key", "id"))
    run(
        "INSERT INTO ledger_posting (entry_id, account_id, amount) "
        "SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[])",
        entry, [ids[key] for key, _fen in amounts], [fen for _key, fen in amounts],
    )  # fmt: skip


@contextmanager
def refused(constraint: str) -> Iterator[None]:
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        yield
    assert getattr(error.value.__cause__, "diag").constraint_name == constraint  # noqa: B009


def test_a_statement_whose_postings_do_not_balance_is_refused(books: None) -> None:
    with refused("ledger_balanced"):
        post_row(run(ENTRY), ("bank", 100), ("funds:12", -99))


def test_two_entries_that_balance_only_together_are_refused(books: None) -> None:
    bank, funds = (Account.objects.get(key=key).pk for key in ("bank", "funds:12"))
    with refused("ledger_balanced"):
        run(
            "INSERT INTO ledger_posting (entry_id, account_id, amount) VALUES (%s, %s, 5), (%s, %s, -5)",
            run(ENTRY), bank, run(ENTRY), funds,
        )  # fmt: skip


def test_a_posting_of_zero_is_refused(books: None) -> None:
    with refused("ledger_posting_not_zero"):
        post_row(run(ENTRY), ("bank", 0), ("funds:12", 0))


def test_a_second_balanced_statement_of_the_same_transaction_is_allowed(books: None) -> None:
    with transaction.atomic():
        entry = run(ENTRY)
        post_row(entry, ("bank", 100), ("funds:12", -100))
        post_row(entry, ("bank", 50), ("funds:12", -50))
    assert (Posting.objects.count(), verify()) == (4, [])


@pytest.mark.django_db(transaction=True)
def test_an_entry_without_postings_is_refused_at_commit() -> None:
    with refused("ledger_empty"):
        run(ENTRY)


@pytest.mark.django_db(transaction=True)
def test_postings_join_no_entry_of_an_earlier_transaction() -> None:
    open_books()
    entry = post(kind="k", subject="s", at=NOW, legs=[Leg("bank", 5), Leg("funds:12", -5)]).id
    with refused("ledger_complete"):
        post_row(entry, ("bank", 5), ("funds:12", -5))
    assert (Posting.objects.count(), verify()) == (2, [])


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_posting"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_entries_and_postings_are_only_ever_added(books: None, table: str, statement: str) -> None:
    post(kind="k", subject="s", at=NOW, legs=[Leg("bank", 5), Leg("funds:12", -5)])
    run("SET CONSTRAINTS ALL IMMEDIATE")  # a table with triggers still to fire is refused for that alone
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run(statement.format(table))


def test_verify_names_a_balance_that_was_tampered_with(books: None) -> None:
    post(kind="k", subject="s", at=NOW, legs=[Leg("bank", 5), Leg("funds:12", -5)])
    Balance.objects.filter(account__key="bank").update(amount=6)
    assert verify() == ["account bank: kept 6 fen of 1 postings, found 5 of 1"]


def test_verify_names_an_entry_that_lost_its_balance(books: None) -> None:
    entry = post(kind="k", subject="s", at=NOW, legs=[Leg("bank", 5), Leg("funds:12", -5)]).id
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("ALTER TABLE ledger_posting DISABLE TRIGGER USER")
    run("UPDATE ledger_posting SET amount = 7 WHERE amount = 5")
    assert verify() == ["account bank: kept 5 fen of 1 postings, found 7 of 1", f"entry {entry}: off by 2 fen"]


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE ledger_quota_shard SET room = -1", "ledger_quota_room"),
        ("UPDATE ledger_quota_shard SET taken = -1", "ledger_quota_taken"),
        ("UPDATE ledger_quota SET total = -1", "ledger_quota_total"),
        ("UPDATE ledger_quota SET closes_at = opens_at", "ledger_quota_opens"),
        ("UPDATE ledger_entitlement SET status = 'used'", "ledger_entitlement_moments"),
        ("UPDATE ledger_entitlement SET status = 'lost'", "ledger_entitlement_moments"),
        ("UPDATE ledger_entitlement SET fen = -1", "ledger_entitlement_fen"),
        ("UPDATE ledger_entitlement SET valid_to = valid_from", "ledger_entitlement_valid"),
        ("UPDATE ledger_entitlement SET shard = shard + 100", "ledger_entitlement_shard"),
        ("UPDATE ledger_entitlement SET person_id = (SELECT max(id) FROM people_person)", "ledger_entitlement_once"),
    ],
)
def test_quotas_and_entitlements_keep_their_constraints(db: None, statement: str, constraint: str) -> None:
    quota = new_quota(key=QUOTA)
    for n, person in enumerate(new_persons(2)):
        claim_for(quota, person.pk, f"k{n}")
    with refused(constraint):
        run(statement)
