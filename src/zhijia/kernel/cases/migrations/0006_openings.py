"""One campaign for its organiser, and the one question that tells an insider's confidential case from nobody's."""

from django.db import migrations

from zhijia.kernel.base.database import STAFF, range_predicate

CAMPAIGN = (
    "(current_setting('zhijia.services') = '' OR seq = 0"
    " OR marks ->> 'campaign' = ANY ((SELECT people_campaigns())::text[]))"
)
"""Who organises a campaign sees the cases that carry its mark. A row that is only just being filed has no event yet,
and its mark comes with the first one, in the same transaction."""

WITHHELD = f"""
CREATE FUNCTION cases_withheld(asked text) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  RETURN current_setting('zhijia.services') = '' AND EXISTS (
    SELECT 1 FROM cases_case c WHERE c.no = asked AND c.confidential
      AND {range_predicate("c.unit_lft", "c.industry_lft")});
END $$;
REVOKE ALL ON FUNCTION cases_withheld FROM PUBLIC;
GRANT EXECUTE ON FUNCTION cases_withheld TO {STAFF};
"""
"""Whether the number is that of a confidential case inside what this request may read: such a case is hidden from the
request, and only here does it say so. For every other number it says no, after the same look-up."""


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_permissions"), ("people", "0007_administration")]
    operations = [
        migrations.RunSQL(
            f"CREATE POLICY cases_case_campaign ON cases_case AS RESTRICTIVE TO {STAFF} USING ({CAMPAIGN})",
            "DROP POLICY cases_case_campaign ON cases_case",
        ),
        migrations.RunSQL(WITHHELD, "DROP FUNCTION cases_withheld"),
    ]
