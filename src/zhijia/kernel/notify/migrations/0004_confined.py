"""Staff change what they may work on, and not all that they read (docs/adr/0015). Everybody marks their own messages as read."""

from django.db import migrations

from zhijia.kernel.base.database import ACCOUNT, MAY_WRITE
from zhijia.kernel.base.operations import confine


class Migration(migrations.Migration):
    dependencies = [("notify", "0003_own_ranges")]
    operations = [
        confine("notify_message", f"({MAY_WRITE} OR account_id = {ACCOUNT})"),
    ]
