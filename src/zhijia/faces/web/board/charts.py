"""The board's figures as drawings: the same for its page, the wall, the public page and the papers.

`query` is what the address of a board holds besides its region; with it, places and months lead on.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhijia.faces.drawing.counts import Bar, Part, Stack, bars, parts, stacks
from zhijia.faces.drawing.ink import PAGE, Picture, Sheet
from zhijia.faces.drawing.months import Month, Series, lines
from zhijia.faces.drawing.places import Heads, Span
from zhijia.faces.drawing.places import ranking as draw_ranking
from zhijia.faces.present import amount
from zhijia.modules.wage_arrears.winter import County

from .figures import Board, LateLevel, Place, RateShown, Topic


def trend(board: Board, sheet: Sheet = PAGE, *, query: str = "", height: float = 0) -> Picture | None:
    """The rates over twelve months; None when fewer than two months can be shown."""
    main = board.main.key if board.main else ""
    series = [
        Series(str(r.title), tuple(figures[r.figure.key].share for _m, figures in board.trend), r.figure.key == main)
        for r in board.rates
    ]
    months = months_of([m for m, _f in board.trend], query and f"?{query_of(query, board)}")
    drawn = lines(sheet, months, series, height=height) if series else None
    if drawn is None:
        return None
    rows = [(m.name, *(_share(s.values[n]) for s in series)) for n, m in enumerate(months)]
    return replace(drawn, table=((_("Month"), *(s.title for s in series)), *rows))


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value * 100:.1f}%"


def query_of(query: str, board: Board) -> str:
    """The address of this board without its period, which comes last."""
    kept = [part for part in query.split("&") if not part.startswith("period=")]
    return "&".join([*kept, f"region={board.region.code}", "period="])


def months_of(months: Sequence[date], address: str = "") -> list[Month]:
    """Months with their labels; each leads to the address with its own name at the end."""
    several = len({m.year for m in months}) > 1
    return [
        Month(
            month_label(m, with_year=several and (m.month == 1 or n == 0)), f"{m:%Y-%m}",
            f"{address}{m:%Y-%m}" if address else "",
        )
        for n, m in enumerate(months)
    ]  # fmt: skip


def month_label(month: date, *, with_year: bool) -> str:
    """The month under a drawing."""
    if with_year:
        return f"{month:%y}/{month.month}"
    return f"{month.month} 月" if get_language() == "zh-hans" else f"{month:%b}"


def ranking(
    places: Sequence[Place], whole: RateShown | None, sheet: Sheet = PAGE, *, query: str = ""
) -> Picture | None:
    """Places by their rate, with intervals; None when nothing can be shown."""
    rows = [
        Span(
            p.name, p.figure.share, p.figure.low or 0, p.figure.high or 1, f"{p.figure.part:,} / {p.figure.whole:,}",
            bool(p.differs), query and f"?{query}&region={p.code}",
        )
        for p in places
        if p.figure.share is not None
    ]  # fmt: skip
    if not rows or whole is None:
        return None
    share = whole.figure.share
    says = "" if share is None else _("whole %(share)s") % {"share": f"{share * 100:.1f}%"}
    return draw_ranking(sheet, rows, share, Heads(_("rate"), f"{whole.part_title} / {whole.whole_title}", says))


def topics(
    found: Sequence[Topic], sheet: Sheet = PAGE, *, addresses: dict[str, str] | None = None, of: int | None = None,
    most: int = 10,
) -> Picture | None:  # fmt: skip
    """What people ask about, most first, with its share `of` all where that is known; None where nothing is shown."""
    rows = [
        Bar(str(t.title), t.n, _counted(t.n, of), (addresses or {}).get(t.code, "")) for t in found if t.n is not None
    ]
    if not rows:
        return None
    return replace(bars(sheet, rows[:most]), table=((_("Category"), _("Matters")), *((r.title, r.says) for r in rows)))


def _counted(n: int, of: int | None) -> str:
    if not of:
        return f"{n:,}"
    return _("%(n)s (%(share)s)") % {"n": f"{n:,}", "share": f"{n / of * 100:.1f}%"}


def late(found: Sequence[LateLevel], sheet: Sheet = PAGE, *, address: str = "") -> Picture | None:
    """What is late now by level of the union and days late; None where all of it is hidden."""
    if not any(row.total for row in found):
        return None
    bands = (("o1", _("1–3 days")), ("o2", _("4–10 days")), ("o3", _("over 10 days")))
    rows = [
        Stack(
            str(row.title), tuple((role, n or 0) for (role, _w), n in zip(bands, row.bands, strict=True)),
            _count(row.total), _told(row, [words for _r, words in bands]),
            marked=True, address=address,
        )
        for row in found
    ]  # fmt: skip
    cells = [(str(r.title), *(_count(n) for n in r.bands), _count(r.total)) for r in found]
    head = (_("Level"), *(words for _r, words in bands), _("Together"))
    return replace(stacks(sheet, rows, bands), table=(head, *cells))


def _count(n: int | None) -> str:
    return "<10" if n is None else f"{n:,}"


def _told(row: LateLevel, words: Sequence[str]) -> str:
    said = [f"{w} {_count(n)}" for w, n in zip(words, row.bands, strict=True)]
    return "\n".join([str(row.title), *said])


def recovered(counties: Sequence[County], sheet: Sheet = PAGE) -> Picture | None:
    """Bars of recovered within owed, in the order given; None without money."""
    if not counties:
        return None
    return parts(sheet, [Part(c.name, c.claimed or 0, c.recovered or 0, _money(c)) for c in counties])


def _money(county: County) -> str:
    said = f"{amount(county.recovered or 0)} / {amount(county.claimed or 0)}"
    return said if county.share is None else _("%(money)s, %(share)s") % {
        "money": said, "share": f"{county.share * 100:.1f}%",
    }  # fmt: skip
