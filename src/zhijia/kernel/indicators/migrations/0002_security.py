from django.db import migrations

from zhijia.kernel.base.operations import grant


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_initial"), ("base", "0001_roles")]
    operations = [
        grant("indicators_counter", staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"),
    ]
