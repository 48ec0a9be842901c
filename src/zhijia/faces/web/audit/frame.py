"""The frame around the auditor's pages, and what is typed into their filters."""

from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhijia.faces.web.desk.nav import Item
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Account

PAGES = (("trail", "list"), ("readers", "eye"), ("security", "lock"), ("seals", "check"), ("export", "doc"))
LONGEST = timedelta(days=366)
"""The most days that one look covers."""


def audit_page_of(
    request: HttpRequest, actor: Actor, now: datetime, template: str, context: dict[str, Any], *, current: str,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Render a page inside the auditor's frame."""
    titles = {
        "trail": _("Who did what"), "readers": _("Who looked at whose data"), "security": _("Security log"),
        "seals": _("Seals and signatures"), "export": _("Bundle for outside"),
    }  # fmt: skip
    own = [Item(titles[name], icon, reverse(f"audit:{name}"), "", name == current) for name, icon in PAGES]
    other = [
        Item(_("Cases, read only"), "inbox", reverse("desk:inbox") + "?view=all"),
        Item(_("Signed roots, public"), "info", reverse("audit:roots")),
        Item(_("Board"), "table", "/board/"),
    ]
    frame = {"nav": [(_("Audit"), own), (_("Other"), other)], "actor": actor, "now": now, "title": titles[current]}
    response = render(request, template, {**frame, **context}, status=status)
    response["Cache-Control"] = "no-store"
    return response


def days_asked(request: HttpRequest, now: datetime, *, back: int = 30) -> tuple[date, date]:
    """The days of `?from=` and `?to=`, or the last `back` ones; a senseless day changes nothing."""
    today = now.astimezone(CHINA).date()
    last = min(_day(request.GET.get("to", "")) or today, today)
    first = _day(request.GET.get("from", "")) or last - timedelta(days=back - 1)
    return max(min(first, last), last - LONGEST), last


def accounts_asked(request: HttpRequest) -> tuple[str, tuple[int, ...] | None]:
    """What was typed into `?account=`, a name or # and a number, and whose it is; () for nobody's, None for all."""
    typed = request.GET.get("account", "").strip()[:100]
    if not typed:
        return "", None
    if typed[:1] == "#" and typed[1:].isascii() and typed[1:].isdigit() and len(typed) < 18:
        return typed, (int(typed[1:]),)
    return typed, tuple(Account.objects.filter(name=typed).values_list("pk", flat=True)[:20])


def kept(request: HttpRequest, *names: str) -> str:
    """The filters of this page as a query, for the link to older rows."""
    params = request.GET.copy()
    for name in list(params):
        if name not in names or not params[name]:
            del params[name]
    return params.urlencode()


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
