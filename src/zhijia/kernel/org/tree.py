"""Changing the union tree: add an organisation, move one with everything below it, settle a move."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import FieldProblem, Invalid, Text
from zhijia.kernel.base.text import clean

from . import numbering
from .acting import Acting
from .models import Level, Org, OrgKind, OrgMove, Region, Tree
from .numbering import Change, Place

NAME_LIMIT, SHORT_LIMIT, REASON_LIMIT = 200, 60, 500


def level_for(kind: OrgKind, region_level: int) -> Level:
    """The level of an organisation when none is given: its region's, or grassroots for unions and teams."""
    return Level.GRASSROOTS if kind in (OrgKind.GRASSROOTS, OrgKind.TEAM) else Level(region_level)


@transaction.atomic
def add_org(
    *,
    parent: Org | None,
    name: str,
    kind: OrgKind,
    region: Region,
    now: datetime,
    actor: Acting,
    short_name: str = "",
    level: Level | None = None,
    industry_parent: Org | None = None,
) -> Org:
    """Add one organisation under `parent` (None: a root) and, for an industrial union or where `industry_parent` is
    given, in the industry tree as well.

    Touches one row unless a range is full; then `parent` and others have new numbers in the database (refresh what
    you hold). Raises Invalid for a bad name or a parent that has no place in its tree.
    """
    name, short_name = _text("name", name, NAME_LIMIT, required=True), _text("short_name", short_name, SHORT_LIMIT)
    level = level_for(kind, region.level) if level is None else level
    numbering.lock()
    org = Org(
        name=name,
        short_name=short_name,
        kind=kind,
        level=level,
        region=region,
        parent=parent,
        industry_parent=industry_parent,
        valid_from=now.astimezone(CHINA).date(),
    )
    change = Change(Tree.REGION, now, actor.account_id)
    org.lft, org.rgt = _new_range(change, org, parent, "parent")
    if kind == OrgKind.INDUSTRY_UNION or industry_parent is not None:
        change = Change(Tree.INDUSTRY, now, actor.account_id)
        org.industry_lft, org.industry_rgt = _new_range(change, org, industry_parent, "industry_parent")
    org.save(force_insert=True)
    return org


@transaction.atomic
def move_org(
    *,
    org: Org,
    new_parent: Org | None,
    now: datetime,
    actor: Acting,
    reason: str,
    tree: Tree = Tree.REGION,
) -> OrgMove:
    """Move an organisation with everything below it to another parent (None: make it a root), keeping history.

    Only the moved subtree is renumbered, every number in it by the same `OrgMove.shift`; `org` is refreshed. If the
    new parent was full, further rows of OrgMove (`is_widening`) were written: `queries.unsettled_moves` lists all
    whose copies elsewhere must follow. Raises Invalid for a cycle, the same parent or no reason.
    """
    reason = _text("reason", reason, REASON_LIMIT, required=True)
    numbering.lock()
    change = Change(tree, now, actor.account_id)
    place, target = _stands(tree, org, "org"), _stands(tree, new_parent, "new_parent")
    if place.holds(target):
        raise _wrong("new_parent", "cycle", _("An organisation cannot be moved below itself."))
    if place.parent == target.id:
        raise _wrong("new_parent", "same", _("The organisation is already there."))
    size = _snug(change, org, place, target)
    lft = numbering.make_room(change, target, size)
    # Making room may have renumbered the subtree that is about to move.
    place = _stands(tree, org, "org")
    numbering.shift_block(change, place, lft, size, to=target.id, reason=reason)
    org.refresh_from_db()
    return OrgMove.objects.filter(org=org, tree=tree).latest("id")


@transaction.atomic
def enter_industry(*, org: Org, industry_parent: Org | None, now: datetime, actor: Acting) -> Org:
    """Give an organisation that stands only in the regional tree its place in the industry tree too.

    Raises Invalid when it is there already (then it is moved) or its industry parent is not.
    """
    numbering.lock()
    org.refresh_from_db()
    if org.industry_lft is not None:
        raise _wrong("org", "same", _("The organisation is already there."))
    org.industry_parent = industry_parent
    change = Change(Tree.INDUSTRY, now, actor.account_id)
    org.industry_lft, org.industry_rgt = _new_range(change, org, industry_parent, "industry_parent")
    org.save(update_fields=["industry_parent", "industry_lft", "industry_rgt"])
    return org


def settle_move(*, move: OrgMove, now: datetime) -> None:
    """Say that every copy of the moved numbers has followed: the numbers left behind may be given again."""
    OrgMove.objects.filter(pk=move.pk, settled_at=None).update(settled_at=now)
    move.refresh_from_db()


def _new_range(change: Change, org: Org, parent: Org | None, field: str) -> tuple[int, int]:
    place = _stands(change.tree, parent, field)
    size = numbering.usual_size(org.kind, max(org.level, parent.level + 1 if parent else 0), place)
    lft = numbering.make_room(change, place, size)
    return lft, lft + size - 1


def _snug(change: Change, org: Org, place: Place, target: Place) -> int:
    """The range a moved subtree needs: twice what it uses, but no less than new and no more than it has."""
    used = numbering.last_used(change.tree, place) - place.lft + 1
    return min(place.size, max(2 * used, numbering.usual_size(org.kind, org.level, target)))


def _stands(tree: Tree, org: Org | None, field: str) -> Place:
    place = numbering.place_of(tree, org.pk if org else None)
    if place is None:
        raise _wrong(field, "no_place", _("“%(name)s” does not stand in this tree.") % {"name": org})
    return place


def _text(field: str, raw: str, limit: int, *, required: bool = False) -> str:
    text = " ".join(clean(raw).split())
    if required and not text:
        raise _wrong(field, "required", _("This may not be empty."))
    if len(text) > limit:
        raise _wrong(field, "too_long", _("At most %(limit)d characters.") % {"limit": limit})
    return text


def _wrong(field: str, code: str, message: Text) -> Invalid:
    return Invalid(FieldProblem(field, code, message))
