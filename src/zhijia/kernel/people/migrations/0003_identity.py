from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ACCOUNT: dict[str, Any] = {"on_delete": django.db.models.deletion.CASCADE, "to": settings.AUTH_USER_MODEL}
ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    # No grants: the request roles reach none of these tables (see factor_models.py).
    dependencies = [("people", "0002_rights")]

    operations = [
        migrations.AddField("account", "epoch", models.IntegerField(default=0, db_default=0)),
        migrations.CreateModel(
            name="Passkey",
            fields=[
                ID,
                ("name", models.CharField(max_length=60)),
                ("credential_id", models.BinaryField(unique=True)),
                ("credential", models.BinaryField()),
                ("sign_count", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("account", models.ForeignKey(related_name="passkeys", **ACCOUNT)),
            ],
        ),
        migrations.CreateModel(
            name="Totp",
            fields=[
                ("account", models.OneToOneField(primary_key=True, related_name="totp", serialize=False, **ACCOUNT)),
                ("secret_sealed", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("last_step", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ID,
                ("code_hash", models.BinaryField()),
                ("used_at", models.DateTimeField(null=True)),
                ("account", models.ForeignKey(related_name="recovery_codes", **ACCOUNT)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account", "code_hash"), name="people_recoverycode_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                ID,
                ("session_key", models.CharField(max_length=40, null=True, unique=True)),
                ("device_key", models.BinaryField()),
                ("browser", models.CharField(blank=True, max_length=40)),
                ("system", models.CharField(blank=True, max_length=40)),
                ("place", models.CharField(blank=True, max_length=50)),
                ("by", models.CharField(max_length=60)),
                ("strong", models.BooleanField(default=False)),
                ("first_seen", models.DateTimeField()),
                ("last_seen", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("why_ended", models.CharField(blank=True, max_length=20)),
                ("account", models.ForeignKey(related_name="devices", **ACCOUNT)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account", "-last_seen"], name="people_device_account"),
                    models.Index(
                        condition=models.Q(("ended_at__isnull", False)), fields=["ended_at"], name="people_device_ended"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SetupLink",
            fields=[
                ID,
                ("token_hash", models.BinaryField(unique=True)),
                ("forget_factors", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("account", models.ForeignKey(related_name="setup_links", **ACCOUNT)),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
    ]
