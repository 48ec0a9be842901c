from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0002_security")]
    operations = [
        migrations.AddField("outgoing", "tries", models.SmallIntegerField(default=0, db_default=0)),
        migrations.AddField("outgoing", "not_before", models.DateTimeField(null=True)),
    ]
