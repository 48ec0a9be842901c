"""Conditions and effects of the hotline, as plain functions; and the values its procedure needs."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Misconfigured, Text, Verdict, no, yes
from zhijia.kernel.cases.models import Case, Link, LinkKind, Party, PartyStatus
from zhijia.kernel.deadlines.clock import MoveKind
from zhijia.kernel.deadlines.models import DeadlineState
from zhijia.kernel.org.models import Org, OrgKind
from zhijia.kernel.org.regions import ancestors
from zhijia.kernel.org.queries import parent_unit
from zhijia.kernel.people.actors import Role
from zhijia.kernel.rules.values import RuleDefault, Unit
from zhijia.kernel.service.context import Ctx

from .models import ClosingCode, Satisfaction, Ticket

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
    RuleDefault("hotline.callback", 3, Unit.WORKDAYS, _SOURCE, verified=False),
    RuleDefault("hotline.check", 2, Unit.WORKDAYS, _SOURCE, verified=False, note="quality check"),
    RuleDefault("hotline.return_decision", 1, Unit.WORKDAYS, _SOURCE, verified=False),
    RuleDefault("hotline.urge_reply", 1, Unit.WORKDAYS, _SOURCE, verified=False),
    RuleDefault("hotline.supervise_reply", 2, Unit.WORKDAYS, _SOURCE, verified=False),
    RuleDefault("hotline.tries", 3, Unit.COUNT, "domain practice: at least three recorded tries", verified=False),
    RuleDefault("hotline.urge_gap_hours", 24, Unit.HOURS, _SOURCE, verified=False),
    RuleDefault("hotline.reopen_days", 30, Unit.DAYS, _SOURCE, verified=False, note="after closing"),
    RuleDefault("hotline.mass_people", 10, Unit.COUNT, "LDMAL art. 7 (ten or more workers)", verified=True),
    RuleDefault("clock.remind_hours", 24, Unit.HOURS, _SOURCE, verified=False),
    RuleDefault("clock.escalate_days", 3, Unit.DAYS, _SOURCE, verified=False),
)


def intake_unit(region: str) -> Org:
    """The hotline centre that receives tickets of this region: the deepest one whose region contains it."""
    chain = (region, *(a for a in ancestors(region) if a != region))
    centres = {o.region_id: o for o in Org.objects.filter(kind=OrgKind.HOTLINE_CENTRE, region_id__in=chain, active=True)}
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


def people_sensible(c: C) -> Verdict:
    """A whole number of workers between one and a hundred thousand."""
    people = c.data.get("people")
    if people is None or (1 <= people <= 100_000 and people == int(people)):
        return yes()
    return no("people", _("Write how many workers are concerned, from 1 to 100,000."))


# --- dispatch and return ----------------------------------------------------------------------------------------


NOT_AWAITING = frozenset({"answered", "referred", "result"})
"""States in which the call-back has still to be made."""
HANDLING = (OrgKind.CALLBACK_CENTRE, OrgKind.HOTLINE_CENTRE)


NOT_HANDLING = (OrgKind.CALLBACK_CENTRE, OrgKind.HOTLINE_CENTRE)


def unit_of(c: C) -> Org:
    """The unit chosen by the dispatcher."""
    return Org.objects.get(pk=c.data["unit"])


def unit_fits(c: C) -> Verdict:
    """The chosen unit exists, is active and lies within the dispatcher's reach."""
    unit = Org.objects.filter(pk=c.data["unit"], active=True).first()
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


def take(c: C) -> None:
    """The officer who signs becomes the officer in charge."""
    c.case.assignee_id = c.actor.account_id


def not_mine(c: C) -> Verdict:
    """The officer in charge has it already."""
    if c.case.assignee_id == c.actor.account_id:
        return no("mine_already", _("You are in charge of it already."))
    return yes()


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


def reset_round(c: C) -> None:
    """A new round of call-back starts with no tries and no answers."""
    c.facts.tries, c.facts.satisfaction = 0, ""


# --- urge and supervise -----------------------------------------------------------------------------------------


