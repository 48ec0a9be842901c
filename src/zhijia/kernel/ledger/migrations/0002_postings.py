"""What keeps the books right whoever writes: every statement's postings balance, an entry has postings and gets none
later, nothing is changed or taken out, and balances are kept by the same trigger (docs/adr/0009)."""

from django.db import migrations

from zhijia.kernel.base.database import STAFF, WORKER

OWNER = "SECURITY DEFINER SET search_path = public, pg_temp"

TRIGGERS = f"""
ALTER TABLE ledger_entry ADD COLUMN txid xid8 NOT NULL DEFAULT pg_current_xact_id();

CREATE FUNCTION ledger_posted() RETURNS trigger LANGUAGE plpgsql {OWNER} AS $$
DECLARE wrong bigint;
BEGIN
  SELECT n.entry_id INTO wrong FROM new_postings n GROUP BY n.entry_id HAVING sum(n.amount) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'entry % does not balance', wrong USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_balanced';
  END IF;
  SELECT e.id INTO wrong FROM ledger_entry e
  WHERE e.id IN (SELECT n.entry_id FROM new_postings n) AND e.txid <> pg_current_xact_id() LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'entry % is complete', wrong USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_complete';
  END IF;
  INSERT INTO ledger_balance AS b (account_id, shard, amount, n)
  SELECT n.account_id, pg_backend_pid() % 8, sum(n.amount), count(*) FROM new_postings n
  GROUP BY n.account_id ORDER BY n.account_id
  ON CONFLICT (account_id, shard) DO UPDATE SET amount = b.amount + excluded.amount, n = b.n + excluded.n;
  RETURN NULL;
END $$;
CREATE TRIGGER ledger_posted AFTER INSERT ON ledger_posting REFERENCING NEW TABLE AS new_postings
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_posted();

CREATE FUNCTION ledger_not_empty() RETURNS trigger LANGUAGE plpgsql {OWNER} AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM ledger_posting p WHERE p.entry_id = NEW.id) THEN
    RAISE EXCEPTION 'entry % has no postings', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_empty';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_not_empty AFTER INSERT ON ledger_entry DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION ledger_not_empty();

CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'the ledger is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER ledger_posting_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_posting
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse();
"""

POST = f"""
CREATE FUNCTION ledger_post(
  at_ timestamptz, kinds text[], subjects text[], keys text[], actors bigint[], memos text[], reversed bigint[],
  leg_of int[], leg_account text[], leg_amount bigint[]
) RETURNS TABLE (n int, entry bigint, is_new boolean, same boolean) LANGUAGE plpgsql {OWNER} AS $$
DECLARE missing text; ids bigint[]; made bigint[];
BEGIN
  SELECT g.key INTO missing FROM unnest(leg_account) AS g (key)
  WHERE NOT EXISTS (SELECT 1 FROM ledger_account a WHERE a.key = g.key) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '%', missing USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'ledger_known_account';
  END IF;
  SELECT array_agg(nextval('ledger_entry_id_seq')) INTO ids FROM generate_subscripts(kinds, 1);
  WITH given AS (
    SELECT * FROM unnest(ids, kinds, subjects, keys, actors, memos, reversed) WITH ORDINALITY
      AS g (id, kind, subject, key, actor, memo, reversed, n)),
  added AS (
    INSERT INTO ledger_entry (id, at, kind, subject, key, actor_id, memo, reverses_id)
    SELECT g.id, at_, g.kind, g.subject, g.key, g.actor, g.memo, g.reversed FROM given g ORDER BY g.key
    ON CONFLICT (key) DO NOTHING RETURNING id),
  posted AS (
    INSERT INTO ledger_posting (entry_id, account_id, amount)
    SELECT a.id, c.id, l.amount FROM added a JOIN given g USING (id)
    JOIN unnest(leg_of, leg_account, leg_amount) WITH ORDINALITY AS l (n, account, amount, place) ON l.n = g.n
    JOIN ledger_account c ON c.key = l.account ORDER BY g.n, l.place)
  SELECT coalesce(array_agg(a.id), '{{}}') INTO made FROM added a;
  -- What somebody stored under the same key meanwhile is seen by a new statement only.
  RETURN QUERY
  SELECT g.n::int, coalesce(e.id, g.id), g.id = ANY (made), g.id = ANY (made) OR (
      (e.kind, e.subject, e.reverses_id) IS NOT DISTINCT FROM (g.kind, g.subject, g.reversed)
      AND (SELECT array_agg((a.key, p.amount) ORDER BY a.key, p.amount)
           FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id WHERE p.entry_id = e.id)
        = (SELECT array_agg((l.account::varchar COLLATE "C", l.amount) ORDER BY l.account::varchar COLLATE "C", l.amount)
           FROM unnest(leg_of, leg_account, leg_amount) AS l (n, account, amount) WHERE l.n = g.n))
  FROM unnest(ids, kinds, subjects, keys, reversed) WITH ORDINALITY AS g (id, kind, subject, key, reversed, n)
  LEFT JOIN ledger_entry e ON e.key = g.key AND NOT g.id = ANY (made) ORDER BY g.n;
END $$;

CREATE FUNCTION ledger_reverse(entry_ bigint, at_ timestamptz, kind_ text, key_ text, actor_ bigint, memo_ text)
RETURNS TABLE (entry bigint, is_new boolean, same boolean) LANGUAGE plpgsql {OWNER} AS $$
DECLARE original ledger_entry; legs record;
BEGIN
  SELECT * INTO original FROM ledger_entry e WHERE e.id = entry_;
  IF NOT FOUND THEN RETURN; END IF;
  IF original.reverses_id IS NOT NULL THEN
    RAISE EXCEPTION 'entry % is a reversal', entry_ USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_original';
  END IF;
  SELECT array_agg(1) AS ofs, array_agg(a.key::text ORDER BY p.id) AS accounts, array_agg(-p.amount ORDER BY p.id) AS amounts
  INTO legs FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id WHERE p.entry_id = entry_;
  RETURN QUERY SELECT p.entry, p.is_new, p.same FROM ledger_post(
    at_, ARRAY[kind_], ARRAY[original.subject::text], ARRAY[key_], ARRAY[actor_], ARRAY[memo_], ARRAY[entry_],
    legs.ofs, legs.accounts, legs.amounts) p;
END $$;

CREATE FUNCTION ledger_open(keys text[], kinds text[], titles text[], orgs bigint[], regions text[])
RETURNS TABLE (id bigint, key text, kind text) LANGUAGE plpgsql {OWNER} AS $$
BEGIN
  INSERT INTO ledger_account (key, kind, title, org_id, region)
  SELECT DISTINCT ON (g.key) g.key, g.kind, g.title, g.org, g.region
  FROM unnest(keys, kinds, titles, orgs, regions) AS g (key, kind, title, org, region)
  WHERE NOT EXISTS (SELECT 1 FROM ledger_account a WHERE a.key = g.key) ORDER BY g.key
  ON CONFLICT DO NOTHING;
  RETURN QUERY SELECT a.id, a.key::text, a.kind::text FROM ledger_account a WHERE a.key = ANY (keys);
END $$;
"""

