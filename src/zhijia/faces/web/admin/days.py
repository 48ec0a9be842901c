"""Working days of a year in a region: as a calendar, with closures seen before they are set, and the nation's table."""

import csv
import io
from calendar import Calendar as Months
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhijia.kernel.audit.models import Entry as Record
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, FieldProblem, Invalid, NotFound, Text
from zhijia.kernel.base.text import clean
from zhijia.kernel.people.actors import Actor, Permission
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.regions import regions_of, stem_of
from zhijia.kernel.rules import calendar
from zhijia.kernel.rules.models import NATIONAL, CalendarDay, Closure
from zhijia.kernel.service import closures

from .day_table import COLUMNS, entries_of
from .frame import Form, admin_page, one_day, page
from .rules import SETS, chosen_region, names_of, place_name, places_of

FIRST, LAST = 2004, 2099
AHEAD = 2
"""Years ahead that the page leads to."""
LARGEST = 1_000_000
HISTORY = 30


@dataclass(frozen=True)
class Cell:
    """One day of the year's calendar; `css` says what it is, `says` the same in words."""

    day: date
    css: str
    says: Text


@dataclass(frozen=True)
class Month:
    """One month: its number, and weeks of seven days from Monday, None outside."""

    number: int
    first: date
    weeks: list[list[Cell | None]]


