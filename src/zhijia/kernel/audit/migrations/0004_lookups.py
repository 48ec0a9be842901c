"""What an auditor looks up by: the day (BRIN, which costs a writer nothing), and of readings their object and reader."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_roots")]
    operations = [
        migrations.AddIndex("Entry", BrinIndex(fields=["at"], name="audit_entry_at", pages_per_range=16)),
        migrations.AddIndex(
            "Entry",
            models.Index(fields=["subject", "-id"], name="audit_entry_read_of", condition=~models.Q(purpose="")),
        ),
        migrations.AddIndex(
            "Entry",
            models.Index(fields=["actor_id", "-id"], name="audit_entry_read_by", condition=~models.Q(purpose="")),
        ),
    ]
