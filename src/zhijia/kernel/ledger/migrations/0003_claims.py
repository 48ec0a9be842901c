"""Quotas that cannot be oversold and entitlements that are given and used once, whoever calls at the same moment.

How nobody waits for ever: a claim waits for a lock on one shard at most, while it holds none; after that it only tries
(SKIP LOCKED). Putting the entitlement in is its last step, so whoever is waited for there waits for nobody.
"""

from django.db import migrations

from zhijia.kernel.base.database import STAFF, WORKER
from zhijia.kernel.base.operations import grant, protect

OWNER = "SECURITY DEFINER SET search_path = public, pg_temp"
PERSON = "current_setting('zhijia.person')::bigint"

TABLES = """
ALTER TABLE ledger_entitlement ADD CONSTRAINT ledger_entitlement_shard
  FOREIGN KEY (quota_id, shard) REFERENCES ledger_quota_shard (quota_id, shard);
ALTER TABLE ledger_quota_shard SET (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
"""

TAKE = f"""
CREATE FUNCTION ledger_take(quota bigint, OUT shard_ int, OUT serial_ int) LANGUAGE plpgsql {OWNER} AS $$
BEGIN
  FOR attempt IN 1..600 LOOP
    SELECT s.shard INTO shard_ FROM ledger_quota_shard s WHERE s.quota_id = quota AND s.room > 0
    ORDER BY random() LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
    IF FOUND THEN
      UPDATE ledger_quota_shard s SET room = s.room - 1, taken = s.taken + 1, serial = s.serial + 1
      WHERE s.quota_id = quota AND s.shard = shard_ RETURNING s.serial * 32 + s.shard INTO serial_;
      RETURN;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM ledger_quota_shard s WHERE s.quota_id = quota AND s.room > 0) THEN
      shard_ := -1;
      RETURN;
    END IF;
    PERFORM pg_sleep(0.005);
  END LOOP;
  shard_ := -2;
END $$;
COMMENT ON FUNCTION ledger_take IS 'One place from any shard that is free; -1 when there is none, -2 when all stay locked';

CREATE FUNCTION ledger_claim(
  quota bigint, scope_ text, person bigint, key_ text, fen_ bigint, from_ timestamptz, to_ timestamptz, snapshot_ jsonb,
  now_ timestamptz, OUT code text, OUT entitlement bigint
) LANGUAGE plpgsql {OWNER} AS $$
DECLARE q ledger_quota; place record; known record; at_shard int := floor(random() * 32); number int;
BEGIN
  IF current_setting('role') = '{WORKER}' AND person <> {PERSON} THEN
    RAISE EXCEPTION 'a worker claims for themselves only' USING ERRCODE = 'insufficient_privilege';
  END IF;
  FOR attempt IN 1..2 LOOP
    -- One look for both, or a twin request that ends between two looks would be told "already" and not "again".
    SELECT e.id, e.scope, e.key INTO known FROM ledger_entitlement e
    WHERE e.person_id = person AND (e.key = key_ OR (e.scope = scope_ AND e.status <> 'refunded'))
    ORDER BY (e.key = key_) DESC LIMIT 1;
    IF FOUND THEN
      code := CASE WHEN known.key <> key_ THEN 'already' WHEN known.scope = scope_ THEN 'again' ELSE 'key_reused' END;
      entitlement := known.id;
      RETURN;
    END IF;
    SELECT * INTO q FROM ledger_quota l WHERE l.id = quota AND l.named;
    code := CASE WHEN q.id IS NULL THEN 'no_quota' WHEN q.paused THEN 'paused' WHEN now_ < q.opens_at THEN 'not_open'
                 WHEN now_ >= q.closes_at THEN 'closed' END;
    IF code IS NOT NULL THEN RETURN; END IF;
    UPDATE ledger_quota_shard s SET room = s.room - 1, taken = s.taken + 1, serial = s.serial + 1
    WHERE s.quota_id = quota AND s.shard = at_shard AND s.room > 0 RETURNING s.serial * 32 + s.shard INTO number;
    IF NOT FOUND THEN
      SELECT * INTO place FROM ledger_take(quota);
      at_shard := place.shard_;
      number := place.serial_;
      IF at_shard < 0 THEN
        code := CASE at_shard WHEN -1 THEN 'sold_out' ELSE 'busy' END;
        RETURN;
      END IF;
    END IF;
    INSERT INTO ledger_entitlement (quota_id, shard, serial, scope, person_id, key, status, granted_at, valid_from,
                                    valid_to, fen, snapshot, used_by, ended_why)
    VALUES (quota, at_shard, number, scope_, person, key_, 'granted', now_, from_, to_, fen_, snapshot_, '', '')
    ON CONFLICT DO NOTHING RETURNING id INTO entitlement;
    IF FOUND THEN
      code := 'granted';
      RETURN;
    END IF;
    -- The same person was first, a moment ago: the place goes back, and the loop finds what they have.
    UPDATE ledger_quota_shard s SET room = s.room + 1, taken = s.taken - 1
    WHERE s.quota_id = quota AND s.shard = at_shard;
  END LOOP;
  code := 'busy';
END $$;
"""

