"""The chapters of a yearly paper: published figures in, words, tables and drawings out."""

from collections.abc import Iterator
from datetime import date

from zhijia.faces.drawing.ink import PAPER, Picture
from zhijia.faces.drawing.months import columns
from zhijia.faces.web.board import charts, tiles
from zhijia.faces.web.board.charts import months_of
from zhijia.faces.web.board.figures import RateShown, main_of
from zhijia.kernel.indicators.figures import ENOUGH, SENSITIVE, SMALLEST, STEP, Figure

from .blocks import Block, Card, Cards, Chart, Heading, Para, Table
from .figures import DAYS_FROM, Found, measure_of
from .words import _, chinese, listed, number, of_hundred, sentences, signed

NARROW = 14
"""Characters that both halves of a rate may have in a narrow column."""


class Numbered:
    """Labels of drawings and tables, counted through the paper."""

    def __init__(self) -> None:
        self.drawings = self.tables = 0

    def drawing(self) -> str:
        """Figure 1, Figure 2 …"""
        self.drawings += 1
        return _("Figure %(n)s") % {"n": self.drawings}

    def table(self) -> str:
        """Table 1, Table 2 …"""
        self.tables += 1
        return _("Table %(n)s") % {"n": self.tables}


def drawn(counted: Numbered, title: str, caption: str, picture: Picture) -> Chart:
    """The same picture as on the board, in the inks of paper."""
    return Chart(counted.drawing(), title, caption, picture.svg(), picture.height)


def chapters(found: Found, counted: Numbered) -> Iterator[Block]:
    """All chapters before the method, in order."""
    yield from summary(found)
    yield from came_in(found, counted)
    if found.board.rates:
        yield from handled(found, counted)
    if found.places:
        yield from by_place(found, counted)


# --- sentences -----------------------------------------------------------------------------------------------------


def count_card(found: Found, key: str, unit: str, note: str = "") -> Card:
    """A count as a card."""
    n = count_of(found, key)
    return Card(title_of(found, key), number(n), "" if n is None else unit, note)


def many(n: int | None) -> str:
    """A count inside a sentence."""
    return _("fewer than %(n)s") % {"n": SMALLEST} if n is None else f"{n:,}"


def month_name(month: date) -> str:
    """The month alone: 10 月, October."""
    if chinese():
        return f"{month.month} 月"
    return f"{month:%B}"


def count_of(found: Found, key: str) -> int | None:
    """A count of the whole, as published."""
    measure = measure_of(found.board.figures, key)
    return measure.value if measure else None


def title_of(found: Found, key: str) -> str:
    """The title of a figure."""
    measure = measure_of(found.board.figures, key)
    return str(measure.title) if measure else key


def growth(found: Found) -> str:
    """How many more were received than in the period before; "" where either is hidden."""
    n, before = count_of(found, found.received), found.before
    if n is None or not before:
        return ""
    return f"{signed((n - before) / before * 100)}%"


def rate_sentence(shown: RateShown) -> str:
    """A rate with its fraction in words."""
    figure = shown.figure
    if figure.share is None:
        return _("%(title)s: too few to show (%(says)s).") % {"title": shown.title, "says": shown.says}
    return _("%(title)s %(share)s: of %(whole)s (%(whole_title)s), %(part)s (%(part_title)s).") % {
        "title": shown.title, "share": of_hundred(figure.share), "whole": many(figure.whole),
        "part": many(figure.part), "whole_title": shown.whole_title, "part_title": shown.part_title,
    }  # fmt: skip


def rate_card(shown: RateShown, *, against: str = "") -> Card:
    """A rate as a card: its fraction below it, and the change where there is room."""
    figure = shown.figure
    if figure.share is None:
        return Card(str(shown.title), "—", "", _("too few to show"))
    note = f"{many(figure.part)} / {many(figure.whole)}"
    if against and shown.change is not None:
        note += f"\n{against} {signed(shown.change)}"
    return Card(str(shown.title), f"{figure.share * 100:.1f}", "%", note)


def received_card(found: Found, *, against: str) -> Card:
    """How many were received, and the change."""
    change = growth(found)
    return count_card(found, found.received, _("matters"), f"{against} {change}" if change else "")


