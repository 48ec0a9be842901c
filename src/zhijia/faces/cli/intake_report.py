"""What became of a batch of tickets: counts, rates with both halves, lateness, returns, and the slowest with why."""

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .words import _, language

if TYPE_CHECKING:
    from .intake import Outcome

SLOWEST = 10

_COUNTED = """
SELECT f.key, count(*) FROM cases_event e CROSS JOIN LATERAL jsonb_to_recordset(e.data->'counted') AS f(key text)
WHERE e.case_id = ANY(%s) GROUP BY 1
"""
_LATE = """
SELECT data->>'clock', (data->>'level')::int, count(*) FROM cases_event
WHERE case_id = ANY(%s) AND transition = 'late' GROUP BY 1, 2
"""
_SLOWEST = """
SELECT id FROM cases_case WHERE id = ANY(%s) ORDER BY coalesce(closed_at, %s) - created_at DESC, id LIMIT %s
"""


def show(outcome: "Outcome", console: Any, *, now: datetime) -> None:
    """Print the report of the tickets in `outcome.numbers`."""
    from django.utils import translation

    with translation.override(language()):
        _rows(outcome, console)
        ids = _ids(outcome)
        if ids:
            _cases(ids, console)
            _rates(ids, console)
            _lateness(ids, console)
            _slowest(ids, console, now)


def _rows(outcome: "Outcome", console: Any) -> None:
    from rich.table import Table

    table = Table(title=_("Rows"), title_justify="left")
    for name in (_("What"), _("Rows")):
        table.add_column(name, justify="left" if name == _("What") else "right")
    for what, count in (
        (_("filed now"), outcome.filed), (_("there already"), outcome.again),
        (_("filed by an earlier run"), outcome.skipped),
        *((_("bad: {code}").format(code=code), n) for code, n in Counter(b.code for b in outcome.bad).most_common()),
        *((_("refused by the engine: {code}").format(code=code), n) for code, n in outcome.refused.most_common()),
    ):  # fmt: skip
        if count:
            table.add_row(what, str(count))
    console.print(table)


def _ids(outcome: "Outcome") -> list[int]:
    from zhijia.kernel.cases.models import Case

    numbers = list(outcome.numbers.values())
    return list(Case.objects.filter(no__in=numbers).values_list("id", flat=True))


def _cases(ids: list[int], console: Any) -> None:
    from rich.table import Table

    from zhijia.kernel.cases.models import Case
    from zhijia.kernel.service import registry
    from zhijia.modules.hotline.models import Category, ClosingCode, Ticket

    service = registry.service("hotline")
    cases = Case.objects.filter(pk__in=ids)
    table = Table(_("State"), _("Tickets"), _("Category"), _("Tickets"), _("Closed as"), _("Tickets"))
    states = Counter(cases.values_list("state", flat=True))
    topics = Counter(cases.values_list("category", flat=True))
    codes = Counter(Ticket.objects.filter(pk__in=ids).exclude(closing_code="").values_list("closing_code", flat=True))
    columns = (
        [(str(service.state_titles[s]), n) for s, n in states.most_common()],
        [(str(Category(t).label), n) for t, n in topics.most_common()],
        [(str(ClosingCode(c).label), n) for c, n in codes.most_common()],
    )
    for line in range(max(map(len, columns))):
        cells = [column[line] if line < len(column) else ("", "") for column in columns]
        table.add_row(*(str(cell) for pair in cells for cell in pair))
    console.print(table)


def _rates(ids: list[int], console: Any) -> None:
    from django.db import connection
    from rich.table import Table

    from zhijia.kernel.service import registry

    service = registry.service("hotline")
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [ids])
        counts = dict(cursor.fetchall())
    titles = {count.key: str(count.title) for count in service.counts}
    table = Table(_("Rate"), _("Share"), _("Fraction"), _("Definition"))
    for rate in service.rates:
        part, whole = counts.get(rate.part, 0), counts.get(rate.whole, 0)
        share = f"{part / whole:.1%}" if whole else "–"
        table.add_row(str(rate.title), share, f"{part} / {whole}", str(rate.says))
    console.print(table)
    said = ", ".join(
        f"{titles[key]} {counts.get(key, 0)}"
        for key in ("bounced", "urged", "supervised", "reopened", "unreached", "late_result")
    )
    console.print(said, highlight=False)


def _lateness(ids: list[int], console: Any) -> None:
    from django.db import connection
    from rich.table import Table

    from zhijia.kernel.cases.models import Case
    from zhijia.kernel.service import registry

    service = registry.service("hotline")
    with connection.cursor() as cursor:
        cursor.execute(_LATE, [ids])
        found = {(clock, level): n for clock, level, n in cursor.fetchall()}
    levels = range(1, 5)
    table = Table(_("Overdue clocks reported"), *(_("{n} level(s) up").format(n=n) for n in levels))
    for clock in service.clocks:
        if any((clock.key, level) in found for level in levels):
            table.add_row(str(clock.title), *(str(found.get((clock.key, level), "")) for level in levels))
    if found:
        console.print(table)
    still = Case.objects.filter(pk__in=ids, closed_at=None, late__gt=0).count()
    console.print(_("Open and overdue now: {count}").format(count=still), highlight=False)


def _slowest(ids: list[int], console: Any, now: datetime) -> None:
    from django.db import connection

    from zhijia.faces import present
    from zhijia.kernel.cases.models import Case
    from zhijia.kernel.deadlines.models import Deadline
    from zhijia.kernel.service import registry

    with connection.cursor() as cursor:
        cursor.execute(_SLOWEST, [ids, now, SLOWEST])
        order = [row[0] for row in cursor.fetchall()]
    cases = Case.objects.select_related("unit").in_bulk(order)
    service = registry.service("hotline")
    console.print(f"\n[bold]{_('The slowest, and why their dates were those dates')}[/]")
    for case in (cases[pk] for pk in order):
        days = max(0.0, ((case.closed_at or now) - case.created_at).total_seconds() / 86400)
        clocks = Deadline.objects.filter(case=case).order_by("-round", "-id")
        clock = next((d for d in clocks if d.key == "result"), None) or clocks.first()
        head = _("{no}: {days:.1f} days, {unit}, {state}").format(
            no=case.no, days=days, unit=case.unit.name, state=service.state_titles[case.state]
        )
        why = " ".join(map(str, present.why(service, clock, now, region=case.region).sentences)) if clock else ""
        console.print(f"[bold]{head}[/]\n  [dim]{why}[/]", highlight=False)