@require_http_methods(["GET", "HEAD", "POST"])
@admin_page(*SETS)
def year(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """/desk/admin/days/?year=&region=: the year; POST `look` shows what closing a day would move, `save` closes it."""
    form, preview = Form(), None
    if request.method == "POST":
        actor.require(Permission.SETTINGS)
        typed = request.POST
        try:
            given: dict[str, Any] = {
                "region": clean(typed.get("region", ""))[:6], "day": one_day(typed, "date"),
                "name": typed.get("name", ""), "basis": typed.get("basis", ""), "actor": actor, "now": now,
            }  # fmt: skip
            if "save" in typed:
                moved = closures.close(**given)
                messages.success(request, _moved(moved))
                return redirect(_url(given["region"], given["day"].year))
            preview = closures.preview_closing(**given)
            form = Form(typed)
        except Invalid as error:
            form = Form.wrong(typed, error.problems)
    return _show(request, actor, now, form=form, preview=preview, status=422 if form.problems else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_page(Permission.SETTINGS)
def closure(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """/desk/admin/days/closures/<id>/: what taking one back would move; POST takes it back."""
    if request.method == "POST":
        try:
            found = Closure.objects.filter(pk=pk).first()
            moved = closures.reopen(closure_id=pk, actor=actor, now=now)
        except (Conflict, Invalid) as error:
            messages.warning(request, str(error.reason))
            return redirect("admin:days")
        messages.success(request, _moved(moved))
        return redirect(_url(found.region, found.date.year) if found else reverse("admin:days"))
    found = Closure.objects.filter(pk=pk).first()
    if found is None or not regions_of(actor).hold(found.region):
        raise NotFound(code="no_such_closure")
    try:
        preview = closures.preview_opening(closure=found, actor=actor, now=now)
    except Invalid as error:
        messages.warning(request, str(error.problems[0].message))
        return redirect(_url(found.region, found.date.year))
    context = {"closure": found, "place": place_name(found.region), "preview": preview}
    return page(request, actor, now, "closure", context, tab="days", section="settings", current="rules")


@require_POST
@admin_page(Permission.SETTINGS)
def load(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """POST /desk/admin/days/table/: the State Council's table of a year, from a workbook or a CSV file."""
    sent, typed = request.FILES.get("file"), request.POST
    try:
        if sent is None or not sent.size or sent.size > LARGEST:
            raise Invalid(FieldProblem("file", "required", _("Choose a workbook or CSV file of at most 1 MB.")))
        rows = entries_of(sent)
        loaded, moved = closures.load_table(rows=rows, basis=typed.get("basis", ""), actor=actor, now=now)
    except Invalid as error:
        problems = [FieldProblem("file", p.code, p.message) if p.field == "rows" else p for p in error.problems]
        form = Form.wrong(typed, problems[:1])
        lines = [p.message for p in problems if p.field == "file"]
        return _show(request, actor, now, form=form, preview=None, status=422, wrong=lines)
    messages.success(request, _("The table of %(year)s is loaded.") % {"year": loaded} + " " + _moved(moved))
    return redirect(_url(NATIONAL, loaded))


@require_safe
@admin_page(Permission.SETTINGS)
def table(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/admin/days/table.csv: a form to fill in, with two lines as an example."""
    del actor, now
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(COLUMNS)
    lines.writerow(["2027-01-01", "holiday", "New Year's Day", "1"])
    lines.writerow(["2027-02-20", "workday", "Spring Festival", "0"])
    response = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="working-days.csv"'
    del request
    return response


def _show(
    request: HttpRequest, actor: Actor, now: datetime, *, form: Form, preview: closures.Preview | None, status: int,
    wrong: list[Text] | None = None,
) -> HttpResponse:  # fmt: skip
    places, today = places_of(actor), now.astimezone(CHINA).date()
    region, number = chosen_region(request, places), _year(request, today)
    days = calendar.current(region)
    shown = [code for code in dict.fromkeys((region, region[:4] + "00", region[:2] + "0000")) if code != NATIONAL]
    below = {p.code for p in places if p.code != region and p.code.startswith(stem_of(region))}
    found = Closure.objects.filter(region__in=[*shown, *below], date__year=number).order_by("date", "region")
    reach = regions_of(actor)
    by = dict(Account.objects.filter(pk__in=[c.created_by for c in found if c.created_by]).values_list("pk", "name"))
    names = names_of(c.region for c in found)
    mine = [p for p in places if p.code != NATIONAL]
    context: dict[str, Any] = {
        "year": number, "years": range(max(FIRST, today.year - 1), today.year + AHEAD + 1), "region": region,
        "region_name": place_name(region), "places": places, "known": days.known(number), "today": today,
        "months": [_month(number, n, days, today, {c.date for c in found if c.region in shown}) for n in range(1, 13)],
        "working": days.working_days(date(number - 1, 12, 31), date(number, 12, 31)),
        "closures": [(c, place_name(c.region, names), by.get(c.created_by or 0, ""),
                      c.date > today and actor.may(Permission.SETTINGS) and reach.hold(c.region)) for c in found],
        "loaded": CalendarDay.objects.filter(date__year=number).values_list("basis", flat=True).first(),
        "mine": mine, "sets": actor.may(Permission.SETTINGS) and bool(mine), "form": form, "preview": preview,
        "may_load": actor.may(Permission.SETTINGS) and closures.whole_house(actor), "wrong": wrong or [],
        "history": list(Record.objects.filter(chain__in=[f"calendar:{code}" for code in (*shown, NATIONAL)])
                        .order_by("-id")[:HISTORY]),
    }  # fmt: skip
    return page(request, actor, now, "days", context, tab="days", section="settings", current="rules", status=status)


def _month(year: int, number: int, days: calendar.Calendar, today: date, closed: set[date]) -> Month:
    weeks = [
        [_cell(day, days, today, closed) if day.month == number else None for day in week]
        for week in Months().monthdatescalendar(year, number)
    ]
    return Month(number, date(year, number, 1), weeks)


def _cell(day: date, days: calendar.Calendar, today: date, closed: set[date]) -> Cell:
    found = days.day(day)
    kinds: dict[str, Text] = {
        "workday": _("working day"), "rest": _("day of rest"), "holiday": _("holiday"), "makeup": _("worked instead"),
    }  # fmt: skip
    css, says = str(found.kind), kinds[found.kind]
    if day in closed:
        css, says = "closed", _("closed here")
    elif found.kind == calendar.DayKind.HOLIDAY:
        says = found.title or says
        css = "holiday statutory" if found.statutory else "holiday"
    return Cell(day, css + (" is-today" if day == today else ""), says)


def _year(request: HttpRequest, today: date) -> int:
    typed = request.GET.get("year") or request.POST.get("year", "")
    return int(typed) if typed.isascii() and typed.isdigit() and FIRST <= int(typed[:5]) <= LAST else today.year


def _moved(n: int) -> str:
    if not n:
        return _("Recorded. No running clock moved.")
    return ngettext("Recorded. %(n)s running clock moved.", "Recorded. %(n)s running clocks moved.", n) % {"n": n}


def _url(region: str, year: int) -> str:
    return f"{reverse('admin:days')}?region={region}&year={year}"
