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


# Of today, by the size of what the post reaches: the smallest range that holds the place is the nearest.
_ABOVE = """
WITH held AS (
  SELECT coalesce(s.substitute_id, p.account_id) AS who, r.rgt - r.lft AS size
  FROM org_org o JOIN org_org r ON r.lft <= o.lft AND r.rgt >= o.lft
  JOIN people_post p ON coalesce(p.reach_id, p.org_id) = r.id AND NOT p.industry
  LEFT JOIN people_substitution s ON s.post_id = p.id AND s.from_day <= %(day)s AND s.to_day >= %(day)s
  WHERE o.id = %(org)s AND p.role = %(role)s AND p.from_day <= %(day)s AND coalesce(p.to_day, %(day)s) >= %(day)s)
SELECT DISTINCT who FROM held WHERE size = (SELECT min(size) FROM held) ORDER BY who
"""


def holders_above(*, role: Role, org_id: int, now: datetime) -> list[int]:
    """Ids of the accounts whose post of this role reaches the organisation from nearest: its own, else those of the
    level above. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, {"org": org_id, "role": role, "day": now.astimezone(CHINA).date()})
        return [row[0] for row in cursor.fetchall()]


@remember
def _holders(role: Role, org_id: int) -> tuple[tuple[int, date, date | None], ...]:
    """Everybody who ever held it, from which day to which."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, {"org": org_id, "role": role})
        return tuple(cursor.fetchall())