def days_card(found: Found) -> Card:
    """Half of all matters were closed in so many days."""
    if found.days is None:
        return Card(_("Median days to close"), "—", "", _("too few to show"))
    note = _("nine in ten within %(days)s days") % {"days": f"{found.days.ninetieth:g}"}
    return Card(_("Median days to close"), f"{found.days.median:g}", _("days"), note)


def work_cards(found: Found) -> list[Card]:
    """Closed, how long it took, re-opened."""
    cards = [count_card(found, found.closed, _("matters")), days_card(found)]
    if measure_of(found.board.figures, "reopened"):
        says = _("handled again one level up")
        cards.append(count_card(found, "reopened", _("times"), says))
    return cards


def days_sentence(found: Found) -> str:
    """How long half and nine tenths took; needs days that can be shown."""
    assert found.days is not None
    return _("Half of all matters were closed within %(median)s days, nine in ten within %(ninety)s.") % {
        "median": f"{found.days.median:g}", "ninety": f"{found.days.ninetieth:g}",
    }  # fmt: skip


# --- chapters ------------------------------------------------------------------------------------------------------


def summary(found: Found) -> Iterator[Block]:
    """The year at a glance."""
    board = found.board
    yield Heading(_("The year at a glance"))
    lead = _("In %(period)s the %(service)s of %(place)s received %(n)s matters and closed %(closed)s.") % {
        "period": period_words(found), "service": board.service.title, "place": board.region.name,
        "n": many(count_of(found, found.received)), "closed": many(count_of(found, found.closed)),
    }  # fmt: skip
    yield Para(lead, "lead")
    cards = [received_card(found, against=_("year on year"))]
    cards += [rate_card(r) for r in board.rates[:3]]
    cards += [rate_card(board.coverage)] if board.coverage else []
    yield Cards(tuple((cards + work_cards(found))[:8]))
    yield Heading(_("What stands out"), 2)
    for sentence in findings(found):
        yield Para(sentence, "item")


def findings(found: Found) -> Iterator[str]:
    """Sentences that the figures bear, each with its number."""
    board = found.board
    shown = [(n, month) for month, counts in found.months if (n := counts[found.received]) is not None]
    if len(shown) > 1:
        (most, top), (least, low) = max(shown), min(shown)
        yield _("The busiest month was %(top)s (%(most)s received), the quietest %(low)s (%(least)s).") % {
            "top": month_name(top), "most": f"{most:,}", "low": month_name(low), "least": f"{least:,}",
        }  # fmt: skip
    topics = [t for t in board.topics if t.n is not None][:3]
    if topics:
        named = listed(f"{t.title} ({t.n:,})" for t in topics)
        yield _("Most was asked about: %(topics)s.") % {"topics": tidy(named)}
    yield from (rate_sentence(r) for r in board.rates)
    if board.coverage and board.coverage.figure.share is not None:
        unknown = _("%(n)s could not be reached: they count as unknown, never as solved.")
        yield sentences(rate_sentence(board.coverage), unknown % {"n": many(board.unknown)})
    if found.days:
        yield days_sentence(found)
    if found.places:
        yield differences(found)


def tidy(words: str) -> str:
    """Brackets as Chinese writes them."""
    return words.replace(" (", "（").replace(")", "）") if chinese() else words


def differences(found: Found) -> str:
    """How many places truly differ from the whole."""
    higher, lower = (sum(p.differs == sign for p in found.places) for sign in (1, -1))
    main = main_of(found.board.service)
    return _(
        "By the %(rate)s, %(higher)s of %(n)s places are clearly above the whole and %(lower)s clearly below; the rest "
        "cannot be told apart from it."
    ) % {"rate": main.title if main else "", "higher": higher, "lower": lower, "n": len(found.places)}


