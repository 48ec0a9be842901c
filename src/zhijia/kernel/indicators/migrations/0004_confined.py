"""Staff change what they may work on, and not all that they read (docs/adr/0015)."""

from django.db import migrations

from zhijia.kernel.base.operations import confine, protect


class Migration(migrations.Migration):
    dependencies = [("indicators", "0003_provinces")]
    operations = [
        protect("indicators_counter", staff="true", worker="true"),
        confine("indicators_counter"),
    ]
