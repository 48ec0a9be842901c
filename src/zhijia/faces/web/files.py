"""Photos and papers on a case: what may come in, where it is kept, and how it goes out without harm."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from django.core.files import File
from django.core.files.storage import default_storage
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound
from zhijia.kernel.base.text import clean
from zhijia.kernel.cases.models import Attachment, Case
from zhijia.kernel.people.actors import Actor

LARGEST = 20 * 1024 * 1024
"""Bytes of one file."""
MOST = 9
"""Files on one case."""
MAGIC = {
    b"\xff\xd8\xff": ("image/jpeg", ".jpg"),
    b"\x89PNG\r\n\x1a\n": ("image/png", ".png"),
    b"%PDF-": ("application/pdf", ".pdf"),
}
"""First bytes of what is taken: the content decides, never the name."""


@dataclass(frozen=True)
class Checked:
    """One file that may be kept."""

    file: File  # type: ignore[type-arg]
    name: str
    kind: str
    size: int
    sha256: str

    @property
    def place(self) -> str:
        """Where its content is kept: the same content once, whoever sent it."""
        return f"{self.sha256[:2]}/{self.sha256}"


def check(files: Sequence[File], *, kept: int = 0) -> list[Checked]:  # type: ignore[type-arg]
    """The files, each a JPG, PNG or PDF of at most 20 MB and together with the `kept` ones at most nine.

    Raises Invalid for the field "files", naming the file.
    """
    if len(files) + kept > MOST:
        raise _refused("too_many", _("At most %(most)s files fit on one matter.") % {"most": MOST})
    return [_check(file) for file in files]


def attach(*, case: Case, files: Iterable[Checked], actor: Actor, now: datetime) -> list[Attachment]:
    """Keep the files on the case; the same file twice is kept once. Content goes first, so no row lacks its content."""
    rows = []
    for checked in files:
        if not default_storage.exists(checked.place):
            checked.file.seek(0)
            default_storage.save(checked.place, checked.file)
        same = {"name": checked.name, "kind": checked.kind, "size": checked.size, "sha256": checked.sha256}
        rows.append(Attachment(case=case, added_at=now, added_by_id=actor.account_id, **same))
    return Attachment.objects.bulk_create(rows, ignore_conflicts=True)


def send(attachment: Attachment) -> FileResponse:
    """The content as a download that no browser runs or guesses at. Raises NotFound when the content is gone."""
    try:
        content = default_storage.open(f"{attachment.sha256[:2]}/{attachment.sha256}")
    except FileNotFoundError as error:
        raise NotFound(_("The file is no longer there.")) from error
    response = FileResponse(content, as_attachment=True, filename=attachment.name, content_type=attachment.kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _check(file: File) -> Checked:  # type: ignore[type-arg]
    name = PurePath(clean(file.name or "").replace("\\", "/")).name
    size = file.size or 0
    if size > LARGEST:
        raise _refused("too_large", _("The photo is over 20 MB. Choose a smaller one, or send without it."))
    file.seek(0)
    head = file.read(16)
    kind, ending = next((found for magic, found in MAGIC.items() if head.startswith(magic)), ("", ""))
    if not kind:
        raise _refused("kind", _("“%(name)s” is not a JPG, PNG or PDF.") % {"name": name})
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    stem = PurePath(name).stem[:150] or "file"
    return Checked(file, stem + ending, kind, size, digest.hexdigest())


def _refused(code: str, message: object) -> Invalid:
    return Invalid(FieldProblem("files", code, message))  # type: ignore[arg-type]
