"""Data keys of each purpose, wrapped by a master key outside the database.

An installation that holds persons keeps the keys of its blind indexes: they become the first version of each index key,
so that every number is found as before.
"""

import secrets
from typing import Any

from django.db import migrations, models
from django.db.models import Q

from zhijia.kernel.base.operations import grant
from zhijia.kernel.people.masters import master_for
from zhijia.kernel.people.vault import old_index_key

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
SEALING = (
    "phone", "id_number", "bank_card", "pass_phrase", "name", "words", "message", "health",
    "harassment", "children", "sealed_identity", "totp", "provider_secret", "file",
)  # fmt: skip
INDEXES = (
    "phone", "id_number", "bank_card", "words", "tombstone", "file", "file quota", "passkey_user", "login_code", "device",
    "setup_link", "recovery_code",
)  # fmt: skip
ADD = """
INSERT INTO people_datakey (id, purpose, version, master, wrapped, created_at)
VALUES (%s, %s, 1, %s, %s, clock_timestamp())
"""


def first_keys(apps: Any, editor: Any) -> None:
    """The first version of every purpose that is known now; others get theirs when they are first used."""
    del apps
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM people_person) OR EXISTS (SELECT 1 FROM people_account)")
        (lived_in,) = cursor.fetchone()
        for purpose in (*SEALING, *(f"index:{name}" for name in INDEXES)):
            old = lived_in and purpose.startswith("index:")
            key = old_index_key(purpose.removeprefix("index:")) if old else secrets.token_bytes(32)
            master = master_for(purpose)
            wrapped = master.wrap(key, f"zhijia/{purpose}/1".encode())
            cursor.execute(ADD, [secrets.randbits(32), purpose, master.name, wrapped])


class Migration(migrations.Migration):
    dependencies = [("people", "0003_identity")]

    operations = [
        migrations.CreateModel(
            name="DataKey",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("purpose", models.CharField(max_length=60)),
                ("version", models.IntegerField()),
                ("master", models.CharField(max_length=120)),
                ("wrapped", models.BinaryField(null=True)),
                ("created_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(null=True)),
                ("destroyed_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "people_datakey",
                "constraints": [
                    models.UniqueConstraint(fields=["purpose", "version"], name="people_datakey_version"),
                    models.CheckConstraint(
                        condition=Q(wrapped__isnull=False, destroyed_at__isnull=True)
                        | Q(wrapped__isnull=True, destroyed_at__isnull=False),
                        name="people_datakey_gone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rotation",
            fields=[
                ID,
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("purposes", models.JSONField(default=list)),
                ("reached", models.JSONField(default=dict)),
                ("done", models.BigIntegerField(default=0)),
            ],
            options={"db_table": "people_rotation"},
        ),
        grant("people_datakey", staff="SELECT", worker="SELECT"),  # wrapped: nothing without the master key
        migrations.RunPython(first_keys, migrations.RunPython.noop),
    ]
