"""The same thing brought twice is one petition: it is joined to the one that is handled, and its people go with it."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.cases.models import Case, Link, LinkKind, Party, PartyStatus

from .rules import C, mark_people


def lead_of(c: C) -> Case | None:
    """The petition named as the one that is handled, if the actor may see it."""
    return Case.objects.visible_to(c.actor).filter(no=str(c.data.get("lead", ""))).first()


def lead_fits(c: C) -> Verdict:
    """Another petition of the same unit that is open and not joined itself."""
    lead = lead_of(c)
    if lead is None or lead.service != c.case.service:
        return no("lead", _("There is no such petition."))
    if lead.pk == c.case.pk:
        return no("lead", _("A petition cannot be joined to itself."))
    if lead.closed_at is not None or lead.lead_id is not None:
        return no("lead", _("That petition is closed or joined itself. Choose the one that is being handled."))
    if lead.unit_id != c.case.unit_id:
        return no("lead", _("Another unit has that petition. Forward this one to it first."))
    if Case.objects.filter(lead=c.case).exists():
        return no("lead", _("Others are joined to this one. Join that one to this instead."))
    return yes()


def join(c: C) -> None:
    """Everybody on this petition becomes a party of the leading one and is told there what is answered."""
    lead = lead_of(c)
    if lead is None:  # lead_fits ran before
        return
    c.case.lead = lead
    Link.objects.get_or_create(
        case=c.case, other=lead, kind=LinkKind.DUPLICATE, defaults={"at": c.now, "actor_id": c.actor.account_id}
    )
    known = set(Party.objects.filter(case=lead).values_list("person_id", flat=True))
    Party.objects.bulk_create(
        Party(case=lead, person_id=party.person_id, source=c.case, joined_at=c.now)
        for party in c.applicants()
        if party.person_id not in known
    )
    c.follow(lead.no, "absorb", merged=c.case.no)


def separate(c: C) -> None:
    """Undo it: who came with this petition leaves the leading one."""
    lead, c.case.lead = c.case.lead, None
    if lead is not None:
        Party.objects.filter(case=lead, source=c.case).delete()
        Link.objects.filter(case=c.case, other=lead, kind=LinkKind.DUPLICATE).delete()
        c.follow(lead.no, "release", merged=c.case.no)


def lead_open(c: C) -> Verdict:
    """What was answered together, or has left the unit, cannot be taken apart any more."""
    lead = Case.objects.filter(pk=c.case.lead_id or 0).first()  # None: no longer ours to see
    if lead is not None and lead.closed_at is None and lead.unit_id == c.case.unit_id:
        return yes()
    return no("lead_gone", _("The leading petition is closed or with another unit: it answers this one too."))


def count_people(c: C) -> None:
    """Keep how many people are on the petition."""
    c.facts.people = max(len(c.applicants()), 1)
    mark_people(c)


def withdraw(c: C) -> None:
    """Who brought it takes it back."""
    c.set_status(None, PartyStatus.WITHDRAWN)


def leave(c: C) -> None:
    """One of several takes back their own part."""
    c.set_status(c.actor.person_id, PartyStatus.WITHDRAWN)
    count_people(c)
