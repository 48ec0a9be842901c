"""Rows for whole provinces, under their two digits: national and provincial figures read dozens of rows, not a
country of counties."""

from django.db import migrations

FILL = """
INSERT INTO indicators_counter (service, indicator, region, month, category, shard, n, amount)
SELECT service, indicator, left(region, 2), month, category, 0, sum(n), sum(amount) FROM indicators_counter
GROUP BY service, indicator, left(region, 2), month, category
"""
INDEX = """
CREATE INDEX counter_province ON indicators_counter (service, category, month, region)
INCLUDE (indicator, n, amount) WHERE length(region) = 2
"""


class Migration(migrations.Migration):
    dependencies = [("indicators", "0002_security")]
    operations = [
        migrations.RunSQL(FILL, "DELETE FROM indicators_counter WHERE length(region) = 2"),
        migrations.RunSQL(INDEX, "DROP INDEX counter_province"),
    ]
