"""`zhijia simulate`: a year of the national hotline at some scale, with whole lives, by the set-based path."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import TYPE_CHECKING, Annotated

import typer

from .words import _

if TYPE_CHECKING:
    from .year import Player


@dataclass(frozen=True)
class Options:
    """Which year is played: the same options give the same year."""

    year: int
    scale: float
    seed: int = 1
    processes: int = 2


@dataclass
class Outcome:
    """What was played."""

    tickets: int = 0
    fired: int = 0
    known: int = 0
    """Tickets of an earlier run, found and left alone."""
    seconds: float = 0
    refused: Counter[str] = field(default_factory=Counter)


def register(app: typer.Typer) -> None:
    @app.command(help=_("Play a year of hotline tickets, with their whole lives, in the invented province. Goes on "
                        "where an earlier run stopped."))  # fmt: skip
    def simulate(
        year: Annotated[int, typer.Option(min=2024, max=2026, help=_("Which year."))] = 2025,
        scale: Annotated[float, typer.Option(min=0.0001, max=1.0, help=_("Share of the national 1,988,000."))] = 0.01,
        seed: Annotated[int, typer.Option(help=_("Another number, another story."))] = 1,
        processes: Annotated[int, typer.Option(min=1, max=64, help=_("How many work at once."))] = 2,
    ) -> None:
        run(Options(year, scale, seed, processes))


def run(options: Options) -> Outcome:
    """Play the year with a progress bar and say what came of it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from .intake import prepare_installation

    prepare_installation()
    console, began, outcome = Console(), time.perf_counter(), Outcome()
    player = player_of(options)
    player.lives.staff.hire_all()
    todo = [n for n in range(len(player.year.chunks)) if not player.played(n)]
    outcome.known = player.year.total - sum(_size(player, n) for n in todo)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(_("Tickets"), total=player.year.total, completed=outcome.known)
        for tickets, fired, refused in _played(player, options, todo):
            outcome.tickets += tickets
            outcome.fired += fired
            outcome.refused.update(refused)
            bar.advance(task, tickets)
    outcome.seconds = time.perf_counter() - began
    _tell(console, outcome)
    return outcome


def player_of(options: Options) -> "Player":
    """The player of this year in this process; Django must be set up."""
    from zhijia.kernel.base import clock

    from .demo_province import find
    from .year import Player, Year

    return Player(Year(options.year, options.scale, options.seed, find()), clock.now())


Played = tuple[int, int, Counter[str]]


def _played(player: "Player", options: Options, todo: list[int]) -> Iterator[Played]:
    """Each chunk's tickets, transitions and refusals, as they are done."""
    if options.processes == 1 or len(todo) < 2:
        yield from (_play(player, chunk) for chunk in todo)
        return
    from django.db import connections

    connections.close_all()
    with ProcessPoolExecutor(options.processes, get_context("spawn"), _begin, (options,)) as pool:
        yield from pool.map(_play_here, todo)


_here: "Player"
"""The player of a worker process."""


def _begin(options: Options) -> None:
    global _here  # a worker process plays one year
    from .setup import boot

    boot()
    _here = player_of(options)


def _play_here(chunk: int) -> Played:
    return _play(_here, chunk)


def _play(player: "Player", chunk: int) -> Played:
    lives = player.lives
    before, lives.refused = lives.fired, Counter()
    tickets = player.play(chunk)
    return tickets, lives.fired - before, lives.refused


def _size(player: "Player", chunk: int) -> int:
    return sum(count for _day, count in player.year.chunks[chunk][1])


def _tell(console: object, outcome: Outcome) -> None:
    say = console.print  # type: ignore[attr-defined]
    rate = outcome.tickets / outcome.seconds if outcome.seconds else 0
    say(
        _("{cases} tickets, {fired} transitions in {seconds:.0f} s ({rate:.0f} tickets a second)").format(
            cases=outcome.tickets, fired=outcome.fired, seconds=outcome.seconds, rate=rate
        )
    )
    if outcome.known:
        say(_("{cases} tickets were there already.").format(cases=outcome.known))
    for reason, count in outcome.refused.most_common():
        say(_("refused by the engine: {code}").format(code=f"{reason} × {count}"))
