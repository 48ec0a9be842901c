"""Where an arbitration stands, and the groups of states that steps share."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class S(StrEnum):
    """Where an arbitration stands."""

    PREPARING, FILED, REFUSED, ACCEPTED, HEARING, HEARD, OVERDUE, AWARDED, CHALLENGED, VOID = (
        "preparing", "filed", "refused", "accepted", "hearing", "heard", "overdue", "awarded", "challenged", "void",
    )  # fmt: skip
    FIRST, JUDGED, APPEAL, EFFECTIVE, ENFORCING, CLOSED = (
        "first", "judged", "appeal", "effective", "enforcing", "closed",
    )  # fmt: skip


STATES = {
    S.PREPARING: _("Application being prepared"),
    S.FILED: _("Filed, not decided yet"),
    S.REFUSED: _("Not accepted, court is open"),
    S.ACCEPTED: _("Accepted by the commission"),
    S.HEARING: _("Hearing set"),
    S.HEARD: _("Heard, award awaited"),
    S.OVERDUE: _("No award in time, court is open"),
    S.AWARDED: _("Award received"),
    S.CHALLENGED: _("Employer asks to set it aside"),
    S.VOID: _("Award without effect, court is open"),
    S.FIRST: _("Court of first instance"),
    S.JUDGED: _("Judgment received"),
    S.APPEAL: _("Court of second instance"),
    S.EFFECTIVE: _("In force, to be kept"),
    S.ENFORCING: _("Being enforced"),
    S.CLOSED: _("Closed"),
}
OPEN = frozenset(S) - {S.CLOSED}
BEFORE = frozenset({S.PREPARING, S.FILED})
RUNNING = frozenset({S.ACCEPTED, S.HEARING, S.HEARD})
"""Before the tribunal."""
TO_COURT = frozenset({S.REFUSED, S.OVERDUE, S.AWARDED, S.CHALLENGED, S.VOID})
"""The worker may sue."""
ADVISED = frozenset({S.REFUSED, S.OVERDUE, S.AWARDED, S.VOID, S.JUDGED, S.EFFECTIVE, S.ENFORCING})
"""It may end here, with a note of what is left."""
