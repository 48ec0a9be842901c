"""What a worker can do now, by when and by which article: for the page and for the closing note."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Text

from .limits import LIMIT
from .rules import C
from .states import S


@dataclass(frozen=True)
class Way:
    """One thing the worker can do; `until` None: no date is set."""

    words: Text
    until: date | None
    article: str
    over: bool = False


def ways(c: C) -> list[Way]:
    """Every way that is open where the case stands, the nearest first as the law orders them."""
    return list(_ways(c))


def _ways(c: C) -> Iterator[Way]:
    state, final = c.case.state, c.facts.final
    if state in (S.PREPARING, S.REFUSED):
        found = LIMIT.of(c)
        yield Way(
            _("Apply for arbitration; it costs nothing."), found.shown if found else None, "劳动争议调解仲裁法27、53"
        )
    if state in (S.REFUSED, S.OVERDUE):
        yield _way(
            c, "suit", _("Sue at the basic court; the law sets no time, but do it soon."), "劳动争议调解仲裁法29、43"
        )
    if state in (S.AWARDED, S.CHALLENGED):
        article = "劳动争议调解仲裁法48" if final else "劳动争议调解仲裁法50"
        yield _way(c, "sue", _("Sue at the basic court if you do not accept the award."), article)
    if state == S.AWARDED and final:
        yield _way(
            c,
            "set_aside",
            _("The employer cannot sue; until this day it can ask the intermediate court to set the award aside."),
            "劳动争议调解仲裁法49",
        )
    if state == S.AWARDED and not final:
        yield Way(_("Let the time pass: then the award is in force."), None, "劳动争议调解仲裁法50")
    if state == S.VOID and c.running("suit_set_aside"):
        yield _way(c, "suit_set_aside", _("Sue at the basic court: the award was set aside."), "劳动争议调解仲裁法49")
    if state == S.VOID and c.running("suit_unenforced"):
        yield _way(
            c, "suit_unenforced", _("Sue at the basic court: its enforcement was refused."), "劳动争议解释（一）24"
        )
    if state == S.JUDGED:
        yield _way(c, "appeal", _("Appeal to the court above."), "民事诉讼法171（?）")
    if state == S.EFFECTIVE:
        yield _way(
            c,
            "enforce_within",
            _("Ask the court to enforce it, once the day by which it is to be kept has passed."),
            "劳动争议调解仲裁法51",
        )


def _way(c: C, key: str, words: Text, article: str) -> Way:
    clock = c.clock(key) if c.running(key) else None
    until = clock.due_at.astimezone(CHINA).date() if clock else None
    return Way(words, until, article, over=clock is not None and c.now > clock.due_at)
