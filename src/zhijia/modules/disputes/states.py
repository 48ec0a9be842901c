"""Where a dispute may stand."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class S(StrEnum):
    """Where a dispute stands."""

    APPLIED, CONSULTING, MEDIATING, SIGNING, SETTLED, AGREED, FAILED, BROKEN, CLOSED = (
        "applied", "consulting", "mediating", "signing", "settled", "agreed", "failed", "broken", "closed",
    )  # fmt: skip


STATES = {
    S.APPLIED: _("Applied for"),
    S.CONSULTING: _("Talks with the employer"),
    S.MEDIATING: _("Being mediated"),
    S.SIGNING: _("Agreement to be signed"),
    S.SETTLED: _("Settled by talks, to be kept"),
    S.AGREED: _("Agreed, to be kept"),
    S.FAILED: _("No agreement, worker to be advised"),
    S.BROKEN: _("Agreement not kept"),
    S.CLOSED: _("Closed"),
}
OPEN = frozenset(S) - {S.CLOSED}
LISTING = frozenset({S.APPLIED, S.CONSULTING, S.MEDIATING, S.SIGNING})
"""Nothing is signed yet: workers may be listed, and may go."""
IN_FORCE = frozenset({S.SETTLED, S.AGREED})
PAYING = IN_FORCE | {S.BROKEN}
