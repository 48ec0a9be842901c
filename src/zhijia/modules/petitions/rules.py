"""The time limits of the Regulation on Letters and Visits (信访工作条例, 2022) and the conditions of each step."""

# ruff: noqa: E501 (one rule, one line)

from collections.abc import Callable
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Text, Verdict, no, yes
from zhijia.kernel.cases.models import Case, Party
from zhijia.kernel.deadlines import store
from zhijia.kernel.deadlines.clock import compute
from zhijia.kernel.org.models import Org, OrgKind
from zhijia.kernel.org.queries import active_org, parent_unit
from zhijia.kernel.rules import calendar
from zhijia.kernel.rules.bounds import Bound
from zhijia.kernel.rules.values import RuleDefault, Unit
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.declare import Guard

from .models import Outcome, Petition, Sort

C = Ctx[Petition]
Counts = Callable[[C], bool]

_OURS = "default of the platform (?)"
_LAW = "信访工作条例 {}"


def _limit(key: str, days: int, article: str, unit: Unit = Unit.DAYS, note: str = "") -> RuleDefault:
    """A limit that the Regulation sets: a region may be quicker, never slower."""
    basis = _LAW.format(article)
    return RuleDefault(f"petitions.{key}", days, unit, basis, note=note, bound=Bound(basis, at_most=days))


RULES = (
    _limit("sort", 15, "22", note="register, sort and forward"),
    _limit("told", 15, "23", note="tell of receipt and route, on the spot where possible"),
    _limit("taken", 15, "23", note="the receiving body accepts and tells"),
    _limit("objection", 5, "23", Unit.WORKDAYS, note="the wrong body objects"),
    _limit("handling", 60, "34", note="appeal: from acceptance"),
    _limit("extension", 30, "34", note="once, with notice and reason"),
    RuleDefault("petitions.review_request", 30, Unit.DAYS, _LAW.format("35"), note="from the written answer", bound=Bound(_LAW.format("35"), at_least=30)),
    _limit("review", 30, "35"),
    RuleDefault("petitions.re_review_request", 30, Unit.DAYS, _LAW.format("36"), note="from the review opinion", bound=Bound(_LAW.format("36"), at_least=30)),
    _limit("re_review", 30, "36"),
    _limit("representatives", 5, "20", Unit.COUNT, note="of a visit by several people"),
    RuleDefault("petitions.proposal", 60, Unit.DAYS, _OURS, verified=False, note="answer to a proposal"),
    RuleDefault("petitions.report", 60, Unit.DAYS, _OURS, verified=False, note="result of a complaint or report"),
    RuleDefault("petitions.window_warn", 7, Unit.DAYS, _OURS, verified=False, note="days before the time to ask for a review ends"),
    RuleDefault("petitions.supervise_reply", 2, Unit.WORKDAYS, _OURS, verified=False),
    RuleDefault("clock.remind_hours", 24, Unit.HOURS, _OURS, verified=False),
    RuleDefault("clock.escalate_days", 3, Unit.DAYS, _OURS, verified=False),
)  # fmt: skip
TITLES: dict[str, Text] = {
    "petitions.objection": _("Objection of the wrong body"),
    "petitions.handling": _("Handling of an appeal"),
    "petitions.proposal": _("Answer to a proposal"),
    "petitions.report": _("Result of a complaint about conduct"),
    "petitions.representatives": _("Most representatives of a visit"),
    "petitions.window_warn": _("Warning before the time to ask for a review ends"),
}
"""Names of the values that no clock counts by alone."""
NOT_HANDLING = frozenset({OrgKind.HOTLINE_CENTRE, OrgKind.CALLBACK_CENTRE})
MOST_UNITS = 300


def today(c: C) -> date:
    """The day in China."""
    return c.now.astimezone(CHINA).date()


# --- intake -----------------------------------------------------------------------------------------------------


def people_sensible(c: C) -> Verdict:
    """A whole number of people between one and a hundred thousand."""
    people = c.data.get("people")
    if people is None or (1 <= people <= 100_000 and people == int(people)):
        return yes()
    return no("people", _("Write how many people bring it, from 1 to 100,000."))


def few_representatives(c: C) -> Verdict:
    """A matter of several people is brought in person by five at most (20)."""
    count, most = c.data.get("representatives"), int(c.number("petitions.representatives"))
    if count is None or (0 <= count <= most and count == int(count)):
        return yes()
    return no("representatives", _("At most %(most)s representatives come for a group.") % {"most": most})


