from django.db import migrations

from zhijia.kernel.base.operations import grant, protect

PERSON = "current_setting('zhijia.person')::bigint"


class Migration(migrations.Migration):
    dependencies = [("notify", "0001_initial"), ("cases", "0002_security")]
    operations = [
        grant("notify_message", staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"),
        protect(
            "notify_message",
            staff="account_id IS NOT NULL OR EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)",
            worker=f"person_id = {PERSON}",
            worker_write="true",
        ),
    ]
