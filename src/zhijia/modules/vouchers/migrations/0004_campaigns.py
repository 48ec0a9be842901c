"""An organiser sees their own programme and nothing of outlets, hand-overs and money; every cycle bears the mark of its
programme."""

from django.db import migrations

from zhijia.kernel.base.database import STAFF

NO_ORGANISER = "current_setting('zhijia.services') = ''"
OWN = f"({NO_ORGANISER} OR 'vouchers.programme:' || id = ANY ((SELECT people_campaigns())::text[]))"
MARK = """
UPDATE cases_case c SET marks = c.marks || jsonb_build_object('campaign', 'vouchers.programme:' || f.programme_id)
FROM vouchers_cycle f WHERE f.case_id = c.id AND f.programme_id IS NOT NULL
"""


def narrowed(table: str, within: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE POLICY {table}_campaign ON {table} AS RESTRICTIVE TO {STAFF} USING ({within})",
        f"DROP POLICY {table}_campaign ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("vouchers", "0003_confined"), ("cases", "0006_openings"), ("people", "0007_administration")]
    operations = [
        narrowed("vouchers_programme", OWN),
        narrowed("vouchers_outlet", NO_ORGANISER),
        narrowed("vouchers_settlement", NO_ORGANISER),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
    ]
