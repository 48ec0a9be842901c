"""Files of cases on their way out. The case's own page is the gate: it checks who asks and writes down that they did,
then sends them on to a short-lived address under which nothing but this one file is served, as harmless as a file can
be; on another host if ZHIJIA_FILES_HOST names one."""

import re
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from zhijia.kernel.base.errors import NotFound
from zhijia.kernel.cases import attachments
from zhijia.kernel.cases.attachments import attach, check
from zhijia.kernel.cases.models import Attachment
from zhijia.kernel.files.check import Checked
from zhijia.kernel.people.actors import Actor

__all__ = ["Checked", "attach", "check", "content", "gate"]
FRESH = timedelta(minutes=2)
"""How long an address is good."""
SALT = "zhijia.files"
SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex",
}
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def gate(request: HttpRequest, attachment: Attachment, *, actor: Actor, now: datetime) -> HttpResponse:
    """Write down who reads the file, and send them to where it is served. The caller has checked that they may."""
    attachments.record_read(attachment, actor=actor, now=now)
    token = signing.dumps([attachment.pk, actor.account_id or 0], salt=SALT)
    place = reverse("file_content", args=[token])
    host = f"{request.scheme}://{settings.FILES_HOST}" if settings.FILES_HOST else ""
    response = HttpResponseRedirect(host + place)
    response["Cache-Control"], response["Referrer-Policy"] = "no-store", "no-referrer"
    return response


@require_safe
def content(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET /files/<token>: the file, whole or the piece that Range names. The address is good for whom it was made, for
    two minutes; on another host, where nobody is signed in, for whoever holds it."""
    try:
        pk, account_id = signing.loads(token, salt=SALT, max_age=FRESH)
    except (signing.BadSignature, ValueError) as error:
        raise NotFound(
            _("This address is no longer good. Open the file from its matter once more."), code="stale"
        ) from error
    if not settings.FILES_HOST and request.user.pk != account_id:
        raise NotFound(code="no_such_file")
    try:
        attachment, known, found = attachments.opened(pk)
    except NotFound as error:
        raise NotFound(_("The file is no longer there."), code="file_gone") from error
    start, stop, status = _asked(request.headers.get("Range", ""), found.size)
    blocks = found.blocks(start, stop) if stop > start else iter(())
    response = StreamingHttpResponse(blocks, status=status, content_type=attachment.kind)
    response._resource_closers.append(found.close)  # type: ignore[attr-defined]  # also when nobody reads it
    shown = known is not None and known.remade and attachment.kind.startswith("image/")
    response["Content-Disposition"] = content_disposition_header(not shown, attachment.name) or "attachment"
    response["Content-Length"] = stop - start
    response["Accept-Ranges"] = "bytes"
    if status != 200:
        response["Content-Range"] = (
            f"bytes {start}-{stop - 1}/{found.size}" if stop > start else f"bytes */{found.size}"
        )
    for name, value in SAFE_HEADERS.items():
        response[name] = value
    return response


def _asked(header: str, size: int) -> tuple[int, int, int]:
    """First byte, byte after the last, and the status. One range is served; several, or nonsense, are the whole."""
    asked = _RANGE.fullmatch(header.strip())
    if asked is None or asked.groups() == ("", ""):
        return 0, size, 200
    first, last = asked.groups()
    start = int(first) if first else max(0, size - int(last))
    stop = min(int(last) + 1, size) if first and last else size
    return (start, stop, 206) if start < stop else (0, 0, 416)
