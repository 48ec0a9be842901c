"""Reading, changing and reading what is confidential are bound to a permission each (docs/adr/0015).

Restrictive policies add to what 0002 allows: confidential cases only for who may, single services for an organiser,
changes only inside the ranges of the right to act. A worker's request never moves a case to another unit, employer
or person: the engine does that as the platform, after the declaration said yes.
"""

from typing import Any

from django.db import migrations

from zhijia.kernel.base.database import (
    ACCOUNT,
    CASES_CHANGED,
    KEEPS,
    SLOTS,
    STAFF,
    WORKER,
    WRITES,
    range_predicate,
    within,
)
from zhijia.kernel.base.operations import confine, confine_to_case

Statement = str | tuple[str, dict[str, Any] | list[Any] | tuple[Any, ...] | tuple[()] | None]
IN_REACH = range_predicate("unit_lft", "industry_lft")
IN_CHARGE = f"assignee_id = {ACCOUNT}"
OPENED = "id = ANY (current_setting('zhijia.open')::bigint[])"
CHANGES = within(WRITES, "unit_lft", "industry_lft")
NOT_HIDDEN = f"""(NOT confidential OR {IN_CHARGE} OR {within(KEEPS, "unit_lft", "industry_lft")}
  OR (assignee_id IS NULL AND current_setting('zhijia.unassigned') = '1' AND {CHANGES}))"""
OF_SERVICES = "(current_setting('zhijia.services') = '' OR position(',' || service || ',' IN current_setting('zhijia.services')) > 0)"
SEEN = (
    f"(({IN_REACH} OR assignee_id = current_setting('zhijia.own')::bigint) AND {NOT_HIDDEN} AND {OF_SERVICES})"
    f" OR {OPENED}"
)
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
  IF current_setting('zhijia.own') <> '0' THEN
    reach := reach || format('c.assignee_id = %s', current_setting('zhijia.own')::bigint);
  END IF;
  IF cardinality(reach) = 0 THEN
    RETURN;
  END IF;
  RETURN QUERY EXECUTE format($q$
    SELECT c.id FROM cases_words w JOIN cases_case c ON c.id = w.case_id
    WHERE w.words @@ %L::tsquery AND (%s) AND {{kept}} AND (%L = '' OR c.service = %L)
    ORDER BY w.case_id DESC LIMIT %s $q$,
    asked, array_to_string(reach, ' OR '), of_service, of_service, least(most, 1000));
END $$
""".replace(
    "{kept}",
    NOT_HIDDEN.replace("confidential", "c.confidential").replace("assignee_id", "c.assignee_id")
    .replace("unit_lft <@", "c.unit_lft <@").replace("industry_lft <@", "c.industry_lft <@")
    + " AND " + OF_SERVICES.replace("service ||", "c.service ||"),
)  # fmt: skip
"""Replaces that of 0004: confidential cases are found by nobody who may not read them."""

GUARDED = (
    "no", "service", "unit_id", "unit_lft", "industry_lft", "region", "employer_id", "applicant_id", "assignee_id",
    "confidential", "title", "category", "created_at", "lead_id", "filed_key",
)  # fmt: skip
"""Columns of a case that no worker's request changes."""
GUARD = f"""
CREATE FUNCTION cases_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a worker may not change this of a case' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER cases_case_guard BEFORE UPDATE ON cases_case FOR EACH ROW
WHEN (current_user = '{WORKER}' AND ({", ".join(f"OLD.{c}" for c in GUARDED)})
  IS DISTINCT FROM ({", ".join(f"NEW.{c}" for c in GUARDED)}))
EXECUTE FUNCTION cases_guard();
"""

ENTRY = f"""CASE WHEN subject ~ '^case:[0-9]{{1,18}}$'
  THEN EXISTS (SELECT 1 FROM cases_case c WHERE c.id = substring(subject FROM 6)::bigint)
  ELSE person_id IS NULL AND actor_id = {ACCOUNT} END"""
"""Of the trail, staff read what was done to cases they read, and their own acts. Auditors have their own door."""
ENTRY_WAS = """person_id IS NULL OR EXISTS (SELECT 1 FROM cases_case c WHERE c.id =
  CASE WHEN subject ~ '^case:[0-9]{1,18}$' THEN substring(subject FROM 6)::bigint END)"""


def trail(condition: str) -> list[Statement]:
    return [
        "DROP POLICY audit_entry_staff ON audit_entry",
        f"CREATE POLICY audit_entry_staff ON audit_entry TO {STAFF} USING ({condition}) WITH CHECK (true)",
    ]


CHILDREN = ("party", "event", "note", "task", "attachment", "words", "link")


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_scale"), ("people", "0002_rights")]
    operations = [
        migrations.RunSQL(
            [
                "DROP POLICY cases_case_staff ON cases_case",
                f"CREATE POLICY cases_case_staff ON cases_case TO {STAFF} USING ({SEEN}) WITH CHECK (true)",
            ],
            [
                "DROP POLICY cases_case_staff ON cases_case",
                f"CREATE POLICY cases_case_staff ON cases_case TO {STAFF} USING ({IN_REACH}) WITH CHECK ({IN_REACH})",
            ],
        ),
        confine("cases_case", CHANGES),
        migrations.RunSQL(CASES_CHANGED, "DROP FUNCTION cases_changed"),
        *confine_to_case(*(f"cases_{child}" for child in CHILDREN)),
        migrations.RunSQL(SEARCH, migrations.RunSQL.noop),
        migrations.RunSQL(trail(ENTRY), trail(ENTRY_WAS)),
        migrations.RunSQL(GUARD, "DROP TRIGGER cases_case_guard ON cases_case; DROP FUNCTION cases_guard"),
    ]
