"""Staff change what they may work on, and not all that they read (docs/adr/0015)."""

from django.db import migrations

from zhijia.kernel.base.operations import confine, protect


class Migration(migrations.Migration):
    dependencies = [("org", "0001_initial"), ("base", "0001_roles")]
    operations = [
        protect("org_employer", staff="true", worker="true"),
        confine("org_employer"),
    ]
