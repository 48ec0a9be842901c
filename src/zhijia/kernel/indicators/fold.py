"""Folding the shards of months that have ended: nobody writes to them any more, so one row says what eight did."""

from datetime import datetime

from django.db import connection, transaction

from zhijia.kernel.base.clock import CHINA

_FOLD = """
WITH gone AS (DELETE FROM indicators_counter WHERE month < %(month)s AND shard > 0 RETURNING *)
INSERT INTO indicators_counter (service, indicator, region, month, category, shard, n, amount)
SELECT service, indicator, region, month, category, 0, sum(n), sum(amount) FROM gone
GROUP BY service, indicator, region, month, category
ON CONFLICT (service, category, month, region, indicator, shard)
DO UPDATE SET n = indicators_counter.n + excluded.n, amount = indicators_counter.amount + excluded.amount
"""


@transaction.atomic
def fold_shards(*, now: datetime) -> int:
    """Fold every month before the present one (in China) into shard 0; returns how many rows were written. What every
    reader sums stays the same. Run it when the last transactions of the month have ended, not at midnight."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLD, {"month": now.astimezone(CHINA).date().replace(day=1)})
        return int(cursor.rowcount)
