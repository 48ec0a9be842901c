"""Let cases follow their units when the union tree is renumbered: in chunks, repeatable, never lost.

The org tree keeps the old numbers reserved until a move is settled, so a case that has not followed yet can be seen
by nobody it does not belong to.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction

from zhijia.kernel.org.models import OrgMove, Tree
from zhijia.kernel.org.queries import unsettled_moves
from zhijia.kernel.org.tree import settle_move

CHUNK = 2000
GRACE = timedelta(minutes=5)
"""Transactions that began before a move and still write old numbers have ended after this long."""

_FOLLOW = {
    Tree.REGION: (
        "UPDATE cases_case c SET unit_lft = o.lft FROM org_org o WHERE o.id = c.unit_id AND c.id IN ("
        "SELECT c.id FROM cases_case c JOIN org_org o ON o.id = c.unit_id WHERE c.unit_lft <> o.lft "
        "AND o.lft BETWEEN %s AND %s LIMIT %s)"
    ),
    Tree.INDUSTRY: (
        "UPDATE cases_case c SET industry_lft = o.industry_lft FROM org_org o WHERE o.id = c.unit_id AND c.id IN ("
        "SELECT c.id FROM cases_case c JOIN org_org o ON o.id = c.unit_id "
        "WHERE c.industry_lft IS DISTINCT FROM o.industry_lft AND o.industry_lft BETWEEN %s AND %s LIMIT %s)"
    ),
}


def follow_moves(*, now: datetime) -> int:
    """Re-scope the cases of every unsettled move and settle those that are old enough; returns how many cases moved."""
    moved = 0
    for move in unsettled_moves():
        moved += _follow(move)
        if now - move.at > GRACE:
            settle_move(move=move, now=now)
    return moved


def _follow(move: OrgMove) -> int:
    moved = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            low, high = move.old_lft + move.shift, move.old_rgt + move.shift
            cursor.execute(_FOLLOW[Tree(move.tree)], [low, high, CHUNK])
            followed = int(cursor.rowcount)
        moved += followed
        if followed < CHUNK:
            return moved
