import django.db.models.deletion
from django.db import migrations, models

from zhijia.kernel.base.operations import confine_to_case, grant, protect

OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"
OWN = f"person_id = current_setting('zhijia.person')::bigint AND {OF_CASE}"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0012_colleagues"),
        ("org", "0003_places"),
        ("people", "0011_rosters"),
    ]

    operations = [
        migrations.CreateModel(
            name="Meeting",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="joint_meeting",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("tripartite", "Tripartite meeting on labour relations"),
                            ("government", "Joint meeting of government and union"),
                            ("consultation", "Consultation with departments"),
                        ],
                        max_length=14,
                        verbose_name="Kind of meeting",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="Name of the meeting")),
                ("bodies", models.BinaryField(null=True, verbose_name="Who is invited, one a line")),
                ("record", models.BinaryField(blank=True, null=True, verbose_name="What was agreed, point by point")),
                ("held_on", models.DateField(null=True)),
            ],
            options={
                "db_table": "joint_meeting",
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="joint_transfer",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("court", "Court"),
                            ("procuratorate", "Procuratorate"),
                            ("labour", "Human resources and social security"),
                            ("inspection", "Labour inspection"),
                            ("arbitration", "Labour arbitration"),
                            ("justice", "Justice department"),
                            ("market", "Market supervision"),
                            ("health", "Health department"),
                            ("emergency", "Emergency management"),
                            ("other", "Another department"),
                        ],
                        max_length=14,
                        verbose_name="Department",
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("out", "From the union to the department"),
                            ("in", "From the department to the union"),
                        ],
                        max_length=4,
                        verbose_name="Which way it goes",
                    ),
                ),
                ("body", models.CharField(max_length=200, verbose_name="Name of the department")),
                ("matter", models.BinaryField(null=True, verbose_name="The matter")),
                ("wanted", models.BinaryField(blank=True, null=True, verbose_name="What is asked of the other side")),
                ("employer_name", models.CharField(blank=True, max_length=200, verbose_name="Employer")),
                ("people", models.IntegerField(default=1, verbose_name="Workers concerned")),
                ("code", models.CharField(max_length=32, unique=True)),
                ("their_no", models.CharField(blank=True, max_length=64, verbose_name="Number of the department")),
                ("sent_on", models.DateField(null=True)),
                ("received_on", models.DateField(null=True)),
                ("answered_on", models.DateField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("solved", "Solved"),
                            ("partly", "Solved in part"),
                            ("procedure", "Taken into a legal procedure"),
                            ("unfounded", "No breach was found"),
                        ],
                        max_length=10,
                        verbose_name="What came of it",
                    ),
                ),
                ("result", models.BinaryField(blank=True, null=True, verbose_name="Feedback")),
            ],
            options={
                "db_table": "joint_transfer",
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="joint_decision",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("measure", "Something to do"),
                            ("paper", "A rule or paper to issue"),
                            ("matter", "A single matter to settle"),
                            ("contact", "Exchange of information"),
                        ],
                        max_length=10,
                        verbose_name="What it asks for",
                    ),
                ),
                ("text", models.BinaryField(null=True, verbose_name="What the meeting decided")),
                ("body", models.CharField(blank=True, max_length=200, verbose_name="Other body that does it")),
                ("due", models.DateField(verbose_name="Due day")),
                ("done", models.BinaryField(blank=True, null=True, verbose_name="How it was carried out")),
                ("accepted_on", models.DateField(null=True)),
                ("returned", models.SmallIntegerField(default=0)),
                (
                    "meeting",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="cases.case"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.org"
                    ),
                ),
            ],
            options={
                "db_table": "joint_decision",
            },
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("given_at", models.DateTimeField()),
                ("proof", models.BinaryField(blank=True, null=True)),
                ("standing", models.BooleanField(default=True)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "db_table": "joint_agreement",
                "indexes": [models.Index(fields=["person"], name="joint_agreement_person")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("standing", True)), fields=("case", "person"), name="joint_agreement_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Material",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.SmallIntegerField()),
                ("title", models.CharField(max_length=200)),
                ("copies", models.SmallIntegerField(default=1)),
                ("original", models.BooleanField(default=False)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"
                    ),
                ),
            ],
            options={
                "db_table": "joint_material",
                "constraints": [models.UniqueConstraint(fields=("case", "no"), name="joint_material_no")],
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.SmallIntegerField()),
                ("body", models.CharField(max_length=200)),
                ("people", models.BinaryField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"
                    ),
                ),
            ],
            options={
                "db_table": "joint_presence",
                "constraints": [models.UniqueConstraint(fields=("case", "no"), name="joint_presence_no")],
            },
        ),
        migrations.CreateModel(
            name="Topic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("no", models.SmallIntegerField()),
                ("title", models.CharField(max_length=200)),
                ("proposer", models.CharField(max_length=200)),
                ("material", models.BinaryField(blank=True, null=True)),
                ("place", models.SmallIntegerField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"
                    ),
                ),
            ],
            options={
                "db_table": "joint_topic",
                "constraints": [models.UniqueConstraint(fields=("case", "no"), name="joint_topic_no")],
            },
        ),
        grant("joint_transfer", staff="SELECT, INSERT, UPDATE", worker="SELECT"),
        protect("joint_transfer", staff=OF_CASE, worker=OF_CASE),
        grant("joint_material", staff="SELECT, INSERT, UPDATE, DELETE", worker="SELECT"),
        protect("joint_material", staff=OF_CASE, worker=OF_CASE),
        grant("joint_agreement", staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"),
        protect("joint_agreement", staff=OF_CASE, worker=OWN),
        grant("joint_meeting", staff="SELECT, INSERT, UPDATE"),
        protect("joint_meeting", staff=OF_CASE, worker=OF_CASE),
        grant("joint_topic", staff="SELECT, INSERT, UPDATE"),
        protect("joint_topic", staff=OF_CASE, worker=OF_CASE),
        grant("joint_presence", staff="SELECT, INSERT, UPDATE, DELETE"),
        protect("joint_presence", staff=OF_CASE, worker=OF_CASE),
        grant("joint_decision", staff="SELECT, INSERT, UPDATE"),
        protect("joint_decision", staff=OF_CASE, worker=OF_CASE),
        *confine_to_case(
            "joint_transfer",
            "joint_material",
            "joint_agreement",
            "joint_meeting",
            "joint_topic",
            "joint_presence",
            "joint_decision",
        ),
    ]
