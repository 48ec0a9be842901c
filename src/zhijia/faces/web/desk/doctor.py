"""The self-check page: 等保 level 3, control by control, for administrators and auditors."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from zhijia.faces.doctor.findings import State
from zhijia.faces.doctor.report import report, tally
from zhijia.faces.web.pages import desk_page
from zhijia.kernel.people.actors import Actor, Permission
from zhijia.kernel.service.prepared import as_platform

from .nav import desk_page_of


@require_safe
@desk_page(Permission.SETTINGS, Permission.SECURITY, Permission.AUDIT)
def doctor(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/doctor/: every control with its evidence, what to mend, and what lies outside the software."""
    with as_platform():  # counts and settings of the whole installation; nobody's data
        findings = report(now)
    groups = [
        (state, [f for f in findings if f.state == state])
        for state in (State.FAILS, State.WEAK, State.HOLDS, State.OUTSIDE)
    ]
    context = {"groups": [(state, rows) for state, rows in groups if rows], "tally": tally(findings)}
    return desk_page_of(request, actor, now, "web/desk/doctor.html", context, current="doctor")