READ = f"""
CREATE FUNCTION ledger_balances(keys text[]) RETURNS TABLE (key text, kind text, amount bigint, n bigint)
LANGUAGE sql STABLE {OWNER} AS $$
  SELECT a.key::text, a.kind::text, coalesce(sum(b.amount), 0)::bigint, coalesce(sum(b.n), 0)::bigint
  FROM ledger_account a LEFT JOIN ledger_balance b ON b.account_id = a.id
  WHERE a.key = ANY (keys) GROUP BY a.id ORDER BY a.key
$$;
CREATE FUNCTION ledger_statement(key_ text, before_ bigint, most int)
RETURNS TABLE (id bigint, entry bigint, at timestamptz, kind text, subject text, memo text, amount bigint, reverses bigint)
LANGUAGE sql STABLE {OWNER} AS $$
  SELECT p.id, e.id, e.at, e.kind::text, e.subject::text, e.memo::text, p.amount, e.reverses_id
  FROM ledger_account a JOIN ledger_posting p ON p.account_id = a.id JOIN ledger_entry e ON e.id = p.entry_id
  WHERE a.key = key_ AND (before_ IS NULL OR p.id < before_) ORDER BY p.id DESC LIMIT least(most, 1000)
$$;
"""

GRANTS = f"""
REVOKE ALL ON FUNCTION ledger_post, ledger_reverse, ledger_open, ledger_balances, ledger_statement FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_post, ledger_reverse, ledger_open, ledger_balances, ledger_statement TO {STAFF};
GRANT EXECUTE ON FUNCTION ledger_open, ledger_balances TO {WORKER};
"""
"""Requests write and read the books through these only: no request role has any right on the tables themselves."""

BACK = """
DROP FUNCTION ledger_statement, ledger_balances, ledger_open, ledger_reverse, ledger_post;
DROP TRIGGER ledger_posting_append_only ON ledger_posting;
DROP TRIGGER ledger_entry_append_only ON ledger_entry;
DROP TRIGGER ledger_not_empty ON ledger_entry;
DROP TRIGGER ledger_posted ON ledger_posting;
DROP FUNCTION ledger_refuse, ledger_not_empty, ledger_posted;
ALTER TABLE ledger_entry DROP COLUMN txid;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("base", "0001_roles")]
    operations = [migrations.RunSQL(TRIGGERS + POST + READ + GRANTS, BACK)]
