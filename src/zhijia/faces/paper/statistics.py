"""The yearly statistics of a union's casework: every service, every figure, month by month, as a workbook and a PDF.

They are the union's own file and exact, so they go to who may read figures and are never published: what is published
goes through the board and its hidden cells. Nothing is split by category or person: no cell says who it is about.
"""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import translation
from xlsxwriter.utility import xl_range

from zhijia.faces.drawing.ink import PAPER
from zhijia.faces.drawing.months import ornament
from zhijia.faces.present import amount
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Text
from zhijia.kernel.base.money import yuan
from zhijia.kernel.indicators.figures import totals
from zhijia.kernel.org.models import Org, Region
from zhijia.kernel.service import registry
from zhijia.kernel.service.declare import Rate, Service
from zhijia.kernel.sheets.looks import Looks, new_book, sheet_name

from . import chapters as ch
from .blocks import Block, Card, Cards, Heading, Paper, Para, Table
from .words import _, number, of_hundred, sentences

COUNT, TOTAL, MONEY, HOURS = "count", "total", "money", "hours"
MOST_CARDS = 4
QUARTERS = ("1–3", "4–6", "7–9", "10–12")


@dataclass(frozen=True)
class Line:
    """One figure over the months of the year; hours are means, money is fen."""

    key: str
    title: Text
    kind: str
    months: tuple[float | None, ...]
    year: float | None

    def quarters(self) -> tuple[float | None, ...]:
        """The sums of three months each; a mean has no quarters."""
        if self.kind == HOURS:
            return (None,) * 4
        return tuple(sum(v or 0 for v in self.months[n : n + 3]) for n in range(0, 12, 3))

    def words(self, value: float | None) -> str:
        """A value as it is printed."""
        if value is None:
            return "—"
        if self.kind == MONEY:
            return amount(int(value))
        return f"{value:,.1f}" if self.kind == HOURS else number(int(value))


@dataclass(frozen=True)
class Part:
    """One service's year."""

    service: Service
    lines: tuple[Line, ...]
    rates: tuple[tuple[Rate, int, int], ...]
    """Each with its part and its whole."""

    @property
    def silent(self) -> bool:
        """Whether nothing happened in it."""
        return not any(line.year for line in self.lines)


@dataclass(frozen=True)
class Statistics:
    """A region's year."""

    org: Org
    region: Region
    year: int
    parts: tuple[Part, ...]
    running: bool
    """The year has not ended yet."""
    at: datetime

    @property
    def name(self) -> str:
        """Of its files, without an ending."""
        return f"statistics-{self.year}-{self.region.code}"


def gather(*, org: Org, year: int, now: datetime) -> Statistics:
    """Everything below the region of `org` in that year. Two queries for each service."""
    region = Region.objects.get(code=org.region_id)
    parts = tuple(_part(service, region.code, year) for service in registry.services())
    return Statistics(org, region, year, parts, now.astimezone(CHINA).date() < date(year + 1, 1, 1), now)


def _part(service: Service, region: str, year: int) -> Part:
    since, until = date(year, 1, 1), date(year + 1, 1, 1)
    times = totals(service.key, since=since, until=until, region=region, by="month")
    sums = totals(service.key, since=since, until=until, region=region, by="month", amounts=True)
    months = [(f"{year}-{month:02}",) for month in range(1, 13)]

    def line(key: str, title: Text, kind: str, of: Mapping[tuple[str, ...], Mapping[str, int]], per: int = 1) -> Line:
        values = [of.get(month, {}).get(key, 0) for month in months]
        return Line(key, title, kind, tuple(v / per for v in values), sum(values) / per)

    found = [line(c.key, c.title, COUNT, times) for c in service.counts]
    found += [line(s.key, s.title, MONEY if s.money else TOTAL, sums, 1 if s.money else 100) for s in service.sums]
    for d in service.durations:
        n = [times.get(month, {}).get(d.key, 0) for month in months]
        hours = [sums.get(month, {}).get(d.key, 0) / 100 for month in months]
        means = tuple(h / k if k else None for h, k in zip(hours, n, strict=True))
        found.append(Line(d.key, d.title, HOURS, means, sum(hours) / sum(n) if sum(n) else None))
    whole = {c.key: int(x.year or 0) for c, x in zip(service.counts, found, strict=False)}
    return Part(service, tuple(found), tuple((r, whole[r.part], whole[r.whole]) for r in service.rates))


# --- the workbook -----------------------------------------------------------------------------------------------


def workbook(found: Statistics, *, language: str) -> bytes:
    """One sheet of rates over all services, then one sheet for each: twelve months and the year, the year as a formula
    that whoever opens it can follow."""
    with tempfile.TemporaryDirectory(prefix="zhijia-") as scratch, translation.override(language):
        path = Path(scratch) / "statistics.xlsx"
        book = new_book(str(path), scratch=scratch)
        looks = Looks(book)
        _overview(book, looks, found)
        for part in found.parts:
            _sheet(book, looks, part, found.year)
        book.close()
        return path.read_bytes()


