"""The one script that must stand at an address of its own: a service worker reaches only what lies below it."""

from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

SOURCE = "web/vouchers/sw.js"


@cache
def _text() -> bytes:
    return Path(finders.find(SOURCE) or "").read_bytes()


@require_safe
def service_worker(_request: HttpRequest) -> HttpResponse:
    """GET /vouchers/sw.js and /outlet/sw.js: what shows one page again when there is no network."""
    response = HttpResponse(_text(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
