"""Staff see what lies in their ranges; a worker sees whether an own case is held, and the own packages. Requests only
read: what is written here is written by the platform, after `rights.py` said yes."""

from django.db import migrations

from zhijia.kernel.base.database import range_predicate
from zhijia.kernel.base.operations import grant, protect

PERSON = "current_setting('zhijia.person')::bigint"
OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"
IN_RANGE = range_predicate("unit_lft")


class Migration(migrations.Migration):
    dependencies = [("retention", "0001_initial"), ("cases", "0005_permissions")]
    operations = [
        grant("retention_hold", staff="SELECT", worker="SELECT"),
        protect("retention_hold", staff=OF_CASE, worker=OF_CASE),
        grant("retention_due", staff="SELECT"),
        protect("retention_due", staff=IN_RANGE, worker="false"),
        grant("retention_disposal", staff="SELECT"),
        protect("retention_disposal", staff=range_predicate("lft"), worker="false"),
        grant("retention_destroyed", staff="SELECT"),
        protect("retention_destroyed", staff=IN_RANGE, worker="false"),
        grant("retention_package", worker="SELECT"),
        protect("retention_package", staff="false", worker=f"person_id = {PERSON}"),
    ]
