"""What the case page shows beside the form: letters and when their answer is due, investigators, workers asked, money,
the typical case, and for two people who gave the clue. None of it is made for workers: others' words stand in it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.documents.kinds import kind_of
from zhijia.kernel.documents.models import Letter, LetterState
from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Panel

from . import above, typical
from .investigation import named
from .models import AskedWorker, Inquiry
from .rules import C
from .verifying import tally

FIRST = 50
"""Workers that the page shows at once."""


def service_of(c: C) -> Mapping[str, Any] | None:
    """Each letter: number, when and how it was served, when the answer is due, what came."""
    found = Letter.objects.filter(case_id=c.case.pk, issued_at__isnull=False).exclude(state=LetterState.WITHDRAWN)
    rows = [
        {
            "title": kind_of(c.case.service, letter.kind).title, "letter": letter, "how": letter.get_service_display(),
            "late": bool(letter.reply_due_at and not letter.answered_at and c.now > letter.reply_due_at),
        }
        for letter in found.order_by("id")
    ]  # fmt: skip
    return {"letters": rows} if rows else None


def investigators(c: C) -> Mapping[str, Any] | None:
    """Who investigates with which card, who stood aside, and what was done."""
    seats = named(c.case.pk)
    acts = list(Inquiry.objects.filter(case_id=c.case.pk).order_by("no"))
    return {"seats": seats, "acts": acts, "refused": not c.facts.cooperated} if seats else None


def asked(c: C) -> Mapping[str, Any] | None:
    """Which workers were asked, what they say, and what they got."""
    rows = list(AskedWorker.objects.filter(case_id=c.case.pk).order_by("-no")[:FIRST])
    if not rows:
        return None
    ours = any(post.org_id == c.case.unit_id or post.role == Role.SUPERVISOR for post in c.actor.posts)
    counted = {f"n_{name}": value for name, value in tally(c).items()}
    return {"rows": rows, "round": rows[0].round, "ours": ours, **counted}


def money(c: C) -> Mapping[str, Any] | None:
    """What was agreed, what the workers who were asked got, and what was recovered in all."""
    counted, facts = tally(c)["fen"], c.facts
    if not (facts.agreed or counted or facts.recovered):
        return None
    return {"agreed": facts.agreed, "counted": counted, "recovered": facts.recovered, "workers": facts.workers}


PANELS = (
    Panel(key="service", title=_("Service and reply"), template="supervision/service.html", show=service_of),
    Panel(key="investigators", title=_("Investigators"), template="supervision/investigators.html", show=investigators),
    Panel(key="asked", title=_("Workers asked"), template="supervision/asked.html", show=asked),
    Panel(key="money", title=_("Money for the workers"), template="supervision/money.html", show=money),
    Panel(key="typical", title=_("Typical case"), template="supervision/typical.html", show=typical.shown),
    above.PANEL,
)
