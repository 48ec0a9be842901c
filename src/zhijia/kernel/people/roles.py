"""The roles of the trade."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

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
    SECURITY_ADMINISTRATOR = "security_administrator"
    ORGANISER = "organiser"
    """Runs one campaign and nothing else."""
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
    Role.ADMINISTRATOR: _("System administrator"),
    Role.SECURITY_ADMINISTRATOR: _("Security administrator"),
    Role.ORGANISER: _("Campaign organiser"),
    Role.PARTNER: _("Partner system"),
    Role.SYSTEM: _("The platform"),
}
