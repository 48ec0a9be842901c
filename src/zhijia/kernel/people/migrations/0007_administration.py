"""Proposals that a second administrator decides, where an account belongs, and the review of openings."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from zhijia.kernel.base.database import ACCOUNT, STAFF
from zhijia.kernel.base.operations import grant, protect

_ACCOUNT_KEY: dict[str, Any] = {
    "on_delete": django.db.models.deletion.PROTECT,
    "to": settings.AUTH_USER_MODEL,
    "related_name": "+",
}
_OTHER: dict[str, Any] = {**_ACCOUNT_KEY, "null": True, "db_index": False}

CAMPAIGNS = """
CREATE FUNCTION people_campaigns() RETURNS text[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
  who bigint := coalesce(nullif(current_setting('zhijia.account', true), ''), '0')::bigint;
BEGIN
  RETURN coalesce((SELECT array_agg(p.campaign) FROM people_post p
    WHERE p.role = 'organiser' AND p.from_day <= current_date + 1 AND coalesce(p.to_day, current_date) >= current_date - 1
      AND (p.account_id = who OR EXISTS (
        SELECT 1 FROM people_substitution s WHERE s.post_id = p.id AND s.substitute_id = who
          AND s.from_day <= current_date + 1 AND s.to_day >= current_date - 1))), '{}');
END $$;
"""
"""The campaigns that the account of this request organises. A day of grace on both sides, because the server's day need
not be China's; which day it is for Python decides."""


class Migration(migrations.Migration):
    dependencies = [("org", "0002_confined"), ("people", "0005_providers")]

    operations = [
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("role", models.CharField(blank=True, max_length=24)),
                ("from_day", models.DateField(null=True)),
                ("to_day", models.DateField(null=True)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("source", models.CharField(max_length=40, null=True, unique=True)),
                ("made_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("agreed", models.BooleanField(null=True)),
                ("words", models.CharField(blank=True, max_length=200)),
                ("account", models.ForeignKey(**{**_ACCOUNT_KEY, "related_name": "proposals"})),
                ("decided_by", models.ForeignKey(**_OTHER)),
                ("made_by", models.ForeignKey(**_OTHER)),
                (
                    "org",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.org"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="people.post",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                condition=models.Q(("agreed__isnull", True)), fields=["org", "-id"], name="people_proposal_waits"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["post", "substitute", "factors"])), name="people_proposal_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("agreed", True), _negated=True),
                    models.Q(("decided_by", models.F("made_by")), _negated=True),
                    _connector="OR",
                ),
                name="people_proposal_two",
            ),
        ),
        migrations.AddField(
            model_name="account",
            name="home",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.org"
            ),
        ),
        *(
            migrations.AddField(model_name="opening", name=name, field=field)
            for name, field in (
                ("no", models.CharField(blank=True, max_length=32)),
                ("danger", models.CharField(blank=True, max_length=500)),
                ("lapses_at", models.DateTimeField(null=True)),
                ("reviewed_by", models.ForeignKey(**_OTHER)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("justified", models.BooleanField(null=True)),
                ("review", models.CharField(blank=True, max_length=500)),
            )
        ),
        migrations.AddIndex(
            model_name="opening",
            index=models.Index(
                condition=models.Q(("refused_at__isnull", True), ("until__isnull", True)), fields=["-id"],
                name="people_opening_waits",
            ),
        ),
        migrations.AddIndex(
            model_name="opening",
            index=models.Index(
                condition=models.Q(("kind", "emergency"), ("told_at__isnull", True)), fields=["until"],
                name="people_opening_untold",
            ),
        ),
        migrations.AddConstraint(
            model_name="opening",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reviewed_by__isnull", True), models.Q(("reviewed_by", models.F("account")), _negated=True),
                    _connector="OR",
                ),
                name="people_opening_no_own_review",
            ),
        ),
        # Why a case is open for oneself stands in the record of each access; nobody reads it of others here.
        grant("people_opening", staff="SELECT (kind, reason)"),
        protect("people_opening", staff=f"account_id = {ACCOUNT}", worker=f"account_id = {ACCOUNT}"),
        migrations.RunSQL(
            [CAMPAIGNS, "REVOKE ALL ON FUNCTION people_campaigns FROM PUBLIC",
             f"GRANT EXECUTE ON FUNCTION people_campaigns TO {STAFF}"],
            "DROP FUNCTION people_campaigns",
        ),
    ]  # fmt: skip
