"""What the case page shows beside the form: which limits hold for this petition, and what has been decided."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.service.declare import Panel

from .models import Outcome
from .rules import C


def decisions(c: C) -> Mapping[str, Any] | None:
    """The opinion, the review and the re-review as far as they were served, the newest first."""
    f, ended = c.facts, c.case.closed_at if c.case.state == "concluded" else None
    found = [
        (_("Re-review opinion"), f.final_opinion, f.final_outcome, ended.astimezone(CHINA).date() if ended else None),
        (_("Review opinion"), f.review_opinion, f.review_outcome, f.reviewed_on),
        (_("Handling opinion"), f.opinion, "", f.opinion_on),
    ]  # fmt: skip
    rows = [(title, words, Outcome(how).label if how else "", day) for title, words, how, day in found if words and day]
    ends = c.clock("re_review_request" if f.reviewed_on else "review_request")
    open_until = ends.due_at if ends and c.case.state in ("opinion", "reviewed") and c.now <= ends.due_at else None
    until = open_until.astimezone(CHINA).date() if open_until else None
    return {"rows": rows, "law": f.law, "until": until} if rows else None


PANELS = (
    Panel(
        key="decisions", title=_("What was decided so far"), template="petitions/decisions.html", show=decisions,
        worker=True,
    ),
)  # fmt: skip
