"""The page that shows every component in its states, live, in the face, mode, theme and language of its reader."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from zhijia.faces.drawing.counts import bars
from zhijia.faces.drawing.ink import PAGE
from zhijia.kernel.base import clock
from zhijia.kernel.base.text import clean
from zhijia.kernel.indicators.figures import Figure
from zhijia.kernel.org import uscc
from zhijia.kernel.rules import calendar

from . import states
from .columns import columns
from .lookups import code_problem

FACES = ("desk", "worker", "board")
COLUMNS = {
    "name": _("Employer"), "code": _("Credit code"), "place": _("Place"), "open": _("Open cases"), "day": _("Since"),
}  # fmt: skip
SOLVED = Figure("solved", 265, 300)


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """GET /design/?face=worker: for everybody; nothing on it is about anybody."""
    now = clock.now()
    face = request.GET.get("face", "")
    words, place = (clean(request.GET.get(name, ""))[:40] for name in ("q", "place"))
    before = request.GET.get("before", "")
    rows, older = states.firms(
        words, place, int(before) if before.isascii() and before.isdigit() and len(before) < 9 else 0
    )
    chips = states.chips(now)
    cols = columns(request, COLUMNS, first=("name",))
    kinds = states.topics()
    more = "".join(f"&{name}={quote(value)}" for name, value in (("q", words), ("place", place)) if value)
    context = {
        "face": face if face in FACES else FACES[0], "faces": FACES, "sections": states.sections(), "chips": chips,
        "shown_fields": states.fields(), "dated": states.dated(now, calendar.current()),
        "timeline": states.entries(now),
        "tasks": states.tasks(chips), "rows": rows, "older": older, "cols": cols, "q": words, "place": place,
        "places_of": sorted({firm[2] for firm in states.FIRMS}), "narrowed": bool(words or place), "kinds": kinds,
        "bars": bars(PAGE, kinds), "matters": states.matters(chips), "solved": SOLVED,
        "bad_code": code_problem("91350100M000100Y44"),
        "steps": [_("Fill in the template"), _("Send it"), _("Mend what is wrong"), _("Store it")],
        "more": more + ("&" + cols.query) * cols.narrowed,
    }  # fmt: skip
    return render(request, "web/design/design.html", context)


@require_safe
def employers(request: HttpRequest) -> HttpResponse:
    """GET /design/employers/?q=…: the page's invented employers, as the desk's field finds real ones."""
    words = clean(request.GET.get("q", ""))[:100]
    code = uscc.normalise(words)
    found = [f for f in states.FIRMS if words and (f[0].startswith(words) or f[1] == code)]
    return JsonResponse({"items": [{"name": f[0], "uscc": f[1], "region": f[2]} for f in found], "after": None})