def urge_gap(c: C) -> Verdict:
    """One urge a day: more would only drown the answer."""
    last = c.last_event("urge")
    gap = timedelta(hours=float(c.number("hotline.urge_gap_hours")))
    if last and c.now - last.at < gap:
        return no("urged_lately", _("You can urge again a day after the last time. The unit has it."))
    return yes()


def mark_urged(c: C) -> None:
    """The unit owes an answer."""
    c.mark("urged")
    c.open_task("urge", role=Role.OFFICER)


def mark_supervised(c: C) -> None:
    """The unit owes the supervisor an answer."""
    c.mark("supervised")
    c.open_task("supervise", role=Role.UNIT_HEAD)


def has_urge(c: C) -> Verdict:
    """There is an urge to answer."""
    return _owed(c, "urge", _("Nobody is waiting for an answer to an urge."))


def has_supervision(c: C) -> Verdict:
    """There is a supervision to answer."""
    return _owed(c, "supervise", _("There is no open supervision."))


def asks_extension(c: C) -> None:
    """The centre must decide."""
    c.open_task("extension", role=Role.DISPATCHER)


def extension_left(c: C) -> Verdict:
    """Asked for before the date, and not extended before."""
    clock = c.clock("result")
    if clock is None or clock.state != DeadlineState.RUNNING:
        return no("clock_not_running", _("The result clock is not running."))
    if c.now > clock.due_at:
        return no("expired", _("An extension must be asked for before the date has passed."))
    if any(m["kind"] == MoveKind.EXTEND and not m.get("undone") for m in clock.moves):
        return no("no_extension_left", _("It was extended once already; more is not allowed."))
    return yes()


def has_extension(c: C) -> Verdict:
    """An extension was asked for and not decided."""
    return _owed(c, "extension", _("No extension has been asked for."))


def no_extension_open(c: C) -> Verdict:
    """Only one request at a time."""
    if _owed(c, "extension", ""):
        return no("asked_already", _("An extension has been asked for and is not decided yet."))
    return yes()


def _owed(c: C, kind: str, reason: Text) -> Verdict:
    return yes() if kind in c.open_tasks else no("nothing_open", reason)


# --- call-back --------------------------------------------------------------------------------------------------

AWAITING = frozenset({"answered", "referred", "result"})
"""States in which the call-back has still to be made."""
HANDLING = ("sign", "contact", "submit", "answer", "refer", "take_over")


def independent(c: C) -> Verdict:
    """The unit that handled a case never makes its call-back, nor does anybody who handled it."""
    if c.post is not None and c.post.org_id == c.case.unit_id:
        return no("not_independent", _("Your unit handled this case, so another unit makes the call-back."))
    if c.post is not None and c.acted(*HANDLING, account_id=c.actor.account_id):
        return no("not_independent", _("You handled this case yourself, so somebody else makes the call-back."))
    if c.post is not None and c.unit_acted(*HANDLING, org_id=c.post.org_id):
        return no("not_independent", _("Your unit handled this case, so another unit makes the call-back."))
    return yes()


def person_on_case(c: C) -> Verdict:
    """The worker named by the call-back agent is one of those whose case it is. A worker answers for themselves."""
    person = c.data.get("person")
    if person is None or (c.post is not None and any(p.person_id == person for p in c.applicants())):
        return yes()
    return no("person", _("This worker is not part of the case."))


def count_try(c: C) -> None:
    """One more recorded attempt."""
    c.facts.tries += 1


def tried_enough(c: C) -> Verdict:
    """A case nobody could reach closes as exactly that, after three recorded tries."""
    needed = int(c.number("hotline.tries"))
    if c.facts.tries >= needed:
        return yes()
    return no(
        "too_few_tries",
        _("%(tries)s of %(needed)s tries recorded.") % {"tries": c.facts.tries, "needed": needed},
        _("Try again at another hour and record it."),
    )


def say_solved(c: C) -> None:
    """The worker's own word; on a collective case, that worker's part only."""
    _say(c, PartyStatus.SOLVED)
    _rate(c)


def say_unsolved(c: C) -> None:
    """Not solved re-opens the whole case: nobody's part is solved while one is not."""
    _say(c, PartyStatus.UNSOLVED)
    _rate(c)


