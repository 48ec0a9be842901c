"""Pages go over the air compressed: a slow phone waits for bytes. Files are not: they are compressed or sealed already,
and are read in ranges."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

WORDS = frozenset({"text/html", "text/javascript", "application/manifest+json"})
"""What is worth it. The API's answers are small and read by machines."""


class Compress(GZipMiddleware):
    """Middleware: Django's, for pages only. It adds a random length against guessing by length (BREACH), and a form's
    token is masked anew on every page, so two of them never compress alike."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Called by Django with the answer."""
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if response.streaming or kind not in WORDS:
            return response
        return super().process_response(request, response)  # type: ignore[arg-type]
