"""Free words are sealed."""

from django.db import migrations

from zhijia.kernel.people.seal_column import Rewrite, SealColumn


class Migration(migrations.Migration):
    atomic = False  # batch by batch: an interrupted run is gone on with
    dependencies = [("wage_arrears", "0003_confined"), ("people", "0004_secrets")]
    operations = [
        SealColumn("WageArrears", "story", row=("case_id",), key="case_id"),
        SealColumn("WageArrears", "wish", row=("case_id",), key="case_id"),
        SealColumn("Payment", "evidence", row=("case_id", "no"), key="id"),
        SealColumn("LimitationAct", "evidence", row=("case_id", "kind"), key="id"),
        SealColumn("EvidenceItem", "note", row=("case_id", "no"), key="id"),
        Rewrite("wage_arrears_facts", "wage_arrears_payment", "wage_arrears_act", "wage_arrears_evidence"),
    ]