def came_in(found: Found, counted: Numbered) -> Iterator[Block]:
    """What was received, when and about what."""
    board = found.board
    yield Heading(_("What people came with"))
    yield monthly_chart(found, counted)
    received, closed = title_of(found, found.received), title_of(found, found.closed)
    rows = [(_("Whole period"), number(count_of(found, found.received)), number(count_of(found, found.closed)))]
    rows += [(f"{m:%Y-%m}", number(n[found.received]), number(n[found.closed])) for m, n in found.months]
    yield Table(
        counted.table(), _("Received and closed, month by month"), (_("In the month"), received, closed), tuple(rows),
        (2, 1, 1), whole=True,
    )  # fmt: skip
    if any(t.n is not None for t in board.topics):
        yield topic_chart(found, counted)
        whole = count_of(found, found.received)
        yield Table(
            counted.table(), _("What was asked about"), (_("Kind of matter"), received, _("Share of all received")),
            tuple((str(t.title), number(t.n), of_hundred(t.n / whole if t.n and whole else None))
                  for t in board.topics),
            (2, 1, 1),
        )  # fmt: skip


def monthly_chart(found: Found, counted: Numbered, *, title: str = "", height: float = 0) -> Chart:
    """Received and closed by month."""
    shown = [(n, month) for month, counts in found.months if (n := counts[found.received]) is not None]
    if shown and not title:
        most, top = max(shown)
        title = _("Most matters came in %(month)s: %(n)s") % {"month": month_name(top), "n": f"{most:,}"}
    picture = columns(
        PAPER, months_of([m for m, _n in found.months]),
        (title_of(found, found.received), [n[found.received] for _m, n in found.months]),
        (title_of(found, found.closed), [n[found.closed] for _m, n in found.months]), height=height,
    )  # fmt: skip
    caption = _("By the month in which it happened. A dash: fewer than %(n)s.") % {"n": SMALLEST}
    return drawn(counted, title or _("Received and closed"), caption, picture)


def topic_chart(found: Found, counted: Numbered, *, most: int = 10) -> Chart:
    """What was asked about, most first."""
    whole = count_of(found, found.received)
    picture = charts.topics(found.board.topics, PAPER, of=whole, most=most)
    assert picture is not None, "asked for only where something is shown"
    title = _("%(topic)s was asked about most") % {"topic": picture.table[1][0]}
    caption = _("Received in %(period)s, by kind of matter; n = %(n)s.") % {
        "period": period_words(found), "n": many(whole),
    }  # fmt: skip
    return drawn(counted, title, caption, picture)


def handled(found: Found, counted: Numbered) -> Iterator[Block]:
    """How it was handled, and what the workers said of it."""
    board = found.board
    yield Heading(_("How it was handled, and what workers said"))
    if (chart := rate_chart(found, counted)) is not None:
        yield chart
    rates = board.every_rate
    rows = [(_("Whole period"), *(fraction(r.figure) for r in rates))]
    rows += [(f"{m:%Y-%m}", *(fraction(figures[r.figure.key]) for r in rates)) for m, figures in board.trend]
    yield Table(
        counted.table(), _("The rates with both halves, month by month"),
        (_("In the month"), *(str(r.title) for r in rates)), tuple(rows), (0.8, *(1.0 for _r in rates)), whole=True,
    )  # fmt: skip
    yield Heading(_("How long it took"), 2)
    if found.days:
        yield Para(
            _("Of %(n)s closed matters half took at most %(median)s calendar days from the first word to the close, "
              "nine in ten at most %(ninety)s.")
            % {"n": many(found.days.n), "median": f"{found.days.median:g}", "ninety": f"{found.days.ninetieth:g}"}
        )  # fmt: skip
    else:
        yield Para(_("Fewer than %(n)s matters were closed, so no days are shown.") % {"n": DAYS_FROM})


def rate_chart(found: Found, counted: Numbered, *, height: float = 0) -> Chart | None:
    """The rates over the months; None when they cannot be drawn."""
    board, main = found.board, main_of(found.board.service)
    picture = charts.trend(board, PAPER, height=height)
    if picture is None:
        return None
    title = _("The rates, month by month")
    if main and (of := next((r.figure for r in board.rates if r.figure.key == main.key), None)) and of.share:
        title = _("%(rate)s: %(share)s of %(n)s over the whole period") % {
            "rate": main.title, "share": of_hundred(of.share), "n": many(of.whole),
        }  # fmt: skip
        if found.months[-1][0] == found.begin:  # a brief: the drawing is longer than its period
            title = _("%(rate)s over twelve months") % {"rate": main.title}
    caption = _("Months in which fewer than %(n)s were counted are left out.") % {"n": ENOUGH}
    return drawn(counted, title, caption, picture)