USE = f"""
CREATE FUNCTION ledger_use(entitlement bigint, key_ text, by_ text, at_ timestamptz, OUT code text, OUT held ledger_entitlement)
LANGUAGE plpgsql {OWNER} AS $$
BEGIN
  SELECT * INTO held FROM ledger_entitlement e WHERE e.id = entitlement FOR NO KEY UPDATE;
  code := CASE WHEN held.id IS NULL THEN 'not_found'
               WHEN held.used_key = key_ THEN 'again'
               WHEN held.status = 'used' THEN 'already_used'
               WHEN held.status = 'refunded' THEN 'refunded'
               WHEN at_ < held.valid_from THEN 'not_yet'
               WHEN at_ >= held.valid_to THEN 'expired' END;
  IF code IS NOT NULL THEN RETURN; END IF;
  -- What a terminal without a connection handed out in time is still good after the platform let it expire.
  UPDATE ledger_entitlement e SET status = 'used', used_at = at_, used_by = by_, used_key = key_, ended_at = NULL, ended_why = ''
  WHERE e.id = entitlement RETURNING * INTO held;
  code := 'used';
END $$;

CREATE FUNCTION ledger_refund(
  entitlement bigint, person bigint, used_too boolean, why text, now_ timestamptz, OUT code text, OUT held ledger_entitlement
) LANGUAGE plpgsql {OWNER} AS $$
BEGIN
  IF current_setting('role') = '{WORKER}' AND (used_too OR person IS DISTINCT FROM {PERSON}) THEN
    RAISE EXCEPTION 'a worker gives back their own, unused' USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT * INTO held FROM ledger_entitlement e
  WHERE e.id = entitlement AND (person IS NULL OR e.person_id = person) FOR NO KEY UPDATE;
  code := CASE WHEN held.id IS NULL THEN 'not_found'
               WHEN held.status = 'refunded' THEN 'again'
               WHEN held.status = 'used' AND NOT used_too THEN 'already_used'
               WHEN held.status = 'expired' OR (held.status = 'granted' AND now_ >= held.valid_to) THEN 'expired' END;
  IF code IS NOT NULL THEN RETURN; END IF;
  UPDATE ledger_entitlement e SET status = 'refunded', ended_at = now_, ended_why = why
  WHERE e.id = entitlement RETURNING * INTO held;
  UPDATE ledger_quota_shard s SET room = s.room + 1, taken = s.taken - 1
  WHERE s.quota_id = held.quota_id AND s.shard = held.shard;
  code := 'refunded';
END $$;

CREATE FUNCTION ledger_counts(quotas bigint[])
RETURNS TABLE (quota bigint, granted bigint, used bigint, refunded bigint, expired bigint) LANGUAGE sql STABLE {OWNER} AS $$
  SELECT e.quota_id, count(*) FILTER (WHERE e.status = 'granted'), count(*) FILTER (WHERE e.status = 'used'),
         count(*) FILTER (WHERE e.status = 'refunded'), count(*) FILTER (WHERE e.status = 'expired')
  FROM ledger_entitlement e WHERE e.quota_id = ANY (quotas) GROUP BY e.quota_id
$$;

CREATE FUNCTION ledger_by_serial(quota bigint, serial_ int) RETURNS bigint LANGUAGE sql STABLE {OWNER} AS $$
  SELECT e.id FROM ledger_entitlement e WHERE e.quota_id = quota AND e.serial = serial_
$$;
"""

GRANTS = f"""
REVOKE ALL ON FUNCTION ledger_take, ledger_claim, ledger_use, ledger_refund, ledger_counts, ledger_by_serial FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_claim, ledger_refund TO {STAFF}, {WORKER};
GRANT EXECUTE ON FUNCTION ledger_use, ledger_counts, ledger_by_serial TO {STAFF};
"""

BACK = """
DROP FUNCTION ledger_by_serial, ledger_counts, ledger_refund, ledger_use, ledger_claim, ledger_take;
ALTER TABLE ledger_entitlement DROP CONSTRAINT ledger_entitlement_shard;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_postings"), ("people", "0001_initial")]
    operations = [
        migrations.RunSQL(TABLES + TAKE + USE + GRANTS, BACK),
        grant("ledger_quota", staff="SELECT", worker="SELECT"),
        grant("ledger_quota_shard", staff="SELECT", worker="SELECT"),
        grant("ledger_entitlement", staff="SELECT", worker="SELECT"),
        protect("ledger_entitlement", staff="false", worker=f"person_id = {PERSON}"),
    ]
