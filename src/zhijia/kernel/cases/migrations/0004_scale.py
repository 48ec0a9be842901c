"""Lists and search at a million cases: indexes for what lists filter and count, and a search that plans with numbers.

The first search asked for its ranges in every row (ten settings, parsed again each time); now they are read once and
stand in the statement as numbers, so the planner knows how wide they are and empty slots cost nothing.
"""

from django.db import migrations, models

from zhijia.kernel.base.database import SLOTS

SEARCH = f"""
CREATE OR REPLACE FUNCTION cases_search(asked text, of_service text, most int) RETURNS TABLE (id bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET max_parallel_workers_per_gather = 0 AS $$
DECLARE
  lft bigint;
  rgt bigint;
  reach text[] := '{{}}';
BEGIN
  FOR slot IN 0..{SLOTS - 1} LOOP
    lft := current_setting('zhijia.l' || slot)::bigint;
    rgt := current_setting('zhijia.r' || slot)::bigint;
    IF lft <= rgt THEN
      reach := reach || format('c.unit_lft BETWEEN %s AND %s', lft, rgt);
    END IF;
  END LOOP;
  lft := current_setting('zhijia.il')::bigint;
  rgt := current_setting('zhijia.ir')::bigint;
  IF lft <= rgt THEN
    reach := reach || format('c.industry_lft BETWEEN %s AND %s', lft, rgt);
  END IF;
  IF cardinality(reach) = 0 THEN
    RETURN;
  END IF;
  RETURN QUERY EXECUTE format($q$
    SELECT c.id FROM cases_words w JOIN cases_case c ON c.id = w.case_id
    WHERE w.words @@ %L::tsquery AND (%s) AND (%L = '' OR c.service = %L)
    ORDER BY w.case_id DESC LIMIT %s $q$,
    asked, array_to_string(reach, ' OR '), of_service, of_service, least(most, 1000));
END $$
"""

OPEN = models.Q(closed_at=None)


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_narrow")]
    operations = [
        migrations.AddIndex(
            "Case", models.Index(fields=["state", "category", "due_at", "id"], name="case_open_state", condition=OPEN)
        ),
        migrations.AddIndex(
            "Case",
            models.Index(
                fields=["unit_lft", "id"], name="case_open_mass", condition=OPEN & models.Q(marks__has_key="mass")
            ),
        ),
        migrations.AddIndex(
            "Case",
            models.Index(
                fields=["unit_lft", "id"], name="case_waiting", condition=OPEN & models.Q(lead=None, due_at=None)
            ),
        ),
        migrations.RunSQL(SEARCH, migrations.RunSQL.noop),
    ]
