"""Integer ranges with gaps: where the next organisation goes, and what happens when a range is full.

An organisation's range holds the ranges of all below it, so "everything below" is one BETWEEN. Rules:
- a new range goes after the last number in use in its parent; adding touches one row;
- a full range becomes wider: in place when nothing follows it, otherwise its subtree moves, as one block, to a
  free place in the same parent (one UPDATE); inside a block every number changes by the same shift;
- numbers that were left behind stay reserved until the move is settled, so no copy of an old number is ever inside
  the range of another organisation.
All writers hold one advisory lock, because widening may renumber what another writer has just read.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from zhijia.kernel.base.errors import Misconfigured

from .models import Level, Org, OrgKind, OrgMove, Tree

WORLD = 1 << 62
"""All numbers are below this."""
SMALLEST = 4
_LOCK = 0x6F7267
_RANKED = frozenset({OrgKind.FEDERATION, OrgKind.INDUSTRY_UNION})


@dataclass(frozen=True)
class Columns:
    """The three columns of one hierarchy."""

    parent: str
    lft: str
    rgt: str


COLUMNS = {
    Tree.REGION: Columns("parent_id", "lft", "rgt"),
    Tree.INDUSTRY: Columns("industry_parent_id", "industry_lft", "industry_rgt"),
}


@dataclass(frozen=True)
class Place:
    """Where an organisation stands in one hierarchy; the roots stand in the world, whose id is None."""

    id: int | None
    parent: int | None
    lft: int
    rgt: int

    @property
    def size(self) -> int:
        """How many numbers it has, its own included."""
        return self.rgt - self.lft + 1

    def holds(self, other: "Place") -> bool:
        """Whether `other` is this or lies below it."""
        return self.lft <= other.lft and other.rgt <= self.rgt


EVERYTHING = Place(None, None, 0, WORLD)


@dataclass(frozen=True)
class Change:
    """Who renumbers what, when: carried down to every OrgMove row that one call writes."""

    tree: Tree
    now: datetime
    actor_id: int | None


def lock() -> None:
    """Let nobody else number organisations until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def place_of(tree: Tree, org_id: int | None) -> Place | None:
    """Where the organisation stands now (its row is locked), or None when it is not in this hierarchy."""
    if org_id is None:
        return EVERYTHING
    c = COLUMNS[tree]
    rows = Org.objects.filter(pk=org_id, **{f"{c.lft}__isnull": False}).select_for_update(no_key=True)
    row = rows.values_list(c.parent, c.lft, c.rgt).first()
    return Place(org_id, *row) if row else None


def usual_size(kind: str, level: int, parent: Place) -> int:
    """How wide a new range is: by rank, 64 of a kind to the rank above; 2^20 for everything below a town.

    Never more than a 64th of the parent, so that a chain of equals cannot eat a range.
    """
    usual = 1 << (56 - 6 * level) if kind in _RANKED and level <= Level.TOWN else 1 << 20
    return min(usual, max(parent.size >> 6, SMALLEST))


def last_used(tree: Tree, place: Place) -> int:
    """The highest number inside `place` that is given or still reserved; its own left number when it is empty."""
    c = COLUMNS[tree]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT greatest(%(lft)s,
                (SELECT max({c.rgt}) FROM org_org
                  WHERE {c.parent} {"IS NULL" if place.id is None else "= %(id)s"} AND {c.lft} IS NOT NULL),
                (SELECT max(least(old_rgt, %(rgt)s)) FROM org_move
                  WHERE tree = %(tree)s AND settled_at IS NULL AND old_lft BETWEEN %(lft)s AND %(rgt)s))""",
            {"lft": place.lft, "rgt": place.rgt, "id": place.id, "tree": str(tree)},
        )
        return int(cursor.fetchone()[0])


def make_room(change: Change, parent: Place, size: int) -> int:
    """The left number of `size` free numbers inside `parent`, which becomes wider if it is full.

    Raises Misconfigured when even the world is full, which takes 2^62 numbers.
    """
    last = last_used(change.tree, parent)
    if last + size < parent.rgt:
        return last + 1
    if parent.id is None:
        raise Misconfigured("the organisation tree has run out of numbers: none is left below 2^62")
    wider = _widen(change, parent, 2 * max(parent.size, last - parent.lft + size + 1))
    return last + (wider.lft - parent.lft) + 1


def _widen(change: Change, place: Place, size: int) -> Place:
    assert place.id is not None, "the world cannot become wider"
    parent = _known(change.tree, place.parent)
    if last_used(change.tree, parent) == place.rgt and place.lft + size < parent.rgt:
        wider = Place(place.id, place.parent, place.lft, place.lft + size - 1)
        Org.objects.filter(pk=place.id).update(**{COLUMNS[change.tree].rgt: wider.rgt})
        return wider
    lft = make_room(change, parent, size)
    # Making room may have moved the parent, and this subtree with it.
    return shift_block(change, _known(change.tree, place.id), lft, size, to=place.parent)


def shift_block(change: Change, place: Place, lft: int, size: int, *, to: int | None, reason: str = "") -> Place:
    """Renumber a subtree in one statement so that it begins at `lft` under the parent `to`, and record it.

    `size` is that of the new range: everything inside keeps its distances, the room at the end changes.
    """
    assert place.id is not None, "the world cannot be moved"
    c = COLUMNS[change.tree]
    moved = Place(place.id, to, lft, lft + size - 1)
    shift = lft - place.lft
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE org_org SET {c.lft} = {c.lft} + %(shift)s,
                  {c.rgt} = CASE WHEN id = %(id)s THEN %(rgt)s ELSE {c.rgt} + %(shift)s END,
                  {c.parent} = CASE WHEN id = %(id)s THEN %(to)s::bigint ELSE {c.parent} END
                WHERE {c.lft} BETWEEN %(old_lft)s AND %(old_rgt)s""",
            {"shift": shift, "id": place.id, "rgt": moved.rgt, "to": to, "old_lft": place.lft, "old_rgt": place.rgt},
        )
    OrgMove.objects.create(
        org_id=place.id,
        tree=change.tree,
        from_parent_id=place.parent,
        to_parent_id=to,
        at=change.now,
        reason=reason,
        actor_id=change.actor_id,
        old_lft=place.lft,
        old_rgt=place.rgt,
        shift=shift,
    )
    return moved


def _known(tree: Tree, org_id: int | None) -> Place:
    place = place_of(tree, org_id)
    if place is None:
        raise Misconfigured(f"organisation {org_id} has children in the {tree} tree but no number there")
    return place
