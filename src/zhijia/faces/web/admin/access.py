"""The review of who may reach personal data: what stands out, as lists that can be taken out."""

import io
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from zhijia.kernel.audit import security
from zhijia.kernel.base.errors import NotFound, Text
from zhijia.kernel.files.formulas import Lines
from zhijia.kernel.people import access
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Account
from zhijia.kernel.sheets.declare import Column
from zhijia.kernel.sheets.write import write_rows

from .accounts import posts_today
from .frame import admin_page, page

SHOWN = 30
LISTS = ("data", "rights", "idle", "ending")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@admin_page(*access.LOOKS)
def overview(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/admin/access/: what stands out among posts and accounts in reach."""
    data, idle = access.reaching_data(actor, now=now), list(access.idle(actor, now=now)[: SHOWN + 1])
    wider, ending = access.wider(actor, now=now), access.ending(actor, now=now)
    posts = posts_today([account.pk for account in idle], now)
    context = {
        "data": [(held, _reaches(held)) for held in data[:SHOWN]], "data_n": len(data),
        "rights": [(held, _reaches(held)) for held in wider[:SHOWN]], "rights_n": len(wider),
        "idle": [(a, posts.get(a.pk, [])) for a in idle[:SHOWN]],
        "idle_n": f"{SHOWN}+" if len(idle) > SHOWN else str(len(idle)),
        "ending": ending[:SHOWN], "ending_n": len(ending), "days": access.IDLE.days, "soon": access.SOON.days,
    }  # fmt: skip
    return page(request, actor, now, "access", context, tab="access")


@require_safe
@admin_page(*access.LOOKS)
def taken(request: HttpRequest, actor: Actor, now: datetime, what: str, ending: str) -> HttpResponse:
    """GET /desk/admin/access/<which>.<csv|xlsx>: one list, whole, on record in the security log."""
    del request
    if what not in LISTS or ending not in ("csv", "xlsx"):
        raise NotFound(code="no_such_list")
    heads, rows = [_("Name"), _("Login"), _("Role"), _("Organisation"), _("What"), _("Day")], _rows(what, actor, now)
    security.log(kind="data.exported", now=now, account_id=actor.account_id, detail={"list": f"access.{what}"})
    response = HttpResponse(
        _csv(heads, rows) if ending == "csv" else _workbook(heads, rows),
        content_type="text/csv; charset=utf-8" if ending == "csv" else XLSX,
    )
    response["Content-Disposition"] = f'attachment; filename="access-{what}.{ending}"'
    return response


def _rows(what: str, actor: Actor, now: datetime) -> list[list[str]]:
    if what == "idle":
        found = list(access.idle(actor, now=now))
        posts = posts_today([account.pk for account in found], now)
        return [_idle(account, posts.get(account.pk, [])) for account in found]
    lists = {"data": access.reaching_data, "rights": access.wider, "ending": access.ending}
    return [
        [held.account.name, held.account.login, str(held.role.title), held.org,
         "; ".join(f"{permission}: {reach}" for permission, reach in _reaches(held)), str(held.day or "")]
        for held in lists[what](actor, now=now)
    ]  # fmt: skip


def _idle(account: Account, posts: list[str]) -> list[str]:
    seen = account.last_login.date().isoformat() if account.last_login else ""
    home = account.home.name if account.home else ""
    return [account.name, account.login, "; ".join(posts), home, _("not signed in"), seen]


def _reaches(held: access.Held) -> list[tuple[Text, Text]]:
    return [(permission.title, reach.title) for permission, reach in held.reaches.items()]


def _csv(heads: list[str], rows: Iterable[list[str]]) -> bytes:
    written = io.StringIO()
    lines = Lines(written)
    lines.writerow(heads)
    for row in rows:
        lines.writerow(row)
    return ("\ufeff" + written.getvalue()).encode()


def _workbook(heads: list[str], rows: list[list[str]]) -> bytes:
    columns = [Column(f"c{place}", title) for place, title in enumerate(heads)]
    with TemporaryDirectory(prefix="zhijia-access-") as folder:
        path = Path(folder) / "access.xlsx"
        write_rows(columns, ({f"c{n}": cell for n, cell in enumerate(row)} for row in rows), path, title=_("Access"))
        return path.read_bytes()
