"""What every page shares: who is asking, the database scope they are seen in, and errors as people read them."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, overload
from uuid import uuid4

from django.contrib.auth.views import redirect_to_login
from django.db import DataError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from zhijia.faces.access import as_staff, as_worker, seen_by
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import ZhijiaError
from zhijia.kernel.people.actors import Actor, Permission
from zhijia.kernel.people.models import Account

log = logging.getLogger(__name__)
P = ParamSpec("P")
M = TypeVar("M", bound=Model)
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
ActorView = Callable[Concatenate[HttpRequest, Actor, datetime, P], HttpResponseBase]
OpenView = Callable[Concatenate[HttpRequest, Actor | None, datetime, P], HttpResponseBase]


def worker_page(view: ActorView[P]) -> View[P]:
    """A page of the signed-in worker, run in the database scope of their own cases."""
    return _page(view, lambda account, _now: as_worker(account))


@overload
def desk_page(view: ActorView[P], /) -> View[P]: ...
@overload
def desk_page(*needs: Permission) -> Callable[[ActorView[P]], View[P]]: ...
def desk_page(*given: Any) -> Any:
    """A page of staff. Plain, it is run in the database scope of what they may read; `@desk_page(Permission.AUDIT)`
    asks for that permission (or one of several) and runs it in the scope of the first that they hold."""
    if given and not isinstance(given[0], Permission):
        return _page(given[0], lambda account, now: as_staff(account, now=now))
    return lambda view: _page(view, lambda account, now: as_staff(account, now=now), needs=given)


def open_page(view: OpenView[P]) -> View[P]:
    """A page for everybody: as `worker_page` for who is signed in, without an actor (and unscoped) for a passer-by."""

    @wraps(view)
    def run(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, Account):
            return view(request, None, clock.now(), *args, **kwargs)
        return worker_page(view)(request, *args, **kwargs)

    return run


def _page(
    view: ActorView[P], hat: Callable[[Account, datetime], Actor], *, needs: tuple[Permission, ...] = ()
) -> View[P]:
    @wraps(view)
    def run(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, Account):
            return redirect_to_login(request.get_full_path())
        now = clock.now()
        actor = hat(request.user, now)
        request.actor = actor  # type: ignore[attr-defined]
        if needs:
            actor.require(*needs)
        bound_to = next((need for need in needs if actor.may(need)), Permission.READ)
        with seen_by(actor, bound_to):
            response = view(request, actor, now, *args, **kwargs)
        patch_cache_control(response, private=True, no_cache=True)
        return response

    run.needs = needs  # type: ignore[attr-defined]
    return run


def before(rows: QuerySet[M], request: HttpRequest) -> QuerySet[M]:
    """One keyset page: `rows` newest first, those older than the id in `?before=`; a senseless id changes nothing."""
    last = request.GET.get("before", "")
    if last.isascii() and last.isdigit() and len(last) <= 18:
        rows = rows.filter(pk__lt=int(last))
    return rows.order_by("-pk")


def back(request: HttpRequest, default: str) -> HttpResponse:
    """Redirect to the page named in `next` when it is ours, else to `default`."""
    target = request.POST.get("next") or request.GET.get("next") or default
    hosts = {request.get_host()}
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=hosts, require_https=request.is_secure()):
        target = default
    return HttpResponseRedirect(target)


class ErrorPages:
    """Middleware: typed errors become pages in the user's language; anything else a page with a reference number."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Called by Django with what a view raised. The API answers its own errors."""
        if request.path.startswith("/api/"):
            return None
        if isinstance(error, DataError) and "NUL" in str(error):
            reason = _("This holds a character that cannot be stored. Delete it and send again.")
            return _error_page(request, 422, {"reason": reason})
        if isinstance(error, ZhijiaError):
            return _error_page(request, error.status, {"error": error, "reason": error.reason})
        return None


def _error_page(request: HttpRequest, status: int, context: dict[str, Any]) -> HttpResponse:
    template = "web/error.html"
    return render(request, template, {"status": status, **context}, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Django's handler404."""
    return _error_page(request, 404, {})


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: the reference stands in the log beside the traceback."""
    reference = uuid4().hex[:4].upper()
    log.error("reference %s: %s", reference, request.path)
    return _error_page(request, 500, {"reference": reference})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Django's handler400: what cannot be read at all, above all a body that is too large."""
    return _error_page(request, 400, {"reason": _("This was too much to take at once. Send long texts as a file.")})


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Django's CSRF_FAILURE_VIEW: mostly a page that was open while somebody signed in elsewhere."""
    words = _(
        "This page was open too long. Go back, load it again and send it once more; your words are kept on this phone."
    )
    return _error_page(request, 403, {"heading": _("Please send it once more."), "reason": words})