def by_place(found: Found, counted: Numbered) -> Iterator[Block]:
    """Where: a ranking with intervals, and the table by place."""
    board = found.board
    whole = board.ranked
    yield Heading(_("By place"))
    yield Para(differences(found))
    tiled, ranking = tiles.of(board), charts.ranking(found.places, whole, PAPER)
    if whole and tiled and any(tile.step for tile in tiled.tiles):
        says = _("One square for each place, in the order of the codes; this is no map of borders.")
        if tiled.by_place:
            says = _("One square for each place, about where it lies; the size says nothing.")
        yield drawn(counted, _("%(rate)s by place") % {"rate": whole.title}, says, tiled.picture(PAPER))
    if whole and ranking:
        caption = _(
            "The dot is the %(rate)s, the line its 95%% interval, the fraction %(part)s / %(whole)s. Blue: truly "
            "differs from the whole; grey: cannot be told apart."
        ) % {
            "rate": whole.title, "part": whole.part_title, "whole": whole.whole_title,
        }  # fmt: skip
        yield drawn(counted, _("Places clearly above or below the whole"), caption, ranking)
    hidden = [p.name for p in found.places if p.figure.share is None]
    if hidden:
        yield Para(_("Too few to be ranked: %(names)s.") % {"names": listed(hidden)}, "note")
    if board.lines:
        yield _places_table(found, counted)


def _places_table(found: Found, counted: Numbered) -> Table:
    board = found.board
    keys, rates = (found.received, found.closed), board.every_rate
    columns = {r.key: n for n, r in enumerate(board.service.rates)}
    head = (_("Place"), *(title_of(found, k) for k in keys), *(str(r.title) for r in rates))
    rows = [
        (
            board.region.name,
            *(number(count_of(found, k)) for k in keys),
            *(fraction(r.figure, room=NARROW) for r in rates),
        )
    ]
    for line in board.lines:
        counts = [measure_of(line.figures, k) for k in keys]
        rows.append((
            line.name, *(number(m.value if m else None) for m in counts),
            *(fraction(line.rates[columns[r.figure.key]], room=NARROW) for r in rates),
        ))  # fmt: skip
    widths = (1.1, 0.7, 0.7, *(1.0 for _r in rates))
    return Table(counted.table(), _("The figures by place"), head, tuple(rows), widths, whole=True)


def day_words(day: date) -> str:
    """2026 年 1 月 12 日, 12 January 2026."""
    if chinese():
        return f"{day.year} 年 {day.month} 月 {day.day} 日"
    return f"{day.day} {day:%B %Y}"


def fraction(figure: Figure, *, room: int = 20) -> str:
    """A rate in a table: its share, and its halves on the next line, or on two where there is no room for one."""
    if figure.share is None:
        return "—"
    part, whole = f"{figure.part:,}", f"{figure.whole:,}"
    between = "/" if len(part + whole) < room else "/\n"
    return f"{of_hundred(figure.share)}\n{part}{between}{whole}"


def period_words(found: Found) -> str:
    """2025 年, 2025; or 2025 年 10 月, October 2025."""
    whole_year = (found.end - found.begin).days > 31
    if chinese():
        return f"{found.begin.year} 年" if whole_year else f"{found.begin.year} 年 {found.begin.month} 月"
    return f"{found.begin:%Y}" if whole_year else f"{found.begin:%B %Y}"


def rounding() -> str:
    """How cells are hidden and rounded."""
    return _(
        "Counts are rounded to %(step)s; cells under %(smallest)s are not shown (under %(sensitive)s by category), nor "
        "rates of fewer than %(enough)s. Totals are rounded on their own, so parts need not add up."
    ) % {"step": STEP, "smallest": SMALLEST, "sensitive": SENSITIVE, "enough": ENOUGH}
