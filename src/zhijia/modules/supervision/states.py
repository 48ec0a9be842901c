"""Where a supervision stands (domain 3.2), and the sets of states that its steps share."""

# ruff: noqa: E501 (a declaration reads as a table)

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class S(StrEnum):
    """Where a supervision stands."""

    CLUE, HEARING, REMINDED, TALKS, INVESTIGATING, OPINION, REPLIED, RECOMMENDED, ACTING, TRANSFERRED, CORRECTED, ABOVE, CLOSED = (
        "clue", "hearing", "reminded", "talks", "investigating", "opinion", "replied", "recommended", "acting",
        "transferred", "corrected", "above", "closed",
    )  # fmt: skip


STATES = {
    S.CLUE: _("Clue registered"),
    S.HEARING: _("Both sides being heard"),
    S.REMINDED: _("Reminder sent"),
    S.TALKS: _("Being negotiated"),
    S.INVESTIGATING: _("Being investigated"),
    S.OPINION: _("Opinion issued"),
    S.REPLIED: _("Next step to be decided"),
    S.RECOMMENDED: _("Authority asked to act"),
    S.ACTING: _("Authority deals with it"),
    S.TRANSFERRED: _("Given to the procuratorate"),
    S.CORRECTED: _("Corrected, to be verified"),
    S.ABOVE: _("The union above acts"),
    S.CLOSED: _("Closed"),
}
OPEN = frozenset(S) - {S.CLOSED, S.ABOVE}
TAKEN = OPEN - {S.CLUE}
"""The unit has taken it up."""
