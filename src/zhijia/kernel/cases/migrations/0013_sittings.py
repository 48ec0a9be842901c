"""Meetings about a case, and rooms. The request roles read them; the platform writes them."""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import zhijia.kernel.cases.sitting_models
from zhijia.kernel.base.operations import grant, protect

OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0012_colleagues"),
        ("org", "0003_places"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Room",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="Room")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="Where it is")),
                ("seats", models.SmallIntegerField(null=True, verbose_name="Seats")),
                ("active", models.BooleanField(default=True)),
                ("org", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.org")),
            ],
            options={
                "db_table": "cases_room",
            },
        ),
        migrations.CreateModel(
            name="Sitting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=24)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("place", models.CharField(blank=True, max_length=200)),
                ("link", models.CharField(blank=True, max_length=300)),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "Planned"), ("held", "Held"), ("off", "Called off")],
                        default="planned",
                        max_length=8,
                    ),
                ),
                ("event_seq", models.IntegerField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sittings", to="cases.case"
                    ),
                ),
                (
                    "leader",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.room"
                    ),
                ),
            ],
            options={
                "db_table": "cases_sitting",
            },
        ),
        migrations.AddConstraint(
            model_name="room",
            constraint=models.UniqueConstraint(fields=("org", "name"), name="room_once"),
        ),
        migrations.AddIndex(
            model_name="sitting",
            index=models.Index(condition=models.Q(("state", "planned")), fields=["starts_at"], name="sitting_to_come"),
        ),
        migrations.AddConstraint(
            model_name="sitting",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="sitting_ends_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="sitting",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("room__isnull", False), ("state", "planned")),
                expressions=[
                    ("room", "="),
                    (zhijia.kernel.cases.sitting_models.Span(models.F("starts_at"), models.F("ends_at")), "&&"),
                ],
                name="sitting_room_free",
            ),
        ),
        migrations.AddConstraint(
            model_name="sitting",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("leader__isnull", False), ("state", "planned")),
                expressions=[
                    ("leader", "="),
                    (zhijia.kernel.cases.sitting_models.Span(models.F("starts_at"), models.F("ends_at")), "&&"),
                ],
                name="sitting_leader_free",
            ),
        ),
        grant("cases_room", staff="SELECT", worker="SELECT"),
        grant("cases_sitting", staff="SELECT", worker="SELECT"),
        protect("cases_sitting", staff=OF_CASE, worker=OF_CASE),
    ]
