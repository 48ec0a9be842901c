"""What the request roles see of vouchers: staff their own range and no person, workers offers and outlets only."""

from contextlib import AbstractContextManager

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

from tests.modules.vouchers.kit import NOON, Kitchen, at, people
from zhijia.faces.access import as_worker, seen_by
from zhijia.kernel.people.actors import Actor
from zhijia.modules.vouchers import figures
from zhijia.modules.vouchers.offline import Row, upload

TABLES = (
    "programme", "listed", "cycle", "place", "offer", "outlet", "terminal", "settlement", "redemption", "batch",
    "conflict",
)  # fmt: skip


@pytest.fixture
def full(open_kitchen: Kitchen) -> Kitchen:
    """A row in every table."""
    from zhijia.modules.vouchers.eligibility import import_list

    for person in people(3):
        open_kitchen.fed(person)
    head = open_kitchen.cast.actor("head")
    import_list(programme=open_kitchen.programme, phones=["13800000001"], actor=head, now=NOON)
    open_kitchen.settlement()
    upload(terminal=open_kitchen.terminal, key="b", rows=[Row("x", NOON)], count=1, now=at(13))
    return open_kitchen


def seen() -> dict[str, int | None]:
    """Rows of each table, or None where nothing may be asked."""
    found: dict[str, int | None] = {}
    for table in TABLES:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SELECT count(*) FROM vouchers_{table}")
                found[table] = cursor.fetchone()[0]
        except ProgrammingError as error:
            assert isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege)  # noqa: PT017
            found[table] = None
    return found


def as_(kitchen: Kitchen, who: str) -> AbstractContextManager[Actor]:
    account = kitchen.cast.accounts[who]
    return seen_by(as_worker(account) if who == "alice" else kitchen.cast.actor(who))


def test_an_officer_sees_their_county(full: Kitchen) -> None:
    with as_(full, "zhou"):
        assert seen() == {
            "programme": 1, "listed": 1, "cycle": 1, "place": 1, "offer": 3, "outlet": 2, "terminal": 1,
            "settlement": 1, "redemption": 3, "batch": 1, "conflict": 1,
        }  # fmt: skip


def test_an_officer_elsewhere_sees_what_is_public(full: Kitchen) -> None:
    with as_(full, "lin"):
        assert {table: n for table, n in seen().items() if n} == {"programme": 1, "offer": 3}


def test_a_worker_sees_what_is_offered_and_where(full: Kitchen) -> None:
    with as_(full, "alice"):
        assert seen() == {
            "programme": 1, "listed": None, "cycle": 0, "place": None, "offer": 3, "outlet": 2, "terminal": None,
            "settlement": 0, "redemption": None, "batch": None, "conflict": None,
        }  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT secret_hash FROM vouchers_terminal",
        "UPDATE vouchers_terminal SET secret_hash = ''",
        "UPDATE vouchers_offer SET fen = 1",
        "INSERT INTO vouchers_redemption DEFAULT VALUES",
        "UPDATE vouchers_redemption SET fen = 1",
        "DELETE FROM vouchers_redemption",
        "UPDATE vouchers_batch SET answers = '[]'",
        "DELETE FROM vouchers_outlet",
        "SELECT 1 FROM vouchers_spent",
    ],
)
def test_staff_cannot(full: Kitchen, statement: str) -> None:
    with as_(full, "zhou"), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_staff_change_no_other_unions_outlet(full: Kitchen) -> None:
    with as_(full, "lin"), connection.cursor() as cursor:
        cursor.execute("UPDATE vouchers_outlet SET payee = 'me'")
        assert cursor.rowcount == 0
    with as_(full, "alice"), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE vouchers_programme SET active = false")


def test_no_table_of_vouchers_names_a_person(full: Kitchen) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_name LIKE 'vouchers_%' "
            "AND column_name ~ 'person|phone|name$' ORDER BY 1, 2"
        )
        assert cursor.fetchall() == [("vouchers_listed", "phone_index"), ("vouchers_outlet", "name")]


def test_the_unions_own_counts_are_exact_and_public_ones_hidden(full: Kitchen) -> None:
    first = figures.cycle_days(full.case.pk)[0]
    assert (first.total, first.left, first.claimed, first.handed_out, first.waiting) == (20, 17, 3, 3, 0)
    with as_(full, "zhou"):
        assert figures.cycle_days(full.case.pk)[0] == first
    (shown,) = figures.public_days(day=full.offer().day)
    assert (shown.total, shown.claimed, shown.handed_out) == (20, None, None)
    for person in people(14):
        full.claim(person)
    (shown,) = figures.public_days(day=full.offer().day)
    assert (shown.claimed, shown.handed_out) == (15, None)
