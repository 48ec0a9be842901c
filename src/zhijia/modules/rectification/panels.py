"""What the case pages show beside the form: plan and evidence of a finding; the findings of a round with their rate."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service.declare import Panel

from .models import Proof, Round
from .rounds import R, lines_of, tally
from .rules import C, today
from .states import STATES, S

FIRST = 200
"""Findings that the page of a round shows."""


def work(c: C) -> Mapping[str, Any]:
    """Who must mend it, how, until when, and what came of it."""
    f = c.facts
    of = Round.objects.filter(case_id=f.round_id or 0).select_related("case").first()
    return {
        "owner": f.owner.name, "department": f.department, "round": of, "plan": f.plan, "due": f.due, "done": f.done,
        "late": f.due is not None and f.accepted_on is None and f.due < today(c), "verdict": f.verdict,
        "accepted_on": f.accepted_on, "returned": f.returned, "reopened": f.reopened,
    }  # fmt: skip


def proofs(c: C) -> Mapping[str, Any] | None:
    """The evidence, numbered, with the file that shows it."""
    found = list(Proof.objects.filter(case_id=c.case.pk).select_related("attachment").order_by("no"))
    return {"proofs": found} if found else None


def findings(c: R) -> Mapping[str, Any] | None:
    """The findings of the round and how many of them are mended, with what that is a share of."""
    lines = lines_of(c)
    shown = [(line, STATES[S(line.state)]) for line in lines[:FIRST]]
    return {"lines": shown, "tally": tally(lines), "more": max(len(lines) - FIRST, 0)} if lines else None


PANELS = (
    Panel(key="work", title=_("Who mends it, and how"), template="rectification/work.html", show=work),
    Panel(key="proofs", title=_("Evidence of mending"), template="rectification/proofs.html", show=proofs),
)
ROUND_PANELS = (Panel(key="findings", title=_("Findings"), template="rectification/findings.html", show=findings),)
