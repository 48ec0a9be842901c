"""`zhijia simulate`: invented tickets over some months, filed and handled one by one by simulated officers."""

import time
from typing import Annotated

import typer

from .words import _

BIG = 5000
"""More than this takes longer than anybody waits: one by one is about 70 transitions a second."""


def register(app: typer.Typer) -> None:
    @app.command(
        help=_("Invent tickets and let simulated officers handle them, one by one through the engine; for very many, "
               "use a future set-based command.")
    )  # fmt: skip
    def simulate(
        cases: Annotated[int, typer.Option(min=1, max=BIG, help=_("How many tickets."))] = 200,
        months: Annotated[int, typer.Option(min=1, max=24, help=_("Over how many months up to now."))] = 3,
        seed: Annotated[int, typer.Option(help=_("Another number, another story."))] = 1,
    ) -> None:
        run(cases=cases, months=months, seed=seed)


def run(*, cases: int, months: int, seed: int) -> int:
    """File and handle the tickets; returns the number of transitions made."""
    from datetime import timedelta

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from .intake import prepare_installation

    prepare_installation()
    from zhijia.kernel.base import clock

    from .demo_play import Play, everyday
    from .demo_province import find

    now, began = clock.now(), time.perf_counter()
    play = Play(find(), now, span=timedelta(days=30 * months), seed=seed)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    planned = sorted(everyday(play, cases), key=lambda entry: entry[0])
    with Progress(*columns, console=Console()) as bar:
        for at, begin in bar.track(planned, description=_("Tickets")):
            play.simulation.run(at)
            begin(at)
        play.simulation.run(now)
    fired, seconds = play.simulation.fired, time.perf_counter() - began
    Console().print(
        _("{cases} tickets, {fired} transitions in {seconds:.0f} s").format(
            cases=len(planned), fired=fired, seconds=seconds
        )
    )
    for reason, count in play.simulation.refused.most_common():
        Console().print(_("refused by the engine: {code}").format(code=f"{reason} × {count}"))
    return fired