def few_spokesmen(c: C) -> Verdict:
    """As `few_representatives`, counted by their names, one a line."""
    named, most = _named(c), int(c.number("petitions.representatives"))
    if 1 <= len(named) <= most:
        return yes()
    return no("spokesmen", _("Write the names one a line, %(most)s at most.") % {"most": most})


def begin(c: C) -> None:
    """Mark a group, and keep what must stay confidential from those who do not handle it."""
    mark_people(c)
    keep_secret(c)


def keep_secret(c: C) -> None:
    """A complaint about somebody's conduct is confidential (30), and so is what the petitioner wants kept."""
    if c.facts.keep_secret or c.facts.category == Sort.REPORT:
        c.case.confidential = True


def sort_out(c: C) -> None:
    """The kind decides the route; the case's category follows it."""
    c.case.category = c.facts.category
    keep_secret(c)


def name_spokesmen(c: C) -> None:
    """Keep who speaks for the others, and how many these are."""
    named = _named(c)
    c.facts.spokesmen, c.facts.representatives = "\n".join(named), len(named)


def mark_people(c: C) -> None:
    """Keep the number of people on lists."""
    marks = {key: value for key, value in c.case.marks.items() if key != "people"}
    c.case.marks = marks | ({"people": c.facts.people} if c.facts.people > 1 else {})


def _named(c: C) -> list[str]:
    return [" ".join(line.split()) for line in str(c.data["spokesmen"]).splitlines() if line.strip()]


# --- who brought it, about whom ---------------------------------------------------------------------------------


def named(c: C) -> Verdict:
    """A notice needs somebody to give it to."""
    if c.case.applicant_id is not None:
        return yes()
    return no("anonymous", _("It was brought without a name, so nobody can be written to."))


def unnamed(c: C) -> Verdict:
    """Only what nobody signed ends without an opinion served."""
    if c.case.applicant_id is None:
        return yes()
    return no("named", _("The petitioner is known: the handling opinion is served on them."))


def when_named(c: C) -> datetime | None:
    """Who gave no name cannot be told, so that clock does not start."""
    return c.now if c.case.applicant_id is not None else None


def about(name: str, accused: str) -> bool:
    """Whether what was written of the accused names this body."""
    name, accused = "".join(name.split()), "".join(accused.split())
    return len(name) > 1 and len(accused) > 1 and (name in accused or accused in name)


def not_about_us(c: C) -> Verdict:
    """Whom a petition is about does not handle it."""
    if not about(c.case.unit.name, c.facts.accused):
        return yes()
    return no("accused", _("It is about this unit itself."), _("Hand it to the union above."))


def neighbours(c: C) -> list[tuple[int, Text]]:
    """The unions it may be forwarded to: the one above, its other units, and those below."""
    unit, above = c.case.unit, parent_unit(c.case.unit)
    near = Q(parent_id=unit.pk) | (Q(pk=above.pk) | Q(parent_id=above.pk) if above else Q(pk__in=[]))
    found = Org.objects.filter(near, active=True).exclude(pk=unit.pk).exclude(kind__in=NOT_HANDLING)
    return [(org.pk, org.name) for org in found.order_by("level", "lft")[:MOST_UNITS]]


def unit_fits(c: C) -> Verdict:
    """Another active unit, and not whom it is about (30: nothing of it goes to the accused)."""
    unit = active_org(c.data["unit"])
    if unit is None:
        return no("unit", _("There is no such unit."))
    if unit.pk == c.case.unit_id:
        return no("unit", _("The petition is with this unit already."))
    if about(unit.name, c.facts.accused):
        return no("unit", _("The petition is about this unit: nothing of it may go there."))
    return yes()


def body_fits(c: C) -> Verdict:
    """The other body is not whom it is about."""
    if about(c.data["body"], c.facts.accused):
        return no("body", _("The petition is about this body: nothing of it may go there."))
    return yes()


def body_named(c: C) -> Verdict:
    """The transfer says to whom."""
    if c.facts.body:
        return yes()
    return no("no_body", _("It does not say yet to which body it goes."), _("Draft the transfer first."))


# --- sorting and forwarding -------------------------------------------------------------------------------------


