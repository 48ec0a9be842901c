"""One series of numbers for what is written alike: two kinds that write 函〔2026〕n号 count together. What was issued keeps
its number, where two papers had the same written one the later stay apart by the count that they already have."""

from django.db import migrations, models

# The written number with its own count taken out is the series; the highest count is where it goes on.
FROM_LETTERS = r"""
DELETE FROM documents_counter;
INSERT INTO documents_counter (org_id, series, year, last)
SELECT org_id, regexp_replace(number, '\d+(\D*)$', '{n}\1'), year, max(serial)
FROM documents_letter WHERE number <> '' GROUP BY 1, 2, 3;
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_sealed")]
    operations = [
        migrations.RemoveConstraint("letter", "letter_number_once"),
        migrations.RemoveConstraint("counter", "letter_counter_once"),
        migrations.RemoveField("counter", "kind"),
        migrations.AddField("counter", "series", models.CharField(max_length=120, default=""), preserve_default=False),
        migrations.RunSQL(FROM_LETTERS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "counter", models.UniqueConstraint(fields=["org", "series", "year"], name="letter_series_once")
        ),
    ]
