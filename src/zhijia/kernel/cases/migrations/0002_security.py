"""Who may see and change which case, in the database: the same as visibility.py, for queries that forget it."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations

from zhijia.kernel.base.database import STAFF, WORKER, range_predicate
from zhijia.kernel.base.operations import grant, protect

STAFF_SEES = range_predicate("unit_lft", "industry_lft")
PERSON = "current_setting('zhijia.person')::bigint"
WORKER_SEES = f"(applicant_id = {PERSON} OR id IN (SELECT p.case_id FROM cases_party p WHERE p.person_id = {PERSON}))"
OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"

SEARCH = f"""
CREATE FUNCTION cases_search(asked text, of_service text, most int) RETURNS TABLE (id bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY EXECUTE format($q$
    SELECT c.id FROM cases_words w JOIN cases_case c ON c.id = w.case_id
    WHERE w.words @@ %L::tsquery AND {range_predicate("c.unit_lft", "c.industry_lft").replace("%", "%%")}
      AND (%L = '' OR c.service = %L)
    ORDER BY w.case_id DESC LIMIT %s $q$, asked, of_service, of_service, least(most, 1000));
END $$;
REVOKE ALL ON FUNCTION cases_search FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cases_search TO {STAFF};
"""
"""Runs as the owner because a text index cannot be used under row-level security; the ranges stand in its WHERE, and
they come from the transaction's settings, not from its arguments."""


def child(table: str, *, worker: str = "SELECT, INSERT, UPDATE") -> list[migrations.RunSQL]:
    """A table whose rows belong to a case: visible exactly as far as the case is."""
    return [grant(table, staff="SELECT, INSERT, UPDATE", worker=worker), protect(table, staff=OF_CASE, worker=OF_CASE)]


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("audit", "0001_initial"), ("people", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE cases_number", "DROP SEQUENCE cases_number"),
        migrations.RunSQL(f"GRANT USAGE ON SEQUENCE cases_number TO {STAFF}, {WORKER}", migrations.RunSQL.noop),
        grant("cases_case", staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"),
        protect("cases_case", staff=STAFF_SEES, worker=WORKER_SEES),
        grant("cases_party", staff="SELECT, INSERT, UPDATE, DELETE", worker="SELECT, INSERT, UPDATE"),
        protect("cases_party", staff=OF_CASE, worker=f"person_id = {PERSON}"),
        *child("cases_event", worker="SELECT, INSERT"),
        *child("cases_note", worker="SELECT, INSERT"),
        *child("cases_task"),
        *child("cases_attachment"),
        *child("cases_words"),
        grant("cases_link", staff="SELECT, INSERT, DELETE", worker="SELECT"),
        protect("cases_link", staff=OF_CASE, worker=OF_CASE),
        grant("cases_watch", staff="SELECT, INSERT, DELETE"),
        protect("cases_watch", staff=OF_CASE, worker="false"),
        migrations.AddIndex("Words", GinIndex(fields=["words"], name="words_gin", fastupdate=True)),
        migrations.RunSQL(SEARCH, "DROP FUNCTION cases_search"),
    ]
