"""Where findings and rounds stand, in words: for their declarations, pages and papers."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class S(StrEnum):
    """Where a finding stands."""

    REGISTERED, NOTIFIED, DISPUTED, PLANNING, RECTIFYING, SUBMITTED, ACCEPTED, REOPENED, CLOSED, WITHDRAWN = (
        "registered", "notified", "disputed", "planning", "rectifying", "submitted", "accepted", "reopened", "closed",
        "withdrawn",
    )  # fmt: skip


STATES = {
    S.REGISTERED: _("Registered, notice to be given"),
    S.NOTIFIED: _("Notice given, owner to answer"),
    S.DISPUTED: _("Disputed by its owner"),
    S.PLANNING: _("Accepted by its owner, plan due"),
    S.RECTIFYING: _("Being mended"),
    S.SUBMITTED: _("Mended, to be accepted"),
    S.ACCEPTED: _("Accepted, to be looked at again"),
    S.REOPENED: _("Came back"),
    S.CLOSED: _("Struck off the list"),
    S.WITHDRAWN: _("Finding withdrawn"),
}


class RS(StrEnum):
    """Where a round stands."""

    FINDING, RECTIFYING, REPORTED, CLOSED = "finding", "rectifying", "reported", "closed"


ROUND_STATES = {
    RS.FINDING: _("Findings being listed"), RS.RECTIFYING: _("Being rectified"), RS.REPORTED: _("Report issued"),
    RS.CLOSED: _("Closed"),
}  # fmt: skip
