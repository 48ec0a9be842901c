"""Our own statements are prepared after a few uses; of the others the driver keeps nothing."""

import pytest
from django.db import connection

from zhijia.kernel.base.statements import AFTER, execute

pytestmark = pytest.mark.django_db
MINE = "SELECT $1::int + 40"


def test_statement_is_prepared_after_a_few_uses() -> None:
    with connection.cursor() as cursor:
        for use in range(AFTER + 2):
            assert execute(MINE, [use]).fetchone() == (use + 40,)
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement = %s", [MINE])
        assert cursor.fetchone() == (1,)


def test_driver_keeps_no_values_of_other_statements() -> None:
    execute(MINE, [2])
    with connection.cursor() as cursor:
        for _use in range(AFTER + 2):
            cursor.execute("SELECT %s", ["张伟，13800000001"])
    kept = connection.connection._prepared
    assert [query for query, _types in [*kept._counts, *kept._names] if "张伟".encode() in query] == []
