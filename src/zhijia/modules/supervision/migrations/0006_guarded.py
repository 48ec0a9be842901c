"""Rows of a supervision lie as far as their case; who gave a clue that the union above acts on, only before the head of
that unit and the supervisor to whom it answers; a published typical case before everybody."""

from django.db import migrations

from zhijia.kernel.base.database import ACCOUNT, CHANGED_CASE, KEEPS, within
from zhijia.kernel.base.operations import confine, confine_to_case, grant, protect

OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"
NEVER = "false"
ROWS = ("supervision_investigator", "supervision_inquiry", "supervision_asked")
READERS = "p.role IN ('unit_head', 'supervisor')"
MAY_KNOW = f"""
  EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id AND {within(KEEPS, "c.unit_lft", "c.industry_lft")})
  AND (EXISTS (SELECT 1 FROM people_post p WHERE p.account_id = {ACCOUNT} AND {READERS})
    OR EXISTS (SELECT 1 FROM people_substitution s JOIN people_post p ON p.id = s.post_id
      WHERE s.substitute_id = {ACCOUNT} AND {READERS}))
"""
"""The right to what is confidential has to reach the unit, and be that of one of the two: others have it too."""
TYPICAL = f"state = 'published' OR (case_id IS NOT NULL AND {OF_CASE})"


class Migration(migrations.Migration):
    dependencies = [("supervision", "0005_whole"), ("cases", "0005_permissions"), ("people", "0002_rights")]
    operations = [
        grant("supervision_dismissal", staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"),
        protect("supervision_dismissal", staff=OF_CASE, worker=OF_CASE),
        *(
            operation
            for table in ROWS
            for operation in (
                grant(table, staff="SELECT, INSERT, UPDATE"),
                protect(table, staff=OF_CASE, worker=NEVER),
            )
        ),
        grant("supervision_source", staff="SELECT"),
        protect("supervision_source", staff=MAY_KNOW, worker=NEVER),
        grant("supervision_typical", staff="SELECT, INSERT, UPDATE", worker="SELECT"),
        protect("supervision_typical", staff=TYPICAL, worker="state = 'published'"),
        confine("supervision_typical", CHANGED_CASE),
        *confine_to_case("supervision_dismissal", *ROWS),
    ]
