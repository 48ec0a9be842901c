"""上代下: the union above acts in its own name on the clue of one below, so that nobody can be made to pay for it.

Another case begins at the union above. It has no worker, no sender, no link and no number that leads back; who gave
the clue stands in one sealed row, which only that unit's head and supervisor may read, and each reading is on record
where the source sees it. The case below becomes confidential and waits; it hears what is done, never where.
"""

# ruff: noqa: E501 (a declaration reads as a table)

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.cases.access import record_view
from zhijia.kernel.cases.models import Case
from zhijia.kernel.org.queries import parent_unit
from zhijia.kernel.people.actors import Actor, Permission, Role
from zhijia.kernel.service.declare import Effect, Keep, Panel
from zhijia.kernel.service.engine import fire, open_case
from zhijia.kernel.service.habits import REASON, UNIT, take
from zhijia.kernel.service.prepared import as_platform
from zhijia.kernel.service.terms import handed, pick, step, words

from .anonymity import tells_nobody
from .models import HiddenSource, Outcome
from .rules import C
from .states import S

NEWS = (
    ("begun", _("It took it up")), ("wrote", _("It wrote to the employer")), ("asked", _("It asked an authority to act")),
    ("protected", _("It acted against retaliation")),
)  # fmt: skip
READERS = frozenset({Role.UNIT_HEAD, Role.SUPERVISOR})
VIEWED = "supervision.source_viewed"


def has_above(c: C) -> Verdict:
    """Somebody above can act."""
    if parent_unit(c.case.unit) is None:
        return no("no_above", _("There is no union above yours."))
    if c.facts.hidden:
        return no("acts_already", _("You act for a union below already."))
    return yes()


def reworded(c: C) -> Verdict:
    """What the union above will write says nothing of who told it."""
    below = c.case.unit.name
    return tells_nobody("retold", c=c, also=(below, below.removesuffix("总工会"), c.case.no))


def hand_up(c: C) -> None:
    """Begin the case above, seal who gave the clue, and keep this one back."""
    above, facts = parent_unit(c.case.unit), c.facts
    assert above is not None  # the guard saw it
    told = {
        "finding": c.data["retold"], "category": facts.category, "employer_name": facts.employer_name,
        "industry": facts.industry, "people": facts.people or None,
    }  # fmt: skip
    with as_platform():
        made = open_case(
            service="supervision", actor=Actor.platform(), now=c.now, data=told, region=str(above.region_id),
            applicant_id=None, employer_id=c.case.employer_id,
        )  # fmt: skip
        case = Case.objects.get(no=made.no)
        HiddenSource.objects.create(case=case, origin=c.case.no, told=_source(c), at=c.now)
        fire(no=made.no, transition="keep_source", actor=Actor.platform(), now=c.now, inner=True)
    facts.above = made.no
    c.case.confidential = True
    take(c)


def _source(c: C) -> str:
    """Not the worker: their name is read where it stands, so that it can be corrected and erased there."""
    return "；".join([c.case.unit.name, c.actor.name, str(c.data["reason"])])[:2000]


def keep_secret(c: C) -> None:
    """The case says that its source is kept, and nothing more."""
    c.facts.source, c.facts.hidden = "", True


def tells_below(what: str) -> Effect:
    """The case below hears that something was done; of a case that came from nowhere, nobody hears."""

    def tell(c: C) -> None:
        """Whoever gave the clue learns how it goes."""
        if no := _waiting_below(c):
            c.follow(no, "hear_above", as_platform=True, news=what)

    return tell


def ends_below(c: C) -> None:
    """The case below ends as the one above did."""
    if no := _waiting_below(c):
        c.follow(no, "end_above", as_platform=True, closing_code=c.facts.closing_code)


def _waiting_below(c: C) -> str:
    if not c.facts.hidden:
        return ""
    with as_platform():
        hidden = HiddenSource.objects.filter(case_id=c.case.pk).first()
        waits = hidden and Case.objects.filter(no=hidden.origin, state=S.ABOVE).exists()
    return hidden.origin if hidden and waits else ""


def above_of(c: C) -> Case | None:
    """The case in which the union above acts instead of this one."""
    with as_platform():
        return Case.objects.filter(no=c.facts.above).first() if c.facts.above else None


# --- who may know -----------------------------------------------------------------------------------------------


def may_know(c: C) -> bool:
    """Whether the actor is the head of the unit that acts, or the supervisor to whom it answers."""
    case = c.case
    return any(
        post.role in READERS and post.covers(case.unit_id, case.unit_lft, case.industry_lft, Permission.CONFIDENTIAL)
        for post in c.actor.posts
    )


def source(c: C) -> Mapping[str, Any] | None:
    """Who gave the clue, for those who may know, once they ask; that they did is on record below."""
    if not c.facts.hidden or not may_know(c):
        return None
    hidden = HiddenSource.objects.filter(case_id=c.case.pk).first()
    if hidden is None:
        return None
    if c.asked.get("source") != "show":
        return {"told": "", "at": hidden.at}
    return {"told": "；".join([hidden.told, *_people(c, hidden)]), "at": hidden.at}


def _people(c: C, hidden: HiddenSource) -> list[str]:
    """The workers who told it, by name. That this was read stands on the trail of the case below and of these workers;
    on the trail of this case it would lead back."""
    with as_platform():
        origin = Case.objects.filter(no=hidden.origin).first()
        if origin is None:
            return []
        people = [party.person for party in origin.parties.select_related("person").order_by("id")]
        record_view(origin, {person.pk for person in people}, actor=c.actor, now=c.now)
        append(chain=f"source:{origin.pk}", act=VIEWED, subject=f"case:{origin.pk}", actor=c.actor, now=c.now)
    return [person.name or person.phone_masked for person in people]


STEPS = (
    step(
        "hand_up", _("Let the union above act"), _("The union above acts in its own name"), {S.CLUE, S.HEARING}, S.ABOVE, by=UNIT,
        guard=has_above, check=reworded, then=hand_up, tells="handed_up",
        ask=(
            *handed(words("retold", _("What was found, so that nobody can tell from whom it comes"), limit=20_000)),
            REASON,
        ),
        confirm=_("The union one level up then acts in its own name; who told you stays sealed. Hand it up?"),
    ),
    step(
        "keep_source", _("Keep the source secret"), _("Who gave the clue is kept secret"), S.CLUE, by=Role.SYSTEM, then=keep_secret, inner=True,
    ),
    step(
        "hear_above", _("News from above"), _("The union above did something"), S.ABOVE, by=Role.SYSTEM, inner=True, tells="above_news",
        ask=pick("news", _("What it did"), NEWS, keep=Keep.EVENT),
    ),
    step(
        "end_above", _("Ended above"), _("The union above closed it"), S.ABOVE, S.CLOSED, by=Role.SYSTEM, inner=True, tells="ended",
        ask=pick("closing_code", _("How it ended"), Outcome.choices, keep=Keep.FACTS),
    ),
)  # fmt: skip
PANEL = Panel(key="source", title=_("Who gave the clue"), template="supervision/source.html", show=source)
