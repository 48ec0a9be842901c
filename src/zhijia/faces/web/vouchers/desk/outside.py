"""Acts that no role of a request may do by itself: they look for a stranger by phone, or undo what an outlet is owed.

The module asks for the actor's right and writes the trail; the face only knows who it is.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from zhijia.faces.access import as_staff
from zhijia.kernel.base import clock
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Account

P = ParamSpec("P")


def outside_scope(
    view: Callable[Concatenate[HttpRequest, Actor, datetime, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Run the view for a signed-in officer, outside any database scope. Pages are rendered inside one: call a
    `voucher_desk` view for that."""

    @wraps(view)
    def run(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, Account):
            return redirect_to_login(request.get_full_path())
        now = clock.now()
        return view(request, as_staff(request.user, now=now), now, *args, **kwargs)

    return run
