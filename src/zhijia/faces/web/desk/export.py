"""The present list as a spreadsheet, without anything personal."""

from datetime import datetime
from io import BytesIO

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhijia.faces.web.pages import desk_page
from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.service import registry

from . import queries
from .filters import Filters
from .inbox import category_title

MOST = 5000
"""Rows made while somebody waits; more is for a nightly report."""
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@desk_page
def export(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/export/ with the inbox's filters: an .xlsx of at most 5,000 rows. That it was taken is on record."""
    filters = Filters.read(request.GET)
    cases = filters.apply(actor, now, filters.unit_chosen(actor))
    found = queries.page(cases, newest=filters.newest, after="", size=MOST)
    append(
        chain=f"account:{actor.account_id}", act="cases.exported", subject="cases", actor=actor, now=now,
        data={"filters": filters.url(), "rows": len(found.cases)},
    )  # fmt: skip
    response = HttpResponse(_sheet(found.cases, now, cut=bool(found.after)), content_type=TYPE)
    name = f"zhijia-{now.astimezone(CHINA):%Y%m%d-%H%M}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _sheet(cases: list[Case], now: datetime, *, cut: bool) -> bytes:
    """No title and no story: both are the worker's own words."""
    target = BytesIO()
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm", "remove_timezone": True}
    )
    sheet = book.add_worksheet(_("Cases"))
    head = book.add_format({"bold": True, "bottom": 1})
    columns = (
        (_("Number"), 18), (_("State"), 20), (_("What it is about"), 20), (_("Unit"), 28), (_("Officer in charge"), 14),
        (_("Clock"), 14), (_("Due"), 17), (_("Filed"), 17), (_("Closed on"), 17), (_("Workers"), 9), (_("Urged"), 7),
        (_("Returned"), 7), (_("Levels told of lateness"), 12),
    )  # fmt: skip
    for index, (title, width) in enumerate(columns):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, title, head)
    sheet.freeze_panes(1, 0)
    for line, case in enumerate(cases, start=1):
        for index, value in enumerate(_values(case)):
            if isinstance(value, datetime):
                sheet.write_datetime(line, index, value.astimezone(CHINA).replace(tzinfo=None))
            elif isinstance(value, int):
                sheet.write_number(line, index, value)
            elif value:
                sheet.write_string(line, index, value)
    note = book.add_worksheet(_("About"))
    note.write_string(0, 0, _("As of %(moment)s.") % {"moment": f"{now.astimezone(CHINA):%Y-%m-%d %H:%M}"})
    if cut:
        note.write_string(
            1, 0, _("Only the first %(most)s rows: choose a shorter period or one unit.") % {"most": MOST}
        )
    book.close()
    return target.getvalue()


def _values(case: Case) -> tuple[object, ...]:
    service, marks = registry.service(case.service), case.marks
    clock = str(service.clock(case.due_key).title) if case.due_key else ""
    return (
        case.no, str(service.state_titles[case.state]), category_title(service, case.category), case.unit.name,
        case.assignee.name if case.assignee else "", clock, case.due_at, case.created_at, case.closed_at,
        marks.get("people", 1), marks.get("urged", 0), marks.get("bounced", 0), case.late,
    )  # fmt: skip
