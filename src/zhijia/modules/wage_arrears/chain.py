"""Who must pay by law, and in which order to demand it: a pure function of the chain of contractors.

Law: Regulations on Ensuring Wage Payments to Migrant Workers (保障农民工工资支付条例, State Council Decree 724),
articles 16 to 20, 29, 30, 36 and 37; Labour Contract Law, articles 58, 93 and 94. Read in the texts of 2019 and 2012.
"""

# ruff: noqa: E501 (one article, one line)

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text

OWNER, GENERAL, SUB, LABOUR, DISPATCH = "owner", "general", "sub", "labour", "dispatch"


class Link(Protocol):
    """One firm or person of the chain; `models.Contractor` fits."""

    kind: str
    name: str
    individual: bool
    """A person, not a firm."""
    licensed: bool
    """May do this business at all; for a dispatch firm: has the licence for dispatch."""
    lent: bool
    """Let others work under its name (挂靠, lent qualification)."""
    transferred: bool
    """Passed the whole project on (转包)."""
    unlawful: bool
    """The project breaks planning or construction law."""
    hired: bool
    """Hired the workers."""
    unsettled: int | None
    """Fen of project money that the owner has not settled; None: not known."""


class Rank(IntEnum):
    """How good a debtor is for the worker: whom to ask first."""

    PAYS = 1
    """Must pay all of it, whoever hired the workers."""
    FIRST = 2
    """Must pay first and recovers it from others."""
    DIRECT = 3
    """Owes it as the employer."""
    JOINT = 4
    """Owes it together with the employer."""
    LIMITED = 5
    """Must advance it, up to what it has not settled itself."""


RANKS: dict[Rank, Text] = {
    Rank.PAYS: _("must pay"),
    Rank.FIRST: _("must pay first"),
    Rank.DIRECT: _("owes it as the employer"),
    Rank.JOINT: _("owes it jointly"),
    Rank.LIMITED: _("must advance it within a limit"),
}


@dataclass(frozen=True)
class Ground:
    """One article and what it says here, in plain words."""

    article: Text
    words: Text


@dataclass(frozen=True)
class Duty:
    """What the law asks of one link of the chain."""

    place: int
    """Its place in the chain, 0 the first given."""
    name: str
    rank: Rank
    grounds: tuple[Ground, ...]
    limit: int | None = None
    """Fen up to which it must pay; None: all of it, or (LIMITED) not known yet."""

    @property
    def rank_title(self) -> Text:
        """The rank in words."""
        return RANKS[self.rank]


ART_16 = Ground(_("Wage regulations, article 16"), _("Whoever employs the workers and owes them must pay."))
ART_17 = Ground(
    _("Wage regulations, article 17; Labour Contract Law, article 93"),
    _("A unit without a lawful business that had workers work for it owes their wages, and so do those who fund it."),
)
ART_18 = Ground(
    _("Wage regulations, article 18"),
    _(
        "Whoever uses workers sent by a person, by a unit without a lawful business or without a dispatch licence pays their wages, and may recover them."
    ),
)
ART_19_1 = Ground(
    _("Wage regulations, article 19 I; Labour Contract Law, article 94"),
    _("Whoever gave the work to a person or to a unit without a lawful business owes the wages together with them."),
)
ART_19_2 = Ground(
    _("Wage regulations, article 19 II"),
    _("Whoever let others do business under its name pays the wages of those they hired, and may recover them."),
)
ART_29 = Ground(
    _("Wage regulations, article 29 II"),
    _(
        "The owner who did not pay project money as agreed, so that wages are owed, advances them up to the project money not settled."
    ),
)
ART_30_1 = Ground(
    _("Wage regulations, article 30 I"), _("A subcontractor is directly responsible for the wages of those it hired.")
)
ART_30_3 = Ground(
    _("Wage regulations, article 30 III"),
    _("When a subcontractor owes wages, the general contractor pays first and recovers them afterwards."),
)
ART_30_4 = Ground(
    _("Wage regulations, article 30 IV"),
    _(
        "When the project was passed on and wages are owed, the general contractor pays first and recovers them afterwards."
    ),
)
ART_36_1 = Ground(
    _("Wage regulations, article 36 I"),
    _(
        "The owner or general contractor who gave the work to a person or to a unit without a lawful business pays the wages."
    ),
)
ART_36_2 = Ground(
    _("Wage regulations, article 36 II"),
    _("A construction firm that let others take on work under its name pays the wages."),
)
ART_37 = Ground(
    _("Wage regulations, article 37"),
    _("When the project itself breaks planning or construction law, the owner pays the wages."),
)
LCL_58 = Ground(
    _("Labour Contract Law, article 58"), _("The dispatch firm is the employer of those it sends and pays them.")
)


