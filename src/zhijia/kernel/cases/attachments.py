"""Files on a case: checked at the one door, kept sealed, and read on record."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid, NotFound
from zhijia.kernel.files import check as door
from zhijia.kernel.files import store
from zhijia.kernel.files.check import Checked
from zhijia.kernel.files.models import Content, Scan
from zhijia.kernel.people.actors import Actor

from .models import Attachment, Case

MOST = 9
"""Files on one case."""
READ = "case.file_read"
ONCE = timedelta(hours=1)
"""Within this time the same officer's opening the same file is one access."""
PEOPLE = 20
"""Workers of a collective case who are told that a file of it was read: those whom the case page shows."""


def check(files: Sequence[Any], *, kept: int = 0) -> list[Checked]:
    """The files that may be kept: with the `kept` ones at most nine. Raises Invalid for the field "files"."""
    if len(files) + kept > MOST:
        message = _("At most %(most)s files fit on one matter.") % {"most": MOST}
        raise Invalid(FieldProblem("files", "too_many", message))
    return door.check(files)


def attach(*, case: Case, files: Iterable[Checked], actor: Actor, now: datetime) -> list[Attachment]:
    """Keep the files on the case; the same file twice is kept once. Content goes first, so no row lacks its content."""
    rows, contents = [], []
    for checked in files:
        kept = store.keep(checked.file)
        contents.append(content_of(kept.name, checked, now))
        same = {"name": checked.name, "kind": checked.kind.mime, "size": kept.size, "sha256": kept.name}
        rows.append(Attachment(case=case, added_at=now, added_by_id=actor.account_id, **same))
    Content.objects.bulk_create(contents, ignore_conflicts=True)
    return Attachment.objects.bulk_create(rows, ignore_conflicts=True)


def content_of(name: str, checked: Checked, now: datetime) -> Content:
    """What is known of content, as it was checked."""
    found = checked.verdict
    return Content(
        name=name, kind=checked.kind.mime, size=checked.size, remade=checked.remade, kept_at=now,
        scan=Scan.CLEAN if found else Scan.NOT_SCANNED, scanner=found.scanner if found else "",
        scanned_at=now if found else None,
    )  # fmt: skip


@transaction.atomic
def record_read(attachment: Attachment, *, actor: Actor, now: datetime) -> int:
    """Write on record that an officer opened this file of a case, for each of its workers; returns for how many.

    At most once for each of them, file and officer in an hour. A worker who opens a file of their own case is not an
    access by others.
    """
    if not actor.is_staff:
        return 0
    case: Case = attachment.case
    people = list(case.parties.order_by("id").values_list("person_id", flat=True)[:PEOPLE])
    told = Entry.objects.filter(
        person_id__in=people, subject=f"case:{case.pk}", act=READ, actor_id=actor.account_id, at__gt=now - ONCE,
        data__file=attachment.pk,
    )  # fmt: skip
    new = sorted(set(people) - set(told.values_list("person_id", flat=True)))  # in one order, never crosswise
    with translation.override(settings.LANGUAGE_CODE):  # kept as text: the worker's language, not the officer's
        purpose = _("Reading a file of case %(no)s") % {"no": case.no}
    for person_id in new:
        append(
            chain=f"person:{person_id}", act=READ, subject=f"case:{case.pk}", actor=actor, now=now,
            data={"no": case.no, "file": attachment.pk}, person_id=person_id, purpose=purpose,
        )  # fmt: skip
    return len(new)


def opened(attachment_id: int) -> tuple[Attachment, Content | None, store.Content]:
    """A file, what is known of its content, and the content itself, open. Called outside every scope: whoever asks has
    been through the gate of the case. Raises NotFound, Unreadable, and Forbidden when a virus was found in it since."""
    attachment = Attachment.objects.filter(pk=attachment_id).first()
    if attachment is None:
        raise NotFound(code="no_such_file")
    known = Content.objects.filter(name=attachment.sha256).first()
    if known is not None and known.scan == Scan.INFECTED:
        raise Forbidden(_("A virus was found in this file since it was sent. It is not given out."), code="infected")
    return attachment, known, store.content(attachment.sha256)


_NEXT = """
SELECT sha256, min(kind) FROM cases_attachment
WHERE length(sha256) = 64 AND sha256 > %(after)s GROUP BY sha256 ORDER BY sha256 LIMIT 1
"""
_RENAME = """
UPDATE cases_attachment a SET sha256 = %(new)s, size = %(size)s WHERE sha256 = %(old)s
AND NOT EXISTS (SELECT 1 FROM cases_attachment b WHERE b.case_id = a.case_id AND b.sha256 = %(new)s)
"""


def seal_old(*, now: datetime) -> Iterator[tuple[str, bool]]:
    """Seal the plain files of an older installation one after the other: yields each name and whether it was sealed.

    Each is a transaction of its own and the plain file goes last, so that a run which was broken off is gone on with.
    A file that is gone or is not what its name says stays as it is. For the owner, outside every scope.
    """
    after = ""
    while found := _row(_NEXT, {"after": after}):
        after, kind = found
        yield after, _seal_one(after, kind, now)


def _seal_one(old: str, kind: str, now: datetime) -> bool:
    try:
        plain = store.content(old)
    except NotFound:
        return False
    try:
        kept = store.keep_checked(plain, sha256=old)
    finally:
        plain.close()
    if kept is None:
        return False
    with transaction.atomic():
        row = Content(name=kept.name, kind=kind, size=kept.size, remade=False, kept_at=now)
        Content.objects.bulk_create([row], ignore_conflicts=True)
        with connection.cursor() as cursor:
            cursor.execute(_RENAME, {"old": old, "new": kept.name, "size": kept.size})
    if Attachment.objects.filter(sha256=old).exists():  # the case has it under both names
        return False
    store.forget(old)
    return True


def _row(sql: str, asked: dict[str, Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        found: tuple[Any, ...] | None = cursor.execute(sql, asked).fetchone()
        return found
