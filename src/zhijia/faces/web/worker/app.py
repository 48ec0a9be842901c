"""What makes the worker's pages an app: the manifest by which a phone installs it, and the page without a network."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from zhijia.faces.web.pages import open_page
from zhijia.kernel.people.actors import Actor

PAPER = "#f6f3ec"
"""The page's colour in tokens.css: what a phone shows while the app starts."""


@require_safe
def manifest(_request: HttpRequest) -> HttpResponse:
    """GET /manifest.webmanifest: name, colours and shortcuts, in the reader's language."""
    icon = {"src": static("web/mark.svg"), "type": "image/svg+xml", "sizes": "any"}
    return JsonResponse(
        {
            "id": "/", "start_url": "/", "scope": "/", "display": "standalone", "lang": get_language(),
            "name": gettext("Zhijia"), "short_name": gettext("Zhijia"),
            "description": gettext("Ask the union for help, and see where it stands."),
            "theme_color": PAPER, "background_color": PAPER, "icons": [icon | {"purpose": "any"}],
            "shortcuts": [
                {"name": gettext("Ask for help"), "url": "/ask/"},
                {"name": gettext("My matters"), "url": "/matters/"},
            ],
        },
        content_type="application/manifest+json",
    )  # fmt: skip


@require_safe
@open_page
def offline(request: HttpRequest, _actor: Actor | None, _now: datetime) -> HttpResponse:
    """GET /offline/: what an opened app shows where there is no network. The same for everybody."""
    return render(request, "web/worker/offline.html")
