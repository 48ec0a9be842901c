from typing import Any

from django.db import migrations, models


def drop_codes(apps: Any, editor: Any) -> None:
    """One-time codes live five minutes: what still waits is let go of, and nothing readable stays."""
    del apps
    with editor.connection.cursor() as cursor:
        cursor.execute("UPDATE notify_message SET data = '{}' WHERE template = 'people.code'")


class Migration(migrations.Migration):
    dependencies = [("notify", "0004_confined"), ("people", "0004_secrets")]
    operations = [
        migrations.AddField("message", "secret", models.BinaryField(null=True, blank=True)),
        migrations.RunPython(drop_codes, migrations.RunPython.noop),
    ]