def duties(chain: Sequence[Link], *, construction: bool) -> tuple[Duty, ...]:
    """Everybody who must pay, best debtor first; `chain` goes from the top down. Empty for an empty chain.

    Whoever hired the workers is marked, else it is the last of the chain. One debtor with several grounds is named
    once, with the strongest rank.
    """
    found: dict[int, list[tuple[Rank, Ground]]] = {}

    def owes(place: int, rank: Rank, ground: Ground) -> None:
        found.setdefault(place, []).append((rank, ground))

    if not chain:
        return ()
    employer = next((n for n, link in enumerate(chain) if link.hired), len(chain) - 1)
    for place, link in enumerate(chain):
        if construction and link.kind == OWNER and link.unlawful:
            owes(place, Rank.PAYS, ART_37)
        if link.lent:
            owes(place, Rank.PAYS, ART_36_2 if construction else ART_19_2)
        if 0 < place <= employer and _unfit(link):
            _gave_work(chain, place, construction, owes)
    if construction:
        _general_first(chain, employer, owes)
    _employer(chain, employer, construction, owes)
    if construction:
        for place, link in enumerate(chain):
            if link.kind == OWNER and link.unsettled != 0 and place != employer:
                owes(place, Rank.LIMITED, ART_29)
    return _ordered(chain, found)


def _unfit(link: Link) -> bool:
    """Somebody to whom work may not be given: a person, or a unit without a lawful business or licence."""
    return link.individual or not link.licensed


def _gave_work(chain: Sequence[Link], place: int, construction: bool, owes: "Owes") -> None:
    """Whoever stands above somebody unfit."""
    link, above = chain[place], chain[place - 1]
    if link.kind == DISPATCH:
        owes(place - 1, Rank.PAYS, ART_18)
    elif construction and above.kind in (OWNER, GENERAL):
        owes(place - 1, Rank.PAYS, ART_36_1)
    else:
        owes(place - 1, Rank.JOINT, ART_19_1)


def _general_first(chain: Sequence[Link], employer: int, owes: "Owes") -> None:
    """The general contractor pays first for everybody below it."""
    for place, link in enumerate(chain[:employer]):
        if link.kind == GENERAL:
            owes(place, Rank.FIRST, ART_30_4 if link.transferred else ART_30_3)


def _employer(chain: Sequence[Link], employer: int, construction: bool, owes: "Owes") -> None:
    """Whoever hired the workers."""
    link = chain[employer]
    if link.kind == DISPATCH and not _unfit(link):
        owes(employer, Rank.DIRECT, LCL_58)
    elif not link.licensed and not link.individual:
        owes(employer, Rank.DIRECT, ART_17)
    elif link.individual and employer > 0:
        owes(employer, Rank.JOINT, ART_19_1)
    elif construction and link.kind in (SUB, LABOUR):
        owes(employer, Rank.DIRECT, ART_30_1)
    else:
        owes(employer, Rank.DIRECT, ART_16)


def _ordered(chain: Sequence[Link], found: dict[int, list[tuple[Rank, Ground]]]) -> tuple[Duty, ...]:
    result = []
    for place, reasons in found.items():
        rank = min(rank for rank, _ground in reasons)
        grounds = tuple(dict.fromkeys(ground for _rank, ground in sorted(reasons, key=lambda pair: pair[0])))
        limit = chain[place].unsettled if rank is Rank.LIMITED else None
        result.append(Duty(place, chain[place].name, rank, grounds, limit))
    return tuple(sorted(result, key=lambda duty: (duty.rank, duty.place)))


class Owes(Protocol):
    """Notes that a link owes by a rank and a ground."""

    def __call__(self, place: int, rank: Rank, ground: Ground) -> None: ...
