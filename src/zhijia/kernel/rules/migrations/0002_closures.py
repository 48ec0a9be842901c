"""Days on which one region rests beside the nation's; like the rules, staff and workers only read them."""

from django.db import migrations, models
from django.db.models import Q

from zhijia.kernel.base.operations import grant

TRIGGER = """
CREATE TRIGGER rules_closure_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON rules_closure
  FOR EACH STATEMENT EXECUTE FUNCTION rules_renew_version()
"""


class Migration(migrations.Migration):
    dependencies = [("rules", "0001_initial")]
    operations = [
        migrations.CreateModel(
            "Closure",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("region", models.CharField(max_length=6)),
                ("date", models.DateField()),
                ("name", models.CharField(max_length=60)),
                ("basis", models.CharField(max_length=300)),
                ("created_at", models.DateTimeField()),
                ("created_by", models.BigIntegerField(null=True)),
            ],
            {
                "db_table": "rules_closure",
                "constraints": [
                    models.UniqueConstraint(fields=["region", "date"], name="closure_once"),
                    models.CheckConstraint(
                        name="closure_of_a_region", condition=Q(region__regex=r"^\d{6}$") & ~Q(region="000000")
                    ),
                    models.CheckConstraint(name="closure_has_basis", condition=~Q(basis="") & ~Q(name="")),
                ],
            },
        ),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER rules_closure_changed ON rules_closure"),
        grant("rules_closure", staff="SELECT", worker="SELECT"),
    ]
