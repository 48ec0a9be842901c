"""The security log: filters, one bar for each day, and rows that name networks, never addresses."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from zhijia.faces.web.design.columns import columns
from zhijia.faces.web.pages import before, desk_page
from zhijia.kernel.audit import security
from zhijia.kernel.audit.models import Security
from zhijia.kernel.audit.trail import record_look
from zhijia.kernel.base.errors import Text
from zhijia.kernel.people.actors import Actor, Permission
from zhijia.kernel.people.models import Account

from .frame import accounts_asked, audit_page_of, days_asked, kept
from .trail import PAGE, _detail

WIDTH, HEIGHT, FOOT = 720, 120, 20
COLUMNS = {
    "when": _("When"), "what": pgettext_lazy("log", "What happened"), "account": _("Account"), "where": _("From where"),
    "more": _("What else"),
}  # fmt: skip
FIRST = ("when", "what")


@dataclass(frozen=True)
class Bar:
    """One day of the chart."""

    day: date
    count: int
    x: float
    y: float
    width: float
    height: float
    label: bool


@dataclass(frozen=True)
class Row:
    """One row of the log as the page shows it."""

    row: Security
    title: Text
    who: str
    origin: str
    """Six digits that are equal for rows from one address."""
    detail: str


@require_safe
@desk_page(Permission.AUDIT)
def security_log(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /audit/security/: the log by kind, account and day."""
    first, last = days_asked(request, now)
    kind = request.GET.get("kind", "")[:48]
    name, accounts = accounts_asked(request)
    rows = security.find(kind=kind, account_ids=accounts, from_day=first, to_day=last)
    found = list(before(rows, request)[: PAGE + 1])
    what = {"security": kind or "all", "from": str(first), "to": str(last)}
    record_look(actor=actor, now=now, what=what | ({"accounts": list(accounts)} if accounts else {}))
    asked, cols = kept(request, "kind", "account", "from", "to"), columns(request, COLUMNS, first=FIRST)
    context = {
        "rows": _rows(found[:PAGE]), "older": found[PAGE - 1].pk if len(found) > PAGE else None, "cols": cols,
        "query": "&".join(filter(None, (asked, cols.query))), "narrowed": asked, "kinds": security.KINDS.items(),
        "kind": kind, "name": name, "first": first, "last": last, "width": WIDTH, "height": HEIGHT + FOOT,
        "base": HEIGHT,
        "bars": bars(security.by_day(kind=kind, from_day=first, to_day=last)),
    }  # fmt: skip
    return audit_page_of(request, actor, now, "web/audit/security.html", context, current="security")


def bars(counts: list[tuple[date, int]]) -> list[Bar]:
    """One bar a day, the tallest as tall as the chart; every so many days one is named."""
    most, step = max((n for _day, n in counts), default=0) or 1, WIDTH / max(len(counts), 1)
    every = max(len(counts) // 8, 1)
    return [
        Bar(day, n, i * step, HEIGHT - n / most * (HEIGHT - 16), max(step - 2, 0.5), n / most * (HEIGHT - 16),
            i % every == 0)
        for i, (day, n) in enumerate(counts)
    ]  # fmt: skip


def _rows(found: list[Security]) -> list[Row]:
    accounts = Account.objects.filter(pk__in={row.account_id for row in found if row.account_id})
    names = dict(accounts.values_list("pk", "name"))
    return [
        Row(
            row, security.KINDS.get(row.kind, row.kind), names.get(row.account_id or 0, ""),
            bytes(row.address_key or b"").hex()[:6], _detail(row.detail),
        )
        for row in found
    ]  # fmt: skip
