"""Several callers with one phone at the same moment."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection

from zhijia.kernel.people.persons import find_or_add_person

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_find_or_add_person_from_four_threads_makes_one_person() -> None:
    found: list[int] = []
    start = threading.Barrier(4)

    def run() -> None:
        start.wait()
        found.append(find_or_add_person(name="Li Na", phone="13800000007", now=NOW).pk)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), len(set(found))) == (4, 1)
