"""The security log: rows are only ever added, and only those older than six months may be deleted."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations, models

from zhijia.kernel.base.database import STAFF
from zhijia.kernel.base.operations import grant, protect

AUDITS = "(SELECT audit_reads(current_setting('zhijia.account', true)))"
"""As a sub-select, so that it is asked once for a query and not for each row."""

READS = migrations.RunSQL(
    """
    CREATE FUNCTION audit_reads(account text) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$ BEGIN
      RETURN coalesce(account, '') <> '' AND EXISTS (
        SELECT 1 FROM people_post p JOIN org_org o ON o.id = coalesce(p.reach_id, p.org_id)
        WHERE p.role = 'auditor' AND o.parent_id IS NULL AND NOT p.industry
          AND p.from_day <= current_date + 1 AND coalesce(p.to_day, current_date) >= current_date - 1
          AND (p.account_id = account::bigint OR EXISTS (
            SELECT 1 FROM people_substitution s WHERE s.post_id = p.id AND s.substitute_id = account::bigint
              AND s.from_day <= current_date + 1 AND s.to_day >= current_date - 1)));
    END $$
    """,
    "DROP FUNCTION audit_reads",
)
"""Whether the account of this request audits the whole installation: what is not about a case is nobody else's to
read, whatever a page forgets. A day of grace on both sides, because the server's day need not be China's."""

KEPT = migrations.RunSQL(
    [
        """
        CREATE FUNCTION audit_security_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF TG_OP = 'DELETE' AND OLD.at < now() - interval '6 months' THEN RETURN OLD; END IF;
          RAISE EXCEPTION 'the security log is append-only and kept for six months: % is refused', TG_OP
            USING ERRCODE = 'insufficient_privilege';
        END $$
        """,
        "CREATE TRIGGER audit_security_rows BEFORE UPDATE OR DELETE ON audit_security FOR EACH ROW EXECUTE FUNCTION audit_security_keep()",
        "CREATE TRIGGER audit_security_whole BEFORE TRUNCATE ON audit_security FOR EACH STATEMENT EXECUTE FUNCTION audit_security_keep()",
    ],
    [
        "DROP TRIGGER audit_security_whole ON audit_security",
        "DROP TRIGGER audit_security_rows ON audit_security",
        "DROP FUNCTION audit_security_keep",
    ],
)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Security",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=48)),
                ("address", models.CharField(max_length=50)),
                ("address_key", models.BinaryField(null=True)),
                ("account_id", models.BigIntegerField(null=True)),
                ("detail", models.JSONField(default=dict)),
            ],
            options={
                "indexes": [
                    BrinIndex(fields=["at"], name="audit_security_at", pages_per_range=16),
                    models.Index(fields=["kind", "-id"], name="audit_security_kind"),
                    models.Index(
                        fields=["account_id", "-id"],
                        condition=models.Q(("account_id__isnull", False)),
                        name="audit_security_account",
                    ),
                ],
            },
        ),
        KEPT,
        READS,
        grant("audit_security", staff="SELECT, INSERT", worker="INSERT"),
        grant("SEQUENCE audit_security_id_seq", staff="USAGE", worker="USAGE"),
        protect("audit_security", staff=AUDITS, staff_write="true", worker="false", worker_write="true"),
        migrations.RunSQL(
            f"CREATE POLICY audit_entry_auditor ON audit_entry FOR SELECT TO {STAFF} USING ({AUDITS})",
            "DROP POLICY audit_entry_auditor ON audit_entry",
        ),
    ]
