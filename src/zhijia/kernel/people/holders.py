"""Who holds a role somewhere today: whom a unit's messages go to."""

from datetime import date, datetime

from django.db import connection

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.memo import remember

from .actors import Role

_HOLDERS = """
SELECT p.account_id, p.from_day, p.to_day FROM people_post p WHERE p.org_id = %(org)s AND p.role = %(role)s
UNION
SELECT s.substitute_id, s.from_day, s.to_day FROM people_substitution s JOIN people_post p ON p.id = s.post_id
WHERE p.org_id = %(org)s AND p.role = %(role)s
"""


def accounts_holding(*, role: Role, org_id: int, now: datetime) -> list[int]:
    """Ids of the accounts that hold `role` at the organisation today, substitutes included. One query."""
    day = now.astimezone(CHINA).date()
    held = _holders(role, org_id)
    return sorted({account for account, first, last in held if first <= day and (last is None or day <= last)})


@remember
def _holders(role: Role, org_id: int) -> tuple[tuple[int, date, date | None], ...]:
    """Everybody who ever held it, from which day to which."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, {"org": org_id, "role": role})
        return tuple(cursor.fetchall())
