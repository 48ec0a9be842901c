"""A place is found by name, pinyin and initials through an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("org", "0002_confined")]
    operations = [
        migrations.AddIndex(
            model_name="region",
            index=models.Index(fields=["name"], opclasses=["varchar_pattern_ops"], name="org_region_name"),
        ),
        migrations.AddIndex(model_name="region", index=models.Index(fields=["initials"], name="org_region_initials")),
        migrations.AddIndex(model_name="region", index=models.Index(fields=["pinyin"], name="org_region_pinyin")),
    ]
