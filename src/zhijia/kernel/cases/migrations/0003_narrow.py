"""Narrower sight: history is never rewritten, internal words and fellow workers' words stay from a worker, and staff
see persons and audit entries only as far as they see the case."""

from typing import Any

from django.db import migrations

from zhijia.kernel.base.database import STAFF, WORKER

Statement = str | tuple[str, dict[str, Any] | list[Any] | tuple[Any, ...] | tuple[()] | None]
PERSON = "current_setting('zhijia.person')::bigint"
OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"
NOT_A_FELLOW = f"""EXISTS (
  SELECT 1 FROM cases_event e WHERE e.case_id = cases_note.case_id AND e.seq = cases_note.event_seq
  AND (e.actor_role <> 'worker' OR e.actor_id IN (SELECT a.id FROM people_account a WHERE a.person_id = {PERSON})))"""
IS_PARTY = "EXISTS (SELECT 1 FROM cases_party p WHERE p.person_id = {})"
"""`cases_party` is itself bound to the cases of the present ranges."""
ENTRY = """person_id IS NULL OR EXISTS (SELECT 1 FROM cases_case c WHERE c.id =
  CASE WHEN subject ~ '^case:[0-9]{1,18}$' THEN substring(subject FROM 6)::bigint END)"""


def policy(table: str, role: str, using: str, check: str) -> list[Statement]:
    name = f"{table}_{role.removeprefix('zhijia_')}"
    return [
        f"DROP POLICY {name} ON {table}",
        f"CREATE POLICY {name} ON {table} TO {role} USING ({using}) WITH CHECK ({check})",
    ]


def change(table: str, role: str, *, using: str, check: str, was: str, was_check: str) -> migrations.RunSQL:
    return migrations.RunSQL(policy(table, role, using, check), policy(table, role, was, was_check))


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_security")]
    operations = [
        migrations.RunSQL(
            f"REVOKE UPDATE ON cases_event, cases_note FROM {STAFF}", f"GRANT UPDATE ON cases_event, cases_note TO {STAFF}"
        ),
        change(
            "cases_note", WORKER, using=f"public AND {OF_CASE} AND {NOT_A_FELLOW}", check=OF_CASE,
            was=OF_CASE, was_check=OF_CASE,
        ),
        change("cases_attachment", WORKER, using=f"public AND {OF_CASE}", check=OF_CASE, was=OF_CASE, was_check=OF_CASE),
        change(
            "people_person", STAFF, using=IS_PARTY.format("people_person.id"), check="true", was="true", was_check="true"
        ),
        change(
            "people_safecontact", STAFF, using=IS_PARTY.format("people_safecontact.person_id"), check="true",
            was="true", was_check="true",
        ),
        change("audit_entry", STAFF, using=ENTRY, check="true", was="true", was_check="true"),
    ]  # fmt: skip
