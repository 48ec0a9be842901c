from django.db import migrations

from zhijia.kernel.base.operations import grant, protect

OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"


class Migration(migrations.Migration):
    dependencies = [("supervision", "0001_initial"), ("cases", "0002_security")]
    operations = [
        grant("supervision_facts", staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"),
        protect("supervision_facts", staff=OF_CASE, worker=OF_CASE),
    ]
