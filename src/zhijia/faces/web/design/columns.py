"""Which columns of a table are shown: chosen by the reader and kept in the address, so a link shows the same table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest

from zhijia.kernel.base.errors import Text

PARAMETER, ASKED = "cols", "choose"


@dataclass(frozen=True)
class Columns:
    """The columns of one table as one reader sees it."""

    titles: Mapping[str, Text]
    shown: tuple[str, ...]
    kept: tuple[tuple[str, str], ...] = ()
    """What else stands in the address and stays when columns are chosen; never the page, which begins anew."""

    @property
    def choices(self) -> list[tuple[str, Text, bool]]:
        """(key, title, shown) of each column, in order."""
        return [(key, title, key in self.shown) for key, title in self.titles.items()]

    @property
    def narrowed(self) -> bool:
        """Whether a column is left out."""
        return len(self.shown) < len(self.titles)

    @property
    def query(self) -> str:
        """The choice as a piece of an address; "" where all are shown."""
        return urlencode([(PARAMETER, key) for key in self.shown]) if self.narrowed else ""


def columns(request: HttpRequest, titles: Mapping[str, Text], *, first: Sequence[str] = ()) -> Columns:
    """The columns that `?cols=…&cols=…` asks for, all of them where nothing (or nothing known) is asked. Those in
    `first` name the row and are always shown."""
    asked = {*request.GET.getlist(PARAMETER), *first}
    wants = asked & titles.keys() != set(first) or ASKED in request.GET
    shown = tuple(key for key in titles if key in asked) if wants else tuple(titles)
    away = (PARAMETER, ASKED, "before")
    kept = tuple((k, v) for k, values in request.GET.lists() for v in values if k not in away and v)
    return Columns(titles, shown or tuple(titles), kept)
