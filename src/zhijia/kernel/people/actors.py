"""Who acts: the roles of the trade, how far each reaches, and the actor of one request."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.database import EMPTY
from zhijia.kernel.base.errors import Text


class Role(StrEnum):
    """A post's role. `docs/glossary.md` maps each to Chinese."""

    WORKER = "worker"
    AGENT = "agent"
    DISPATCHER = "dispatcher"
    OFFICER = "officer"
    UNIT_HEAD = "unit_head"
    CALLBACK_AGENT = "callback_agent"
    QUALITY_CHECKER = "quality_checker"
    SUPERVISOR = "supervisor"
    LEADER = "leader"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    PARTNER = "partner"
    SYSTEM = "system"

    @property
    def title(self) -> Text:  # type: ignore[override]
        """The role's name for people."""
        return _TITLES[self]


_TITLES: dict[Role, Text] = {
    Role.WORKER: _("Worker"),
    Role.AGENT: _("Hotline agent"),
    Role.DISPATCHER: _("Dispatcher"),
    Role.OFFICER: _("Union officer"),
    Role.UNIT_HEAD: _("Head of unit"),
    Role.CALLBACK_AGENT: _("Call-back agent"),
    Role.QUALITY_CHECKER: _("Quality checker"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.LEADER: _("Leader"),
    Role.AUDITOR: _("Auditor"),
    Role.ADMINISTRATOR: _("Administrator"),
    Role.PARTNER: _("Partner system"),
    Role.SYSTEM: _("The platform"),
}

OWN_UNIT_ONLY = frozenset({Role.OFFICER, Role.UNIT_HEAD})
"""Roles that act only on cases of their own unit; all others act on everything below their reach."""


@dataclass(frozen=True)
class Held:
    """A post held now: `role` at `org`, acting on the cases whose unit lies in [`lft`, `rgt`]."""

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

    def covers(self, unit_id: int, unit_lft: int, unit_industry_lft: int | None = None) -> bool:
        """Whether this post may act on a case that lies with the given unit."""
        if self.role in OWN_UNIT_ONLY:
            return unit_id == self.org_id
        at = unit_industry_lft if self.industry else unit_lft
        return at is not None and self.lft <= at <= self.rgt


@dataclass(frozen=True)
class Actor:
    """The person (or machine) behind one request, with the posts held at this moment."""

    account_id: int | None = None
    person_id: int | None = None
    name: str = ""
    posts: tuple[Held, ...] = field(default=())
    system: bool = False

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

    def ranges(self) -> list[tuple[int, int]]:
        """The regional ranges of all posts, merged where they overlap: what row-level security gets."""
        merged: list[tuple[int, int]] = []
        for lft, rgt in sorted((p.lft, p.rgt) for p in self.posts if not p.industry):
            if merged and lft <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(rgt, merged[-1][1]))
            else:
                merged.append((lft, rgt))
        return merged

    def industry_range(self) -> tuple[int, int]:
        """The range in the industry tree, or the empty range."""
        return next(((p.lft, p.rgt) for p in self.posts if p.industry), EMPTY)
