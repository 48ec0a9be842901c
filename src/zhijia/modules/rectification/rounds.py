"""One inspection, internal round or audit: its findings, how many of them are mended, and the report on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.people.actors import Role
from zhijia.kernel.people.sealed import open_for
from zhijia.kernel.rules.values import RuleDefault, Unit
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.declare import Message
from zhijia.kernel.service.prepared import as_platform

from .models import INTERNAL, Finding, Round

R = Ctx[Round]

_OURS = "default of the platform (?)"
RULES = (
    RuleDefault("rectification_round.collect", 30, Unit.DAYS, _OURS, verified=False, note="findings listed"),
    RuleDefault("rectification_round.report", 90, Unit.DAYS, _OURS, verified=False, note="report on the rectification"),
    RuleDefault("rectification_round.close", 270, Unit.DAYS, _OURS, verified=False, note="every finding closed"),
    RuleDefault("clock.remind_hours", 24, Unit.HOURS, _OURS, verified=False),
    RuleDefault("clock.escalate_days", 3, Unit.DAYS, _OURS, verified=False),
)
MENDED = frozenset({"accepted", "closed"})
ENDED = frozenset({"closed", "withdrawn"})


MESSAGES = (
    Message(key="begun", to=Role.UNIT_HEAD, text=_("Round {no} is registered. Its findings are listed by {due}.")),
    Message(key="reported", to=Role.UNIT_HEAD, text=_("The report of round {no} is issued.")),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One finding, as the round's page and report show it."""

    no: str
    finding: str
    owner: str
    state: str
    due: date | None
    late: bool
    accepted_on: date | None
    reopened: int

    @property
    def mended(self) -> bool:
        """Whether somebody else than the owner accepted that it is mended."""
        return self.state in MENDED


@dataclass(frozen=True)
class Tally:
    """How many findings there are, how many stand, how many are mended: never a rate without both numbers."""

    all: int
    stand: int
    mended: int
    late: int
    reopened: int

    @property
    def share(self) -> str:
        """Mended of those that stand, in percent; "" where none stands."""
        return f"{self.mended * 100 / self.stand:.1f}%" if self.stand else ""


def lines_of(c: R) -> list[Line]:
    """Every finding of the round, in the order in which they were registered: a rate over some of them would be wrong.
    Of those that the request may not see there are no words."""
    asked: dict[str, Any] = {"round": c.case.pk, "today": c.now.astimezone(CHINA).date()}
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, asked)
        seen = {case_id for (case_id,) in cursor.fetchall()}
    with as_platform(), connection.cursor() as cursor:
        cursor.execute(_LINES, asked)
        return [_line(row, row[0] in seen) for row in cursor.fetchall()]


_SEEN = "SELECT f.case_id FROM rectification_facts f WHERE f.round_id = %(round)s"
_LINES = """
SELECT c.id, c.no, f.finding, o.name, c.state, f.due,
  c.closed_at IS NULL AND f.accepted_on IS NULL AND f.due < %(today)s, f.accepted_on, f.reopened
FROM rectification_facts f JOIN cases_case c ON c.id = f.case_id JOIN org_org o ON o.id = f.owner_id
WHERE f.round_id = %(round)s ORDER BY c.id
"""


def _line(row: Sequence[Any], seen: bool) -> Line:
    case_id, number, sealed, *rest = row
    return Line(number, open_for(Finding, "finding", sealed, case_id) if seen else "", *rest)


def tally(lines: Sequence[Line]) -> Tally:
    """The numbers of a round."""
    stand = [line for line in lines if line.state != "withdrawn"]
    return Tally(
        len(lines), len(stand), sum(line.mended for line in stand), sum(bool(line.late) for line in stand),
        sum(line.reopened > 0 for line in stand),
    )  # fmt: skip


# --- conditions and effects -------------------------------------------------------------------------------------


def days_in_order(c: R) -> Verdict:
    """A round ends on or after its first day."""
    if c.data["begun"] <= c.data["ended"]:
        return yes()
    return no("ended", _("The last day lies before the first."))


def begin(c: R) -> None:
    """Findings of internal rounds and audits are seen only by those who deal with them."""
    c.case.confidential = c.facts.category in INTERNAL


def has_findings(c: R) -> Verdict:
    """A round without findings needs no rectification: it is closed instead."""
    if lines_of(c):
        return yes()
    return no("no_findings", _("No finding is listed yet."), _("Add the findings, one by one or as a workbook."))


def no_findings(c: R) -> Verdict:
    """Only a round that found nothing ends here."""
    if not lines_of(c):
        return yes()
    return no("has_findings", _("There are findings: they are rectified first."))


def all_ended(c: R) -> Verdict:
    """A round is closed when every finding is."""
    left = sum(line.state not in ENDED for line in lines_of(c))
    if not left:
        return yes()
    return no("findings_open", _("%(left)s findings are not closed yet.") % {"left": left})


def add_finding(c: R) -> None:
    """One finding becomes a case of its own."""
    d = c.data
    c.spawn(
        "rectification", round=c.case.no, finding=d["finding"], category=d["matter"], law=d.get("law") or "",
        owner=d.get("owner") or c.case.unit_id, department=d.get("department") or "",
    )  # fmt: skip
