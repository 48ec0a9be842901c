"""Free words are sealed."""

from django.db import migrations

from zhijia.kernel.cases.protected import purpose_of
from zhijia.kernel.people.seal_column import Rewrite, SealColumn


def purpose(category: str) -> str:
    return purpose_of("supervision", category)


class Migration(migrations.Migration):
    atomic = False  # batch by batch: an interrupted run is gone on with
    dependencies = [("supervision", "0003_confined"), ("people", "0004_secrets")]
    operations = [
        SealColumn("Supervision", "finding", row=("case_id",), key="case_id", purpose=purpose, about="t.category"),
        SealColumn("Supervision", "demand", row=("case_id",), key="case_id", purpose=purpose, about="t.category"),
        Rewrite("supervision_facts"),
    ]
