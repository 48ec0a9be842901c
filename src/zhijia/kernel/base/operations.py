"""Migration operations for roles, grants and row-level security, so that each app's migration states its own."""

from typing import Any

from django.db.migrations.operations import RunSQL

from .database import CHANGED_CASE, MAY_WRITE, STAFF, WORKER

Statements = list[str | tuple[str, Any]]


def create_roles() -> RunSQL:
    """Make the two request roles if this server does not have them, and let the owner take them."""
    return RunSQL(
        f"""
        DO $$ DECLARE r text; BEGIN
          FOREACH r IN ARRAY ARRAY['{STAFF}', '{WORKER}'] LOOP
            BEGIN
              IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = r) THEN
                EXECUTE format('CREATE ROLE %I NOLOGIN', r);
              END IF;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
            END;
            IF NOT pg_has_role(CURRENT_USER, r, 'MEMBER') THEN
              EXECUTE format('GRANT %I TO CURRENT_USER', r);
            END IF;
          END LOOP;
        END $$;
        """,
        RunSQL.noop,
    )


def grant(table: str, *, staff: str = "", worker: str = "") -> RunSQL:
    """Let the request roles use `table`: comma-separated privileges such as "SELECT, INSERT"."""
    given = [(rights, role) for rights, role in ((staff, STAFF), (worker, WORKER)) if rights]
    sql: Statements = [f"GRANT {rights} ON {table} TO {role}" for rights, role in given]
    back: Statements = [f"REVOKE ALL ON {table} FROM {role}" for _rights, role in given]
    return RunSQL(sql, back)


def protect(table: str, *, staff: str, worker: str, staff_write: str = "", worker_write: str = "") -> RunSQL:
    """Bind both roles to row-level policies on `table`: SQL conditions for reading and (default: the same) writing."""
    name, worker_writes = table.replace(".", "_"), worker_write or worker
    return RunSQL(
        [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY {name}_staff ON {table} TO {STAFF} USING ({staff}) WITH CHECK ({staff_write or staff})",
            f"CREATE POLICY {name}_worker ON {table} TO {WORKER} USING ({worker}) WITH CHECK ({worker_writes})",
        ],
        [
            f"DROP POLICY {name}_staff ON {table}",
            f"DROP POLICY {name}_worker ON {table}",
            f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        ],
    )


def confine(table: str, within: str = MAY_WRITE) -> RunSQL:
    """Let staff change rows of `table` only where `within` holds too, whatever they may read of it.

    Adds to `protect` and cannot be lifted by another policy. Every table that staff may write needs one: a test asks
    the catalogue for those that have none.
    """
    name = table.replace(".", "_")
    return RunSQL(
        [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"CREATE POLICY {name}_adds ON {table} AS RESTRICTIVE FOR INSERT TO {STAFF} WITH CHECK ({within})",
            f"CREATE POLICY {name}_changes ON {table} AS RESTRICTIVE FOR UPDATE TO {STAFF} USING ({within})",
            f"CREATE POLICY {name}_removes ON {table} AS RESTRICTIVE FOR DELETE TO {STAFF} USING ({within})",
        ],
        [f"DROP POLICY {name}_{act} ON {table}" for act in ("adds", "changes", "removes")],
    )


def confine_to_case(*tables: str) -> list[RunSQL]:
    """Let staff change rows of these tables only with a case that they see and may work on. As this says all, the check
    that `protect` made for writing is taken out: it would ask the same once more for each row."""
    trusted = [f"ALTER POLICY {table.replace('.', '_')}_staff ON {table} WITH CHECK (true)" for table in tables]
    return [*(confine(table, CHANGED_CASE) for table in tables), RunSQL([*trusted], RunSQL.noop)]
