from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0002_security")]
    operations = [migrations.AddField("deadline", "leads", models.BooleanField(default=True, db_default=True))]
