"""Staff change what they may work on, and not all that they read (docs/adr/0015). Everybody reads and marks their own
messages; those of a case are read with the case, those to a colleague by nobody else."""

from typing import Any

from django.db import migrations

from zhijia.kernel.base.database import ACCOUNT, MAY_WRITE, STAFF
from zhijia.kernel.base.operations import confine

Statement = str | tuple[str, dict[str, Any] | list[Any] | tuple[Any, ...] | tuple[()] | None]
OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"
SEEN = f"account_id = {ACCOUNT} OR {OF_CASE}"
WAS = f"(case_id IS NULL AND account_id IS NOT NULL) OR {OF_CASE}"


def policy(condition: str) -> list[Statement]:
    return [
        "DROP POLICY notify_message_staff ON notify_message",
        f"CREATE POLICY notify_message_staff ON notify_message TO {STAFF} USING ({condition}) WITH CHECK ({condition})",
    ]


class Migration(migrations.Migration):
    dependencies = [("notify", "0003_own_ranges")]
    operations = [
        migrations.RunSQL(policy(SEEN), policy(WAS)),
        confine("notify_message", f"({MAY_WRITE} OR account_id = {ACCOUNT})"),
    ]
