from django.db import migrations

from zhijia.kernel.base.database import STAFF, WORKER

# The request roles count through the function only; the table itself is the owner's.
LIMITS = f"""
CREATE UNLOGGED TABLE base_limit (key bytea PRIMARY KEY, hits integer NOT NULL, until timestamptz NOT NULL);
CREATE INDEX base_limit_until ON base_limit (until);

CREATE FUNCTION base_hit(key_ bytea, most integer, now_ timestamptz, span interval, OUT hits integer, OUT until timestamptz)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO base_limit AS l (key, hits, until) VALUES (key_, 1, now_ + span)
  ON CONFLICT (key) DO UPDATE SET
    hits = CASE WHEN l.until <= now_ THEN 1 ELSE least(l.hits, most + 1) + 1 END,
    until = CASE WHEN l.until <= now_ THEN now_ + span ELSE l.until END
  RETURNING l.hits, l.until
$$;
COMMENT ON FUNCTION base_hit IS 'Count one try in its window: the how manyth it is (at most two more than most), and when the window ends';
REVOKE ALL ON FUNCTION base_hit FROM PUBLIC;
GRANT EXECUTE ON FUNCTION base_hit TO {STAFF}, {WORKER};
"""


class Migration(migrations.Migration):
    dependencies = [("base", "0001_roles")]
    operations = [migrations.RunSQL(LIMITS, "DROP FUNCTION base_hit; DROP TABLE base_limit;")]
