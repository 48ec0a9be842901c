"""Rosters of units. No grants: the platform works out whose turn it is."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

PROTECT: dict[str, Any] = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+"}


class Migration(migrations.Migration):
    dependencies = [("people", "0010_reviews"), ("org", "0002_confined")]
    operations = [
        migrations.CreateModel(
            "RosterSeat",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("roster", models.CharField(max_length=48)),
                ("weight", models.SmallIntegerField(default=10)),
                ("from_day", models.DateField()),
                ("to_day", models.DateField(null=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("account", models.ForeignKey(**PROTECT, to=settings.AUTH_USER_MODEL)),
                ("org", models.ForeignKey(**PROTECT, to="org.org", db_index=False)),
            ],
            {
                "db_table": "people_rosterseat",
                "constraints": [
                    models.UniqueConstraint(fields=["org", "roster", "account"], name="people_rosterseat_once"),
                    models.CheckConstraint(condition=Q(weight__range=(0, 100)), name="people_rosterseat_weight"),
                ],
            },
        ),
    ]
