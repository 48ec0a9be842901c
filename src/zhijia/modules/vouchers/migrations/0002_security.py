"""Which request role sees and writes what. Staff work within the ranges of their posts; workers read offers, outlets
and programmes, and nothing that says who had what. Quotas, offers and redemptions are written by the platform only."""

from django.db import migrations

from zhijia.kernel.base.database import STAFF, WORKER, range_predicate
from zhijia.kernel.base.operations import grant, protect

OWNER = "SECURITY DEFINER SET search_path = public, pg_temp"
PERSON = "current_setting('zhijia.person')::bigint"
OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"
OF_CYCLE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = cycle_id)"
IN_RANGE = f"EXISTS (SELECT 1 FROM org_org g WHERE g.id = org_id AND {range_predicate('g.lft', 'g.industry_lft')})"
OF_OUTLET = "EXISTS (SELECT 1 FROM vouchers_outlet t WHERE t.id = outlet_id)"

FUNCTIONS = f"""
CREATE UNLOGGED TABLE vouchers_spent (nonce text COLLATE "C" PRIMARY KEY, mark text NOT NULL, expires_at timestamptz NOT NULL);
CREATE INDEX vouchers_spent_expiry ON vouchers_spent (expires_at);

CREATE FUNCTION vouchers_spend(nonce_ text, mark_ text, expires timestamptz) RETURNS boolean LANGUAGE plpgsql {OWNER} AS $$
BEGIN
  INSERT INTO vouchers_spent (nonce, mark, expires_at) VALUES (nonce_, mark_, expires) ON CONFLICT DO NOTHING;
  IF FOUND THEN RETURN true; END IF;
  RETURN (SELECT s.mark = mark_ FROM vouchers_spent s WHERE s.nonce = nonce_);
END $$;
COMMENT ON FUNCTION vouchers_spend IS 'Spend a puzzle on one key: true the first time, and again for the same key';

CREATE FUNCTION vouchers_is_listed(programme bigint, person bigint) RETURNS boolean LANGUAGE plpgsql STABLE {OWNER} AS $$
BEGIN
  IF current_setting('role') = '{WORKER}' AND person <> {PERSON} THEN
    RAISE EXCEPTION 'a worker asks for themselves only' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN (
    SELECT CASE WHEN p.phone_index IS NULL THEN NULL ELSE EXISTS (
      SELECT 1 FROM vouchers_listed l WHERE l.programme_id = programme AND l.phone_index = p.phone_index) END
    FROM people_person p WHERE p.id = person);
END $$;

REVOKE ALL ON FUNCTION vouchers_spend, vouchers_is_listed FROM PUBLIC;
GRANT EXECUTE ON FUNCTION vouchers_spend, vouchers_is_listed TO {STAFF}, {WORKER};
"""


class Migration(migrations.Migration):
    dependencies = [("vouchers", "0001_initial"), ("ledger", "0003_claims"), ("cases", "0002_security")]
    operations = [
        migrations.RunSQL(FUNCTIONS, "DROP FUNCTION vouchers_is_listed, vouchers_spend; DROP TABLE vouchers_spent;"),
        grant("vouchers_programme", staff="SELECT, INSERT, UPDATE", worker="SELECT"),
        protect("vouchers_programme", staff="true", staff_write=IN_RANGE, worker="true", worker_write="false"),
        grant("vouchers_listed", staff="SELECT, INSERT, DELETE"),
        protect(
            "vouchers_listed",
            staff=f"EXISTS (SELECT 1 FROM vouchers_programme p WHERE p.id = programme_id AND {IN_RANGE.replace('org_id', 'p.org_id')})",
            worker="false",
        ),
        grant("vouchers_cycle", staff="SELECT, INSERT, UPDATE", worker="SELECT"),
        protect("vouchers_cycle", staff=OF_CASE, worker=OF_CASE),
        grant("vouchers_place", staff="SELECT, INSERT, UPDATE, DELETE"),
        protect("vouchers_place", staff=OF_CYCLE, worker="false"),
        grant("vouchers_offer", staff="SELECT", worker="SELECT"),
        grant("vouchers_outlet", staff="SELECT, INSERT, UPDATE", worker="SELECT"),
        protect("vouchers_outlet", staff=IN_RANGE, worker="true", worker_write="false"),
        grant(
            "vouchers_terminal",
            staff="SELECT (id, outlet_id, label, enrolled_at, enrolled_by, revoked_at, failures, locked_until), INSERT, UPDATE (revoked_at)",
        ),
        protect("vouchers_terminal", staff=OF_OUTLET, worker="false"),
        grant("vouchers_settlement", staff="SELECT, INSERT, UPDATE", worker="SELECT"),
        protect("vouchers_settlement", staff=OF_CASE, worker=OF_CASE),
        grant("vouchers_redemption", staff="SELECT"),
        protect("vouchers_redemption", staff=OF_OUTLET, worker="false"),
        grant("vouchers_batch", staff="SELECT"),
        protect(
            "vouchers_batch",
            staff="EXISTS (SELECT 1 FROM vouchers_terminal t WHERE t.id = terminal_id)",
            worker="false",
        ),
        grant("vouchers_conflict", staff="SELECT, UPDATE (seen_by, seen_at, note)"),
        protect("vouchers_conflict", staff=OF_OUTLET, worker="false"),
    ]
