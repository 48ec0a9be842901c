"""Where transfers, meetings and decisions stand, in words: for their declarations, pages and papers."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class TS(StrEnum):
    """Where a transfer stands."""

    REGISTERED, SENT, RECEIVED, RETURNED, HANDLING, FEEDBACK, CLOSED = (
        "registered", "sent", "received", "returned", "handling", "feedback", "closed",
    )  # fmt: skip


TRANSFER = {
    TS.REGISTERED: _("Registered, being prepared"), TS.SENT: _("Sent, receipt awaited"),
    TS.RECEIVED: _("With the other department"), TS.RETURNED: _("Returned by the department"),
    TS.HANDLING: _("Being handled by the union"), TS.FEEDBACK: _("Feedback given"), TS.CLOSED: _("Closed"),
}  # fmt: skip


class MS(StrEnum):
    """Where a meeting stands."""

    CONVENED, AGENDA, HELD, ISSUED, CLOSED, CANCELLED = (
        "convened", "agenda", "held", "issued", "closed", "cancelled",
    )  # fmt: skip


MEETING = {
    MS.CONVENED: _("Convened, topics being collected"), MS.AGENDA: _("Agenda fixed"), MS.HELD: _("Held, minutes due"),
    MS.ISSUED: _("Minutes issued, decisions being carried out"), MS.CLOSED: _("Closed"), MS.CANCELLED: _("Cancelled"),
}  # fmt: skip


class DS(StrEnum):
    """Where a decision stands."""

    OPEN, REPORTED, ACCEPTED, DROPPED = "open", "reported", "accepted", "dropped"


DECISION = {
    DS.OPEN: _("To be carried out"), DS.REPORTED: _("Reported as done"), DS.ACCEPTED: _("Accepted as done"),
    DS.DROPPED: _("No longer needed"),
}  # fmt: skip
