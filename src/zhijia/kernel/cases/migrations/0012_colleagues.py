"""Who is named in a note among colleagues, and the whole file of a case as an archive that somebody takes out."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import zhijia.kernel.cases.desk
from zhijia.kernel.base.database import ACCOUNT
from zhijia.kernel.base.operations import confine, confine_to_case, grant, protect

OWN = f"account_id = {ACCOUNT}"
OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0011_desk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Mention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event_seq", models.IntegerField()),
                ("at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"),
                ),
            ],
            options={
                "db_table": "cases_mention",
                "indexes": [models.Index(fields=["account", "case"], name="mention_of_account")],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "event_seq", "account"), name="mention_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Bundle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(default=zhijia.kernel.cases.desk.new_ref, max_length=32, unique=True)),
                ("purpose", models.BinaryField(null=True)),
                ("internal", models.BooleanField(default=False)),
                ("language", models.CharField(max_length=10)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Being made"), ("ready", "Ready"), ("failed", "Not possible"),
                            ("gone", "Deleted"),
                        ],
                        default="waiting", max_length=8,
                    ),
                ),
                ("total", models.IntegerField(default=0)),
                ("done", models.IntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("file", models.CharField(blank=True, max_length=32)),
                ("size", models.BigIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("asked_at", models.DateTimeField()),
                ("made_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("fetched", models.IntegerField(default=0)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"),
                ),
            ],
            options={
                "db_table": "cases_bundle",
                "indexes": [
                    models.Index(
                        condition=models.Q(("file", ""), _negated=True), fields=["expires_at"], name="bundle_kept"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")), fields=("case", "account"),
                        name="bundle_one_at_a_time",
                    )
                ],
            },
        ),
        grant("cases_mention", staff="SELECT, INSERT"),
        protect("cases_mention", staff=OF_CASE, worker="false"),
        *confine_to_case("cases_mention"),
        grant("cases_bundle", staff="SELECT, INSERT, UPDATE"),
        protect("cases_bundle", staff=f"({OWN} AND {OF_CASE})", worker="false"),
        confine("cases_bundle", OWN),
    ]  # fmt: skip
