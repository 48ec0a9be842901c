from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

from zhijia.kernel.base.operations import create_roles


class Migration(migrations.Migration):
    initial = True
    dependencies = ()
    operations = [BtreeGistExtension(), create_roles()]
