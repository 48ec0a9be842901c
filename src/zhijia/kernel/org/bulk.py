"""Adding very many organisations at once: numbered in one pass, written by one COPY."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import FieldProblem, Invalid

from . import numbering
from .acting import Acting
from .models import Level, Org, OrgKind, Tree
from .numbering import EVERYTHING, Change, usual_size

_COLUMNS = (
    "id", "name", "short_name", "kind", "level", "region_id", "active", "valid_from",
    "parent_id", "lft", "rgt", "industry_parent_id", "industry_lft", "industry_rgt",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewOrg:
    """One organisation of a batch. Parents are positions of earlier rows in the same batch."""

    name: str
    kind: OrgKind
    level: Level
    region: str
    parent: int | None = None
    """None: directly under the organisation that the whole batch is added to."""
    industry_parent: int | None = None
    """None: an industrial union is a root of the industry tree, any other organisation does not stand in it."""
    short_name: str = ""


@transaction.atomic
def add_orgs(rows: Sequence[NewOrg], *, under: Org | None = None, now: datetime, actor: Acting) -> range:
    """Add all rows below `under` (None: as roots) and return their ids, in the order of the rows.

    Texts must be clean already. Half of every range that holds something stays free. Raises Invalid, before anything
    is written, when a row names a parent that does not come before it or has no place in that tree.
    """
    if not rows:
        return range(0)
    members = [i for i, row in enumerate(rows) if row.industry_parent is not None or row.kind == OrgKind.INDUSTRY_UNION]
    uplinks = [row.industry_parent for row in rows]
    parents = [row.parent for row in rows]
    everybody = range(len(rows))
    _check_order("parent", parents, everybody)
    _check_order("industry_parent", uplinks, members)
    numbering.lock()
    regional = _number(Change(Tree.REGION, now, actor.account_id), rows, parents, everybody, under)
    industrial = _number(Change(Tree.INDUSTRY, now, actor.account_id), rows, uplinks, members, None)
    ids = _reserve_ids(len(rows))
    day = now.astimezone(CHINA).date()
    top = under.pk if under else None
    with connection.cursor() as cursor, cursor.copy(f"COPY org_org ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
        for position, row in enumerate(rows):
            lft, rgt = regional[position]
            parent = top if row.parent is None else ids[row.parent]
            uplink = None if row.industry_parent is None else ids[row.industry_parent]
            industry_lft, industry_rgt = industrial.get(position, (None, None))
            copy.write_row((
                ids[position], row.name, row.short_name, row.kind.value, row.level.value, row.region, True, day,
                parent, lft, rgt, uplink, industry_lft, industry_rgt,
            ))  # fmt: skip
    return ids


def _check_order(field: str, parents: Sequence[int | None], members: Sequence[int]) -> None:
    seen: set[int] = set()
    for position in members:
        parent = parents[position]
        if parent is not None and parent not in seen:
            message = _("Row %(row)d comes before its parent, or the parent is missing.") % {"row": position}
            raise Invalid(FieldProblem(field, "order", message))
        seen.add(position)


def _number(
    change: Change, rows: Sequence[NewOrg], parents: Sequence[int | None], members: Sequence[int], under: Org | None
) -> dict[int, tuple[int, int]]:
    """The range of every member: sizes from the leaves up, then places from the top down."""
    if not members:
        return {}
    place = numbering.place_of(change.tree, under.pk if under else None)
    if place is None:
        raise Invalid(FieldProblem("under", "no_place", _("“%(name)s” does not stand in this tree.") % {"name": under}))
    inside: dict[int | None, int] = dict.fromkeys([None, *members], 0)
    sizes: dict[int, int] = {}
    for i in reversed(members):
        parent = parents[i]
        above = rows[parent].level if parent is not None else under.level if under else -1
        usual = usual_size(rows[i].kind, max(rows[i].level, above + 1), EVERYTHING)
        sizes[i] = max(usual, 2 * inside[i] + 2)
        inside[parent] += sizes[i]
    free: dict[int | None, int] = {None: numbering.make_room(change, place, inside[None])}
    ranges: dict[int, tuple[int, int]] = {}
    for i in members:
        lft = free[parents[i]]
        free[parents[i]] = lft + sizes[i]
        free[i] = lft + 1
        ranges[i] = (lft, lft + sizes[i] - 1)
    return ranges


def _reserve_ids(count: int) -> range:
    # Every insert into this table holds the numbering lock, so nobody draws from the sequence in between.
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(s) FROM pg_get_serial_sequence('org_org', 'id') s")
        first = int(cursor.fetchone()[0])
        cursor.execute("SELECT setval(pg_get_serial_sequence('org_org', 'id'), %s)", [first + count - 1])
    return range(first, first + count)
