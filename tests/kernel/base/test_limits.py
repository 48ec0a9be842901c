"""The limiter: exactly so many pass, also for two connections at once; windows end; roles may count and not read."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import ProgrammingError, connection
from django.utils.translation import override

from zhijia.kernel.base.database import STAFF, WORKER, scope
from zhijia.kernel.base.limits import Limit, TooSoon, prune

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TRIES = Limit("test.tries", most=3, seconds=60)


@pytest.mark.django_db
def test_so_many_pass_and_the_window_ends() -> None:
    assert [TRIES.allows("a", now=NOW) for _n in range(5)] == [True, True, True, False, False]
    assert [TRIES.allows("b", now=NOW), Limit("test.other", 3, 60).allows("a", now=NOW)] == [True, True]
    assert TRIES.allows("a", now=NOW + timedelta(seconds=59)) is False
    assert [TRIES.allows("a", now=NOW + timedelta(seconds=60)) for _n in range(4)] == [True, True, True, False]


@pytest.mark.django_db
def test_refusal_says_when_and_only_the_first_is_for_the_log() -> None:
    slow = Limit("test.slow", most=1, seconds=900)
    slow.hit("a", now=NOW)
    refused = []
    for _n in range(3):
        with pytest.raises(TooSoon) as error:
            slow.hit("a", now=NOW)
        with override("en"):
            refused.append((str(error.value), error.value.until, error.value.first))
    words = "Too many tries. Try again after 10:15."
    assert refused == [(words, NOW + timedelta(minutes=15), first) for first in (True, False, False)]


@pytest.mark.django_db
def test_table_tells_nothing_and_is_pruned() -> None:
    TRIES.hit("13800000001", now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT octet_length(key), hits FROM base_limit")
        assert cursor.fetchall() == [(16, 1)]
    assert (prune(now=NOW), prune(now=NOW + timedelta(minutes=1))) == (0, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [STAFF, WORKER])
def test_request_roles_count_but_cannot_read(role: str) -> None:
    with scope(role):
        assert [TRIES.allows("a", now=NOW) for _n in range(4)] == [True, True, True, False]
    with pytest.raises(ProgrammingError), scope(role), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM base_limit")


@pytest.mark.django_db(transaction=True)
def test_exactly_so_many_pass_over_many_connections_at_once() -> None:
    gate, limit = threading.Barrier(4), Limit("test.race", most=50, seconds=60)

    def storm() -> int:
        gate.wait()
        try:
            return sum(limit.allows("a", now=NOW) for _n in range(25))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        passed = [threads.submit(storm) for _n in range(4)]
    assert sum(found.result() for found in passed) == 50