def say_unreached(c: C) -> None:
    """Whoever has not answered could not be reached."""
    for party in c.applicants():
        if party.status == PartyStatus.WAITING:
            c.set_status(party.person_id, PartyStatus.UNREACHED)
    c.facts.closing_code = ClosingCode.UNREACHED


def _say(c: C, status: PartyStatus) -> None:
    """By the worker: their own part. By the call-back agent: the worker they named, or the applicant."""
    person = c.actor.person_id if c.post is None else (c.data.get("person") or c.case.applicant_id)
    c.set_status(None if person is None else int(person), status)


def _rate(c: C) -> None:
    """On a collective case the least satisfied answer stands for all: a published rate claims no more than was said."""
    said = [v for v in (c.facts.satisfaction, c.data.get("satisfaction")) if v]
    c.facts.satisfaction = max(said, key=list(Satisfaction).index, default="")


def after_yes(c: C) -> str:
    """To the quality check when every worker on the case has answered; until then it waits for the others."""
    waiting = any(p.status == PartyStatus.WAITING for p in c.applicants())
    return c.case.state if waiting else "check"


def called_back(c: C) -> bool:
    """A call-back counts once for a case, when it has its answer: not while other workers have still to be asked."""
    return c.case.state not in AWAITING


def satisfied(c: C) -> bool:
    """The numerator of the satisfaction rate."""
    return called_back(c) and c.facts.satisfaction == Satisfaction.SATISFIED


def due_back(c: C) -> bool:
    """The denominator of the coverage: cases due to be called back, and those whose worker came back unasked."""
    clock = c.clock("callback")
    return c.case.state != "reopened" or clock is None or clock.done_at != c.now


def one_level_up(c: C) -> Org:
    """Re-opened means: the level above takes it over. At the top it stays, with a supervisor told."""
    handler = c.case.unit
    return parent_unit(handler) or handler


def reopen(c: C) -> None:
    """Start again: nothing counts as contacted, answered or tried."""
    c.facts.reopened += 1
    c.facts.contacted_at, c.facts.tries, c.facts.closing_code = None, 0, ""
    c.case.marks = {**c.case.marks, "reopened": c.facts.reopened}
    c.set_status(None, PartyStatus.WAITING)
    for no_ in _joined(c, "closed"):
        c.follow(no_, "reopen_with_lead", as_platform=True)


def within_reopen_time(c: C) -> Verdict:
    """A closed case can be re-opened for a stated time."""
    if c.case.lead_id is not None:
        return no("joined", _("It was joined to another case. Say there that it is not solved."))
    if c.case.closed_at is None:
        return yes()
    if c.facts.closing_code == ClosingCode.WITHDRAWN:
        return no("withdrawn", _("You withdrew this. Tell us again and it starts anew."))
    if c.now - c.case.closed_at <= timedelta(days=float(c.number("hotline.reopen_days"))):
        return yes()
    return no("too_late", _("It was closed too long ago to be re-opened. Tell us again and it starts anew."))


def code_fits(c: C) -> Verdict:
    """The closing code must not claim more than the worker said."""
    code, states = c.data["closing_code"], {p.status for p in c.applicants()}
    if code != ClosingCode.UNREACHED and states == {PartyStatus.UNREACHED}:
        return no("closing_code", _("Nobody could be reached: it closes as exactly that."))
    if code == ClosingCode.SOLVED and states - {PartyStatus.SOLVED, PartyStatus.UNREACHED}:
        return no("closing_code", _("The worker has not said that it is solved."))
    if code == ClosingCode.UNREACHED and states != {PartyStatus.UNREACHED}:
        return no("closing_code", _("Somebody was reached, so this code does not fit."))
    return yes()


def close_merged(c: C) -> None:
    """What was merged into this case ends with it."""
    for no_ in _joined(c, "merged"):
        c.follow(no_, "end_with_lead", as_platform=True)


def _joined(c: C, state: str) -> list[str]:
    """Numbers of the cases that were joined to this one and are in `state`."""
    with c.fellows():
        return list(Case.objects.filter(lead=c.case, state=state).order_by("id").values_list("no", flat=True))


