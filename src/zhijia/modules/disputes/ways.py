"""The ways that the law leaves a worker when there is no agreement, or one that is not kept."""

# ruff: noqa: E501 (one way, one line)

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text

from .agreement import can_order, can_sue
from .models import Form
from .rules import C
from .states import LISTING


@dataclass(frozen=True)
class WayLeft:
    """One way: what it is, and the article that opens it."""

    words: Text
    article: Text


ARBITRATION = WayLeft(_("Apply for arbitration; it is free of charge."), _("LDMAL 5, 14, 53"))
AFTER_AGREEMENT = WayLeft(_("Apply for arbitration because the agreement is not kept."), _("LDMAL 15"))
COMPLAINT = WayLeft(_("Complain to the labour inspection about unpaid wages, injury cost, severance or damages."), _("LDMAL 9"))  # fmt: skip
MEDIATION = WayLeft(_("Apply for mediation of the dispute, as the settlement is not kept."), _("LDMAL 5"))
ORDER = WayLeft(_("Take the agreement to the court for a payment order."), _("LDMAL 16"))
SUIT = WayLeft(
    _("Sue on the agreement at once: it is about wages alone."), _("Interpretation (I) on labour disputes 51")
)
ENFORCE = WayLeft(_("Ask the court to enforce it: it is confirmed."), _("Civil Procedure Law 206 (?)"))


def ways_left(c: C) -> list[WayLeft]:
    """The ways as the case stands, the quickest first; [] while nothing has failed and the time of LDMAL 14 runs."""
    receipt = c.clock("receipt")
    if c.case.state in LISTING and receipt is not None and c.now > receipt.due_at:
        return [ARBITRATION]
    if c.case.state == "failed":
        return [ARBITRATION, COMPLAINT]
    if c.case.state != "broken":
        return []
    if c.facts.form == Form.SETTLEMENT:
        return [MEDIATION, ARBITRATION, COMPLAINT]
    found = [ENFORCE] if c.facts.confirmed_on else []
    found += [ORDER] if can_order(c) else []
    found += [SUIT] if can_sue(c) else []
    return [*found, AFTER_AGREEMENT, COMPLAINT]
