"""Calls are seen where their centre is; an agent changes calls that nobody else is on, and no seat but their own."""

from django.db import migrations

from zhijia.kernel.base.database import ACCOUNT, MAY_WRITE, range_predicate
from zhijia.kernel.base.operations import confine, grant, protect

IN_RANGE = f"EXISTS (SELECT 1 FROM org_org g WHERE g.id = org_id AND {range_predicate('g.lft', 'g.industry_lft')})"


class Migration(migrations.Migration):
    dependencies = [("hotline", "0005_calls"), ("cases", "0005_permissions")]
    operations = [
        grant("hotline_call", staff="SELECT, UPDATE"),
        protect("hotline_call", staff=IN_RANGE, worker="false"),
        confine("hotline_call", f"{MAY_WRITE} AND (agent_id IS NULL OR agent_id = {ACCOUNT})"),
        grant("hotline_seat", staff="SELECT, INSERT, UPDATE"),
        protect("hotline_seat", staff=IN_RANGE, worker="false"),
        confine("hotline_seat", f"{MAY_WRITE} AND agent_id = {ACCOUNT}"),
    ]
