"""Reading the union tree: what lies below and above, who is responsible, who was above on a past day."""

from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.memo import remember

from .models import Org, OrgKind, OrgMove, Region, Tree
from .numbering import COLUMNS
from .regions import ancestors

_ABOVE = """
    WITH RECURSIVE above(id) AS (
      SELECT {parent} FROM org_org WHERE id = %s
      UNION ALL SELECT o.{parent} FROM above a JOIN org_org o ON o.id = a.id
    ) SELECT id FROM above WHERE id IS NOT NULL"""

_PATH_ON = """
    WITH RECURSIVE path(id, depth) AS (
      SELECT %(org)s::bigint, 0
      UNION ALL
      SELECT CASE WHEN later.id IS NULL THEN o.{parent} ELSE later.from_parent_id END, p.depth + 1
      FROM path p JOIN org_org o ON o.id = p.id
      LEFT JOIN LATERAL (
        SELECT m.id, m.from_parent_id FROM org_move m
        WHERE m.org_id = o.id AND m.tree = %(tree)s AND m.at >= %(end)s ORDER BY m.at, m.id LIMIT 1
      ) later ON true
    ) SELECT id FROM path WHERE id IS NOT NULL ORDER BY depth DESC"""

_ERRORS = """
    SELECT {tree!r}, o.id, CASE
        WHEN p.id IS NOT NULL AND p.{lft} IS NULL THEN 'its parent has no range'
        WHEN o.{lft} <= p.{lft} OR o.{rgt} >= p.{rgt} THEN 'outside its parent'
        ELSE 'overlaps the sibling before it' END
    FROM (SELECT id, {parent}, {lft}, {rgt}, lag({rgt}) OVER (PARTITION BY {parent} ORDER BY {lft}, id) AS before
          FROM org_org WHERE {lft} IS NOT NULL) o
    LEFT JOIN org_org p ON p.id = o.{parent}
    WHERE o.{parent} IS NOT NULL AND p.{lft} IS NULL
       OR o.{lft} <= p.{lft} OR o.{rgt} >= p.{rgt} OR o.{lft} <= o.before"""


def subtree(org: Org, tree: Tree = Tree.REGION) -> QuerySet[Org]:
    """The organisation and all below it, in tree order; nothing where it does not stand in this tree."""
    c = COLUMNS[tree]
    lft, rgt = getattr(org, c.lft), getattr(org, c.rgt)
    return Org.objects.none() if lft is None else Org.objects.filter(**{f"{c.lft}__range": (lft, rgt)}).order_by(c.lft)


def ancestors_of(org: Org, tree: Tree = Tree.REGION) -> QuerySet[Org]:
    """All above the organisation, from the root down, itself not included.

    Walks the parent links: "lft before and rgt after" would read half of the index.
    """
    c = COLUMNS[tree]
    above = RawSQL(_ABOVE.format(parent=c.parent), [org.pk])  # noqa: S611 our own constants only
    return Org.objects.filter(pk__in=above).order_by(c.lft)


def covers(org: Org, other: Org, tree: Tree = Tree.REGION) -> bool:
    """Whether `other` is `org` or lies below it; no query."""
    c = COLUMNS[tree]
    lft, at, rgt = getattr(org, c.lft), getattr(other, c.lft), getattr(org, c.rgt)
    return None not in (lft, at) and bool(lft <= at <= rgt)


@remember
def unit_for(region_code: str, kinds: tuple[OrgKind, ...] = (OrgKind.FEDERATION,)) -> Org | None:
    """The active organisation responsible for a region: the highest of these kinds in the region itself or, where
    there is none, in the nearest region above it. A retired code stands for its successor.

    Raises ValueError for what is no region code.
    """
    successor = Region.objects.filter(pk=region_code, retired_in__isnull=False).values_list("successor_id", flat=True)
    code = successor.first() or region_code
    found = Org.objects.filter(region__in=ancestors(code), kind__in=list(kinds), active=True)
    return found.order_by("-region__level", "level", "lft").first()


@remember
def active_org(org_id: int) -> Org | None:
    """The active organisation with this id."""
    return Org.objects.filter(pk=org_id, active=True).first()


@remember
def parent_unit(org: Org) -> Org | None:
    """The nearest active federation above: where a matter goes when it is re-opened one level up."""
    return ancestors_of(org).filter(kind=OrgKind.FEDERATION, active=True).last()


def path_on(org: Org, day: date, tree: Tree = Tree.REGION) -> tuple[Org, ...]:
    """From the root down to the organisation itself, as it stood at the end of that day in China.

    Empty when it did not exist on that day. The rows are as they are now; only the links are those of the day.
    """
    if day < org.valid_from or (org.valid_to is not None and day > org.valid_to):
        return ()
    end = datetime.combine(day + timedelta(days=1), time.min, CHINA)
    with connection.cursor() as cursor:
        cursor.execute(_PATH_ON.format(parent=COLUMNS[tree].parent), {"org": org.pk, "tree": str(tree), "end": end})
        ids = [row[0] for row in cursor.fetchall()]
    known = Org.objects.in_bulk(ids)
    return tuple(known[i] for i in ids)


def parent_on(org: Org, day: date, tree: Tree = Tree.REGION) -> Org | None:
    """The parent at the end of that day in China; None for a root or when the organisation did not exist."""
    path = path_on(org, day, tree)
    return path[-2] if len(path) > 1 else None


def unsettled_moves(tree: Tree | None = None) -> QuerySet[OrgMove]:
    """Moves and widenings, oldest first, whose numbers copied to other tables may not have followed yet."""
    moves = OrgMove.objects.filter(settled_at=None).order_by("id")
    return moves if tree is None else moves.filter(tree=tree)


def verify_tree() -> list[str]:
    """Every nesting error of both hierarchies, one line each, found by one statement; empty when all is well."""
    parts = (_ERRORS.format(tree=str(tree), parent=c.parent, lft=c.lft, rgt=c.rgt) for tree, c in COLUMNS.items())
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts) + " ORDER BY 1, 2")
        return [f"{tree}: organisation {org} {problem}" for tree, org, problem in cursor.fetchall()]
