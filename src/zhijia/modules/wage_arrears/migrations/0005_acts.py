"""What begins a time limit anew is named as in every service."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("wage_arrears", "0004_sealed")]
    operations = [
        migrations.AlterField(
            model_name="limitationact",
            name="kind",
            field=models.CharField(
                choices=[
                    ("demand", "The worker or the union demanded it of the employer"),
                    ("complaint", "A complaint to an authority"),
                    ("promise", "The employer promised it"),
                    ("part", "A part was paid"),
                    ("arbitration", "Arbitration was applied for"),
                ],
                max_length=12,
            ),
        ),
    ]
