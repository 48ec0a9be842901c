"""Checkpoints within a day, the signed statements about seals and checkpoints, and the long works of their keepers."""

from django.db import migrations, models

from zhijia.kernel.base.operations import grant, protect

AUDITS = "(SELECT audit_reads(current_setting('zhijia.account', true)))"


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_security")]
    operations = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("first_id", models.BigIntegerField()),
                ("last_id", models.BigIntegerField()),
                ("entries", models.IntegerField()),
                ("root", models.BinaryField()),
                ("prev", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("number", models.IntegerField(primary_key=True, serialize=False)),
                ("about", models.CharField(max_length=40, unique=True)),
                ("body", models.TextField()),
                ("signature", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("verify", "Check of the whole trail"),
                            ("export", "Bundle for outside"),
                            ("backup", "Backup"),
                            ("drill", "Recovery drill"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("account_id", models.BigIntegerField(null=True)),
                ("asked", models.JSONField(default=dict)),
                ("asked_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("step", models.CharField(blank=True, max_length=100)),
                ("done", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(default=0)),
                ("ok", models.BooleanField(null=True)),
                ("result", models.JSONField(default=dict)),
                ("file", models.CharField(blank=True, max_length=100)),
            ],
            options={"indexes": [models.Index(fields=["kind", "-id"], name="audit_run_kind")]},
        ),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
                f"DROP TRIGGER {table}_append_only ON {table}",
            )
            for table in ("audit_checkpoint", "audit_statement")
        ),
        grant("audit_seal", staff="SELECT"),
        grant("audit_checkpoint", staff="SELECT"),
        grant("audit_statement", staff="SELECT", worker="SELECT"),
        grant("audit_run", staff="SELECT, INSERT"),
        grant("SEQUENCE audit_run_id_seq", staff="USAGE"),
        protect("audit_run", staff=f"kind IN ('backup', 'drill') OR {AUDITS}", worker="false"),
    ]
