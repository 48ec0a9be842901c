"""Both request roles may add what is known of content, and read none of it: serving asks as the owner, after the gate
of the case was passed. How much somebody sent is counted before any scope, by the owner alone."""

from django.db import migrations

from zhijia.kernel.base.operations import grant, protect


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]
    operations = [
        grant("files_content", staff="INSERT", worker="INSERT"),
        protect("files_content", staff="false", worker="false", staff_write="true", worker_write="true"),
        protect("files_taken", staff="false", worker="false"),
    ]
