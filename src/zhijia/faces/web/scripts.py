"""The scripts that must stand at an address of their own: a service worker reaches only what lies below its own."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@cache
def _text(source: str) -> bytes:
    return Path(finders.find(source) or "").read_bytes()


def service_worker(source: str) -> Callable[[HttpRequest], HttpResponse]:
    """The view that serves one static file as a service worker, asked for anew at each visit."""

    @require_safe
    def served(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse(_text(source), content_type="text/javascript; charset=utf-8")
        response["Cache-Control"] = "no-cache"
        return response

    return served
