"""Why a file is not taken, in words that say how to mend it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Invalid, Text

WORDS: Mapping[str, Promise] = {
    "empty": _("“%(name)s” is empty. Choose it again, or send without it."),
    "kind": _("“%(name)s” cannot be taken: send a photo (JPG, PNG, WebP), a PDF, or a .docx or .xlsx file."),
    "archive": _("“%(name)s” is an archive. Unpack it and send the files in it one by one."),
    "too_large": _("“%(name)s” is over %(most)s MB. Choose a smaller one, or send without it."),
    "broken": _("“%(name)s” is damaged or incomplete. Open it, save it anew and send that; or send a screenshot."),
    "pixels": _("“%(name)s” has too many pixels (%(found)s). Make it smaller, or send a screenshot of it."),
    "heic": _(
        "“%(name)s” is a HEIC photo, which cannot be read here. Send a screenshot of it, or choose “Most Compatible” "
        "under Settings, Camera, Formats and take it again."
    ),
    "polyglot": _("“%(name)s” hides another file in itself. Take a screenshot of what is to be seen and send that."),
    "locked": _("“%(name)s” is locked with a password. Open it, save it without a password and send that."),
    "pages": _("“%(name)s” has more than 2,000 pages. Send it in parts."),
    "old_office": _(
        "“%(name)s” is in an old format. Open it in Word, Excel or WPS, save it as .docx, .xlsx or PDF and send that."
    ),
    "macros": _("“%(name)s” holds macros. Save it as .docx, .xlsx or PDF without macros and send that."),
    "inside": _("“%(name)s” holds another file or program. Save it as PDF and send that."),
    "archive_inside": _("“%(name)s” holds another file or program. Save it as PDF and send that."),
    "outside": _("“%(name)s” fetches something from outside when it is opened. Save it as PDF and send that."),
    "entities": _("“%(name)s” is built in a way that no office program writes. Save it as PDF and send that."),
    "paths": _("“%(name)s” is built in a way that no office program writes. Save it as PDF and send that."),
    "too_many_parts": _("“%(name)s” unpacks to far more than a document needs. Save it as PDF and send that."),
    "unpacks": _("“%(name)s” unpacks to far more than a document needs. Save it as PDF and send that."),
    "infected": _("A virus was found in “%(name)s” (%(found)s). It was not kept. Have the device it is from checked."),
}  # fmt: skip
"""Code of a refusal -> what is said. The name shown is the cleaned one."""


class Refused(Invalid):
    """Files that are not taken (422): one problem of the field, worded for all of them."""

    def __init__(self, field: str, codes: list[tuple[str, Text]]) -> None:
        blank = "" if (get_language() or "").startswith("zh") else " "
        words = blank.join(str(message) for _code, message in codes)
        super().__init__(FieldProblem(field, codes[0][0], words), reason=words)
        self.codes = tuple(code for code, _message in codes)


class ScannerDown(Invalid):
    """Files must be looked through for viruses and cannot be (503)."""

    code, status = "scanner_down", 503

    def __init__(self, field: str) -> None:
        words = _("Files cannot be checked for viruses now, so none is taken. Send without them, or try again later.")
        super().__init__(FieldProblem(field, self.code, words), reason=words)


def worded(code: str, *, name: str, found: str = "", most: int = 0) -> Text:
    """The sentence of a refusal."""
    short = name if len(name) <= 40 else f"{name[:24]}…{name[-12:]}"
    return str(WORDS[code]) % {"name": short, "found": found, "most": most}
