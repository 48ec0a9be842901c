"""Everybody sees their own workbooks only, staff and workers alike. The account is a setting of the transaction that
`kernel/sheets/scope.py` makes; without it nothing is seen."""

from django.db import migrations

from zhijia.kernel.base.operations import grant, protect

OWN = "account_id = NULLIF(current_setting('zhijia.account', true), '')::bigint"
OF_JOB = "EXISTS (SELECT 1 FROM sheets_job j WHERE j.id = job_id)"


class Migration(migrations.Migration):
    dependencies = [("sheets", "0001_initial"), ("people", "0001_initial")]
    operations = [
        grant("sheets_job", staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"),
        protect("sheets_job", staff=OWN, worker=OWN),
        grant("sheets_chunk", staff="SELECT, INSERT", worker="SELECT, INSERT"),
        protect("sheets_chunk", staff=OF_JOB, worker=OF_JOB),
    ]
