"""A tile map of the places below a region: every place is one square of the same size, so that a small county counts
for as much as a large one.

No boundaries are packaged, and none are made up. Provinces stand about where they lie on a map of China; cities and
counties stand in the order of their codes, and the page says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from zhijia.kernel.org.models import Region

from .figures import Board, Place

_CHINA = """
65 .. .. .. 15 .. 23
.. .. .. .. .. .. 22
.. 62 64 14 13 11 21
.. 63 61 41 37 12 ..
54 51 50 42 34 32 31
.. 53 52 43 36 33 71
.. .. 45 44 35 .. ..
.. .. 46 81 82 .. ..
"""
"""First two digits of the codes of provinces, about where they lie."""
AT = {
    f"{code}0000": (column, row)
    for row, line in enumerate(_CHINA.split("\n")[1:-1])
    for column, code in enumerate(line.split())
    if code != ".."
}
SIDE, GAP, WIDE = 62, 4, 7
STEPS = 5


@dataclass(frozen=True)
class Tile:
    """One place as a square: where it stands, and how dark it is (1 to 5; 0 where nothing can be shown)."""

    code: str
    name: str
    place: Place | None
    x: int
    y: int
    step: int

    @property
    def words(self) -> str:
        """The name without what every name ends in, so that it fits."""
        return short(self.name)


@dataclass(frozen=True)
class Map:
    """The whole picture; `by_place` is False where tiles only stand in order. `legend` are the shares between steps."""

    tiles: tuple[Tile, ...]
    width: int
    height: int
    by_place: bool
    legend: tuple[float, ...]
    hidden: int


_ENDS = ("维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "自治州", "自治县", "省", "市", "地区")


def short(name: str) -> str:
    """A name of at most four characters: 新疆维吾尔自治区 as 新疆."""
    end = next((end for end in _ENDS if name.endswith(end) and len(name) - len(end) >= 2), "")
    return name.removesuffix(end)[:4]


def of(board: Board) -> Map | None:
    """The map of the places one level below the board's region; None for a county, or without any rate. One query."""
    if board.main is None or board.region.level > 2:
        return None
    below = Region.objects.filter(parent=board.region, retired_in=None).order_by("code").values_list("code", "name")
    shown = {place.code: place for place in board.places}
    names = {place.code: place.name for place in board.places} | dict(below)
    return draw(sorted(names.items()), shown) if names else None


def draw(names: Sequence[tuple[str, str]], shown: dict[str, Place]) -> Map:
    """Tiles for these places; those of `shown` are coloured by fifths of the shares that can be shown."""
    by_place = any(code in AT for code, _name in names)
    spots = _spots([code for code, _name in names], by_place=by_place)
    shares = sorted(p.figure.share for p in shown.values() if p.figure.share is not None)
    cuts = tuple(shares[len(shares) * n // STEPS] for n in range(1, STEPS)) if len(shares) >= STEPS else ()
    side = SIDE + GAP
    found = tuple(
        Tile(code, name, shown.get(code), spots[code][0] * side, spots[code][1] * side, _step(shown.get(code), cuts))
        for code, name in names
    )
    width = max(*(tile.x for tile in found), WIDE * side - side) + SIDE  # a few places are not drawn as giants
    height = max(tile.y for tile in found) + SIDE
    return Map(found, width, height, by_place, cuts, sum(tile.step == 0 for tile in found))


def _step(place: Place | None, cuts: tuple[float, ...]) -> int:
    """Which fifth a place is in; the middle one where there are too few to make fifths."""
    if place is None or place.figure.share is None:
        return 0
    share = place.figure.share
    return 1 + sum(share >= cut for cut in cuts) if cuts else 3


def _spots(codes: Sequence[str], *, by_place: bool) -> dict[str, tuple[int, int]]:
    """Column and row of every code. What has no place on the map stands below it, in order."""
    known = {code: AT[code] for code in codes if code in AT} if by_place else {}
    rest = [code for code in codes if code not in known]
    wide = WIDE if by_place else max(4, min(8, ceil(sqrt(len(rest)))))
    top = max((row for _column, row in known.values()), default=-1) + 1
    return known | {code: (n % wide, top + n // wide) for n, code in enumerate(rest)}
