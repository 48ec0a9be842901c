from django.db import migrations, models

SCANS = [("none", "Not scanned"), ("clean", "Nothing found"), ("infected", "A virus was found")]


class Migration(migrations.Migration):
    initial = True

    dependencies = [("base", "0001_roles")]

    operations = [
        migrations.CreateModel(
            name="Content",
            fields=[
                ("name", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=100)),
                ("size", models.BigIntegerField()),
                ("remade", models.BooleanField()),
                ("scan", models.CharField(choices=SCANS, default="none", max_length=8)),
                ("scanner", models.CharField(blank=True, max_length=100)),
                ("scanned_at", models.DateTimeField(null=True)),
                ("kept_at", models.DateTimeField()),
            ],
            options={
                "db_table": "files_content",
                "indexes": [
                    models.Index(condition=models.Q(("scan", "none")), fields=["name"], name="content_not_scanned")
                ],
            },
        ),
        migrations.CreateModel(
            name="Taken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("who", models.BinaryField(max_length=16)),
                ("day", models.DateField()),
                ("bytes", models.BigIntegerField()),
            ],
            options={
                "db_table": "files_taken",
                "constraints": [models.UniqueConstraint(fields=("who", "day"), name="taken_once")],
            },
        ),
    ]
