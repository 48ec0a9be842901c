"""Staff change what they may work on, and not all that they read (docs/adr/0015)."""

from django.db import migrations

from zhijia.kernel.base.operations import confine, confine_to_case, protect


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_security"), ("cases", "0005_permissions")]
    operations = [
        *confine_to_case("documents_letter"),
        confine("documents_line"),
        protect("documents_counter", staff="true", worker="false"),
        confine("documents_counter"),
    ]
