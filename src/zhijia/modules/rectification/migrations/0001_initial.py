import django.db.models.deletion
from django.db import migrations, models

from zhijia.kernel.base.operations import confine_to_case, grant, protect

OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0012_colleagues"),
        ("org", "0003_places"),
    ]

    operations = [
        migrations.CreateModel(
            name="Round",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="rectification_round",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("enforcement", "Inspection of how labour and union law is kept"),
                            ("inspection", "Internal inspection round"),
                            ("audit", "Audit of union funds"),
                        ],
                        max_length=12,
                        verbose_name="Kind of round",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="Name of the round")),
                (
                    "about",
                    models.BinaryField(
                        blank=True, null=True, verbose_name="What was inspected, and by which law or plan"
                    ),
                ),
                ("begun", models.DateField(verbose_name="First day of the round")),
                ("ended", models.DateField(verbose_name="Last day of the round")),
            ],
            options={
                "db_table": "rectification_round",
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="finding",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("wages", "Wages and insurance"),
                            ("contract", "Contracts and working time"),
                            ("safety", "Safety and health at work"),
                            ("union", "Rights and organisation of the union"),
                            ("funds", "Funds and property"),
                            ("service", "How services are done"),
                            ("conduct", "Conduct and discipline"),
                            ("other", "Something else"),
                        ],
                        max_length=10,
                        verbose_name="What the finding is about",
                    ),
                ),
                ("finding", models.BinaryField(null=True, verbose_name="What was found")),
                ("law", models.CharField(blank=True, max_length=300, verbose_name="Law or rule")),
                (
                    "department",
                    models.CharField(blank=True, max_length=200, verbose_name="Department or person in charge there"),
                ),
                ("plan", models.BinaryField(blank=True, null=True, verbose_name="Measures")),
                ("due", models.DateField(null=True, verbose_name="To be mended by")),
                ("done", models.BinaryField(blank=True, null=True, verbose_name="What was mended")),
                ("verdict", models.BinaryField(blank=True, null=True, verbose_name="What was checked")),
                ("accepted_on", models.DateField(null=True, verbose_name="Accepted on")),
                ("returned", models.SmallIntegerField(default=0)),
                ("reopened", models.SmallIntegerField(default=0)),
                (
                    "inspector",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.org"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.org"),
                ),
                (
                    "round",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="cases.case"
                    ),
                ),
            ],
            options={
                "db_table": "rectification_facts",
            },
        ),
        migrations.CreateModel(
            name="Proof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.SmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("paper", "Document"),
                            ("photo", "Photograph"),
                            ("record", "Record or minutes"),
                            ("account", "Account or voucher"),
                            ("visit", "Visit on the spot"),
                            ("other", "Something else"),
                        ],
                        max_length=8,
                    ),
                ),
                ("said", models.BinaryField(null=True)),
                ("added_on", models.DateField()),
                (
                    "attachment",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cases.attachment",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"
                    ),
                ),
            ],
            options={
                "db_table": "rectification_proof",
                "constraints": [models.UniqueConstraint(fields=("case", "no"), name="rectification_proof_no")],
            },
        ),
        grant("rectification_round", staff="SELECT, INSERT, UPDATE"),
        protect("rectification_round", staff=OF_CASE, worker=OF_CASE),
        grant("rectification_facts", staff="SELECT, INSERT, UPDATE"),
        protect("rectification_facts", staff=OF_CASE, worker=OF_CASE),
        grant("rectification_proof", staff="SELECT, INSERT, UPDATE"),
        protect("rectification_proof", staff=OF_CASE, worker=OF_CASE),
        *confine_to_case("rectification_round", "rectification_facts", "rectification_proof"),
    ]
