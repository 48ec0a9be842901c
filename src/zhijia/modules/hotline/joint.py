"""Several workers, one case: joining and separating cases, and what one worker does to a case that others share."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.cases.models import Case, Link, LinkKind, Party, PartyStatus

from .models import ClosingCode, Ticket
from .rules import C


def close_merged(c: C) -> None:
    """What was merged into this case ends with it."""
    for no_ in c.merged("merged"):
        c.follow(no_, "end_with_lead", as_platform=True)


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
        Party(case=lead, person_id=p.person_id, source=c.case, joined_at=c.now)
        for p in mine
        if p.person_id not in known
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
