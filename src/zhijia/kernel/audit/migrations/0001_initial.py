from django.db import migrations, models

from zhijia.kernel.base.operations import grant, protect

OWN = "person_id = current_setting('zhijia.person')::bigint"

APPEND_ONLY = migrations.RunSQL(
    [
        """
        CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          RAISE EXCEPTION 'the audit trail is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
        END $$
        """,
        *(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"
            for table in ("audit_entry", "audit_seal")
        ),
    ],
    [
        "DROP TRIGGER audit_entry_append_only ON audit_entry",
        "DROP TRIGGER audit_seal_append_only ON audit_seal",
        "DROP FUNCTION audit_refuse",
    ],
)


class Migration(migrations.Migration):
    initial = True
    dependencies = [("base", "0001_roles")]
    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("chain", models.TextField(db_collation="C")),
                ("seq", models.IntegerField()),
                ("at", models.DateTimeField()),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor", models.TextField()),
                ("act", models.TextField()),
                ("subject", models.TextField()),
                ("person_id", models.BigIntegerField(null=True)),
                ("purpose", models.TextField(default="")),
                ("data", models.JSONField(default=dict)),
                ("prev", models.BinaryField()),
                ("hash", models.BinaryField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["chain", "seq"], name="audit_entry_place")],
                "indexes": [
                    models.Index(
                        fields=["person_id", "-id"],
                        condition=models.Q(("person_id__isnull", False)),
                        name="audit_entry_person",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Chain",
            fields=[
                ("key", models.TextField(db_collation="C", primary_key=True, serialize=False)),
                ("seq", models.IntegerField()),
                ("head", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("first_id", models.BigIntegerField()),
                ("last_id", models.BigIntegerField()),
                ("entries", models.IntegerField()),
                ("root", models.BinaryField()),
                ("prev", models.BinaryField()),
                ("sealed_at", models.DateTimeField()),
            ],
        ),
        APPEND_ONLY,
        grant("audit_entry", staff="SELECT, INSERT", worker="SELECT, INSERT"),
        grant("SEQUENCE audit_entry_id_seq", staff="USAGE", worker="USAGE"),
        grant("audit_chain", staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"),
        protect("audit_entry", staff="true", worker=OWN, worker_write="true"),
    ]
