"""The last two chapters: how it was counted, and how anybody makes the same paper again."""

from collections.abc import Iterator

from zhijia import __version__
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.indicators.figures import ENOUGH
from zhijia.kernel.service.declare import Count, Duration, Service, Sum
from zhijia.kernel.service.engine import FILE

from .blocks import Block, Heading, Para, Table
from .chapters import Numbered, rounding
from .figures import DAYS_FROM, Found
from .words import _, listed

QUERIES = """kernel.indicators.figures: totals, compare, rate, published
faces.web.board.figures: gather
faces.paper.figures: find"""


def method(found: Found, counted: Numbered) -> Iterator[Block]:
    """Definitions, denominators, what is hidden and what the figures do not say."""
    service = found.board.service
    yield Heading(_("Method and definitions"))
    for words in _principles(found):
        yield Para(words, "item")
    yield Heading(_("Denominators of the rates"), 2)
    titles = {c.key: str(c.title) for c in service.counts}
    yield Table(
        counted.table(), _("Rates"), (_("Rate"), _("Numerator"), _("Denominator"), _("How it is defined")),
        tuple((str(r.title), f"{titles[r.part]}\n{r.part}", f"{titles[r.whole]}\n{r.whole}", str(r.says))
              for r in service.rates),
        (1, 1, 1, 1.8), left=4,
    )  # fmt: skip


def every_figure(found: Found, counted: Numbered) -> Iterator[Block]:
    """All figures with their values, and the steps at which they count."""
    service, values = found.board.service, {m.key: m.words for m in found.board.figures}
    yield Heading(_("Every figure, and when it counts"), 2)
    yield Para(
        _("A figure counts one whenever a case passes one of these steps, in the month and county in which it did.")
    )
    yield Table(
        counted.table(), _("Counts and durations"),
        (_("Name of the figure"), _("Key of the figure"), _("Counted at these steps"), _("Value")),
        tuple((str(m.title), m.key, _steps(service, m.on), values.get(m.key) or "—")
              for m in _figures(service)),
        (1.2, 1, 2.2, 0.6), left=3,
    )  # fmt: skip


def _principles(found: Found) -> Iterator[str]:
    yield _(
        "Source: the counters of the platform. Each step of a case writes them in the same transaction; nobody enters "
        "or corrects them by hand, and they can be counted again from the events."
    )
    yield rounding()
    yield _(
        "The unit that handled a case never makes its call-back. A worker who could not be reached counts as unknown, "
        "never as solved or satisfied; coverage says how many were reached."
    )
    yield _(
        "Intervals are 95%% Wilson score intervals of the shown fraction. A place is called different only where its "
        "interval leaves out the rate of the whole; rates of fewer than %(enough)s are not shown."
    ) % {"enough": ENOUGH}
    yield _(
        "Days are calendar days between the first word and the close, over the cases closed in the period. A matter "
        "that was re-opened is counted as long as it really took. They are rounded to half a day and shown from %(n)s "
        "cases on."
    ) % {"n": DAYS_FROM}
    yield _(
        "Cases count in the period in which the step happened: what was received in December may be closed in January. "
        "The figures say nothing about single people, and none of them was chosen by hand."
    )
    if found.running:
        yield _("The period has not ended: the figures are provisional and will still change.")


def _figures(service: Service) -> tuple[Count | Sum | Duration, ...]:
    return (*service.counts, *service.sums, *service.durations)


def _steps(service: Service, steps: frozenset[str]) -> str:
    """Titles of the steps; the clock's own (late.result) by the clock."""
    named = []
    for key in sorted(steps):
        if key == FILE:
            named.append(_("a case is opened"))
            continue
        transition = service.transition(key)
        clock = next((c for c in service.clocks if key == f"late.{c.key}"), None)
        late = _("%(clock)s is late") % {"clock": clock.title} if clock else key
        named.append(str(transition.title) if transition else late)
    return listed(dict.fromkeys(named))


def reproducibility(
    found: Found, counted: Numbered, *, command: str, sha256: str, name: str, schema: str
) -> Iterator[Block]:
    """Query, date, version and hash: everything that is needed to check the paper."""
    board = found.board
    yield Heading(_("How to make this paper again"))
    yield Para(_("Whoever runs this command on the same data gets the same figures, byte for byte:"))
    yield Para(command, "code")
    when = _("from %(begin)s, before %(end)s, in China's time")
    rows = [
        (_("Service and region"), f"{board.service.key}, {board.region.code} {board.region.name}"),
        (_("Period covered"), when % {"begin": found.begin, "end": found.end}),
        (_("Queries"), QUERIES),
        (_("Counts used"), ", ".join(f.key for f in _figures(board.service))),
        (_("Rates"), ", ".join(f"{r.key} = {r.part} ÷ {r.whole}" for r in board.service.rates)),
        (_("Data as of"), f"{found.at.astimezone(CHINA):%Y-%m-%d %H:%M} (UTC+8)"),
        (_("Signed root of the audit trail"), found.root or _("no statement yet")),
        (_("Program"), f"Zhijia {__version__} ({schema})"),
        (_("File of the figures"), f"{name}.json"),
        (_("SHA-256 of that file"), f"{sha256[:32]}\n{sha256[32:]}"),
    ]  # fmt: skip
    yield Table(
        counted.table(), _("What this paper was made from"), (_("Item"), _("Value")), tuple(rows), (1, 3), left=2
    )
    yield Heading(_("How to check it"), 2)
    yield Para(f"sha256sum {name}.json", "code")
    yield Para(_(
        "The result must be the hash above. The file holds every figure that is printed here, rounded as it is "
        "printed, and nothing that is hidden: neither the file nor its hash tells a hidden cell. Charts and tables are "
        "drawn from it."
    ))  # fmt: skip
    roots = _(
        "The signed root stands in the public list at %(path)s; it tells whether the trail of this work was changed "
        "since."
    )
    yield Para(roots % {"path": "/audit/roots"})
