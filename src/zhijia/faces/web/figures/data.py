"""What is published of a service: the board's own figures, but of months that are over, and nothing of single cases.

A running month would tell, to whoever asks every minute, at which moment a rounded count went up. So the last month
that is shown is the last one that is complete.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from zhijia.faces.figures import HOURS, MONEY, Measured
from zhijia.faces.web.board.definitions import RATE
from zhijia.faces.web.board.figures import YEAR, Board, gather, periods
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import NotFound
from zhijia.kernel.base.money import yuan
from zhijia.kernel.indicators.figures import SENSITIVE, Figure
from zhijia.kernel.service.declare import Service

COLUMNS = (
    "table", "since", "until", "code", "name", "figure", "kind", "value", "part", "whole", "rate", "low95", "high95",
)  # fmt: skip
UNITS = {MONEY: "yuan", HOURS: "hours"}
Cell = str | int | float | None


@dataclass(frozen=True)
class Row:
    """One published number; None where it is hidden."""

    table: str
    since: date
    until: date
    """The last day."""
    code: str
    name: str
    figure: str
    kind: str
    value: Cell = None
    part: int | None = None
    whole: int | None = None
    rate: float | None = None
    low95: float | None = None
    high95: float | None = None

    def cells(self) -> dict[str, Cell]:
        """The row by column, days as text."""
        found = {name: getattr(self, name) for name in COLUMNS}
        return found | {"since": self.since.isoformat(), "until": self.until.isoformat()}


def complete(now: datetime) -> datetime:
    """The last moment of the last month that is over: the "now" of everything published."""
    first = now.astimezone(CHINA).date().replace(day=1)
    return datetime.combine(first, time.min, CHINA) - timedelta(microseconds=1)


def choices(now: datetime) -> list[tuple[str, str]]:
    """The periods that can be asked for."""
    return periods(complete(now))


def published_board(*, service: Service, region: str, period: str, now: datetime) -> Board:
    """The figures of a whole period. Raises NotFound for a period that is not over, or an unknown region."""
    if period not in dict(choices(now)):
        raise NotFound(code="no_such_period")
    return gather(
        service=service, region=region, period=period, category="", now=complete(now), late=False,
        topics_from=SENSITIVE,
    )  # fmt: skip


def rows(board: Board) -> Iterator[Row]:
    """Everything on the public page as rows, in a fixed order: the whole, places below, months, categories."""
    span = (board.since, board.until - timedelta(days=1))
    here = (board.region.code, board.region.name)
    rates = [shown.figure for shown in board.every_rate]
    yield from (_rate(("whole", *span, *here), figure) for figure in rates)
    yield from (_number(("whole", *span, *here), measure) for measure in board.figures)
    for line in board.lines:
        place = ("place", *span, line.code, line.name)
        yield from (_rate(place, figure) for figure in line.rates)
        yield from (_number(place, measure) for measure in line.figures)
    for month, figures in board.trend:
        last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        yield from (_rate(("month", month, last, *here), figure) for figure in figures.values())
    for topic in board.topics:
        yield Row("category", *span, topic.code, str(topic.title), "received", "count", topic.n)


def _rate(where: tuple[str, date, date, str, str], figure: Figure) -> Row:
    shares = [None if share is None else round(share, 4) for share in (figure.share, figure.low, figure.high)]
    return Row(*where, figure.key, RATE, None, figure.part, figure.whole, *shares)


def _number(where: tuple[str, date, date, str, str], measure: Measured) -> Row:
    value: Cell = measure.value
    if measure.value is not None and measure.kind in UNITS:
        value = str(yuan(measure.value)) if measure.kind == MONEY else measure.value / 10
    return Row(*where, measure.key, UNITS.get(measure.kind, "count"), value)


__all__ = ["COLUMNS", "SENSITIVE", "YEAR", "Row", "choices", "complete", "published_board", "rows"]
