"""A meeting: its topics, its agenda, who came, and the decisions that arose from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.cases.models import Case
from zhijia.kernel.cases.sitting_models import Sitting, SittingState
from zhijia.kernel.org.models import Org
from zhijia.kernel.org.queries import active_org
from zhijia.kernel.people.sealed import open_for
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.prepared import as_platform

from .models import Decision, Meeting, Presence, Topic
from .rules import today
from .states import DS

M = Ctx[Meeting]
D = Ctx[Decision]
SITTING = "joint_meeting"
ENDED = frozenset({DS.ACCEPTED, DS.DROPPED})
MOST = 100
"""Topics, or bodies that come, of one meeting."""


# --- topics and agenda ------------------------------------------------------------------------------------------


def room_for_topic(c: M) -> Verdict:
    """A meeting has an end."""
    if Topic.objects.filter(case_id=c.case.pk).count() < MOST:
        return yes()
    return no("too_many", _("The list of topics is full."))


def add_topic(c: M) -> None:
    """One more topic, with who proposes it and what they bring."""
    last = Topic.objects.filter(case_id=c.case.pk).aggregate(last=Max("no"))["last"] or 0
    Topic.objects.create(
        case_id=c.case.pk, no=last + 1, title=c.data["title"], proposer=c.data["proposer"],
        material=c.data.get("material") or "",
    )  # fmt: skip


def agenda_fits(c: M) -> Verdict:
    """Numbers of topics, each once, in the order in which they are dealt with."""
    order = _order(c)
    known = set(Topic.objects.filter(case_id=c.case.pk).values_list("no", flat=True))
    if order and len(set(order)) == len(order) and set(order) <= known:
        return yes()
    return no("order", _("Write numbers of topics in their order, each once: 2 1 3."))


def fix_agenda(c: M) -> None:
    """What is not named waits for another meeting."""
    Topic.objects.filter(case_id=c.case.pk).update(place=None)
    for place, number in enumerate(_order(c), start=1):
        Topic.objects.filter(case_id=c.case.pk, no=number).update(place=place)


def agenda_of(case_id: int) -> list[Topic]:
    """The topics in their order."""
    return list(Topic.objects.filter(case_id=case_id, place__isnull=False).order_by("place"))


def _order(c: M) -> list[int]:
    parts = str(c.data["order"]).replace("，", " ").replace(",", " ").replace("、", " ").split()
    return [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 5]


# --- held -------------------------------------------------------------------------------------------------------


def was_held(c: M) -> Verdict:
    """The meeting itself is recorded first."""
    if Sitting.objects.filter(case_id=c.case.pk, kind=SITTING, state=SittingState.HELD).exists():
        return yes()
    return no("not_held", _("It is not recorded that the meeting was held."), _("Record the meeting first."))


def somebody_came(c: M) -> Verdict:
    """One body a line, a colon, and who came for it."""
    if 1 <= len(list(_came(c))) <= MOST:
        return yes()
    return no("attended", _("Write one body a line: name of the body: who came."))


def note_presence(c: M) -> None:
    """Who came; a second list replaces the first."""
    Presence.objects.filter(case_id=c.case.pk).delete()
    for number, (body, people) in enumerate(_came(c), start=1):
        Presence.objects.create(case_id=c.case.pk, no=number, body=body, people=people)
    sitting = Sitting.objects.filter(case_id=c.case.pk, kind=SITTING, state=SittingState.HELD).order_by("-starts_at")
    held = sitting.first()
    c.facts.held_on = held.starts_at.astimezone(CHINA).date() if held else today(c)


def _came(c: M) -> Iterable[tuple[str, str]]:
    for raw in str(c.data["attended"]).splitlines():
        body, _colon, people = raw.replace("：", ":").partition(":")
        if body.strip():
            yield " ".join(body.split())[:200], " ".join(people.split())[:500]


def minutes_written(c: M) -> Verdict:
    """What is issued is written first."""
    return yes() if c.facts.record else no("no_minutes", _("The minutes are not written yet."))


# --- decisions --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One decision, as the meeting's page and papers show it."""

    no: str
    text: str
    owner: str
    due: date
    state: str
    late: bool


