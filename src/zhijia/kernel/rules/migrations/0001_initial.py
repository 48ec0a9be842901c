from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import migrations, models
from django.db.models import Q

from zhijia.kernel.base.operations import grant

KINDS = [("workday", "working day"), ("holiday", "holiday"), ("rest", "day of rest")]
UNITS = [
    ("minutes", "minutes"), ("hours", "hours"), ("days", "days"), ("workdays", "working days"), ("months", "months"),
    ("years", "years"), ("count", "number"), ("yuan", "yuan"), ("ratio", "ratio"), ("text", "words"),
]  # fmt: skip

VERSION = """
CREATE SEQUENCE rules_version_number;
INSERT INTO rules_version (id, number) VALUES (1, nextval('rules_version_number'));
CREATE FUNCTION rules_renew_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO rules_version (id, number) VALUES (1, nextval('rules_version_number'))
    ON CONFLICT (id) DO UPDATE SET number = excluded.number;
  RETURN NULL;
END $$;
CREATE TRIGGER rules_rule_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON rules_rule
  FOR EACH STATEMENT EXECUTE FUNCTION rules_renew_version();
CREATE TRIGGER rules_calendarday_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON rules_calendarday
  FOR EACH STATEMENT EXECUTE FUNCTION rules_renew_version();
"""
NO_VERSION = """
DROP TRIGGER rules_rule_changed ON rules_rule;
DROP TRIGGER rules_calendarday_changed ON rules_calendarday;
DROP FUNCTION rules_renew_version();
DROP SEQUENCE rules_version_number;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("base", "0001_roles")]
    operations = [
        migrations.CreateModel(
            "Rule",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=64)),
                ("region", models.CharField(default="000000", max_length=6)),
                ("in_force", DateRangeField()),
                ("value", models.DecimalField(decimal_places=4, max_digits=18, null=True)),
                ("text", models.TextField(null=True)),
                ("unit", models.CharField(choices=UNITS, max_length=12)),
                ("basis", models.CharField(max_length=300)),
                ("verified", models.BooleanField()),
                ("note", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField()),
                ("created_by", models.BigIntegerField(null=True)),
            ],
            {
                "db_table": "rules_rule",
                "constraints": [
                    ExclusionConstraint(
                        name="rule_no_overlap",
                        expressions=[
                            ("key", RangeOperators.EQUAL),
                            ("region", RangeOperators.EQUAL),
                            ("in_force", RangeOperators.OVERLAPS),
                        ],
                        violation_error_message="Another value is in force on some of these days.",
                    ),
                    models.CheckConstraint(name="rule_has_basis", condition=~Q(basis="")),
                    models.CheckConstraint(name="rule_region_code", condition=Q(region__regex=r"^\d{6}$")),
                    models.CheckConstraint(
                        name="rule_starts_on_a_day",
                        condition=Q(in_force__isempty=False, in_force__lower_inf=False),
                    ),
                    models.CheckConstraint(
                        name="rule_number_or_text",
                        condition=Q(unit="text", text__isnull=False, value__isnull=True)
                        | (~Q(unit="text") & Q(text__isnull=True, value__isnull=False)),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            "CalendarDay",
            [
                ("date", models.DateField(primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=KINDS, max_length=8)),
                ("statutory", models.BooleanField(default=False)),
                ("name", models.CharField(blank=True, default="", max_length=60)),
                ("basis", models.CharField(max_length=300)),
                ("loaded_at", models.DateTimeField()),
            ],
            {
                "db_table": "rules_calendarday",
                "constraints": [
                    models.CheckConstraint(
                        name="calendarday_kind", condition=Q(kind__in=["workday", "holiday", "rest"])
                    ),
                    models.CheckConstraint(
                        name="calendarday_statutory_is_holiday", condition=Q(statutory=False) | Q(kind="holiday")
                    ),
                    models.CheckConstraint(name="calendarday_has_basis", condition=~Q(basis="")),
                ],
            },
        ),
        migrations.CreateModel(
            "RulesVersion",
            [
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
            ],
            {
                "db_table": "rules_version",
                "constraints": [models.CheckConstraint(name="rules_version_one_row", condition=Q(id=1))],
            },
        ),
        migrations.RunSQL(VERSION, NO_VERSION),
        grant("rules_rule", staff="SELECT", worker="SELECT"),
        grant("rules_calendarday", staff="SELECT", worker="SELECT"),
        grant("rules_version", staff="SELECT", worker="SELECT"),
    ]
