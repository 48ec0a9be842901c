"""Where a worker files: the commission of the place of work, or of the employer's seat. Pure.

Both have it; where each side files at another one, that of the place of work decides (LDMAL 21). In court the same, and
the seat where the place of work is not clear (interpretation I 3).
"""

from dataclasses import dataclass

COMMISSION, COURT = "劳动人事争议仲裁委员会", "人民法院"


@dataclass(frozen=True)
class Venue:
    """The places that may decide, the best first."""

    places: tuple[str, ...]
    by_work: bool
    """Whether the first is the place of work, which prevails."""

    @property
    def commission(self) -> str:
        """The commission to file at; "" while no place is known."""
        return named(self.places[0], COMMISSION) if self.places else ""

    @property
    def others(self) -> tuple[str, ...]:
        """Commissions that have it too."""
        return tuple(named(place, COMMISSION) for place in self.places[1:])

    @property
    def court(self) -> str:
        """The basic court to sue at; "" while no place is known."""
        return named(self.places[0], COURT) if self.places else ""


def venue(*, work_place: str, seat: str) -> Venue:
    """The place of work first, then the seat where that is another place."""
    known = tuple(dict.fromkeys(place for place in (county(work_place), county(seat)) if place))
    return Venue(known, bool(work_place.strip()))


def county(address: str) -> str:
    """The county or district in which an address lies, as far as its words say; the address itself otherwise."""
    words = "".join(address.split())
    ends = [i for i, sign in enumerate(words) if sign in "区县旗市" and i > 0]
    if not ends:
        return words
    districts = [i for i in ends if words[i] in "区县旗"]
    return words[: (districts or ends)[0] + 1]


def named(place: str, body: str) -> str:
    """The body of a place, once: who wrote its name already has it."""
    return place if place.endswith(("委员会", "法院")) else f"{place}{body}"
