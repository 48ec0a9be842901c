from django.db import migrations

from zhijia.kernel.base.operations import grant


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial"), ("base", "0001_roles")]
    operations = [grant("events_outgoing", staff="INSERT", worker="INSERT")]
