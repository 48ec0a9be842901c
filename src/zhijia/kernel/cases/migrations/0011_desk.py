"""Named views of the inbox, each account's own, and which cases were open when, for recent cases and presence."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import zhijia.kernel.cases.desk
from zhijia.kernel.base.database import ACCOUNT
from zhijia.kernel.base.operations import confine, grant, protect

OWN = f"account_id = {ACCOUNT}"
OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0010_sealed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(default=zhijia.kernel.cases.desk.new_ref, max_length=32, unique=True)),
                ("name", models.BinaryField(null=True)),
                ("query", models.BinaryField(null=True)),
                ("default", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "cases_savedview",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("default", True)), fields=("account",), name="view_default_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Seen",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
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
                "db_table": "cases_seen",
                "constraints": [models.UniqueConstraint(fields=("account", "case"), name="seen_once")],
            },
        ),
        grant("cases_savedview", staff="SELECT, INSERT, UPDATE, DELETE"),
        protect("cases_savedview", staff=OWN, worker="false"),
        confine("cases_savedview", OWN),
        grant("cases_seen", staff="SELECT, INSERT, UPDATE, DELETE"),
        protect("cases_seen", staff=f"({OWN} OR {OF_CASE})", worker="false", staff_write=f"({OWN} AND {OF_CASE})"),
        confine("cases_seen", OWN),
    ]
