import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from zhijia.kernel.base.operations import grant, protect

OWN = "{} = current_setting('zhijia.person')::bigint"

POLICIES = [
    grant("people_person", staff="SELECT, INSERT, UPDATE", worker="SELECT, UPDATE"),
    grant("SEQUENCE people_person_id_seq", staff="USAGE"),
    protect("people_person", staff="true", worker=OWN.format("id")),
    grant("people_safecontact", staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"),
    protect("people_safecontact", staff="true", worker=OWN.format("person_id")),
    # Never the password, the login (a worker's is the index of the phone) and the lockout.
    grant(
        "people_account",
        staff="SELECT (id, name, person_id, language, is_active, is_partner, created_at)",
        worker="SELECT (id, name, person_id)",
    ),
    # A worker sees their own account and those of staff, whose names stand on letters.
    protect(
        "people_account",
        staff="true",
        worker=OWN.format("person_id") + " OR id IN (SELECT p.account_id FROM people_post p)",
    ),
    grant("people_post", staff="SELECT", worker="SELECT"),
    # Why somebody is absent is nobody's business.
    grant(
        "people_substitution",
        staff="SELECT (id, post_id, substitute_id, from_day, to_day)",
        worker="SELECT (id, post_id, substitute_id, from_day, to_day)",
    ),
]


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("base", "0001_roles"),
        ("audit", "0001_initial"),
        ("org", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("login", models.CharField(db_collation="C", max_length=32, unique=True)),
                ("name", models.CharField(blank=True, max_length=100)),
                ("language", models.CharField(default="zh-hans", max_length=10)),
                ("is_active", models.BooleanField(default=True)),
                ("is_partner", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("failures", models.SmallIntegerField(default=0)),
                ("locked_until", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(blank=True, max_length=100)),
                ("phone_sealed", models.BinaryField(null=True)),
                ("phone_index", models.BinaryField(null=True)),
                ("phone_masked", models.CharField(blank=True, max_length=20)),
                ("id_sealed", models.BinaryField(null=True)),
                ("id_index", models.BinaryField(null=True)),
                ("id_masked", models.CharField(blank=True, max_length=20)),
                ("bank_sealed", models.BinaryField(null=True)),
                ("bank_masked", models.CharField(blank=True, max_length=20)),
                ("language", models.CharField(default="zh-hans", max_length=10)),
                ("created_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(max_length=20)),
                ("industry", models.BooleanField(default=False)),
                ("from_day", models.DateField()),
                ("to_day", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Substitution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_day", models.DateField()),
                ("to_day", models.DateField()),
                ("reason", models.CharField(max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="LoginCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("phone_index", models.BinaryField()),
                ("code_hash", models.BinaryField()),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("attempts", models.SmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["phone_index", "-issued_at"], name="people_logincode_phone")],
            },
        ),
        migrations.CreateModel(
            name="SafeContact",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="safe_contact",
                        serialize=False,
                        to="people.person",
                    ),
                ),
                ("number_sealed", models.BinaryField(null=True)),
                ("number_masked", models.CharField(blank=True, max_length=20)),
                ("hours_from", models.TimeField(null=True)),
                ("hours_to", models.TimeField(null=True)),
                ("answered_by", models.CharField(default="self_only", max_length=10)),
                ("may_leave_message", models.BooleanField(default=False)),
                ("may_sms", models.BooleanField(default=True)),
                ("announce", models.BooleanField(default=False)),
                ("pass_phrase_sealed", models.BinaryField(null=True)),
                ("language", models.CharField(default="zh-hans", max_length=10)),
                ("note", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("id_index__isnull", False)), fields=["id_index"], name="people_person_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                condition=models.Q(("phone_index__isnull", False)), fields=("phone_index",), name="people_person_phone"
            ),
        ),
        migrations.AddField(
            model_name="account",
            name="person",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="accounts", to="people.person"
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="posts", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="post",
            name="org",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="posts", to="org.org"),
        ),
        migrations.AddField(
            model_name="post",
            name="reach",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.org"
            ),
        ),
        migrations.AddField(
            model_name="substitution",
            name="granted_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="substitution",
            name="post",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="substitutions", to="people.post"
            ),
        ),
        migrations.AddField(
            model_name="substitution",
            name="substitute",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="substitutions", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="safecontact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("hours_from__isnull", True), ("hours_to__isnull", True)),
                    models.Q(("hours_from__isnull", False), ("hours_to__isnull", False)),
                    _connector="OR",
                ),
                name="people_safecontact_hours",
            ),
        ),
        migrations.AddConstraint(
            model_name="safecontact",
            constraint=models.CheckConstraint(
                condition=models.Q(("answered_by__in", ["self_only", "family", "anyone"])),
                name="people_safecontact_answered_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "worker",
                            "agent",
                            "dispatcher",
                            "officer",
                            "unit_head",
                            "callback_agent",
                            "quality_checker",
                            "supervisor",
                            "leader",
                            "auditor",
                            "administrator",
                            "partner",
                            "system",
                        ],
                    )
                ),
                name="people_post_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_day__isnull", True), ("to_day__gte", models.F("from_day")), _connector="OR"),
                name="people_post_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="substitution",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_day__gte", models.F("from_day"))), name="people_substitution_days"
            ),
        ),
        *POLICIES,
    ]
