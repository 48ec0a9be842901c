"""Every table that a member of staff may write in a request is confined: who may change nothing, changes nothing."""

import pytest
from django.db import connection

from zhijia.kernel.base.database import STAFF

UNCONFINED = {
    "audit_chain", "audit_entry",  # reading is on record, so a reader adds to it
    "cases_watch",  # a list of one's own
    "sheets_job", "sheets_chunk",  # one's own jobs: taking a list out is one
    "events_outgoing",  # only added to, by a transition that is confined itself
}  # fmt: skip
WRITABLE = f"""
    SELECT DISTINCT g.table_name, g.privilege_type FROM information_schema.role_table_grants g
    WHERE g.grantee = '{STAFF}' AND g.table_schema = 'public' AND g.privilege_type IN ('INSERT', 'UPDATE', 'DELETE')
    UNION SELECT DISTINCT c.table_name, c.privilege_type FROM information_schema.column_privileges c
    WHERE c.grantee = '{STAFF}' AND c.table_schema = 'public' AND c.privilege_type IN ('INSERT', 'UPDATE')
"""
CONFINED = f"""
    SELECT tablename, cmd FROM pg_policies
    WHERE schemaname = 'public' AND permissive = 'RESTRICTIVE' AND '{STAFF}' = ANY (roles)
"""


@pytest.mark.django_db
def test_every_table_that_staff_may_write_is_confined() -> None:
    with connection.cursor() as cursor:
        cursor.execute(WRITABLE)
        writable = {row for row in cursor.fetchall() if row[0] not in UNCONFINED}
        cursor.execute(CONFINED)
        missing = sorted(writable - set(cursor.fetchall()))
        print(missing)
        assert missing == []
