"""What a post lets its holder do, and how far: each permission has a reach of its own (docs/adr/0015).

The table below is what a role gives by itself. A post may be given a wider or a narrower reach for one permission
(`posts.set_right`); nothing is ever the union of all that a person holds.
"""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text

from .roles import Role


class Permission(StrEnum):
    """One thing that a post may allow."""

    ACT = "case.act"
    """Fire transitions, file, note: to change cases at all. Which transitions is the service's declaration."""
    READ = "case.read"
    CONFIDENTIAL = "case.confidential"
    """Read cases that are marked confidential."""
    EXPORT = "case.export"
    """Take lists out as files."""
    UNMASK = "person.unmask"
    FIGURES = "figures.read"
    AUDIT = "audit.read"
    ACCOUNTS = "account.manage"
    POSTS = "post.manage"
    SECURITY = "security.manage"
    """Sessions, lockouts, emergency access, sealed identities, the second key of a disposal."""
    SETTINGS = "settings.manage"
    """Texts, rules, keys, backups: the operation of the platform."""
    PROGRAMMES = "programme.manage"
    """Set up and run a benefit programme."""

    @property
    def title(self) -> Text:  # type: ignore[override]
        """The permission in words."""
        return _TITLES[self]


_TITLES: dict[Permission, Text] = {
    Permission.ACT: _("Work on cases"),
    Permission.READ: _("Read cases"),
    Permission.CONFIDENTIAL: _("Read confidential cases"),
    Permission.EXPORT: _("Take lists out"),
    Permission.UNMASK: _("Unmask personal data"),
    Permission.FIGURES: _("Read figures"),
    Permission.AUDIT: _("Read the audit trail"),
    Permission.ACCOUNTS: _("Manage accounts"),
    Permission.POSTS: _("Give and take posts"),
    Permission.SECURITY: _("Manage security"),
    Permission.SETTINGS: _("Operate the platform"),
    Permission.PROGRAMMES: _("Run benefit programmes"),
}


class Reach(StrEnum):
    """How far one permission goes."""

    ALL = "all"
    CHOSEN = "chosen"
    """The subtrees of organisations that are named one by one."""
    BELOW = "below"
    """The post's own unit and everything below it (or below the organisation that the post reaches)."""
    UNIT = "unit"
    OWN = "own"
    """What the holder is personally in charge of; for confidential cases also what lies with their unit while nobody
    is in charge."""
    NONE = "none"
    """Taken away from what the role gives."""

    @property
    def title(self) -> Text:  # type: ignore[override]
        """The reach in words."""
        return _REACHES[self]


_REACHES: dict[Reach, Text] = {
    Reach.ALL: _("Everything"),
    Reach.CHOSEN: _("Chosen organisations"),
    Reach.BELOW: _("Own unit and below"),
    Reach.UNIT: _("Own unit"),
    Reach.OWN: _("Own matters"),
    Reach.NONE: _("Nothing"),
}

_P, _R = Permission, Reach
_WORK: dict[Permission, Reach] = {
    _P.ACT: _R.BELOW, _P.READ: _R.BELOW, _P.UNMASK: _R.BELOW, _P.EXPORT: _R.BELOW, _P.FIGURES: _R.BELOW,
}  # fmt: skip
_UNIT = {**_WORK, _P.ACT: _R.UNIT, _P.PROGRAMMES: _R.UNIT}

BY_ROLE: Mapping[Role, Mapping[Permission, Reach]] = {
    Role.AGENT: {**_WORK, _P.CONFIDENTIAL: _R.OWN},
    Role.DISPATCHER: {**_WORK, _P.CONFIDENTIAL: _R.BELOW},
    Role.OFFICER: {**_UNIT, _P.CONFIDENTIAL: _R.OWN},
    Role.UNIT_HEAD: {**_UNIT, _P.CONFIDENTIAL: _R.UNIT},
    Role.CALLBACK_AGENT: {**_WORK, _P.CONFIDENTIAL: _R.BELOW},
    Role.QUALITY_CHECKER: {**_WORK, _P.CONFIDENTIAL: _R.BELOW},
    Role.SUPERVISOR: {**_WORK, _P.CONFIDENTIAL: _R.BELOW},
    Role.LEADER: {**_WORK, _P.PROGRAMMES: _R.BELOW},
    Role.AUDITOR: {
        _P.READ: _R.BELOW, _P.CONFIDENTIAL: _R.BELOW, _P.FIGURES: _R.BELOW, _P.AUDIT: _R.BELOW,
    },
    Role.ADMINISTRATOR: {_P.ACCOUNTS: _R.BELOW, _P.SETTINGS: _R.BELOW},
    Role.SECURITY_ADMINISTRATOR: {_P.POSTS: _R.BELOW, _P.SECURITY: _R.BELOW},
    Role.ORGANISER: {_P.PROGRAMMES: _R.UNIT},
    Role.PARTNER: {_P.ACT: _R.BELOW, _P.READ: _R.BELOW, _P.CONFIDENTIAL: _R.OWN},
}  # fmt: skip
"""What each role gives. What is not named is not given."""

_APART = (Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR, Role.ORGANISER)


def incompatible(one: Role, other: Role) -> bool:
    """Whether nobody may hold both at the same time: the three administrators (系统、安全、审计) are separate from each
    other and from all who work on cases; so is the organiser of a campaign, who sees no case at all. Who handled
    one case is kept from judging it by the case's own conditions:
    in a small union one person does both, for different cases.
    """
    return one != other and (one in _APART or other in _APART)
