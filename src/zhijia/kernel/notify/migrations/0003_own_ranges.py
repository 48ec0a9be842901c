"""Staff read messages about the cases they may see, not every message to any colleague."""

from typing import Any

from django.db import migrations

from zhijia.kernel.base.database import STAFF

Statement = str | tuple[str, dict[str, Any] | list[Any] | tuple[Any, ...] | tuple[()] | None]
SEEN = "(case_id IS NULL AND account_id IS NOT NULL) OR EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"
BEFORE = "account_id IS NOT NULL OR EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"


def policy(condition: str) -> list[Statement]:
    return [
        "DROP POLICY notify_message_staff ON notify_message",
        f"CREATE POLICY notify_message_staff ON notify_message TO {STAFF} USING ({condition}) WITH CHECK ({condition})",
    ]


class Migration(migrations.Migration):
    dependencies = [("notify", "0002_security")]
    operations = [migrations.RunSQL(policy(SEEN), policy(BEFORE))]
