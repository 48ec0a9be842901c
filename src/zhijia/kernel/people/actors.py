"""Who acts: the posts held at this moment, what each allows and how far, and the actor of one request."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.database import EMPTY, Ranges
from zhijia.kernel.base.errors import Forbidden

from .permissions import BY_ROLE, Permission, Reach
from .roles import Role

__all__ = ["OWN_UNIT_ONLY", "Actor", "Held", "Permission", "Reach", "Role"]

OWN_UNIT_ONLY = frozenset(role for role, gives in BY_ROLE.items() if gives.get(Permission.ACT) == Reach.UNIT)
"""Roles that act only on cases of their own unit; all others act on everything below their reach."""
EVERYWHERE = (0, 2**62)
"""A range that holds every place."""
_WHOLE: Mapping[Permission, tuple[Reach, tuple[tuple[int, int], ...]]] = {}


@dataclass(frozen=True)
class Held:
    """A post held now: `role` at `org`, reaching down to the organisations that lie in [`lft`, `rgt`]."""

    id: int
    role: Role
    org_id: int
    org_name: str
    lft: int
    rgt: int
    substitute_for: str = ""
    """Name of the absent holder, when this post is held as their substitute."""
    industry: bool = False
    """The range counts in the industry tree, not the regional one."""
    org_lft: int | None = None
    """Where the organisation itself stands in the regional tree; None: at `lft`."""
    campaign: str = ""
    """The one campaign that the post is for, such as "vouchers.programme:5"."""
    rights: Mapping[Permission, tuple[Reach, tuple[tuple[int, int], ...]]] = field(default_factory=lambda: _WHOLE)
    """Reaches that were set for this post and differ from the role's; with the chosen ranges."""

    def reach(self, permission: Permission) -> Reach:
        """How far the permission goes by right of this post."""
        if permission in self.rights:
            return self.rights[permission][0]
        return BY_ROLE.get(self.role, {}).get(permission, Reach.NONE)

    def regions(self, permission: Permission) -> tuple[tuple[int, int], ...]:
        """The ranges of the regional tree that the permission reaches."""
        reach = self.reach(permission)
        if reach == Reach.BELOW and not self.industry:
            return ((self.lft, self.rgt),)
        if reach == Reach.UNIT:
            at = self.lft if self.org_lft is None else self.org_lft
            return ((at, at),)
        if reach == Reach.CHOSEN:
            return self.rights[permission][1]
        return (EVERYWHERE,) if reach == Reach.ALL else ()

    def industries(self, permission: Permission) -> tuple[int, int]:
        """The range of the industry tree that the permission reaches."""
        return (self.lft, self.rgt) if self.industry and self.reach(permission) == Reach.BELOW else EMPTY

    def covers(
        self, unit_id: int, unit_lft: int, unit_industry_lft: int | None = None,
        permission: Permission = Permission.ACT,
    ) -> bool:  # fmt: skip
        """Whether by right of this post the holder may do so where the given unit is."""
        if self.reach(permission) == Reach.UNIT:
            return unit_id == self.org_id
        return Ranges(self.regions(permission), self.industries(permission)).hold(unit_lft, unit_industry_lft)


@dataclass(frozen=True)
class Actor:
    """The person (or machine) behind one request, with the posts held at this moment."""

    account_id: int | None = None
    person_id: int | None = None
    name: str = ""
    posts: tuple[Held, ...] = field(default=())
    system: bool = False
    opened: frozenset[int] = frozenset()
    """Ids of single cases that were opened for this account for a while (docs/adr/0015)."""

    @classmethod
    def platform(cls) -> Self:
        """The platform itself: clocks, tasks, commands."""
        return cls(name="platform", system=True)

    @property
    def is_staff(self) -> bool:
        """Whether the actor holds any post at all."""
        return bool(self.posts)

    def roles(self) -> frozenset[Role]:
        """Every role held now; the platform holds SYSTEM, everybody with a person WORKER."""
        held = {p.role for p in self.posts}
        if self.system:
            held.add(Role.SYSTEM)
        if self.person_id is not None:
            held.add(Role.WORKER)
        return frozenset(held)

    def may(self, *permissions: Permission) -> bool:
        """Whether some post gives one of these, however far it goes. The platform may do everything."""
        return self.system or any(p.reach(permission) != Reach.NONE for p in self.posts for permission in permissions)

    def require(self, *permissions: Permission) -> None:
        """Raises Forbidden, naming what is missing, unless `may`."""
        if not self.may(*permissions):
            what = "、".join(str(permission.title) for permission in permissions)
            raise Forbidden(format_lazy(_("Your posts do not allow this: {what}."), what=what), code="no_permission")

    def owns(self, permission: Permission) -> bool:
        """Whether the permission goes as far as what the actor is personally in charge of."""
        return any(p.reach(permission) == Reach.OWN for p in self.posts)

    def ranges(self, permission: Permission = Permission.READ) -> list[tuple[int, int]]:
        """The regional ranges of one permission, merged where they overlap: what row-level security gets."""
        return merged(found for post in self.posts for found in post.regions(permission))

    def industry_range(self, permission: Permission = Permission.READ) -> tuple[int, int]:
        """The range in the industry tree, or the empty range."""
        found = (post.industries(permission) for post in self.posts)
        return next((pair for pair in found if pair != EMPTY), EMPTY)

    def within(self, permission: Permission) -> Ranges:
        """Both kinds of ranges of one permission."""
        return Ranges(self.ranges(permission), self.industry_range(permission))

    def reaches(self, permission: Permission, lft: int, industry_lft: int | None = None) -> bool:
        """Whether the permission reaches the place with these bounds. The platform reaches everything."""
        return self.system or self.within(permission).hold(lft, industry_lft)


def merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same places in as few ranges as possible, in order."""
    kept: list[tuple[int, int]] = []
    for lft, rgt in sorted(ranges):
        if kept and lft <= kept[-1][1] + 1:
            kept[-1] = (kept[-1][0], max(rgt, kept[-1][1]))
        else:
            kept.append((lft, rgt))
    return kept


def held_for(posts: Collection[Held], permission: Permission) -> tuple[Held, ...]:
    """The posts that give the permission at all."""
    return tuple(post for post in posts if post.reach(permission) != Reach.NONE)
