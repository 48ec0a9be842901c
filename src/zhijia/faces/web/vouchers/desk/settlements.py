"""Settlements: drafting them for a period, the list by state with its sums, and the same as a workbook."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO

import xlsxwriter
from django.contrib import messages
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from zhijia.faces.present import Chip, case_chip
from zhijia.kernel.audit.chain import append
from zhijia.kernel.base import money
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid, Text
from zhijia.kernel.people.accounts import orgs_in
from zhijia.kernel.people.actors import Actor, Permission, Role
from zhijia.kernel.service import registry
from zhijia.modules.vouchers.models import Settlement
from zhijia.modules.vouchers.settle import SERVICE, draft_all, owed

from .frame import Typed, day_or, number, page, voucher_desk

SHOWN, MOST = 50, 5000
DRAFTS = frozenset({Role.OFFICER, Role.UNIT_HEAD})
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Line:
    """One settlement in the list."""

    settlement: Settlement
    state: Text
    chip: Chip | None


@require_safe
@voucher_desk
def settlements(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/vouchers/settlements/?state=: newest first, with the sums of each state."""
    return _page(request, actor, now)


@require_POST
@voucher_desk
def draft(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """POST /desk/vouchers/settlements/draft/: one for each outlet with something owed in the period; `look` only
    shows what that would be."""
    first, last = (day_or(request.POST.get(name, ""), None) for name in ("first", "last"))
    asked = (("first", first), ("last", last))
    problems = [FieldProblem(name, "format", _("Choose a day.")) for name, day in asked if day is None]
    if first and last and first > last:
        problems.append(FieldProblem("last", "order", _("The last day is before the first.")))
    if problems or first is None or last is None:
        return _page(request, actor, now, form=Typed.wrong(request.POST, problems), status=422)
    if "look" in request.POST:
        return _page(request, actor, now, form=Typed(request.POST), looked=True)
    if not actor.roles() & DRAFTS:
        raise Forbidden(_("Officers and heads of unit draft settlements; leaders approve them."), code="wrong_role")
    try:
        made = draft_all(first=first, last=last, period=_period(first, last), actor=actor, now=now)
    except Invalid as error:
        return _page(request, actor, now, form=Typed.wrong(request.POST, error.problems), status=422)
    if made:
        n = len(made)
        words = ngettext("%(n)s settlement was drafted.", "%(n)s settlements were drafted.", n) % {"n": n}
    else:
        words = _("Nothing was owed in these days that is not in a settlement.")
    messages.success(request, words)
    return redirect("vouchers:settlements")


def _period(first: date, last: date) -> str:
    """week, month or other, as the days say."""
    if (last - first).days == 6:
        return "week"
    return "month" if first.day == 1 and (last + timedelta(days=1)).day == 1 and first.month == last.month else "other"


@require_safe
@voucher_desk
def export(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/vouchers/settlements/export/?state=: the list as .xlsx. That it was taken is on record."""
    actor.require(Permission.EXPORT)
    state = _state(request)
    inside = orgs_in(actor.within(Permission.EXPORT))
    rows = list(_rows(state).filter(case__unit__in=inside)[:MOST])
    append(
        chain=f"account:{actor.account_id}", act="vouchers.settlements_exported", subject="settlements", actor=actor,
        now=now, data={"state": state, "rows": len(rows)},
    )  # fmt: skip
    response = HttpResponse(_book(rows), content_type=TYPE)
    response["Content-Disposition"] = f'attachment; filename="settlements-{now.astimezone(CHINA):%Y%m%d-%H%M}.xlsx"'
    return response


def _state(request: HttpRequest) -> str:
    state = request.GET.get("state", "")
    return state if state in registry.service(SERVICE).state_titles else ""


def _rows(state: str) -> QuerySet[Settlement]:
    rows = Settlement.objects.select_related("case__unit", "outlet").order_by("-case_id")
    return rows.filter(case__state=state) if state else rows


def _page(
    request: HttpRequest, actor: Actor, now: datetime, *, form: Typed | None = None, looked: bool = False,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    state, titles, form = _state(request), registry.service(SERVICE).state_titles, form or Typed()
    rows, last = _rows(state), number(request.GET.get("before", ""))
    found = list((rows.filter(case_id__lt=last) if last else rows)[: SHOWN + 1])
    summed = Settlement.objects.values_list("case__state").annotate(n=Count("pk"), fen=Sum("fen")).order_by()
    by_state = {key: (n, fen) for key, n, fen in summed}
    first, last_day = _last_week(now)
    since, until = day_or(form.values.get("first", ""), first), day_or(form.values.get("last", ""), last_day)
    due = owed(first=since, last=until) if looked else []
    context = {
        "lines": [Line(s, titles[s.case.state], case_chip(s.case, now, desk=True)) for s in found[:SHOWN]],
        "older": found[SHOWN - 1].pk if len(found) > SHOWN else None, "state": state, "form": form, "looked": looked,
        "sums": [(key, title, *by_state[key]) for key, title in titles.items() if key in by_state],
        "due": due, "due_n": sum(d.n for d in due), "due_fen": sum(d.fen for d in due),
        "first": form.values.get("first") or first.isoformat(), "last": form.values.get("last") or last_day.isoformat(),
        "drafts": bool(actor.roles() & DRAFTS),
    }  # fmt: skip
    return page(request, actor, now, "settlements", context, tab="settlements", status=status)


def _last_week(now: datetime) -> tuple[date, date]:
    """Monday to Sunday of the week before this one."""
    today = now.astimezone(CHINA).date()
    monday = today - timedelta(days=today.weekday() + 7)
    return monday, monday + timedelta(days=6)


def _book(rows: list[Settlement]) -> bytes:
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(_("Settlements"))
    head, amount = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "#,##0.00"})
    for column, (title, width) in enumerate(_columns()):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, head)
    sheet.freeze_panes(1, 0)
    for line, row in enumerate(rows, 1):
        for column, value in enumerate(_cells(row)):
            if isinstance(value, date):
                sheet.write_datetime(line, column, datetime.combine(value, datetime.min.time()))
            elif isinstance(value, float):
                sheet.write_number(line, column, value, amount)
            elif isinstance(value, int):
                sheet.write_number(line, column, value)
            else:
                sheet.write_string(line, column, value)
    book.close()
    return target.getvalue()


def _columns() -> tuple[tuple[str, int], ...]:
    return (
        (_("Number"), 18), (_("Outlet"), 24), (_("Paid to"), 24), (_("Union"), 24), (_("First day"), 12),
        (_("Last day"), 12), (_("Handed out"), 10), (_("Sum (yuan)"), 14), (_("State"), 18), (_("Paid on"), 12),
        (_("Number of the payment"), 20),
    )  # fmt: skip


def _cells(row: Settlement) -> Iterator[object]:
    titles, outlet = registry.service(SERVICE).state_titles, row.outlet
    yield from (row.case.no, outlet.name if outlet else "", outlet.payee if outlet else "", row.case.unit.name)
    yield from (row.first_day, row.last_day, row.n, float(money.yuan(row.fen)), str(titles[row.case.state]))
    yield row.paid_on or ""
    yield row.payment
