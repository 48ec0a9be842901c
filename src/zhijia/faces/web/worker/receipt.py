"""A receipt as a picture: whoever has it opens the matter on another phone, or shows it at a union station."""

import segno
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe


def picture(request: HttpRequest, no: str) -> SafeString:
    """The address of the matter as a QR code: SVG without style attributes, dark on white in every theme. It holds the
    number and nothing else; who opens it must still sign in as the one who filed it."""
    address = request.build_absolute_uri(reverse("matter", args=[no]))
    code = segno.make_qr(address, error="m")
    drawn = code.svg_inline(border=3, dark="#000", light="#fff", svgclass="receipt-qr", lineclass=None, omitsize=True)
    return mark_safe(drawn)  # noqa: S308 # nosec B308 - drawn by us from our own address
