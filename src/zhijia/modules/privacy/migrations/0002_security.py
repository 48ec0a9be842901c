from django.db import migrations

from zhijia.kernel.base.operations import confine_to_case, grant, protect

OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial"), ("cases", "0005_permissions")]
    operations = [
        grant("privacy_request", staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"),
        protect("privacy_request", staff=OF_CASE, worker=OF_CASE),
        *confine_to_case("privacy_request"),
    ]
