"""Visible progress: one line for each step, with what it did and how long it took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.cells import set_cell_size
from rich.console import Console


@dataclass
class Step:
    """One step under way; `note` says what was done and `show` what is being done now."""

    title: str
    note: str = ""
    show: Callable[[str], None] = field(default=lambda _text: None)


@contextmanager
def step(console: Console, title: str) -> Iterator[Step]:
    """Show `title` as running, then as done with seconds; an error leaves a cross and goes on upwards."""
    began = time.perf_counter()
    current = Step(title)
    with console.status(f"{title} …") as status:
        current.show = lambda text: status.update(f"{title} … {text}")
        try:
            yield current
        except BaseException:
            console.print(f"[red]✗[/] {title}", highlight=False)
            raise
    seconds = time.perf_counter() - began
    console.print(f"[green]✓[/] {set_cell_size(title, 14)} [dim]{seconds:5.1f} s[/]  {current.note}", highlight=False)
