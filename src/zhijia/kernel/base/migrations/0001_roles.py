from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

from zhijia.kernel.base.operations import create_roles


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [BtreeGistExtension(), create_roles()]
