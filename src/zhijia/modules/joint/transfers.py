"""A transfer: its papers, the workers' consent, and the conditions of each step.

What a worker told leaves the union only when that worker agreed (PIPL 23); the department reads how the matter stands
on a page that a code opens, and nothing else.
"""

import secrets

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.declare import Guard

from .models import Agreement, Material, Transfer, Way
from .rules import today

C = Ctx[Transfer]
CODE_BYTES = 15
"""Bytes of chance in a code: 120 bits, which nobody guesses."""
MOST_MATERIALS = 200


def begin(c: C) -> None:
    """The code of the page that the department may read."""
    c.facts.code = secrets.token_urlsafe(CODE_BYTES)


def goes(way: Way) -> Guard:
    """Each way has its own steps."""

    def fits(c: C) -> Verdict:
        """Whether this step belongs to the way that the matter goes."""
        if c.facts.way == way:
            return yes()
        return no("other_way", _("This step belongs to matters that go the other way."))

    return fits


def partner_brings(c: C) -> Verdict:
    """The system of a department brings matters to the union, and sends none in its name."""
    if c.post is None or c.post.role != Role.PARTNER or c.data["way"] == Way.IN:
        return yes()
    return no("way", _("A department's system can only bring a matter to the union."))


# --- consent ----------------------------------------------------------------------------------------------------


def missing(c: C) -> set[int]:
    """The workers on the case who have not agreed, or took it back."""
    with c.fellows():
        given = set(Agreement.objects.filter(case_id=c.case.pk, standing=True).values_list("person_id", flat=True))
    return {party.person_id for party in c.applicants()} - given


def agreed(c: C) -> Verdict:
    """Every worker whose words would leave has agreed; a matter without a worker needs nobody's."""
    if left := len(missing(c)):
        reason = _("%(left)s workers have not agreed that this goes to the department.") % {"left": left}
        return no("no_consent", reason, _("Ask them first, or leave them out."))
    return yes()


def has_worker(c: C) -> Verdict:
    """Somebody can be asked."""
    return yes() if missing(c) else no("nobody_to_ask", _("Nobody is left who could be asked."))


def mine_open(c: C) -> Verdict:
    """The worker has not agreed yet."""
    mine = Agreement.objects.filter(case_id=c.case.pk, person_id=c.actor.person_id or 0, standing=True)
    return no("agreed", _("You have agreed already.")) if mine.exists() else yes()


def agree(c: C) -> None:
    """The worker's own word."""
    Agreement.objects.create(case_id=c.case.pk, person_id=c.actor.person_id or 0, given_at=c.now)


def person_known(c: C) -> Verdict:
    """The worker who is named is on the case and has not agreed yet; with none named, the only one who is left."""
    if (person := _person(c)) is not None and person in missing(c):
        return yes()
    return no("person", _("Choose one of the workers who have not agreed yet."))


def record_consent(c: C) -> None:
    """What a worker said or signed elsewhere."""
    Agreement.objects.create(case_id=c.case.pk, person_id=_person(c) or 0, given_at=c.now, proof=c.data["proof"])


def _person(c: C) -> int | None:
    named, left = c.data.get("person"), missing(c)
    return int(named) if named else next(iter(left)) if len(left) == 1 else None


# --- papers -----------------------------------------------------------------------------------------------------


def copies_sensible(c: C) -> Verdict:
    """From one copy to a hundred."""
    copies = c.data.get("copies")
    if copies is None or (1 <= copies <= 100 and copies == int(copies)):
        return yes()
    return no("copies", _("Write a whole number from 1 to 100."))


def add_material(c: C) -> None:
    """One more paper on the list."""
    last = Material.objects.filter(case_id=c.case.pk).aggregate(last=Max("no"))["last"] or 0
    Material.objects.create(
        case_id=c.case.pk, no=last + 1, title=c.data["title"], copies=int(c.data.get("copies") or 1),
        original=bool(c.data.get("original")),
    )  # fmt: skip


def room_on_list(c: C) -> Verdict:
    """A list that is still a list."""
    if Material.objects.filter(case_id=c.case.pk).count() < MOST_MATERIALS:
        return yes()
    return no("too_many", _("The list is full. Put papers of one kind on one line."))


def material_known(c: C) -> Verdict:
    """A number of the list."""
    if Material.objects.filter(case_id=c.case.pk, no=_no(c)).exists():
        return yes()
    return no("no", _("There is no such number in the list of papers."))


def drop_material(c: C) -> None:
    """A paper that does not go along."""
    Material.objects.filter(case_id=c.case.pk, no=_no(c)).delete()


def _no(c: C) -> int:
    return int(min(max(c.data["no"], 0), 10**4))


# --- there and back ---------------------------------------------------------------------------------------------


def send(c: C) -> None:
    """It left today, or on the day on which the letter was served."""
    c.facts.sent_on = c.data.get("day") or today(c)
    c.facts.received_on = c.facts.answered_on = None
    c.facts.outcome = c.facts.result = ""


def receive(c: C) -> None:
    """The other side, or the union, has it from this day on."""
    c.facts.received_on = c.data.get("day") or today(c)


def answer(c: C) -> None:
    """The feedback is there."""
    c.facts.answered_on = c.data.get("day") or today(c)


def feedback_written(c: C) -> Verdict:
    """What is served is written first."""
    return yes() if c.facts.result else no("no_feedback", _("The feedback is not written yet."))


def begin_ticket(c: C) -> None:
    """The hotline handles what a department handed over."""
    c.spawn("hotline", story=c.facts.matter, category="other", wish=c.facts.wanted, employer_name=c.facts.employer_name)


def begin_supervision(c: C) -> None:
    """A supervision in the union's own name, on the clue of a department."""
    c.spawn(
        "supervision", finding=c.data["finding"], category="other", employer_name=c.data["employer"], source="partner"
    )


# --- what counts ------------------------------------------------------------------------------------------------


def outgoing(c: C) -> bool:
    """Whether the union handed it over."""
    return c.facts.way == Way.OUT


def incoming(c: C) -> bool:
    """Whether a department handed it over."""
    return c.facts.way == Way.IN


def in_time(c: C) -> bool:
    """Whether the feedback came in time."""
    clock = c.clock("feedback")
    return clock is not None and clock.done_at == c.now and c.now <= clock.due_at


def is_solved(c: C) -> bool:
    """Whether it closes solved, in whole or in part."""
    return c.facts.outcome in ("solved", "partly")
