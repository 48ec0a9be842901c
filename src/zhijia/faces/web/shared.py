"""How a matter stands that was handed to or taken from another department: for whoever has the code of the letter."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from zhijia.faces.address import client_address
from zhijia.kernel.base import clock
from zhijia.kernel.base.limits import Limit
from zhijia.modules.joint.shared import shared

READ = Limit("joint.shared", most=60, seconds=600)
"""Pages from one place: a department looks at some matters, nobody tries codes."""


@never_cache
@require_safe
def status(request: HttpRequest, code: str) -> HttpResponse:
    """GET /shared/<code>/: the state and the dates of one transfer, read-only, without an account."""
    now = clock.now()
    READ.hit(client_address(request), now=now)
    return render(request, "web/shared.html", {"found": shared(code, now=now), "now": now})
