"""Build the counters again from the events: the same result as the counters kept along the way.

A `when` condition looks at the case at the moment of the event, which is gone; so every event keeps the names of the
figures it counted, and the rebuild sums those.
"""

from django.db import connection, transaction

_COUNT = """
INSERT INTO indicators_counter (service, indicator, region, month, category, shard, n, amount)
SELECT service, indicator, region, month, category, 0, sum(n), sum(amount) FROM (
SELECT e.data->>'service' AS service, f.key AS indicator, r.region,
       date_trunc('month', e.at AT TIME ZONE 'Asia/Shanghai')::date AS month, c.category, count(*) AS n,
       sum(f.amount) AS amount
FROM cases_event e
CROSS JOIN LATERAL jsonb_to_recordset(e.data->'counted') AS f(key text, amount numeric)
CROSS JOIN LATERAL (VALUES (''), (e.data->>'category')) AS c(category)
CROSS JOIN LATERAL (VALUES (e.data->>'region'), (left(e.data->>'region', 2))) AS r(region)
WHERE jsonb_array_length(coalesce(e.data->'counted', '[]')) > 0
GROUP BY 1, 2, 3, 4, 5
UNION ALL SELECT service, indicator, region, month, category, n, amount FROM retention_carried) AS told
GROUP BY 1, 2, 3, 4, 5
"""
"""What destroyed cases had counted was carried over when they went (kernel/retention/shred.py)."""


def rebuild() -> int:
    """Replace every counter by what the events say, in one transaction; returns how many rows there are now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE indicators_counter IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM indicators_counter")
        cursor.execute(_COUNT)
        return int(cursor.rowcount)
