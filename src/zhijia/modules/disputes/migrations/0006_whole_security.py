"""A worker sees the dispute, its plan and its time limit, but of workers and shares only their own rows; and disputes
that were under way when this came get what they need to go on."""

from django.db import migrations

from zhijia.kernel.base.operations import confine_to_case, grant, protect

PERSON = "current_setting('zhijia.person')::bigint"
OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"
OWN = f"person_id = {PERSON} AND {OF_CASE}"
UNDER_WAY = """
UPDATE disputes_facts f SET applied_on = (c.created_at AT TIME ZONE 'Asia/Shanghai')::date,
  recorded_on = CASE WHEN f.oral THEN (c.created_at AT TIME ZONE 'Asia/Shanghai')::date END,
  form = CASE WHEN f.due IS NULL THEN '' ELSE 'mediation' END,
  signed_on = CASE WHEN f.due IS NULL THEN NULL ELSE (c.changed_at AT TIME ZONE 'Asia/Shanghai')::date END
FROM cases_case c WHERE c.id = f.case_id;
INSERT INTO disputes_claimant (case_id, line, person_id, job, claimed, agreed, paid, say, representative, withdrawn_at)
SELECT p.case_id, row_number() OVER (PARTITION BY p.case_id ORDER BY p.id), p.person_id, '',
  CASE WHEN f.people = 1 THEN f.amount ELSE 0 END, 0, 0, 'asked', false,
  CASE WHEN p.status = 'withdrawn' THEN c.changed_at END
FROM cases_party p JOIN disputes_facts f ON f.case_id = p.case_id JOIN cases_case c ON c.id = p.case_id
"""


class Migration(migrations.Migration):
    dependencies = [("disputes", "0005_whole"), ("cases", "0005_permissions")]
    operations = [
        grant("disputes_claimant", staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"),
        protect("disputes_claimant", staff=OF_CASE, worker=OWN),
        grant("disputes_share", staff="SELECT, INSERT", worker="SELECT"),
        protect("disputes_share", staff=OF_CASE, worker=OWN),
        grant(
            "disputes_payment", staff="SELECT, INSERT, UPDATE", worker="SELECT (id, case_id, no, day, way, bounced_on)"
        ),
        protect("disputes_payment", staff=OF_CASE, worker=OF_CASE),
        grant("disputes_instalment", staff="SELECT, INSERT, UPDATE", worker="SELECT, UPDATE"),
        protect("disputes_instalment", staff=OF_CASE, worker=OF_CASE),
        grant(
            "disputes_recusal", staff="SELECT, INSERT", worker="SELECT (id, case_id, account_id, ground, asked_by, at)"
        ),
        protect("disputes_recusal", staff=OF_CASE, worker=OF_CASE),
        grant("disputes_act", staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT"),
        protect("disputes_act", staff=OF_CASE, worker=OF_CASE),
        *confine_to_case(
            *(f"disputes_{table}" for table in ("claimant", "share", "payment", "instalment", "recusal", "act"))
        ),
        migrations.RunSQL(UNDER_WAY, migrations.RunSQL.noop),
    ]
