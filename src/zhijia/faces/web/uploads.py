"""Bodies that are too large are refused before they are read; files on their way in lie on disk without a name.

What is counted here is what the request says of itself: a body that says less is cut off by the web server, one that
says nothing (chunked) is not taken at all. So nothing is ever read that was not allowed for.
"""

from collections.abc import Callable
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files import File
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import http_date
from django.utils.translation import gettext as _

from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Text
from zhijia.kernel.cases.attachments import MOST
from zhijia.kernel.files import quota, scratch
from zhijia.kernel.files.check import LARGEST, MB
from zhijia.kernel.people.models import Account
from zhijia.kernel.sheets import jobs

WORDS = 2 * MB
"""Bytes that a form may have beside its files."""
PASSER_BY = 60 * MB
"""Bytes of one request of somebody who is not signed in."""
COUNTED = 256 * 1024
"""A body from this length on counts into the day's bytes of its account."""
SHEETS = "/desk/sheets/"


class Limits:
    """Middleware: refuses what is too large (413), says no length (411) or is more than a day's worth (429), and on the
    host for files everything but files."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.FILES_HOST and (request.get_host() == settings.FILES_HOST) != request.path.startswith("/files/"):
            return HttpResponse(status=404)
        return _refusal(request) or self.get_response(request)


class Sent(File):  # type: ignore[type-arg]
    """A file that came in: on disk, without a name there; of one that was too large only that is known."""

    on_disk = True

    def __init__(self, file: BinaryIO, name: str, size: int, *, too_large: bool) -> None:
        super().__init__(file, name=name)
        self.size, self.too_large = size, too_large  # type: ignore[misc]


class OnDisk(FileUploadHandler):
    """Takes each file of a form into a nameless one, and stops writing when it grows too large."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Django's hook: a file begins."""
        super().new_file(*args, **kwargs)
        self._file: BinaryIO = scratch.nameless()
        self._size, self._most = 0, largest(self.request.path if self.request else "")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002
        """Django's hook: a piece of it."""
        self._size += len(raw_data)
        if self._size <= self._most:
            self._file.write(raw_data)
        else:
            self._file.truncate(0)

    def file_complete(self, file_size: int) -> Sent:
        """Django's hook: it is all here."""
        self._file.seek(0)
        return Sent(self._file, self.file_name or "", file_size, too_large=self._size > self._most)

    def upload_interrupted(self) -> None:
        """Django's hook: the line broke."""
        if hasattr(self, "_file"):
            self._file.close()


def largest(path: str) -> int:
    """Bytes of one file that is sent to this address."""
    return jobs.LARGEST if path.startswith(SHEETS) else LARGEST


def _refusal(request: HttpRequest) -> HttpResponse | None:
    """The answer to a body that is not to be read; None for all others."""
    if request.headers.get("Transfer-Encoding"):
        return _answer(request, 411, "no_length", _("Say how long it is (Content-Length), then send it again."))
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    if size <= COUNTED:
        return None
    account = request.user if isinstance(request.user, Account) else None
    most = largest(request.path) + WORDS if request.path.startswith(SHEETS) else MOST * LARGEST + WORDS
    most = most if account else PASSER_BY
    if size > most:
        reason = _(
            "What you sent is over %(most)s MB in all, so none of it was taken. Go back: your words are kept on this "
            "phone. Send fewer or smaller files."
        )
        return _answer(request, 413, "too_large", reason % {"most": most // MB})
    if account and request.content_type == "multipart/form-data":
        try:
            quota.count(account_id=account.pk, size=size, now=clock.now())
        except quota.TooMuchToday as error:
            response = _answer(request, error.status, error.code, error.reason)
            response["Retry-After"] = http_date(error.until.timestamp())
            return response
    return None


def _answer(request: HttpRequest, status: int, code: str, reason: Text) -> HttpResponse:
    if request.path.startswith("/api/"):
        from zhijia.faces.api.errors import respond  # the API has its own shape; pages do not load it

        return respond(status, code, reason)
    context = {"status": status, "heading": _("This was not taken."), "reason": reason}
    return render(request, "web/error.html", context, status=status)
