"""Figures of a service as a face may publish them: counts, sums of money and of people, mean durations.

Promise 7 for what is measured: a figure over fewer than ten cases is hidden, as a count below ten is; a sum of money is
rounded to about five average amounts, as counts are rounded to five people, so that no single amount can be won back.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from zhijia.faces.present import amount
from zhijia.kernel.base.errors import Text
from zhijia.kernel.indicators.figures import SMALLEST, STEP, published
from zhijia.kernel.service.declare import Service

COUNT, TOTAL, MONEY, HOURS = "count", "total", "money", "hours"


@dataclass(frozen=True)
class Measured:
    """One figure: a number of cases or of something else, fen, or tenths of hours; None when it is hidden."""

    key: str
    title: Text
    kind: str
    value: int | None

    @property
    def words(self) -> str:
        """The figure, money with its unit; "" when it is hidden."""
        if self.value is None:
            return ""
        if self.kind == MONEY:
            return amount(self.value)
        if self.kind == HOURS:
            return f"{self.value / 10:,.1f}"  # its title names the unit
        return f"{self.value:,}"


def measured(service: Service, times: Mapping[str, int], amounts: Mapping[str, int]) -> list[Measured]:
    """Every figure that the service declares, from how often it happened and what was measured (in hundredths)."""
    found = [Measured(c.key, c.title, COUNT, published(times.get(c.key, 0))) for c in service.counts]
    for total in service.sums:
        whole, n = amounts.get(total.key, 0), times.get(total.key, 0)
        value = published_money(whole, n) if total.money else published(whole // 100)
        found.append(Measured(total.key, total.title, MONEY if total.money else TOTAL, value))
    for d in service.durations:
        n = times.get(d.key, 0)
        mean = round(amounts.get(d.key, 0) / n / 10) if n >= SMALLEST else None
        found.append(Measured(d.key, d.title, HOURS, mean))
    return found


def published_money(fen: int, n: int) -> int | None:
    """A sum over `n` cases as it may be shown: hidden below ten, else rounded to at least five average amounts."""
    if n < SMALLEST:
        return None
    step = _step(STEP * abs(fen) / n)
    return step * round(fen / step)


def _step(least: float) -> int:
    """The first of 1, 2, 5, 10, 20, 50 … yuan that is not below `least` fen."""
    step = 100
    while step < least:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step
