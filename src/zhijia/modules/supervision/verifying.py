"""Whether it is corrected: the workers concerned are asked, in rows of their own; the employer's word alone never
counts."""

# ruff: noqa: E501 (a declaration reads as a table)

from typing import Any

from django.db.models import Count, Max, Q, Sum
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Keep
from zhijia.kernel.service.habits import REASON, UNIT
from zhijia.kernel.service.terms import day, facts, handed, line, money, number, pick, step, words

from .above import ends_below
from .models import AskedHow, AskedWorker, Outcome, Word
from .rules import C, has_come, workers_sensible
from .states import S

MOST_WORKERS = 10_000
"""Workers of one verification."""
IN_FULL = (Outcome.CORRECTED, Outcome.SETTLED, Outcome.ORDERED)
ENDS = tuple(choice for choice in Outcome.choices if choice[0] not in ("open", "refused"))


def this_round(c: C) -> int:
    """The number of this verification: each "not corrected" and each relapse begins a new one."""
    last = AskedWorker.objects.filter(case_id=c.case.pk).aggregate(n=Max("round"))["n"]
    return int(last or 1) if c.facts.asked else int(last or 0) + 1


def room_left(c: C) -> Verdict:
    """As many as can be asked by hand."""
    return yes() if c.facts.asked < MOST_WORKERS else no("too_many", _("So many answers do not fit on one case."))


def note_answer(c: C) -> None:
    """One worker's word, and the running count."""
    said, facts = c.data, c.facts
    last = AskedWorker.objects.filter(case_id=c.case.pk).aggregate(n=Max("no"))["n"]
    AskedWorker.objects.create(
        case=c.case, no=int(last or 0) + 1, round=this_round(c), day=said["day"], name=said["name"], how=said["how"],
        word=said["word"], fen=said["fen"] or 0, said=said["said"],
    )  # fmt: skip
    facts.asked += 1
    facts.agreeing += said["word"] == Word.YES


def workers_asked(c: C) -> Verdict:
    """As many workers were asked as the rule wants."""
    least = int(c.number("supervision.asked_least"))
    if c.facts.asked >= least:
        return yes()
    return no(
        "nobody_asked", _("No worker has said that it is corrected; the employer's word is not enough."),
        _("Ask the workers concerned, and record each answer."),
    )  # fmt: skip


def word_fits(c: C) -> Verdict:
    """It counts as corrected when more than half of those asked say so; in part when somebody says so."""
    code, counted = c.data["closing_code"], tally(c)
    if code in IN_FULL and counted["yes"] * 2 <= counted["asked"]:
        return no("closing_code", _("Most of the workers asked do not say that it is corrected."))
    if code == Outcome.PARTLY and not counted["yes"] + counted["partly"]:
        return no("closing_code", _("None of the workers asked says that anything is corrected."))
    return yes()


def gain_fits(c: C) -> Verdict:
    """What the workers say they got is the least that was recovered."""
    total = tally(c)["fen"]
    if c.data["recovered"] is not None and c.data["recovered"] < total:
        return no("recovered", _("The workers asked say that they got more than this."))
    return yes()


def tally(c: C) -> dict[str, int]:
    """How many were asked in this round, what they say, and what they got together."""
    rows = AskedWorker.objects.filter(case_id=c.case.pk, round=this_round(c))
    found: dict[str, Any] = rows.aggregate(
        asked=Count("id"), yes=Count("id", Q(word=Word.YES)), partly=Count("id", Q(word=Word.PARTLY)), fen=Sum("fen")
    )
    return {name: int(value or 0) for name, value in found.items()}


def note_gain(c: C) -> None:
    """What was left empty is what the workers say: so many, and so much."""
    counted = tally(c)
    if c.data["workers"] is None:
        c.facts.workers = counted["yes"] + counted["partly"]
    if c.data["recovered"] is None:
        c.facts.recovered = counted["fen"]


def ask_anew(c: C) -> None:
    """The next verification asks everybody again."""
    c.facts.asked = c.facts.agreeing = 0


STEPS = (
    step(
        "ask_worker", _("Record a worker's answer"), _("A worker was asked whether it is corrected"), S.CORRECTED, by=UNIT | {Role.AGENT},
        guard=room_left, check=has_come("day"), then=note_answer, public=False,
        ask=(
            *handed(line("name", _("Worker"), help=_("Seen by the unit alone; no letter names them."))),
            day("day", _("Day"), keep=Keep.EVENT), pick("how", _("How they were asked"), AskedHow.choices, keep=Keep.EVENT),
            pick("word", _("What they say"), Word.choices, keep=Keep.EFFECT),
            *handed(money("fen", _("What they got, in yuan"), required=False), words("said", _("In their words"), required=False, limit=2000)),
        ),
    ),
    step(
        "verify_done", _("Verified with the workers"), _("The correction was verified with the workers"), S.CORRECTED, S.CLOSED, by=UNIT,
        guard=workers_asked, check=(workers_sensible, word_fits, gain_fits), then=(note_gain, ends_below), main=True, tells="ended",
        ask=(
            *facts(
                pick("closing_code", _("How it ended"), ENDS),
                number("workers", _("Workers who gain by it"), required=False, help=_("Empty: those who were asked and say so.")),
                money("recovered", _("Money recovered, in yuan"), required=False, help=_("For all workers; empty: what those asked say.")),
            ),
            words("result", _("What was verified")),
        ),
    ),
    step(
        "not_corrected", _("Not corrected"), _("The workers say that it is not corrected"), S.CORRECTED, S.REPLIED, by=UNIT, then=ask_anew,
        ask=REASON,
    ),
)  # fmt: skip
