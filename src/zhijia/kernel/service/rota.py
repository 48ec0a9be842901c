"""Whose turn it is: a unit's roster, each by weight and by what they have in hand.

The next is whoever has the least open work for their weight; among equals, whose turn was longest ago. Who is away
(a substitute stands in), has lost the post or is kept out by a conflict is passed over, and the reason is said.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, FieldProblem, Invalid, Text, Verdict, no, yes

from .context import Ctx
from .declare import Ask, Effect, Guard
from .prepared import as_platform
from .terms import listed

Check = Callable[[Ctx[Any], int], Verdict]
"""Whether this account may take this case: a refusal says the conflict."""


@dataclass(frozen=True)
class Seat:
    """One person of a roster as they stand today."""

    account_id: int
    name: str
    weight: int
    open: int
    """Open cases of the service that they are in charge of."""
    taken_at: datetime | None
    away: bool

    @property
    def load(self) -> float:
        """What one more case would mean, for their weight; whoever takes none comes last."""
        return (self.open + 1) / self.weight if self.weight else float("inf")


_SEATS = """
SELECT s.account_id, a.name, s.weight, held.n, s.taken_at,
  NOT a.is_active OR posts.away OR NOT posts.there
FROM people_rosterseat s JOIN people_account a ON a.id = s.account_id
CROSS JOIN LATERAL (SELECT count(*) AS n FROM cases_case c
  WHERE c.assignee_id = s.account_id AND c.closed_at IS NULL AND c.service = %(service)s) held
CROSS JOIN LATERAL (
  SELECT count(p.id) > 0 AS there, coalesce(bool_and(EXISTS (SELECT 1 FROM people_substitution t
    WHERE t.post_id = p.id AND %(day)s BETWEEN t.from_day AND coalesce(t.to_day, %(day)s))), false) AS away
  FROM people_post p WHERE p.account_id = s.account_id AND p.org_id = s.org_id
    AND p.role IN ('officer', 'unit_head') AND %(day)s BETWEEN p.from_day AND coalesce(p.to_day, %(day)s)) posts
WHERE s.org_id = %(org)s AND s.roster = %(roster)s AND %(day)s BETWEEN s.from_day AND coalesce(s.to_day, %(day)s)
"""


def seats(roster: str, *, org_id: int, now: datetime) -> list[Seat]:
    """Everybody on a unit's roster today, whose turn it is first; who is away last. One query."""
    day = now.astimezone(CHINA).date()
    with as_platform(), connection.cursor() as cursor:
        cursor.execute(_SEATS, {"org": org_id, "roster": roster, "service": roster.partition(".")[0], "day": day})
        found = [Seat(*row) for row in cursor.fetchall()]
    return sorted(found, key=lambda s: (s.away, s.load, s.taken_at is not None, s.taken_at, s.account_id))


def turn(
    c: Ctx[Any], roster: str, *, skip: Collection[int] = (), conflict: Check | None = None, org_id: int | None = None
) -> int | None:
    """The account whose turn it is to take the case; None when nobody can."""
    for seat in seats(roster, org_id=org_id or c.case.unit_id, now=c.now):
        if seat.away or not seat.weight or seat.account_id in skip:
            continue
        if conflict is None or conflict(c, seat.account_id):
            return seat.account_id
    return None


def seat(name: str, title: Text, roster: str, **more: Any) -> Ask:
    """Who of the roster takes it: each with what they have in hand; left empty, it is whose turn it is."""

    def members(c: Ctx[Any]) -> list[tuple[int, Text]]:
        """Name and open cases of everybody who is there."""
        found = seats(roster, org_id=c.case.unit_id, now=c.now)
        return [(s.account_id, _("%(name)s (%(open)s open)") % {"name": s.name, "open": s.open}) for s in found if not s.away]  # fmt: skip  # noqa: E501

    says = _("Left empty: whose turn it is, by weight and by what each has in hand.")
    return listed(name, title, members, **({"required": False, "help": says} | more))


def assign(field: str, roster: str, *, conflict: Check | None = None) -> Effect:
    """An effect that puts the chosen member (or whose turn it is) in charge. Refuses, in its words, whoever has a
    conflict."""

    def put_in_charge(c: Ctx[Any]) -> None:
        """The chosen member of the roster is in charge."""
        chosen = c.data.get(field)
        if chosen is not None and conflict is not None and not (verdict := conflict(c, chosen)):
            raise Invalid(FieldProblem(field, verdict.code, verdict.reason))
        chosen = chosen if chosen is not None else turn(c, roster, conflict=conflict)
        if chosen is None:
            raise Conflict(_("Nobody on the roster can take it: all are away or have a conflict."), code="nobody_free")
        c.case.assignee_id = chosen
        c.data = {**c.data, field: chosen}
        took(roster, chosen, org_id=c.case.unit_id, now=c.now)

    return put_in_charge


def took(roster: str, account_id: int, *, org_id: int, now: datetime) -> None:
    """Note that it was this member's turn."""
    with as_platform(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_rosterseat SET taken_at = %s WHERE org_id = %s AND roster = %s AND account_id = %s",
            [now, org_id, roster, account_id],
        )


def staffed(roster: str) -> Guard:
    """Somebody is on the unit's roster."""

    def is_staffed(c: Ctx[Any]) -> Verdict:
        """Work is given by turns only where a roster is kept."""
        if any(not s.away and s.weight for s in seats(roster, org_id=c.case.unit_id, now=c.now)):
            return yes()
        return no("no_roster", _("Nobody is on the roster of this unit."), _("The head of the unit enters who takes turns."))  # fmt: skip  # noqa: E501

    return is_staffed