def alone(c: C) -> Verdict:
    """Only who is alone on a case can close it by taking it back."""
    if len(c.applicants()) <= 1:
        return yes()
    return no("shared", _("Other workers share this case."), _("You can take back your own part."))


def not_alone(c: C) -> Verdict:
    """Taking back one's own part needs others who stay."""
    return yes() if not alone(c) else no("alone", _("Nobody else shares this case."), _("You can take it back."))


def withdraw(c: C) -> None:
    """The worker takes it back."""
    c.facts.closing_code = ClosingCode.WITHDRAWN
    c.set_status(None, PartyStatus.WITHDRAWN)
    close_merged(c)


def leave(c: C) -> None:
    """One of several workers takes back their own part; the case goes on for the others."""
    mine = [p for p in c.applicants() if p.person_id == c.actor.person_id]
    c.set_status(c.actor.person_id, PartyStatus.WITHDRAWN)
    count_people(c)
    for party in mine:
        if party.source_id is not None:
            no_ = Case.objects.values_list("no", flat=True).get(pk=party.source_id)
            c.follow(no_, "end_with_lead", as_platform=True)


def end_as_lead(c: C) -> None:
    """A joined case ends as the leading one did, or as withdrawn when its worker took back their part."""
    left = Party.objects.filter(case=c.case.lead_id, source=c.case, status=PartyStatus.WITHDRAWN).exists()
    lead = Ticket.objects.get(pk=c.case.lead_id)
    c.facts.closing_code = ClosingCode.WITHDRAWN if left else lead.closing_code


# --- merging ----------------------------------------------------------------------------------------------------


def lead_of(c: C) -> Case | None:
    """The case named as the one to merge into, if the actor may see it."""
    return Case.objects.visible_to(c.actor).filter(no=str(c.data.get("lead", ""))).first()


def lead_fits(c: C) -> Verdict:
    """Another open case of the same service that is not itself merged."""
    lead = lead_of(c)
    if lead is None or lead.service != c.case.service:
        return no("lead", _("There is no such case."))
    if lead.pk == c.case.pk:
        return no("lead", _("A case cannot be merged into itself."))
    if lead.closed_at is not None or lead.lead_id is not None:
        return no("lead", _("That case is closed or merged itself. Choose the case that is being handled."))
    if Case.objects.filter(lead=c.case).exists():
        return no("lead", _("Others are merged into this case. Merge that one into this instead."))
    return yes()


def join_lead(c: C) -> None:
    """Every worker of this case becomes a party of the lead, with a status of their own."""
    lead = lead_of(c)
    if lead is None:  # lead_fits ran before
        return
    c.case.lead = lead
    Link.objects.get_or_create(
        case=c.case, other=lead, kind=LinkKind.DUPLICATE, defaults={"at": c.now, "actor_id": c.actor.account_id}
    )
    mine = c.applicants()
    known = set(Party.objects.filter(case=lead).values_list("person_id", flat=True))
    Party.objects.bulk_create(
        Party(case=lead, person_id=p.person_id, source=c.case, joined_at=c.now) for p in mine if p.person_id not in known
    )
    c.follow(lead.no, "absorb", merged=c.case.no)


def leave_lead(c: C) -> None:
    """Undo a merge: the workers who came with this case leave the lead."""
    lead, c.case.lead = c.case.lead, None
    if lead is not None:
        Party.objects.filter(case=lead, source=c.case).delete()
        Link.objects.filter(case=c.case, other=lead, kind=LinkKind.DUPLICATE).delete()
        c.follow(lead.no, "release", merged=c.case.no)


def count_people(c: C) -> None:
    """Keep the number of workers, and the mass mark at ten or more."""
    people = len(c.applicants())
    c.facts.people = max(people, 1)
    marks = {k: v for k, v in c.case.marks.items() if k not in ("people", "mass")}
    if people > 1:
        marks["people"] = people
    if people >= int(c.number("hotline.mass_people")):
        marks["mass"] = 1
    c.case.marks = marks
