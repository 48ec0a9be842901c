import django.db.models.deletion
from django.db import migrations, models

from zhijia.kernel.base.operations import grant


class Migration(migrations.Migration):
    initial = True

    dependencies = [("base", "0001_roles")]

    operations = [
        migrations.CreateModel(
            name="Region",
            fields=[
                ("code", models.CharField(db_collation="C", max_length=6, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=60)),
                ("level", models.SmallIntegerField()),
                ("retired_in", models.SmallIntegerField(null=True)),
                ("pinyin", models.CharField(db_collation="C", max_length=200)),
                ("initials", models.CharField(db_collation="C", max_length=60)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="children", to="org.region"
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.region"
                    ),
                ),
            ],
            options={
                "db_table": "org_region",
            },
        ),
        migrations.CreateModel(
            name="Org",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("short_name", models.CharField(blank=True, max_length=60)),
                ("kind", models.CharField(max_length=20)),
                ("level", models.SmallIntegerField()),
                ("lft", models.BigIntegerField()),
                ("rgt", models.BigIntegerField()),
                ("industry_lft", models.BigIntegerField(null=True)),
                ("industry_rgt", models.BigIntegerField(null=True)),
                ("active", models.BooleanField(default=True)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(null=True)),
                (
                    "industry_parent",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="industry_children",
                        to="org.org",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="org.org",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.region"
                    ),
                ),
            ],
            options={
                "db_table": "org_org",
            },
        ),
        migrations.CreateModel(
            name="Employer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uscc", models.CharField(db_collation="C", max_length=18, null=True, unique=True)),
                ("name", models.CharField(db_collation="C", max_length=200)),
                ("name_pinyin", models.CharField(db_collation="C", max_length=1200)),
                ("initials", models.CharField(db_collation="C", max_length=200)),
                ("industry", models.CharField(blank=True, max_length=5)),
                ("created_at", models.DateTimeField()),
                (
                    "union",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="employers", to="org.org"
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.region"),
                ),
            ],
            options={
                "db_table": "org_employer",
            },
        ),
        migrations.CreateModel(
            name="OrgMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tree", models.CharField(max_length=10)),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("old_lft", models.BigIntegerField()),
                ("old_rgt", models.BigIntegerField()),
                ("shift", models.BigIntegerField()),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "from_parent",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.org",
                    ),
                ),
                (
                    "org",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="org.org"
                    ),
                ),
                (
                    "to_parent",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.org",
                    ),
                ),
            ],
            options={
                "db_table": "org_move",
                "indexes": [
                    models.Index(fields=["org", "tree", "at"], name="org_move_org"),
                    models.Index(
                        condition=models.Q(("settled_at__isnull", True)),
                        fields=["tree", "old_lft"],
                        name="org_move_unsettled",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("old_lft__lt", models.F("old_rgt"))), name="org_move_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tree__in", ["region", "industry"])), name="org_move_tree"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="region",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[0-9]{6}$")), name="org_region_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="region",
            constraint=models.CheckConstraint(condition=models.Q(("level__range", (0, 3))), name="org_region_level"),
        ),
        migrations.AddIndex(
            model_name="org",
            index=models.Index(fields=["lft"], name="org_org_lft"),
        ),
        migrations.AddIndex(
            model_name="org",
            index=models.Index(fields=["parent", "rgt"], name="org_org_parent"),
        ),
        migrations.AddIndex(
            model_name="org",
            index=models.Index(fields=["region", "kind"], name="org_org_region"),
        ),
        migrations.AddIndex(
            model_name="org",
            index=models.Index(
                condition=models.Q(("industry_lft__isnull", False)),
                fields=["industry_lft"],
                name="org_org_industry_lft",
            ),
        ),
        migrations.AddIndex(
            model_name="org",
            index=models.Index(
                condition=models.Q(("industry_lft__isnull", False)),
                fields=["industry_parent", "industry_rgt"],
                name="org_org_industry_parent",
            ),
        ),
        migrations.AddConstraint(
            model_name="org",
            constraint=models.CheckConstraint(
                condition=models.Q(("lft__gt", 0), ("lft__lt", models.F("rgt"))), name="org_org_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="org",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("industry_lft__gt", 0), ("industry_lft__lt", models.F("industry_rgt"))),
                    models.Q(
                        ("industry_lft__isnull", True),
                        ("industry_parent__isnull", True),
                        ("industry_rgt__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="org_org_industry_range",
            ),
        ),
        migrations.AddConstraint(
            model_name="org",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ["federation", "industry_union", "grassroots", "hotline_centre", "callback_centre", "team"],
                    )
                ),
                name="org_org_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="org",
            constraint=models.CheckConstraint(condition=models.Q(("level__range", (0, 5))), name="org_org_level"),
        ),
        migrations.AddConstraint(
            model_name="org",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="org_org_valid",
            ),
        ),
        migrations.AddIndex(
            model_name="employer",
            index=models.Index(fields=["name", "id"], name="org_employer_name"),
        ),
        migrations.AddIndex(
            model_name="employer",
            index=models.Index(fields=["initials", "id"], name="org_employer_initials"),
        ),
        migrations.AddConstraint(
            model_name="employer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("uscc__isnull", True)), fields=("name", "region"), name="org_employer_uncoded"
            ),
        ),
        migrations.AddConstraint(
            model_name="employer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("uscc__isnull", True), ("uscc__regex", "^[0-9A-HJ-NPQRTUWXY]{18}$"), _connector="OR"
                ),
                name="org_employer_uscc",
            ),
        ),
        migrations.AddConstraint(
            model_name="employer",
            constraint=models.CheckConstraint(
                condition=models.Q(("industry", ""), ("industry__regex", "^[A-T][0-9]{0,4}$"), _connector="OR"),
                name="org_employer_industry",
            ),
        ),
        grant("org_region", staff="SELECT", worker="SELECT"),
        grant("org_org", staff="SELECT", worker="SELECT"),
        grant("org_move", staff="SELECT"),
        grant("org_employer", staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT"),
    ]
