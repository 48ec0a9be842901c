"""Columns that were not recognised are chosen by hand, and the choice is remembered for the next file."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from zhijia.kernel.base.operations import confine, grant, protect

OWN = "account_id = NULLIF(current_setting('zhijia.account', true), '')::bigint"


class Migration(migrations.Migration):
    dependencies = [("sheets", "0002_security"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField("job", "headings", models.BinaryField(null=True)),
        migrations.AlterField(
            "job",
            "state",
            models.CharField(
                choices=[
                    ("uploaded", "Waiting to be checked"),
                    ("checking", "Being checked"),
                    ("columns", "Columns to choose"),
                    ("checked", "Checked"),
                    ("applying", "Being stored"),
                    ("applied", "Finished"),
                    ("failed", "Not possible"),
                    ("cancelled", "Cancelled"),
                    ("undone", "Taken back"),
                ],
                default="uploaded",
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Mapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sheet", models.CharField(max_length=48)),
                ("names", models.BinaryField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "sheets_mapping",
                "constraints": [models.UniqueConstraint(fields=("account", "sheet"), name="sheets_mapping_once")],
            },
        ),
        grant("sheets_mapping", staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"),
        protect("sheets_mapping", staff=OWN, worker=OWN),
        confine("sheets_mapping", OWN),
    ]  # fmt: skip
