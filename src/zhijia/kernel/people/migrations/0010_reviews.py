"""The periodic review of posts. No grants: the pages of administration run as the owner of the database."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

PROTECT: dict[str, Any] = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+"}
ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
BY = models.ForeignKey(**PROTECT, to=settings.AUTH_USER_MODEL, null=True, db_index=False)


class Migration(migrations.Migration):
    dependencies = [("people", "0009_pseudonyms"), ("org", "0002_confined")]
    operations = [
        migrations.CreateModel(
            "Review",
            [
                ID,
                ("due_day", models.DateField()),
                ("begun_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("reminded_on", models.DateField(null=True)),
                ("begun_by", BY),
                ("org", models.ForeignKey(**PROTECT, to="org.org")),
            ],
            {"indexes": [models.Index(condition=Q(done_at=None), fields=["due_day"], name="people_review_open")]},
        ),
        migrations.CreateModel(
            "ReviewLine",
            [
                ID,
                ("kept", models.BooleanField(null=True)),
                ("words", models.CharField(blank=True, max_length=200)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", BY.clone()),
                ("org", models.ForeignKey(**PROTECT, to="org.org", db_index=False)),
                ("post", models.ForeignKey(**PROTECT, to="people.post")),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="people.review",
                        db_index=False,
                    ),
                ),
            ],
            {
                "constraints": [
                    models.UniqueConstraint(fields=["review", "post"], name="people_reviewline_once"),
                    models.CheckConstraint(
                        condition=Q(kept__isnull=True, decided_at__isnull=True)
                        | Q(kept__isnull=False, decided_at__isnull=False),
                        name="people_reviewline_decided",
                    ),
                ],
                "indexes": [
                    models.Index(condition=Q(kept__isnull=True), fields=["org", "id"], name="people_reviewline_waits")
                ],
            },
        ),
    ]  # fmt: skip