def _head(sheet: Any, looks: Looks, row: int, titles: list[str], widths: list[int]) -> None:
    for place, (title, width) in enumerate(zip(titles, widths, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(row, place, title, looks.head)


def _overview(book: Any, looks: Looks, found: Statistics) -> None:
    sheet = book.add_worksheet(sheet_name(_("Overview")))
    sheet.write_string(0, 0, f"{found.org.name} {found.year}", looks.text)
    sheet.write_string(1, 0, _internal(found), looks.text)
    titles = [_("Service"), _("Rate"), _("Part"), _("Whole"), _("Share"), _("Definition")]
    _head(sheet, looks, 3, titles, [24, 22, 10, 10, 10, 60])
    share, row = book.add_format({"num_format": "0.0%"}), 4
    for part in found.parts:
        for rate, one, whole in part.rates:
            sheet.write_string(row, 0, str(part.service.title), looks.text)
            sheet.write_string(row, 1, str(rate.title), looks.text)
            sheet.write_number(row, 2, one)
            sheet.write_number(row, 3, whole)
            if whole:
                sheet.write_formula(row, 4, f"=C{row + 1}/D{row + 1}", share, one / whole)
            sheet.write_string(row, 5, str(rate.says), looks.text)
            row += 1
    sheet.freeze_panes(4, 0)


def _sheet(book: Any, looks: Looks, part: Part, year: int) -> None:
    sheet = book.add_worksheet(sheet_name(part.service.title))
    titles = [_("Figure"), _("Unit"), *(f"{year}-{month:02}" for month in range(1, 13)), _("Year")]
    _head(sheet, looks, 0, titles, [30, 10, *[11] * 12, 14])
    formats = {MONEY: looks.money, HOURS: book.add_format({"num_format": "0.0"})}
    units = {COUNT: _("cases"), TOTAL: _("number"), MONEY: _("yuan"), HOURS: _("hours, mean")}
    for row, line in enumerate(part.lines, start=1):
        sheet.write_string(row, 0, str(line.title), looks.text)
        sheet.write_string(row, 1, units[line.kind], looks.text)
        look = formats.get(line.kind, looks.whole)
        for place, value in enumerate(line.months, start=2):
            if value is not None:
                sheet.write_number(row, place, _told(line, value), look)
        if line.year is None:
            continue
        if line.kind == HOURS:
            sheet.write_number(row, 14, line.year, look)
        else:
            sheet.write_formula(row, 14, f"=SUM({xl_range(row, 2, row, 13)})", look, _told(line, line.year))
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _told(line: Line, value: float) -> float:
    return float(yuan(int(value))) if line.kind == MONEY else value


# --- the paper --------------------------------------------------------------------------------------------------


def paper(found: Statistics, *, language: str, sha256: str) -> Paper:
    """The same figures to be read and filed: rates in large type, a table of quarters for each service."""
    with translation.override(language):
        blocks = list(_blocks(found, sha256))
        cover = tuple(
            Card(str(part.service.title), number(int(part.lines[0].year or 0)), _("cases"), str(part.lines[0].title))
            for part in found.parts if part.lines and not part.silent
        )[:3]  # fmt: skip
        return Paper(
            language, "paper", found.org.name, _("Statistics of casework"),
            _("%(place)s, %(when)s") % {"place": found.region.name, "when": found.year},
            _("Figures as of %(day)s") % {"day": ch.day_words(found.at.astimezone(CHINA).date())}, _internal(found),
            b"", sha256, found.name,
            {
                "contents": _("Contents"), "reading": _("Before you read"),
                "reading-says": sentences(
                    _("Every rate stands with its fraction."),
                    _("A case counts in the month in which the step happened."),
                    _("The figures are exact and meant for the union's own file; they are not for publication."),
                ),
            },
            cover, ornament(PAPER, _by_month(found)).svg(), blocks,
        )  # fmt: skip


def _by_month(found: Statistics) -> list[int | None]:
    """What began in each month, over all services."""
    firsts = [part.lines[0].months for part in found.parts if part.lines]
    return [int(sum(months[n] or 0 for months in firsts)) for n in range(12)]


def _internal(found: Statistics) -> str:
    words = _("Internal. Not for publication.")
    return sentences(words, _("The year has not ended.")) if found.running else words


def _blocks(found: Statistics, sha256: str) -> Iterator[Block]:
    counted = ch.Numbered()
    for part in found.parts:
        yield Heading(str(part.service.title))
        if part.silent:
            yield Para(_("Nothing was recorded in this year."), "note")
            continue
        rates = [(r, a, b) for r, a, b in part.rates if b][:MOST_CARDS]
        if rates:
            yield Cards(tuple(Card(str(r.title), of_hundred(a / b), "", f"{a:,}/{b:,}") for r, a, b in rates))
        yield Table(
            counted.table(), str(part.service.title),
            (_("Figure"), *(_("Months %(span)s") % {"span": span} for span in QUARTERS), _("Year")),
            tuple(
                (str(x.title), *(x.words(v) if x.kind != HOURS else "" for v in x.quarters()), x.words(x.year))
                for x in part.lines
            ),
            (2.2, 1, 1, 1, 1, 1.2),
        )  # fmt: skip
        if part.rates:
            said = [f"{rate.title}：{rate.says}" for rate, _part, _whole in part.rates]
            yield Para("；".join(said) if ch.chinese() else "; ".join(said).replace("：", ": "), "note")
    yield Heading(_("How to check"))
    yield Para(_("The workbook that belongs to this paper has SHA-256 %(sha256)s.") % {"sha256": sha256}, "note")
