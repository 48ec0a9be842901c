"""A worker sees the claim, its chain, plan, time limit and evidence, but of workers and shares only their own rows."""

from django.db import migrations

from zhijia.kernel.base.operations import grant, protect

PERSON = "current_setting('zhijia.person')::bigint"
OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"
OWN = f"person_id = {PERSON} AND {OF_CASE}"


class Migration(migrations.Migration):
    dependencies = [("wage_arrears", "0001_initial"), ("cases", "0002_security")]
    operations = [
        grant("wage_arrears_facts", staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"),
        protect("wage_arrears_facts", staff=OF_CASE, worker=OF_CASE),
        grant("wage_arrears_claim", staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"),
        protect("wage_arrears_claim", staff=OF_CASE, worker=OWN),
        grant("wage_arrears_share", staff="SELECT, INSERT", worker="SELECT"),
        protect("wage_arrears_share", staff=OF_CASE, worker=OWN),
        grant(
            "wage_arrears_payment", staff="SELECT, INSERT, UPDATE",
            worker="SELECT (id, case_id, no, day, way, bounced_on)",
        ),
        protect("wage_arrears_payment", staff=OF_CASE, worker=OF_CASE),
        grant("wage_arrears_contractor", staff="SELECT, INSERT, UPDATE, DELETE", worker="SELECT"),
        protect("wage_arrears_contractor", staff=OF_CASE, worker=OF_CASE),
        grant("wage_arrears_instalment", staff="SELECT, INSERT, UPDATE", worker="SELECT"),
        protect("wage_arrears_instalment", staff=OF_CASE, worker=OF_CASE),
        grant("wage_arrears_act", staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT"),
        protect("wage_arrears_act", staff=OF_CASE, worker=OF_CASE),
        grant("wage_arrears_evidence", staff="SELECT, INSERT, UPDATE", worker="SELECT"),
        protect("wage_arrears_evidence", staff=OF_CASE, worker=OF_CASE),
    ]  # fmt: skip
