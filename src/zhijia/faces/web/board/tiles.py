"""A tile map of the places below a region: every place is one square of the same size, so that a small county counts
for as much as a large one.

No boundaries are packaged, and none are made up. Provinces stand about where they lie on a map of China; cities and
counties stand in the order of their codes, and the page says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from django.utils.translation import gettext as _

from zhijia.faces.drawing.ink import PAGE, Picture, Sheet
from zhijia.faces.drawing.places import WIDE, Tile, tiles
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
STEPS = 5


@dataclass(frozen=True)
class Map:
    """The places as tiles; `by_place` is False where they only stand in order. `cuts` are the shares between steps."""

    tiles: tuple[Tile, ...]
    by_place: bool
    cuts: tuple[float, ...]

    def picture(self, sheet: Sheet = PAGE) -> Picture:
        """The drawing, with its key."""
        return tiles(sheet, self.tiles, self._key())

    def _key(self) -> list[tuple[str, str]]:
        key = []
        if self.cuts:
            under = _("under %(share)s%%") % {"share": f"{self.cuts[0] * 100:.1f}"}
            key = [("tile s1", under), *((f"tile s{n}", f"{cut * 100:.1f}%+") for n, cut in enumerate(self.cuts, 2))]
        if any(tile.step == 0 for tile in self.tiles):
            key.append(("tile s0", _("Too few to show")))
        for sign, role, words in ((1, "up", _("clearly higher")), (-1, "down", _("clearly lower"))):
            if any(tile.differs == sign for tile in self.tiles):
                key.append((role, words))
        return key


_ENDS = ("维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "自治州", "自治县", "省", "市", "地区")


def short(name: str) -> str:
    """A name of at most four characters: 新疆维吾尔自治区 as 新疆."""
    end = next((end for end in _ENDS if name.endswith(end) and len(name) - len(end) >= 2), "")
    return name.removesuffix(end)[:4]


def of(board: Board, *, query: str = "") -> Map | None:
    """The map of the places one level below the board's region; None for a county, or without any rate. One query."""
    if board.main is None or board.region.level > 2:
        return None
    below = Region.objects.filter(parent=board.region, retired_in=None).order_by("code").values_list("code", "name")
    shown = {place.code: place for place in board.places}
    names = {place.code: place.name for place in board.places} | dict(below)
    return laid(sorted(names.items()), shown, query=query) if names else None


def laid(names: Sequence[tuple[str, str]], shown: dict[str, Place], *, query: str = "") -> Map:
    """Tiles for these places; those of `shown` are coloured by fifths of the shares that can be shown."""
    by_place = any(code in AT for code, _name in names)
    spots = _spots([code for code, _name in names], by_place=by_place)
    shares = sorted(p.figure.share for p in shown.values() if p.figure.share is not None)
    cuts = tuple(shares[len(shares) * n // STEPS] for n in range(1, STEPS)) if len(shares) >= STEPS else ()
    found = []
    for code, name in names:
        place, (column, row) = shown.get(code), spots[code]
        step = _step(place, cuts)
        found.append(Tile(
            short(name), column, row, step, place.figure.share if place else None,
            place.differs if place and step else 0, _says(name, place if step else None, fraction=True),
            query and f"?{query}&region={code}", _says(name, place if step else None),
        ))  # fmt: skip
    return Map(tuple(found), by_place, cuts)


def _says(name: str, place: Place | None, *, fraction: bool = False) -> str:
    """What a tile says: the name, the rate, whether it truly differs."""
    if place is None or place.figure.share is None:
        return _("%(place)s, too few to show") % {"place": name}
    said = f"{name} {place.figure.share * 100:.1f}%"
    if fraction:
        said += f" ({place.figure.part:,} / {place.figure.whole:,})"
    if place.differs:
        said = _("%(place)s, clearly higher") if place.differs > 0 else _("%(place)s, clearly lower")
        said %= {"place": f"{name} {place.figure.share * 100:.1f}%"}
    return said


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
