"""The history of one account's rights, for auditors: its own chain of the audit trail, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base.errors import Text
from zhijia.kernel.people.models import Account

SHOWN = 40
WORDS: dict[str, Text] = {
    "account.added": _("Account added"),
    "account.closed": _("Account closed"),
    "account.reopened": _("Account opened again"),
    "account.unlocked": _("Unlocked"),
    "account.locked": _("Locked after wrong passwords"),
    "account.failed": _("Wrong password"),
    "account.signed_in": _("Signed in"),
    "account.signed_out": _("Signed out"),
    "account.signed_out_everywhere": _("Signed out everywhere"),
    "account.sessions_ended": _("Signed out by an administrator"),
    "account.device_ended": _("One device signed out"),
    "account.password_changed": _("Password set"),
    "account.password_removed": _("Password removed"),
    "account.setup_begun": _("Link for a password made"),
    "account.setup_done": _("Link used"),
    "account.factors_proposed": _("New second factor proposed"),
    "account.factors_forgotten": _("Second factor taken away"),
    "post.appointed": _("Post given"),
    "roster.entered": _("Entered on a roster"),
    "roster.left": _("Taken off a roster"),
    "post.ended": _("Post ended"),
    "post.right_set": _("Reach of a permission set"),
    "post.substituted": _("Stands in for somebody"),
    "post.substitution_ended": _("Substitution ended"),
    "post.substitute_proposed": _("Proposed as a substitute"),
    "post.proposal_agreed": _("Proposal agreed to"),
    "post.proposal_refused": _("Proposal refused"),
    "post.review_kept": _("Post kept in a review"),
    "post.review_ended": _("Post ended in a review"),
    "opening.asked": _("Asked to read a case"),
    "opening.agreed": _("Reading a case was agreed to"),
    "opening.refused": _("Reading a case was refused"),
    "opening.ended": _("Opening closed early"),
    "opening.told": _("The workers were told of it"),
    "opening.reviewed": _("Emergency reviewed"),
    "cases.exported": _("Took a list out"),
}
"""Acts of an account's chain in words; others are shown by their code."""


@dataclass(frozen=True)
class Line:
    """One entry."""

    at: datetime
    who: str
    what: Text
    detail: str
    place: int


def of_account(account: Account, request: HttpRequest) -> dict[str, Any]:
    """The newest entries of the account's chain, or those before `?history=`."""
    entries = Entry.objects.filter(chain=f"account:{account.pk}").order_by("-seq")
    last = request.GET.get("history", "")
    if last.isascii() and last.isdigit() and len(last) <= 9:
        entries = entries.filter(seq__lt=int(last))
    found = list(entries[: SHOWN + 1])
    lines = [
        Line(e.at, e.actor, WORDS.get(e.act, e.act), ", ".join(f"{k}={v}" for k, v in sorted(e.data.items())), e.seq)
        for e in found[:SHOWN]
    ]
    return {"history": lines, "earlier": lines[-1].place if len(found) > SHOWN else None, "audits": True}