def ground_holds(c: C) -> Verdict:
    """That the same facts went through re-review is shown by that petition, of the same people (36)."""
    if c.data["ground"] != "concluded":
        return yes()
    earlier = concluded(c)
    if earlier is None:
        return no("earlier", _("Name the petition whose re-review decided the same facts for the same people."))
    return yes()


def concluded(c: C) -> Case | None:
    """The petition named as decided in re-review, if the actor may see it and it is one of the same people."""
    found = Case.objects.visible_to(c.actor).filter(no=str(c.data.get("earlier", "")), service=c.case.service).first()
    if found is None or found.state != "concluded" or found.pk == c.case.pk:
        return None
    ours = Party.objects.filter(case_id=c.case.pk).values("person_id")
    return found if Party.objects.filter(case_id=found.pk, person_id__in=ours).exists() else None


def may_object(c: C) -> Verdict:
    """A body that it does not concern says so within five working days (23)."""
    sent, limit = c.last_event("assign", "transfer"), store.limit_of(c.rule("petitions.objection"))
    if sent is None or limit is None:
        return no("not_sent", _("It was not forwarded."))
    until = compute(start=sent.at, limit=limit, calendar=calendar.current()).at
    if c.now <= until:
        return yes()
    return no("objection_late", _("The time to object ended on %(day)s.") % {"day": until.date().isoformat()})


def remember_sender(c: C) -> None:
    """Who forwards it gets it back if the receiver objects."""
    c.facts.sent_by_id = c.case.unit_id


def remember_handler(c: C) -> None:
    """Whose opinion it will be; the receipt of a matter that was handed on names them."""
    c.facts.handled_by_id = c.case.unit_id


def chosen_unit(c: C) -> Org:
    """The unit it is forwarded to."""
    found = active_org(c.data["unit"])
    return found or c.case.unit  # unit_fits ran before


def sender(c: C) -> Org:
    """Who forwarded it."""
    return c.facts.sent_by or c.case.unit


def handler(c: C) -> Org:
    """Who decided it first."""
    return c.facts.handled_by or c.case.unit


def served_before(c: C) -> Verdict:
    """A paper was served on a day that has come."""
    if c.data.get("day") is not None and c.data["day"] > today(c):
        return no("day", _("This day has not come yet."))
    return yes()


def not_told(c: C) -> Verdict:
    """The petitioner is told once."""
    clock = c.clock("told")
    if clock is not None and clock.done_at is None:
        return yes()
    return no("told", _("The petitioner was told already, or gave no name."))


# --- handling ---------------------------------------------------------------------------------------------------


def of_sort(*sorts: Sort) -> Guard:
    """Each kind has its own route (29 to 31 (?))."""

    def fits(c: C) -> Verdict:
        """Whether this step belongs to the kind."""
        if c.facts.category in sorts:
            return yes()
        return no("other_route", _("Petitions of this kind take another route."))

    return fits


def handling_rule(c: C) -> str:
    """How long the unit has, by kind."""
    rules = {Sort.PROPOSAL: "petitions.proposal", Sort.REPORT: "petitions.report"}
    return rules.get(Sort(c.facts.category), "petitions.handling")


def was_extended(c: C) -> Verdict:
    """The notice tells of an extension that was granted."""
    if c.last_event("grant_extension") is not None:
        return yes()
    return no("not_extended", _("No extension was granted."))


def opinion_written(c: C) -> Verdict:
    """What is served is written first."""
    return yes() if c.facts.opinion else no("no_opinion", _("The handling opinion is not written yet."))


def keep_opinion_day(c: C) -> None:
    """The time to ask for a review counts from the day of service."""
    c.facts.opinion_on = c.data.get("day") or today(c)


# --- what counts ------------------------------------------------------------------------------------------------


def in_time(clock: str) -> Counts:
    """Whether the present transition met this clock in time."""

    def met(c: C) -> bool:
        found = c.clock(clock)
        return found is not None and found.done_at == c.now and c.now <= found.due_at

    return met


def is_named(c: C) -> bool:
    """Whether somebody could be told at all: the denominator of the rate of who was told in time."""
    return c.case.applicant_id is not None


def was_changed(c: C) -> bool:
    """Whether the review left the opinion other than it was."""
    return c.case.state == "handling" or c.facts.review_outcome == Outcome.CHANGED
