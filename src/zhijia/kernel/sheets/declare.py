"""What a module declares about a workbook: its columns, how a row is checked, and how rows are applied or given out."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from zhijia.kernel.base.errors import FieldProblem, Text, Verdict
from zhijia.kernel.people.actors import Actor

_KEY = re.compile(r"[a-z][a-z0-9_-]{0,47}")


class Kind(StrEnum):
    """What a column holds, and so what `Row` holds for it (None: left blank)."""

    TEXT = "text"
    """str, clean."""
    CHOICE = "choice"
    """str, a code of `choices`."""
    DATE = "date"
    """datetime.date."""
    NUMBER = "number"
    """int."""
    MONEY = "money"
    """int in fen; the sheet shows yuan."""
    DAYS = "days"
    """Decimal with at most two places."""
    PHONE = "phone"
    """str, digits only."""
    ID_CARD = "id_card"
    """str of 18 characters, its check character right (GB 11643)."""
    USCC = "uscc"
    """str of 18 characters, its check character right (GB 32100)."""
    BANK_CARD = "bank_card"
    """str, digits only."""
    FLAG = "flag"
    """bool."""
    REGION = "region"
    """str, a region code of six digits."""


LONG_NUMBERS = frozenset({Kind.PHONE, Kind.ID_CARD, Kind.USCC, Kind.BANK_CARD, Kind.REGION})
"""Kinds that a spreadsheet must hold as text: as numbers they lose digits or leading zeros."""


@dataclass(frozen=True)
class Column:
    """One column of a sheet, in and out."""

    name: str
    title: Text
    kind: Kind = Kind.TEXT
    required: bool = False
    limit: int | None = None
    """Text: most characters. Number and days: the largest. Money: the largest, in fen."""
    least: int = 0
    """Number, days and money (in fen): the smallest."""
    choices: Mapping[str, Text] = field(default_factory=dict)
    """Code -> title, for a choice: the sheet shows titles in either language, codes are kept."""
    sealed: bool = False
    """Personal: its values never stand in the tables of jobs, and its problems never quote them."""
    example: str = ""
    """As it is typed. A row that holds every example and nothing else is the template's, and is skipped."""
    help: Text = ""
    unique: bool = False
    """No two rows of one file may have the same value."""

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.name):
            raise ValueError(f"column {self.name!r}: a name is lower-case letters, digits, _ and -")
        if (self.kind is Kind.CHOICE) != bool(self.choices):
            raise ValueError(f"column {self.name}: a choice, and only a choice, has choices")


class Row(dict[str, Any]):
    """The values of one good row by column name; `no` is its number in the user's own file."""

    __slots__ = ("no",)

    def __init__(self, no: int, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.no = no


@dataclass(frozen=True)
class Context:
    """For whom and about what a sheet is read or written."""

    actor: Actor
    now: datetime
    about: Mapping[str, Any]
    """What the job is about, as the page said it: `{"case": "ZJ…"}`."""
    language: str
    job_id: int = 0
    """Rows that a sheet stores keep it, if they are to be undone. 0 while nothing is uploaded yet."""


@dataclass(frozen=True)
class Sheet:
    """A workbook that comes in. The functions run in the actor's own database scope."""

    key: str
    title: Text
    columns: tuple[Column, ...]
    may: Callable[[Actor], Verdict]
    """Whether this actor may use the sheet at all."""
    apply: Callable[[Sequence[Row], Context], Mapping[str, int] | None]
    """Store one chunk of good rows, set-based and safe to repeat, in the transaction that it is called in; how many had
    which outcome."""
    ready: Callable[[Context], Verdict] | None = None
    """Whether it is possible now, for what it is about: asked at upload and again before anything is applied."""
    check: Callable[[Row, Context], Iterable[FieldProblem]] | None = None
    """What is wrong with one row across its columns. Asked for rows without problems of their own; no queries here."""
    check_many: Callable[[Sequence[Row], Context], Iterable[tuple[int, FieldProblem]]] | None = None
    """What the database says about one chunk, as (number of the row, problem)."""
    undo: Callable[[Context], int | None] | None = None
    """Take back what the job `ctx.job_id` stored; how many rows. Raises a typed error when it is too late."""
    one_transaction: bool = False
    """All rows or nothing; otherwise the good rows of each chunk stand once the chunk is stored."""
    outcomes: Mapping[str, Text] = field(default_factory=dict)
    """Titles of the outcomes that `apply` counts."""
    help: Text = ""
    chunk: int = 1_000
    """Rows in one transaction."""
    most: int = 200_000
    """Rows in one file."""
    repeats: bool = False
    """Whether two rows of one file may be alike in every column."""

    def __post_init__(self) -> None:
        _declared(self.key, self.columns)

    def column(self, name: str) -> Column | None:
        """The column with this name, if there is one."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True)
class Export:
    """A workbook that goes out, made in the background in the actor's own database scope."""

    key: str
    title: Text
    columns: tuple[Column, ...]
    may: Callable[[Actor], Verdict]
    rows: Callable[[Context], Iterable[Mapping[str, Any]]]
    """The rows, by column name, as they are stored: codes, fen, dates. Give a stream, not a list."""
    count: Callable[[Context], int] | None = None
    """How many there will be, for the progress bar."""
    ready: Callable[[Context], Verdict] | None = None

    def __post_init__(self) -> None:
        _declared(self.key, self.columns)


def _declared(key: str, columns: tuple[Column, ...]) -> None:
    if not _KEY.fullmatch(key) or key == "jobs":  # /desk/sheets/jobs/ is the list of jobs
        raise ValueError(f"sheet {key!r}: a key is lower-case letters, digits, _ and -, and not “jobs”")
    names = [column.name for column in columns]
    if not names or len(set(names)) != len(names):
        raise ValueError(f"sheet {key}: it needs columns, each with a name of its own")
