"""Staff change what they may work on, and not all that they read (docs/adr/0015)."""

from django.db import migrations

from zhijia.kernel.base.operations import confine_to_case


class Migration(migrations.Migration):
    dependencies = [("wage_arrears", "0002_security"), ("cases", "0005_permissions")]
    operations = [
        *confine_to_case(
            *(
                f"wage_arrears_{table}"
                for table in ("facts", "claim", "share", "payment", "contractor", "instalment", "act", "evidence")
            )
        ),
    ]
