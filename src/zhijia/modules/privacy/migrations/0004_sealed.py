"""Free words are sealed."""

from django.db import migrations

from zhijia.kernel.people.seal_column import Rewrite, SealColumn


class Migration(migrations.Migration):
    atomic = False  # batch by batch: an interrupted run is gone on with
    dependencies = [("privacy", "0002_security"), ("people", "0004_secrets")]
    operations = [
        SealColumn("DataRight", "words", row=("case_id",), key="case_id"),
        SealColumn("DataRight", "proof", row=("case_id",), key="case_id"),
        Rewrite("privacy_request"),
    ]
