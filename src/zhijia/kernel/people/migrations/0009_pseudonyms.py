from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
CASCADE, PROTECT = django.db.models.deletion.CASCADE, django.db.models.deletion.PROTECT
GOES: dict[str, Any] = {"on_delete": CASCADE, "db_constraint": False}
TIES = (
    ("people_sealedidentity", "pseudonym_id", "people_pseudonym", "person_id"),
    ("people_identityrequest", "pseudonym_id", "people_pseudonym", "person_id"),
    ("people_identitykey", "request_id", "people_identityrequest", "id"),
)
ACCOUNT: dict[str, Any] = {"on_delete": PROTECT, "related_name": "+", "to": settings.AUTH_USER_MODEL}


class Migration(migrations.Migration):
    # No grants: the request roles reach none of these tables (see pseudonym_models.py).
    dependencies = [("people", "0008_sealed")]

    operations = [
        migrations.CreateModel(
            name="Pseudonym",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=CASCADE, primary_key=True, related_name="pseudonym", serialize=False, to="people.person"
                    ),
                ),
                ("code_hash", models.BinaryField(unique=True)),
                ("case_id", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="SealedIdentity",
            fields=[
                (
                    "pseudonym",
                    models.OneToOneField(
                        primary_key=True, related_name="identity", serialize=False, to="people.pseudonym", **GOES
                    ),
                ),
                ("told", models.BinaryField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="IdentityRequest",
            fields=[
                ID,
                ("case_no", models.CharField(max_length=32)),
                ("unit_lft", models.BigIntegerField()),
                ("industry_lft", models.BigIntegerField(null=True)),
                ("reason", models.BinaryField(null=True)),
                ("asked_as", models.CharField(max_length=200)),
                ("asked_at", models.DateTimeField()),
                ("lapses_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("until", models.DateTimeField(null=True)),
                ("refused_at", models.DateTimeField(null=True)),
                ("asked_by", models.ForeignKey(**ACCOUNT)),
                ("pseudonym", models.ForeignKey(related_name="requests", to="people.pseudonym", **GOES)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["pseudonym", "asked_by"], condition=Q(opened_at=None, refused_at=None),
                        name="people_identity_asked",
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="IdentityKey",
            fields=[
                ID,
                ("role", models.CharField(max_length=24)),
                ("signed_as", models.CharField(max_length=200)),
                ("agrees", models.BooleanField()),
                ("at", models.DateTimeField()),
                ("account", models.ForeignKey(**ACCOUNT)),
                ("request", models.ForeignKey(related_name="turned", to="people.identityrequest", **GOES)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["request", "account"], name="people_identitykey_account"),
                    models.UniqueConstraint(fields=["request", "role"], name="people_identitykey_role"),
                ]
            },
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_goes FOREIGN KEY ({column}) "
                f"REFERENCES {of} ({key}) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED",
                f"ALTER TABLE {table} DROP CONSTRAINT {table}_goes",
            )
            for table, column, of, key in TIES
        ),
    ]  # fmt: skip
