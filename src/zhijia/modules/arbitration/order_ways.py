"""What a worker can do now about a payment order, by when and by which article."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA

from .order_rules import C
from .ways import Way


def ways(c: C) -> list[Way]:
    """Every way that is open where the case stands."""
    return list(_ways(c))


def _ways(c: C) -> Iterator[Way]:
    if c.case.state in ("refused", "objected"):
        if c.facts.agreement:
            yield Way(
                _("Sue on the agreement at the basic court; arbitration is not needed."),
                None,
                "劳动争议解释（一）13、51",
            )
        else:
            yield Way(_("Apply for arbitration; it costs nothing."), None, "劳动争议解释（一）13；劳动争议调解仲裁法53")
    if c.case.state in ("due", "enforcing"):
        clock = c.clock("enforce_within")
        until = clock.due_at.astimezone(CHINA).date() if clock else None
        yield Way(_("Ask the court to enforce the order."), until, "民事诉讼法227")
