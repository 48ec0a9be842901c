"""What the case pages show beside the form: papers and consents of a transfer; topics and decisions of a meeting."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service import sittings
from zhijia.kernel.service.declare import Panel

from .meetings import D, M, agenda_of, decisions_of
from .models import Agreement, Material, Outcome, Presence, Topic, Way
from .rules import today
from .states import DECISION, DS
from .transfers import C, missing


def transfer(c: C) -> Mapping[str, Any]:
    """To whom it goes, what they answered, and which papers go along."""
    f = c.facts
    return {
        "way": Way(f.way).label, "body": f.body, "their_no": f.their_no, "sent": f.sent_on, "received": f.received_on,
        "answered": f.answered_on, "outcome": Outcome(f.outcome).label if f.outcome else "", "result": f.result,
        "papers": list(Material.objects.filter(case_id=c.case.pk).order_by("no")),
        "code": f.code if c.actor.is_staff else "",
    }  # fmt: skip


def consents(c: C) -> Mapping[str, Any] | None:
    """How many workers agreed, and whether all did; for the unit."""
    given = Agreement.objects.filter(case_id=c.case.pk, standing=True).count()
    left = len(missing(c))
    return {"given": given, "left": left} if given or left else None


def meeting(c: M) -> Mapping[str, Any]:
    """Who is invited, which topics there are, and who came."""
    agenda = agenda_of(c.case.pk)
    waiting = Topic.objects.filter(case_id=c.case.pk, place=None).order_by("no")
    present = Presence.objects.filter(case_id=c.case.pk).order_by("no")
    return {
        "bodies": c.facts.bodies, "agenda": agenda, "waiting": list(waiting), "present": list(present),
        "minutes": c.facts.record, "held": c.facts.held_on,
    }  # fmt: skip


def decisions(c: M) -> Mapping[str, Any] | None:
    """What the meeting decided, and how much of it is done."""
    lines = decisions_of(c)
    shown = [(line, DECISION[DS(line.state)]) for line in lines]
    done = sum(line.state == DS.ACCEPTED for line in lines)
    return {"lines": shown, "done": done, "all": len(lines)} if lines else None


def decision(c: D) -> Mapping[str, Any]:
    """Who does it by when."""
    f = c.facts
    late = c.case.closed_at is None and f.due < today(c)
    return {
        "owner": f.body or (f.owner.name if f.owner else c.case.unit.name), "due": f.due, "late": late, "done": f.done,
        "accepted": f.accepted_on,
    }  # fmt: skip


TRANSFER = (
    Panel(key="transfer", title=_("The transfer"), template="joint/transfer.html", show=transfer, worker=True),
    Panel(key="consents", title=_("Consent of the workers"), template="joint/consents.html", show=consents),
)
MEETING = (
    Panel(key="meeting", title=_("Topics and who comes"), template="joint/meeting.html", show=meeting),
    Panel(key="decisions", title=_("Decisions"), template="joint/decisions.html", show=decisions),
    sittings.panel(worker=False),
)
DECISION_PANELS = (Panel(key="decision", title=_("The decision"), template="joint/decision.html", show=decision),)
