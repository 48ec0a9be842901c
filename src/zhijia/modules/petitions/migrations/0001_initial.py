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
            name="Petition",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="petition",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("appeal", "An appeal: I ask that something be done"),
                            ("proposal", "A proposal or an opinion"),
                            ("report", "A complaint or report about somebody's conduct"),
                        ],
                        max_length=10,
                        verbose_name="Kind of petition",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("letter", "Letter"), ("visit", "Visit"), ("web", "Online"), ("phone", "By a call")],
                        default="web",
                        max_length=10,
                        verbose_name="How it came",
                    ),
                ),
                ("content", models.BinaryField(null=True, verbose_name="What the petition is about")),
                ("wish", models.BinaryField(blank=True, null=True, verbose_name="What the petitioner asks for")),
                ("accused", models.BinaryField(blank=True, null=True, verbose_name="Whom it is about")),
                ("people", models.IntegerField(default=1, verbose_name="People")),
                ("representatives", models.SmallIntegerField(default=0, verbose_name="Representatives")),
                ("spokesmen", models.BinaryField(blank=True, null=True, verbose_name="Names of the representatives")),
                ("keep_secret", models.BooleanField(default=False, verbose_name="To be kept confidential")),
                ("body", models.CharField(blank=True, max_length=200, verbose_name="Body it is transferred to")),
                (
                    "ground",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("procedure", "Court, arbitration or administrative review decides it by law"),
                            ("pending", "The same matter is being handled or reviewed"),
                            ("concluded", "The same facts went through review and re-review"),
                            ("scope", "Outside what a union can decide, and no body to transfer it to"),
                        ],
                        max_length=12,
                        verbose_name="Why it is not accepted",
                    ),
                ),
                ("way", models.BinaryField(blank=True, null=True, verbose_name="Where to go instead")),
                ("opinion", models.BinaryField(blank=True, null=True, verbose_name="Handling opinion")),
                ("law", models.CharField(blank=True, max_length=300, verbose_name="Law")),
                ("opinion_on", models.DateField(null=True)),
                ("review_opinion", models.BinaryField(blank=True, null=True, verbose_name="Review opinion")),
                (
                    "review_outcome",
                    models.CharField(blank=True, choices=[("upheld", "Upheld"), ("changed", "Changed")], max_length=10),
                ),
                ("reviewed_on", models.DateField(null=True)),
                ("final_opinion", models.BinaryField(blank=True, null=True, verbose_name="Re-review opinion")),
                (
                    "final_outcome",
                    models.CharField(blank=True, choices=[("upheld", "Upheld"), ("changed", "Changed")], max_length=10),
                ),
                (
                    "handled_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.org"
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.org"
                    ),
                ),
            ],
            options={
                "db_table": "petitions_facts",
            },
        ),
        grant("petitions_facts", staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"),
        protect("petitions_facts", staff=OF_CASE, worker=OF_CASE),
        *confine_to_case("petitions_facts"),
    ]
