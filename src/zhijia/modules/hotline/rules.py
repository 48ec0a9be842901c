"""Conditions and effects of the hotline, as plain functions; and the values its procedure needs."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Misconfigured, Verdict, no, yes
from zhijia.kernel.base.memo import remember
from zhijia.kernel.deadlines.models import DeadlineState
from zhijia.kernel.org.models import Org, OrgKind
from zhijia.kernel.org.queries import active_org
from zhijia.kernel.org.regions import ancestors
from zhijia.kernel.rules.bounds import Bound
from zhijia.kernel.rules.values import RuleDefault, Unit
from zhijia.kernel.service.context import Ctx

from .models import Category, Ticket

C = Ctx[Ticket]

_SOURCE = "default of the platform (?)"
RULES = (
    RuleDefault("hotline.dispatch_minutes", 60, Unit.MINUTES, _SOURCE, verified=False, note="general ticket"),
    RuleDefault("hotline.dispatch_urgent_minutes", 10, Unit.MINUTES, _SOURCE, verified=False, note="danger to life"),
    RuleDefault("hotline.sign", 1, Unit.WORKDAYS, _SOURCE, verified=False),
    RuleDefault("hotline.contact_hours", 24, Unit.HOURS, _SOURCE, verified=False, note="first contact with the worker"),
    RuleDefault("hotline.result.general", 5, Unit.WORKDAYS, _SOURCE, verified=False, note="tier: general"),
    RuleDefault("hotline.result.difficult", 15, Unit.WORKDAYS, _SOURCE, verified=False, note="tier: difficult"),
    RuleDefault("hotline.result.complex", 30, Unit.WORKDAYS, _SOURCE, verified=False, note="tier: especially complex"),
    RuleDefault("hotline.extension", 5, Unit.WORKDAYS, _SOURCE, verified=False, note="one extension"),
    RuleDefault("hotline.return_decision", 1, Unit.WORKDAYS, _SOURCE, verified=False),
    RuleDefault("hotline.urge_reply", 1, Unit.WORKDAYS, _SOURCE, verified=False),
    RuleDefault("hotline.supervise_reply", 2, Unit.WORKDAYS, _SOURCE, verified=False),
    RuleDefault("hotline.urge_gap_hours", 24, Unit.HOURS, _SOURCE, verified=False),
    RuleDefault(
        "hotline.mass_people",
        10,
        Unit.COUNT,
        "LDMAL art. 7 (ten or more workers)",
        verified=True,
        bound=Bound("劳动争议调解仲裁法 7", at_most=10),
    ),
    RuleDefault("clock.remind_hours", 24, Unit.HOURS, _SOURCE, verified=False),
    RuleDefault("clock.escalate_days", 3, Unit.DAYS, _SOURCE, verified=False),
)


@remember
def intake_unit(region: str) -> Org:
    """The hotline centre that receives tickets of this region: the deepest one whose region contains it."""
    chain = (region, *(a for a in ancestors(region) if a != region))
    centres = {
        o.region_id: o for o in Org.objects.filter(kind=OrgKind.HOTLINE_CENTRE, region_id__in=chain, active=True)
    }
    for code in chain:
        if code in centres:
            return centres[code]
    raise Misconfigured(f"no hotline centre serves region {region}")


def result_rule(c: C) -> str:
    """The rule of the tier the dispatcher chose."""
    return f"hotline.result.{c.facts.tier}"


def dispatch_rule(c: C) -> str:
    """Danger to life does not wait an hour."""
    return "hotline.dispatch_urgent_minutes" if c.facts.urgent else "hotline.dispatch_minutes"


# --- intake -----------------------------------------------------------------------------------------------------


def mark_intake(c: C) -> None:
    """Show on lists what was said at intake."""
    c.case.urgent, c.case.confidential = c.facts.urgent, c.facts.confidential
    c.case.marks = {"people": c.facts.people} if c.facts.people > 1 else {}


def serious(c: C) -> bool:
    """Many workers, an injury or danger to life: the level above gets a copy of the dispatch."""
    many = c.facts.people >= int(c.number("hotline.mass_people"))
    return many or c.facts.urgent or c.facts.category == Category.INJURY


def people_sensible(c: C) -> Verdict:
    """A whole number of workers between one and a hundred thousand."""
    people = c.data.get("people")
    if people is None or (1 <= people <= 100_000 and people == int(people)):
        return yes()
    return no("people", _("Write how many workers are concerned, from 1 to 100,000."))


# --- dispatch and return ----------------------------------------------------------------------------------------


NOT_HANDLING = (OrgKind.CALLBACK_CENTRE, OrgKind.HOTLINE_CENTRE)


def unit_of(c: C) -> Org:
    """The unit chosen by the dispatcher."""
    unit = active_org(c.data["unit"])
    if unit is None:  # unit_fits ran before
        raise Misconfigured(f"no active unit {c.data['unit']}")
    return unit


def unit_fits(c: C) -> Verdict:
    """The chosen unit exists, is active and lies within the dispatcher's reach."""
    unit = active_org(c.data["unit"])
    if unit is None:
        return no("unit", _("There is no such unit."))
    if unit.kind in NOT_HANDLING:
        return no("unit", _("This office handles no cases; the call-back must stay independent of who does."))
    if c.post and not c.post.covers(unit.pk, unit.lft, unit.industry_lft):
        return no("unit", _("This unit is outside your reach."))
    if unit.pk == c.case.unit_id and c.case.state != "returned":
        return no("unit", _("The case is with this unit already."))
    return yes()


def other_unit(c: C) -> Verdict:
    """An accepted return goes to another unit than the one that returned it."""
    if c.data["unit"] == c.case.unit_id:
        return no("unit", _("This unit has just returned it. Choose another one, or refuse the return."))
    return unit_fits(c)


def may_return(c: C) -> Verdict:
    """Once per case, and never after a refused return: the first receiver leads (首接负责)."""
    if c.facts.return_refused:
        return no("return_refused", _("Its return was refused: who received it first leads."))
    if c.facts.bounces:
        return no("returned_before", _("It has been returned once already; a case can be returned only once."))
    return yes()


def back_to_centre(c: C) -> Org:
    """A separated case starts again where it was received."""
    return intake_unit(c.case.region)


def count_bounce(c: C) -> None:
    """A return is work too: it is counted, whoever is right."""
    c.facts.bounces += 1
    c.mark("bounced")


def note_refusal(c: C) -> None:
    """From now on the first receiver leads."""
    c.facts.return_refused = True


# --- handling ---------------------------------------------------------------------------------------------------


def contacted(c: C) -> None:
    """Remember the first time the worker was really reached."""
    c.facts.contacted_at = c.facts.contacted_at or c.now


def was_contacted(c: C) -> Verdict:
    """Nobody submits a result without having spoken with the worker."""
    if c.facts.contacted_at is not None:
        return yes()
    return no("not_contacted", _("The worker has not been reached yet."), _("Record a contact first."))


def in_time_contact(c: C) -> bool:
    """Whether this contact met the contact clock: the numerator of the response rate."""
    clock = c.clock("contact")
    return clock is not None and clock.done_at == c.now and clock.state == DeadlineState.MET


def first_report(c: C) -> bool:
    """Each late result is counted once, however far up it is reported."""
    clock = c.clock("result")
    return clock is not None and clock.level == 1
