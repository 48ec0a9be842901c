"""Staff change what they may work on, and not all that they read (docs/adr/0015)."""

from django.db import migrations

from zhijia.kernel.base.database import changed_case
from zhijia.kernel.base.operations import confine


class Migration(migrations.Migration):
    dependencies = [("vouchers", "0002_security"), ("cases", "0005_permissions")]
    operations = [
        *(confine(f"vouchers_{table}") for table in ("programme", "listed", "place", "outlet", "terminal", "conflict")),
        confine("vouchers_cycle", changed_case()),
        confine("vouchers_settlement", changed_case()),
    ]
