"""Staff change what they may work on, and not all that they read (docs/adr/0015)."""

from django.db import migrations

from zhijia.kernel.base.operations import confine, confine_to_case


class Migration(migrations.Migration):
    dependencies = [("vouchers", "0002_security"), ("cases", "0005_permissions")]
    operations = [
        *(confine(f"vouchers_{table}") for table in ("programme", "listed", "place", "outlet", "terminal", "conflict")),
        *confine_to_case("vouchers_cycle", "vouchers_settlement"),
    ]
