"""Who holds a role somewhere today: whom a unit's messages go to."""

from datetime import date, datetime

from django.db import connection

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.memo import remember

from .actors import Role

_HOLDERS = """
SELECT p.account_id FROM people_post p
WHERE p.org_id = %(org)s AND p.role = %(role)s AND p.from_day <= %(day)s AND coalesce(p.to_day, %(day)s) >= %(day)s
UNION
SELECT s.substitute_id FROM people_substitution s JOIN people_post p ON p.id = s.post_id
WHERE p.org_id = %(org)s AND p.role = %(role)s AND s.from_day <= %(day)s AND s.to_day >= %(day)s
"""


def accounts_holding(*, role: Role, org_id: int, now: datetime) -> list[int]:
    """Ids of the accounts that hold `role` at the organisation today, substitutes included. One query."""
    return list(_holding(role, org_id, now.astimezone(CHINA).date()))


@remember
def _holding(role: Role, org_id: int, day: date) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, {"org": org_id, "role": role, "day": day})
        return tuple(row[0] for row in cursor.fetchall())
