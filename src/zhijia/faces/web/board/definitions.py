"""What each figure of a service means, in words that come from its declaration and from nowhere else.

The same sentences stand beside the figures of the board, in the public dictionary and in the open data.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from zhijia.faces.figures import COUNT, HOURS, MONEY, TOTAL
from zhijia.kernel.base.errors import Text
from zhijia.kernel.service.declare import Service
from zhijia.kernel.service.engine import FILE

RATE = "rate"
REOPENED, CLOSED, REOPEN = "reopened", "closed", "reopen"
"""The two counts of a service whose results can be taken up again, and the rate made of them."""


@dataclass(frozen=True)
class Definition:
    """One figure: its key in the open data, its name, its kind, and what it means."""

    key: str
    title: Text
    kind: str
    says: Text


def definitions(service: Service) -> dict[str, Definition]:
    """Every figure of a service by its key, rates first, in the reader's language."""
    found = [Definition(r.key, r.title, RATE, r.says) for r in service.rates]
    if reopens(service):
        found.append(Definition(REOPEN, _("Re-open rate"), RATE, _("re-opened ÷ (closed + re-opened)")))
    found += [
        Definition(c.key, c.title, COUNT, _counted(service, c.on, narrowed=c.when is not None)) for c in service.counts
    ]
    for s in service.sums:
        says = _("the sum over the cases of: {what}").format(what=s.title)
        found.append(Definition(s.key, s.title, MONEY if s.money else TOTAL, says))
    for d in service.durations:
        says = _("the mean number of hours from filing to: {steps}").format(steps=_steps(service, d.on))
        found.append(Definition(d.key, d.title, HOURS, says))
    return {definition.key: definition for definition in found}


def reopens(service: Service) -> bool:
    """Whether the counters of a service tell how often a result was taken up again."""
    return {REOPENED, CLOSED} <= {c.key for c in service.counts}


def _counted(service: Service, on: Iterable[str], *, narrowed: bool) -> str:
    """A count in words; where the declaration adds a condition, that there is one."""
    says = _("how often this happened: {steps}").format(steps=_steps(service, on))
    return says + _(" (of these, only what the name says)") if narrowed else says


def _steps(service: Service, on: Iterable[str]) -> str:
    """The steps of the process that are counted, by their names."""
    return _(", ").join(dict.fromkeys(str(_step(service, key)) for key in sorted(on)))


def _step(service: Service, key: str) -> Text:
    if key == FILE:
        return _("it was received")
    head, _dot, clock = key.partition(".")
    if clock and any(c.key == clock for c in service.clocks):
        return _("“{clock}” ran out").format(clock=service.clock(clock).title)
    found = service.transition(key)
    return found.title if found else head
