"""Calls and seats of the hotline."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hotline", "0004_sealed"),
        ("org", "0002_confined"),
        ("people", "0009_pseudonyms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Seat",
            fields=[
                (
                    "agent",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("free", "Free"), ("busy", "Busy"), ("pause", "Pause")], default="pause", max_length=5
                    ),
                ),
                ("since", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("org", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.org")),
            ],
            options={
                "db_table": "hotline_seat",
            },
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ref", models.CharField(db_collation="C", max_length=64, unique=True)),
                ("number", models.BinaryField(null=True)),
                ("phone_index", models.BinaryField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ringing", "Ringing"),
                            ("talking", "Talking"),
                            ("writing", "Hung up, still being written"),
                            ("done", "Done"),
                            ("missed", "Hung up before anybody answered"),
                        ],
                        default="ringing",
                        max_length=8,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("filed", "Ticket filed"),
                            ("answered", "Ticket filed, answered at once"),
                            ("dispatched", "Ticket filed, on to dispatch"),
                            ("referred", "Ticket filed, referred to another body"),
                            ("added", "Belongs to an earlier case"),
                            ("advised", "Question answered, no ticket wanted"),
                            ("cut_off", "Cut off before it was clear"),
                            ("wrong", "Wrong number"),
                            ("silent", "Nobody spoke"),
                        ],
                        max_length=10,
                    ),
                ),
                ("case_no", models.CharField(blank=True, max_length=32)),
                ("rang_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("org", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.org")),
            ],
            options={
                "db_table": "hotline_call",
                "indexes": [
                    models.Index(fields=["org", "rang_at"], name="hotline_call_day"),
                    models.Index(
                        condition=models.Q(("state", "ringing")), fields=["org", "rang_at"], name="hotline_call_rings"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["talking", "writing"])),
                        fields=["agent"],
                        name="hotline_call_agent",
                    ),
                    models.Index(
                        condition=models.Q(("phone_index__isnull", False)),
                        fields=["ended_at"],
                        name="hotline_call_numbers",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["talking", "writing"])),
                        fields=("agent",),
                        name="hotline_call_one",
                    )
                ],
            },
        ),
    ]
