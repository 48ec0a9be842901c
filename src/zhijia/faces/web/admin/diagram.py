"""The states of a service as a picture: geometry only, which the template draws as SVG.

States stand in rows by how many steps they are away from the start; steps down are drawn straight, steps back and
sideways dashed.
"""

from dataclasses import dataclass

from zhijia.kernel.service.declare import Choose, Service

HEIGHT, GAP, ROW, EDGE = 34, 22, 84, 16
"""Of a box; between boxes; between rows; around the picture."""
WIDE, NARROW, LEAST = 14.5, 7.6, 72
"""Pixels of a Chinese character, of a Latin one, and of the narrowest box."""


@dataclass(frozen=True)
class Box:
    """One state: where it stands, and whether it begins, ends or sleeps."""

    key: str
    title: str
    x: float
    y: float
    width: float
    kind: str

    @property
    def middle(self) -> float:
        """Its middle from left to right."""
        return self.x + self.width / 2

    @property
    def text_y(self) -> float:
        """The base line of its words."""
        return self.y + HEIGHT / 2 + 5


@dataclass(frozen=True)
class Line:
    """What leads from one state to another."""

    path: str
    says: str
    back: bool


@dataclass(frozen=True)
class Picture:
    """The whole drawing."""

    width: float
    height: float
    boxes: list[Box]
    lines: list[Line]


def picture(service: Service) -> Picture:
    """Draw the states of one service in the reader's language."""
    edges = _edges(service)
    rows = _rows(service, edges)
    boxes = _boxes(service, rows)
    at = {box.key: (box, depth) for depth, row in enumerate(rows) for box in boxes if box.key in row}
    lines = [_line(at[source], at[target], says) for (source, target), says in edges.items()]
    width = max(box.x + box.width for box in boxes) + EDGE
    return Picture(width, EDGE * 2 + (len(rows) - 1) * ROW + HEIGHT, boxes, lines)


def _edges(service: Service) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], list[str]] = {}
    for step in service.transitions:
        among = step.target.among if isinstance(step.target, Choose) else {step.target} if step.target else set()
        for source in sorted(map(str, step.source)):
            for target in sorted(map(str, among)):
                if source != target:
                    found.setdefault((source, target), []).append(str(step.title))
    return {pair: "、".join(dict.fromkeys(says)) for pair, says in found.items()}


def _rows(service: Service, edges: dict[tuple[str, str], str]) -> list[list[str]]:
    """States by their distance from the start, ends last; those of a row in the order of what leads to them."""
    depth, todo = {str(service.initial): 0}, [str(service.initial)]
    while todo:
        here = todo.pop(0)
        for source, target in edges:
            if source == here and target not in depth:
                depth[target] = depth[here] + 1
                todo.append(target)
    last = max(depth.values()) + 1
    depth |= {str(state): last for state in service.final}  # what ends stands at the end, however soon it may come
    declared = [str(state) for state in service.states]
    rows: list[list[str]] = []
    for level in range(last + 1):
        row = [state for state in declared if depth.get(state) == level]
        if rows:
            above = {state: place for place, state in enumerate(rows[-1])}
            row.sort(key=lambda state, above=above: min(  # type: ignore[misc]
                (place for source, place in above.items() if (source, state) in edges), default=99
            ))  # fmt: skip
        rows.append(row)
    return rows


def _boxes(service: Service, rows: list[list[str]]) -> list[Box]:
    titles = {str(state): str(title) for state, title in service.state_titles.items()}
    widths = {
        key: max(LEAST, sum(WIDE if ord(c) > 255 else NARROW for c in title) + 24) for key, title in titles.items()
    }
    spans = [sum(widths[key] for key in row) + GAP * (len(row) - 1) for row in rows]
    found = []
    for level, row in enumerate(rows):
        x = EDGE + 24 + (max(spans) - spans[level]) / 2
        for key in row:
            found.append(Box(key, titles[key], x, EDGE + level * ROW, widths[key], _kind(service, key)))
            x += widths[key] + GAP
    return found


def _kind(service: Service, key: str) -> str:
    if key == service.initial:
        return "start"
    return "end" if key in service.final else "asleep" if key in service.asleep else ""


def _line(source: tuple[Box, int], target: tuple[Box, int], says: str) -> Line:
    (one, level), (other, below) = source, target
    words = f"{one.title} → {other.title}：{says}"
    if below > level:
        top, bottom = one.y + HEIGHT, other.y
        bend = (bottom - top) / 2
        x1, x2 = f"{one.middle:.0f}", f"{other.middle:.0f}"
        path = f"M{x1} {top} C{x1} {top + bend:.0f} {x2} {bottom - bend:.0f} {x2} {bottom}"
        return Line(path, words, back=False)
    if below == level:
        right = other.x > one.x
        left, end = (one.x + one.width, other.x) if right else (one.x, other.x + other.width)
        y1, y2 = one.y + HEIGHT * (0.35 if right else 0.65), other.y + HEIGHT * (0.35 if right else 0.65)
        lift = -18 if right else 18
        middle = (left + end) / 2
        return Line(f"M{left:.0f} {y1:.0f} Q{middle:.0f} {y1 + lift:.0f} {end:.0f} {y2:.0f}", words, back=True)
    side = min(one.x, other.x) - 28
    y1, y2 = one.y + HEIGHT / 2, other.y + HEIGHT / 2
    way = f"M{one.x:.0f} {y1:.0f} C{side:.0f} {y1:.0f} {side:.0f} {y2:.0f} {other.x:.0f} {y2:.0f}"
    return Line(way, words, back=True)
