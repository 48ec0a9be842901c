"""The present list as a spreadsheet, without anything personal."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhijia.faces import present
from zhijia.faces.web.pages import desk_page
from zhijia.kernel.audit.chain import append
from zhijia.kernel.base import money
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.cases.models import Case
from zhijia.kernel.files.formulas import risky
from zhijia.kernel.people.actors import Actor, Permission
from zhijia.kernel.service import registry
from zhijia.kernel.service.declare import Ask, Kind

from . import queries
from .filters import Filters
from .inbox import category_title

MOST = 5000
"""Rows made while somebody waits; more is for a nightly report."""
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@desk_page(Permission.EXPORT)
def export(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/export/ with the inbox's filters: an .xlsx of at most 5,000 rows, as far as the right to take lists out
    reaches. That it was taken is on record."""
    filters = Filters.read(request.GET)
    cases = filters.apply(actor, now, filters.unit_chosen(actor)).visible_to(actor, Permission.EXPORT)
    found = queries.page(cases, newest=filters.newest, after="", size=MOST)
    append(
        chain=f"account:{actor.account_id}", act="cases.exported", subject="cases", actor=actor, now=now,
        data={"filters": filters.url(), "rows": len(found.cases)},
    )  # fmt: skip
    own = _own_facts(filters.service, found.cases)
    response = HttpResponse(_sheet(found.cases, own, now, cut=bool(found.after)), content_type=TYPE)
    name = f"zhijia-{now.astimezone(CHINA):%Y%m%d-%H%M}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@dataclass(frozen=True)
class Own:
    """What cases of one chosen service have beside the common columns: the facts that are not personal, by case."""

    asks: tuple[Ask, ...] = ()
    rows: dict[int, Any] = field(default_factory=dict)

    def values(self, case: Case) -> tuple[object, ...]:
        """The cells of one case: yuan as numbers, days as days, everything else in words."""
        facts = self.rows.get(case.pk)
        return tuple(_cell(ask, getattr(facts, ask.name, None)) for ask in self.asks)


def _own_facts(service: str, cases: list[Case]) -> Own:
    """One query, where one service was chosen; words, numbers and dates of people stay out."""
    if not service:
        return Own()
    declared = registry.service(service)
    shown = [
        fact.ask for fact in present.facts_of(declared, None)
        if fact.ask.kind in _SHOWN and fact.ask.name not in {*declared.personal, declared.intake.category}
    ]  # fmt: skip
    return Own(tuple(shown), declared.facts._default_manager.in_bulk([case.pk for case in cases]))


_SHOWN = (Kind.CHOICE, Kind.FLAG, Kind.NUMBER, Kind.MONEY, Kind.DATE)


def _cell(ask: Ask, value: Any) -> object:
    if value is None or ask.kind in (Kind.CHOICE, Kind.FLAG):
        return present.in_words(ask, value)
    return money.yuan(value) if ask.kind == Kind.MONEY else value


def _sheet(cases: list[Case], own: Own, now: datetime, *, cut: bool) -> bytes:
    """No title and no story: both are the worker's own words."""
    target = BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm", "remove_timezone": True}
    )
    sheet = book.add_worksheet(_("Cases"))
    head = book.add_format({"bold": True, "bottom": 1})
    amount, day = book.add_format({"num_format": "#,##0.00"}), book.add_format({"num_format": "yyyy-mm-dd"})
    quoted = book.add_format({"num_format": "@", "quote_prefix": True})
    columns: tuple[tuple[str, int], ...] = (
        (_("Number"), 18), (_("State"), 20), (_("What it is about"), 20), (_("Unit"), 28), (_("Officer in charge"), 14),
        (_("Clock"), 14), (_("Due"), 17), (_("Filed"), 17), (_("Closed on"), 17), (_("Workers"), 9), (_("Urged"), 7),
        (_("Returned"), 7), (_("Levels told of lateness"), 12), *((_heading(ask), 16) for ask in own.asks),
    )  # fmt: skip
    for index, (title, width) in enumerate(columns):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, title, head)
    sheet.freeze_panes(1, 0)
    for line, case in enumerate(cases, start=1):
        for index, value in enumerate((*_values(case), *own.values(case))):
            if isinstance(value, datetime):
                sheet.write_datetime(line, index, value.astimezone(CHINA).replace(tzinfo=None))
            elif isinstance(value, date):
                sheet.write_datetime(line, index, datetime.combine(value, time.min), day)
            elif isinstance(value, Decimal):
                sheet.write_number(line, index, float(value), amount)  # a cell of a workbook is a double
            elif isinstance(value, int):
                sheet.write_number(line, index, value)
            elif value:
                sheet.write_string(line, index, value, quoted if risky(value) else None)
    note = book.add_worksheet(_("About"))
    note.write_string(0, 0, _("As of %(moment)s.") % {"moment": f"{now.astimezone(CHINA):%Y-%m-%d %H:%M}"})
    if cut:
        note.write_string(
            1, 0, _("Only the first %(most)s rows: choose a shorter period or one unit.") % {"most": MOST}
        )
    book.close()
    return target.getvalue()


def _heading(ask: Ask) -> str:
    return _("%(title)s (yuan)") % {"title": ask.title} if ask.kind == Kind.MONEY else str(ask.title)


def _values(case: Case) -> tuple[object, ...]:
    service, marks = registry.service(case.service), case.marks
    clock = str(service.clock(case.due_key).title) if case.due_key else ""
    return (
        case.no, str(service.state_titles[case.state]), category_title(service, case.category), case.unit.name,
        case.assignee.name if case.assignee else "", clock, case.due_at, case.created_at, case.closed_at,
        marks.get("people", 1), marks.get("urged", 0), marks.get("bounced", 0), case.late,
    )  # fmt: skip
