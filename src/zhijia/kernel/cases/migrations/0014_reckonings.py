"""Calculations that were put into a case. A worker sees those of the case and their own, and adds only their own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import zhijia.kernel.cases.desk
from zhijia.kernel.base.operations import confine_to_case, grant, protect

OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"
MINE = "person_id = current_setting('zhijia.person')::bigint"


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0013_sittings"),
        ("people", "0011_rosters"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Reckoning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(default=zhijia.kernel.cases.desk.new_ref, max_length=32, unique=True)),
                ("calculator", models.CharField(max_length=40)),
                ("family", models.CharField(max_length=20)),
                ("region", models.CharField(max_length=6)),
                ("day", models.DateField()),
                ("content", models.BinaryField(null=True)),
                ("low", models.BigIntegerField()),
                ("high", models.BigIntegerField()),
                ("article", models.CharField(max_length=300)),
                ("version", models.CharField(max_length=60)),
                ("public", models.BooleanField()),
                ("at", models.DateTimeField()),
                ("set_aside_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reckonings", to="cases.case"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
            ],
            options={
                "db_table": "cases_reckoning",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("low__lte", models.F("high"))), name="reckoning_low_to_high"
                    )
                ],
            },
        ),
        grant("cases_reckoning", staff="SELECT, INSERT, UPDATE (set_aside_at)", worker="SELECT, INSERT"),
        protect(
            "cases_reckoning", staff=OF_CASE,
            worker=f"({MINE} OR (person_id IS NULL AND public)) AND {OF_CASE}", worker_write=f"{MINE} AND {OF_CASE}",
        ),
        *confine_to_case("cases_reckoning"),
    ]  # fmt: skip