def decisions_of(c: M) -> list[Line]:
    """Every decision of the meeting, wherever its case lies now: who convened the meeting knows what it decided."""
    asked: dict[str, Any] = {"meeting": c.case.pk, "today": today(c)}
    with as_platform(), connection.cursor() as cursor:
        cursor.execute(_DECISIONS, asked)
        return [
            Line(number, open_for(Decision, "text", sealed, case_id), owner, due, state, late)
            for case_id, number, sealed, owner, due, state, late in cursor.fetchall()
        ]


_DECISIONS = """
SELECT c.id, c.no, d.text, coalesce(nullif(d.body, ''), o.name, u.name), d.due, c.state,
  c.closed_at IS NULL AND d.due < %(today)s
FROM joint_decision d JOIN cases_case c ON c.id = d.case_id JOIN org_org u ON u.id = c.unit_id
LEFT JOIN org_org o ON o.id = d.owner_id
WHERE d.meeting_id = %(meeting)s ORDER BY c.id
"""


def all_carried_out(c: M) -> Verdict:
    """A meeting is closed when every decision is accepted or no longer needed."""
    if left := sum(line.state not in ENDED for line in decisions_of(c)):
        return no("decisions_open", _("%(left)s decisions are not accepted yet.") % {"left": left})
    return yes()


def decide(c: M) -> None:
    """One decision becomes a case of its own: whoever owns it is reminded, and reported when late."""
    d = c.data
    c.spawn(
        "joint_decision", meeting=c.case.no, text=d["decision"], category=d["sort"], owner=d.get("owner"),
        body=d.get("body") or "", due=d["due"].isoformat(),
    )  # fmt: skip


def due_ahead(c: M | D) -> Verdict:
    """A decision is carried out on a day to come."""
    if c.data["due"] >= today(c):
        return yes()
    return no("due", _("This day has passed. Choose one from today on."))


def owner_fits(c: M | D) -> Verdict:
    """A unit of the union, if one is named, is there."""
    if c.data.get("owner") and active_org(c.data["owner"]) is None:
        return no("owner", _("There is no such unit."))
    return yes()


def begin_decision(c: D) -> None:
    """Which meeting decided it. What nobody else does, the unit that convened it does."""
    meeting = Case.objects.filter(no=str(c.data.get("meeting") or ""), service="joint_meeting").first()
    c.facts.meeting_id = meeting.pk if meeting else None
    if not c.facts.body:
        c.facts.owner_id = c.facts.owner_id or c.case.unit_id


def goes_elsewhere(c: D) -> Verdict:
    """Another unit of the union does it."""
    if c.facts.owner_id is not None and c.facts.owner_id != c.case.unit_id:
        return yes()
    return no("stays", _("This unit carries it out, or watches over the body that does."))


def owner_of(c: D) -> Org:
    """The unit that does it."""
    return c.facts.owner or c.case.unit


def due_day(c: D) -> datetime | None:
    """The clock counts to the end of the due day."""
    return datetime.combine(c.facts.due, time(), CHINA)


def not_the_owner(c: D) -> Verdict:
    """Nobody accepts what their own unit had to do, or what they reported themselves."""
    if c.post is None:
        return yes()
    reported = c.acted("report_done", account_id=c.actor.account_id)
    if c.post.org_id == c.facts.owner_id or reported:
        return no("owner", _("Your unit carried it out or reported it, so somebody else accepts it."))
    return yes()


def accept(c: D) -> None:
    """Accepted today."""
    c.facts.accepted_on = today(c)


def hand_back(c: D) -> None:
    """It is not done yet."""
    c.facts.returned += 1


def in_time(c: D) -> bool:
    """Whether it was reported by its day."""
    clock = c.clock("deadline")
    return clock is not None and clock.done_at == c.now and c.now <= clock.due_at


def first_report(c: D) -> bool:
    """Each late decision is counted once."""
    clock = c.clock("deadline")
    return clock is not None and clock.level == 1
