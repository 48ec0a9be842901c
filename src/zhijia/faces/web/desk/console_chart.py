"""The calls of a day by the hour, as bars: answered in time, answered later, missed. Drawn on the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zhijia.kernel.base.clock import CHINA
from zhijia.modules.hotline.calls.wall import Hour

WIDTH, HEIGHT, FOOT, HEAD = 960, 320, 24, 22


@dataclass(frozen=True)
class Bar:
    """One hour: where its three parts stand, from the bottom."""

    hour: Hour
    x: float
    width: float
    parts: tuple[tuple[str, float, float], ...]
    """(class, y, height) of each part."""
    top: float
    now: bool

    @property
    def middle(self) -> float:
        """Where its words stand."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True)
class Bars:
    """The whole picture, with the size it is drawn in."""

    bars: list[Bar]
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = HEIGHT - FOOT
    foot: int = HEIGHT - 6


def bars(hours: Sequence[Hour], *, now: datetime) -> Bars:
    """Lay out the hours of a day; the highest bar fills the height."""
    most = max((hour.offered for hour in hours), default=0) or 1
    step, floor = WIDTH / max(1, len(hours)), HEIGHT - FOOT
    unit = (floor - HEAD) / most
    made = []
    for place, hour in enumerate(hours):
        y, parts = float(floor), []
        late, missed = hour.answered - hour.in_time, hour.offered - hour.answered
        for name, count in (("d5", hour.in_time), ("d2", late), ("o2", missed)):
            if count:
                y -= count * unit
                parts.append((name, round(y, 1), round(count * unit, 1)))
        at = hour.hour == now.astimezone(CHINA).hour
        made.append(Bar(hour, round(place * step + 3, 1), round(step - 6, 1), tuple(parts), round(y - 6, 1), at))
    return Bars(made)
