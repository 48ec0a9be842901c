"""What every answer tells the browser beside Django's own security headers: which powers pages do without, who may
embed what we serve, that https is for good, and that an answer about somebody is not kept."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PERMISSIONS = ", ".join(
    [
        "camera=(self)", "publickey-credentials-get=(self)",  # a terminal reads codes; passkeys
        *(f"{power}=()" for power in (
            "accelerometer", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone", "midi",
            "payment", "usb",
        )),
    ]
)  # fmt: skip
YEAR = 365 * 24 * 3600
ISOLATED = {"Permissions-Policy": PERMISSIONS, "Cross-Origin-Resource-Policy": "same-origin"}


class Headers:
    """Middleware, the first of all: it also sees what is static and what the others refuse."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in ISOLATED.items():
            response.headers.setdefault(name, value)
        if settings.SESSION_COOKIE_SECURE:  # https ends at the proxy, so Django cannot see it
            response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
        if "Cache-Control" not in response.headers:
            kept = response.status_code < 400 and not request.path.startswith("/api/")
            response["Cache-Control"] = "private, no-cache" if kept else "no-store"
        return response
