"""What a reader chose for this device: large text, how large, dark or light. It belongs to the device, so: cookies."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from .pages import back

CHOICES = {"mode": ("elder", "plain"), "size": ("20", "25", "30"), "theme": ("dark", "light")}
YEAR = 365 * 24 * 3600
"""Seconds for which a choice is remembered."""


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """POST /mode/: remember what was chosen and go back to where the reader was. Unknown values change nothing."""
    response = back(request, "/")
    for name, values in CHOICES.items():
        value = request.POST.get(name)
        if value in values:
            response.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure())
    return response
