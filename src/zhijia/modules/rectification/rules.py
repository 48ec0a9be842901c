"""Day counts and conditions of a finding. No law sets a limit for rectification: every count is a default (?)."""

from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Text, Verdict, no, yes
from zhijia.kernel.cases.models import Case
from zhijia.kernel.org.models import Org
from zhijia.kernel.org.queries import active_org
from zhijia.kernel.people.actors import Role
from zhijia.kernel.rules.values import RuleDefault, Unit
from zhijia.kernel.service.context import Ctx

from .models import INTERNAL, Finding, Proof, Round

C = Ctx[Finding]

_OURS = "default of the platform (?)"
RULES = (
    RuleDefault("rectification.notify", 5, Unit.WORKDAYS, _OURS, verified=False, note="finding to notice"),
    RuleDefault("rectification.answer", 10, Unit.DAYS, _OURS, verified=False, note="the owner accepts or disputes"),
    RuleDefault("rectification.decide", 10, Unit.WORKDAYS, _OURS, verified=False, note="decision on a dispute"),
    RuleDefault("rectification.plan", 10, Unit.WORKDAYS, _OURS, verified=False, note="measures and a date"),
    RuleDefault("rectification.longest", 60, Unit.DAYS, _OURS, verified=False, note="latest date of a plan"),
    RuleDefault("rectification.grace", 0, Unit.DAYS, _OURS, verified=False, note="after the date of the plan"),
    RuleDefault("rectification.extension", 30, Unit.DAYS, _OURS, verified=False, note="once, approved"),
    RuleDefault("rectification.acceptance", 10, Unit.WORKDAYS, _OURS, verified=False),
    RuleDefault("rectification.recheck", 180, Unit.DAYS, _OURS, verified=False, note="whether it came back"),
    RuleDefault("rectification.supervise_reply", 2, Unit.WORKDAYS, _OURS, verified=False),
    RuleDefault("clock.remind_hours", 24, Unit.HOURS, _OURS, verified=False),
    RuleDefault("clock.escalate_days", 3, Unit.DAYS, _OURS, verified=False),
)
TITLES: dict[str, Text] = {"rectification.longest": _("Latest date of a plan")}
"""Names of the values that no clock counts by."""
ACCEPTORS = frozenset({Role.SUPERVISOR, Role.QUALITY_CHECKER, Role.LEADER})
"""Who decides about a finding that another unit must mend: their right reaches below their own unit."""
MENDED = ("own_up", "plan", "record_proof", "submit")
"""Transitions of the owner: who did one does not accept the result."""


def today(c: Ctx[Finding] | Ctx[Round]) -> date:
    """The day in China."""
    return c.now.astimezone(CHINA).date()


# --- the beginning ----------------------------------------------------------------------------------------------


def round_of(c: C) -> Case | None:
    """The round that was named, if the actor may see it and it still takes findings."""
    named = str(c.data.get("round") or "")
    cases = Case.objects.visible_to(c.actor).filter(no=named, service="rectification_round", closed_at=None)
    return cases.first() if named else None


def round_known(c: C) -> Verdict:
    """A finding belongs to an open round or to none."""
    if c.data.get("round") and round_of(c) is None:
        return no("round", _("There is no open round with this number."))
    return yes()


def owner_fits(c: C) -> Verdict:
    """The unit that must mend it, where another than this one, is there and within the reach of who registers it."""
    if not c.data.get("owner"):
        return yes()
    owner = active_org(c.data["owner"])
    if owner is None:
        return no("owner", _("There is no such unit."))
    if c.post and not (owner.pk == c.case.unit_id or c.post.lft <= owner.lft <= c.post.rgt):
        return no("owner", _("This unit is outside your reach."))
    return yes()


def begin(c: C) -> None:
    """Whose finding it is, and whether only those see it who deal with it."""
    found = round_of(c)
    c.facts.round_id, c.facts.inspector_id = (found.pk if found else None), c.case.unit_id
    c.facts.owner_id = c.facts.owner_id or c.case.unit_id
    c.case.confidential = found is not None and found.category in INTERNAL


def owner(c: C) -> Org:
    """The unit that must mend it."""
    return c.facts.owner


# --- plan and evidence ------------------------------------------------------------------------------------------


def due_sensible(c: C) -> Verdict:
    """From today on, and not further off than a plan may reach."""
    longest = today(c) + timedelta(days=int(c.number("rectification.longest")))
    if today(c) <= c.data["due"] <= longest:
        return yes()
    return no("due", _("Choose a day from today to %(longest)s.") % {"longest": longest.isoformat()})


def due_day(c: C) -> datetime | None:
    """The clock of a plan counts to the end of the day that it names."""
    return datetime.combine(c.facts.due, time(), CHINA) if c.facts.due else None


def has_proof(c: C) -> Verdict:
    """What is handed in for acceptance rests on evidence of this round of work."""
    if Proof.objects.filter(case_id=c.case.pk).exists():
        return yes()
    return no("no_proof", _("There is no evidence yet."), _("Record at least one piece of evidence."))


# --- acceptance -------------------------------------------------------------------------------------------------


def not_the_owner(c: C) -> Verdict:
    """Nobody accepts what they or their own unit had to mend."""
    if c.post is None:
        return yes()
    if c.post.org_id == c.facts.owner_id or c.acted(*MENDED, account_id=c.actor.account_id):
        return no("owner", _("Your unit had to mend it, so somebody else decides about it."))
    return yes()


def accept(c: C) -> None:
    """Accepted today."""
    c.facts.accepted_on = today(c)


def hand_back(c: C) -> None:
    """It goes back for more work; how often is counted of the finding, not of a person."""
    c.facts.returned += 1


def come_back(c: C) -> None:
    """It is open again: plan, work and acceptance begin anew. The old evidence stays on file."""
    c.facts.reopened += 1
    c.facts.accepted_on = None
    for name in ("plan", "done", "verdict"):
        setattr(c.facts, name, "")
    c.case.marks = {**c.case.marks, "reopened": c.facts.reopened}


# --- what counts ------------------------------------------------------------------------------------------------


def in_time(c: C) -> bool:
    """Whether it was handed in by its date."""
    clock = c.clock("deadline")
    return clock is not None and clock.done_at == c.now and c.now <= clock.due_at


def first_time(c: C) -> bool:
    """A finding counts as accepted once, however often it came back."""
    return c.facts.reopened == 0


def first_report(c: C) -> bool:
    """Each late finding is counted once, however far up it is reported."""
    clock = c.clock("deadline")
    return clock is not None and clock.level == 1


def first_in_time(c: C) -> bool:
    """The numerator of the rate: handed in by its date, and not a second round of work."""
    return first_time(c) and in_time(c)
