"""A worker sees the case, its claims, evidence and acts, but of claims and choices of single workers only their own."""

from django.db import migrations

from zhijia.kernel.base.operations import confine_to_case, grant, protect

PERSON = "current_setting('zhijia.person')::bigint"
OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"
CHANGED = "SELECT, INSERT, UPDATE"


class Migration(migrations.Migration):
    dependencies = [("arbitration", "0001_initial"), ("cases", "0005_permissions")]
    operations = [
        grant("arbitration_facts", staff=CHANGED, worker=CHANGED),
        protect("arbitration_facts", staff=OF_CASE, worker=OF_CASE),
        grant("payment_order_facts", staff=CHANGED, worker=CHANGED),
        protect("payment_order_facts", staff=OF_CASE, worker=OF_CASE),
        grant("arbitration_claim", staff=CHANGED, worker="SELECT"),
        protect(
            "arbitration_claim", staff=OF_CASE, worker=f"(person_id IS NULL OR person_id = {PERSON}) AND {OF_CASE}"
        ),
        grant("arbitration_evidence", staff=CHANGED, worker="SELECT"),
        protect("arbitration_evidence", staff=OF_CASE, worker=OF_CASE),
        grant("arbitration_representative", staff="SELECT, INSERT", worker="SELECT"),
        protect("arbitration_representative", staff=OF_CASE, worker=f"person_id = {PERSON} AND {OF_CASE}"),
        grant("arbitration_act", staff=CHANGED, worker="SELECT, INSERT"),
        protect("arbitration_act", staff=OF_CASE, worker=OF_CASE),
        *confine_to_case(
            "arbitration_facts",
            "payment_order_facts",
            "arbitration_claim",
            "arbitration_evidence",
            "arbitration_representative",
            "arbitration_act",
        ),
    ]
