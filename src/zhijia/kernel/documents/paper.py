"""A letter as PDF (A4, GB/T 9704-2012, PDF/A-2b): compiled by typst from our own sheet, kept by its hash once issued.

Compiling takes tens of milliseconds of CPU, so it happens outside the transaction: `read` a letter in the scope of its
reader, compile after. The compiler reads no file but the sheet: it is rooted in a folder that holds nothing else.
"""

import hashlib
import json
import logging
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import typst
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from zhijia.kernel.base.errors import Misconfigured, NotFound
from zhijia.kernel.files import store
from zhijia.kernel.people.vault import Unreadable

from .content import PENDING
from .fonts import faces
from .models import Letter, LetterState
from .titles import title_lines

log = logging.getLogger(__name__)
KEPT = "letters"
"""The folder of the storage in which issued letters lie."""
FOLDER = Path(__file__).parent / "typst"
SHEET = FOLDER / "letter.typ"
NO_PACKAGES = str(FOLDER / "none")
"""A folder that does not exist: nothing can be imported from it."""
SHORT = 112
"""Characters, four lines: a last paragraph up to this length goes with the signature, which never stands alone."""
STANDARD: Final = "a-2b"
MOST_RARE = 200
"""Different characters that no font has, in one letter. More means that there is no Chinese font at all."""
ALONE = b"""#let it = json(bytes(sys.inputs.letter))
#set text(font: it.fonts)
#for one in it.words { par(one) }"""
_UNSHOWN = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
_rare: set[str] = set()
"""Characters that no font of this process has, found by trying."""


@dataclass(frozen=True)
class Paper:
    """A letter with the lines of its table that its reader may see: all that page, PDF and DOCX need."""

    letter: Letter
    lines: list[list[str]]

    @property
    def whole(self) -> bool:
        """Whether the reader sees every line; else it is an extract."""
        table = self.letter.content["table"]
        return len(self.lines) == (table["lines"] if table else 0)

    @property
    def mark(self) -> str:
        """What is written across it; "" for the letter as it was issued."""
        if self.letter.state == LetterState.WITHDRAWN:
            return "已撤回"
        if self.letter.issued_at is None:
            return "草稿"
        return "" if self.whole else "节录"


def read(letter: Letter) -> Paper:
    """The letter with its lines, as the present database scope shows them. One query for a letter with a table."""
    if not letter.content["table"]:
        return Paper(letter, [])
    return Paper(letter, [line.cells for line in letter.lines.order_by("place")])


def pdf(paper: Paper) -> bytes:
    """The PDF. An issued letter's is compiled once, kept, and checked against its hash whenever it is read."""
    letter = paper.letter
    if paper.mark:
        return compiled(paper)
    if letter.sha256 and (kept := _kept(letter.pk, letter.sha256)):
        return kept
    made = compiled(paper)
    sha256 = hashlib.sha256(made).hexdigest()
    if letter.sha256 and sha256 != letter.sha256:
        log.warning("letter %s: its PDF is gone, and other fonts or another compiler now make other bytes", letter.pk)
        return made
    _keep(letter.pk, made)
    if not letter.sha256:
        Letter.objects.filter(pk=letter.pk, sha256="").update(sha256=sha256)
        letter.sha256 = sha256
    return made


def seal(letter_id: int) -> None:
    """Make and keep the PDF of a letter that was just issued. Called after the commit, outside any scope."""
    letter = Letter.objects.select_related("org").filter(pk=letter_id, issued_at__isnull=False, sha256="").first()
    if letter is not None:
        pdf(read(letter))


def seal_waiting(*, batch: int = 50) -> int:
    """Make the PDFs of issued letters that have none, because a process died between commit and seal; how many."""
    unsealed = Letter.objects.filter(issued_at__isnull=False, sha256="").order_by("id")
    waiting = list(unsealed.values_list("pk", flat=True)[:batch])
    for letter_id in waiting:
        seal(letter_id)
    return len(waiting)


def compiled(paper: Paper) -> bytes:
    """The PDF of this moment. The same letter and fonts give the same bytes."""
    letter = paper.letter
    return compile_sheet(sheet(paper), at=letter.issued_at or letter.drafted_at)


def sheet(paper: Paper) -> dict[str, Any]:
    """The one value that the sheet is given."""
    content: dict[str, Any] = paper.letter.content
    table = content["table"]
    blocks = [{"last": False} | block for block in content["blocks"]]
    if blocks and len(blocks[-1].get("words", "")) <= SHORT:
        blocks[-1]["last"] = True
    return content | {
        "title-lines": title_lines(content["title"]), "number": content["number"] or PENDING, "mark": paper.mark,
        "blocks": blocks, "table": table | {"rows": paper.lines} if table else None,
        "annex": bool(table and table["annex"]), "fonts": faces().families,
    }  # fmt: skip


def compile_sheet(given: dict[str, Any], *, at: datetime, source: bytes = b"") -> bytes:
    """Compile our sheet, or another of ours, with this value. A character that no font has is printed as its code: it
    never vanishes.

    Raises Misconfigured when there is no font for Chinese at all.
    """
    while True:
        made, unshown = _compile(source or SHEET.read_bytes(), _spelled(given), at)
        if not unshown:
            return made
        new = _without_font(unshown) - _rare
        # A mark that no font can put on its letter is printed after it.
        new = new or {c for c in unshown if unicodedata.category(c)[0] in "MC"} - _rare
        if not new or len(_rare) > MOST_RARE:
            raise Misconfigured(_("No font with Chinese characters was found; install the package noto-cjk-sans-otc."))
        _rare.update(new)


def _compile(source: bytes, given: dict[str, Any], at: datetime) -> tuple[bytes, set[str]]:
    """The PDF, or the characters that kept it from being made because no font shows them."""
    compiler = typst.Compiler(
        source, root=str(FOLDER), font_paths=faces().fonts, package_path=NO_PACKAGES, package_cache_path=NO_PACKAGES,
        sys_inputs={"letter": json.dumps(given, ensure_ascii=False)},
    )  # fmt: skip
    try:
        made = compiler.compile(format="pdf", pdf_standards=STANDARD, timestamp=int(at.timestamp()))
    except typst.TypstError as error:
        texts = _UNSHOWN.findall(error.diagnostic)
        if not texts:
            raise
        return b"", set("".join(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) for text in texts))
    assert isinstance(made, bytes)
    return made, set()


def _without_font(characters: set[str]) -> set[str]:
    """Which of these no font has, each tried alone: a cluster that fails names its innocent letters too."""
    alone = {"fonts": faces().families["body"], "words": sorted(characters)}
    return _compile(ALONE, alone, datetime.fromtimestamp(0, UTC))[1]


def _spelled(value: Any) -> Any:
    """The value with every character that no font has written as 〔U+2A6D7〕."""
    if isinstance(value, str):
        return value if value.isascii() else "".join(_spelled_one(c) for c in value)
    if isinstance(value, dict):
        return {name: _spelled(inner) for name, inner in value.items()}
    if isinstance(value, Sequence):
        return [_spelled(inner) for inner in value]
    return value


def _spelled_one(character: str) -> str:
    """A character, or its code: in the private area every font draws something else, so none of them is right."""
    rare = character in _rare or unicodedata.category(character) == "Co"
    return f"〔U+{ord(character):04X}〕" if rare else character


def places(letter_id: int, sha256: str) -> tuple[str, str]:
    """Where a letter's PDF lies, sealed, and where an older installation kept it, plain."""
    return f"{KEPT}/{letter_id}", f"{KEPT}/{sha256[:2]}/{sha256}.pdf"


def seal_old() -> Iterator[tuple[str, bool]]:
    """Seal the plain PDFs of an older installation one after the other: yields each hash and whether it was sealed.
    Called outside every scope; may be broken off and begun again."""
    for pk, sha256 in Letter.objects.exclude(sha256="").order_by("id").values_list("id", "sha256").iterator():
        plain = places(pk, sha256)[1]
        if not default_storage.exists(plain):
            continue
        if kept := _kept(pk, sha256):
            _keep(pk, kept)
            default_storage.delete(plain)
        yield sha256, bool(kept)


def _keep(letter_id: int, made: bytes) -> None:
    """Seal a PDF in the place of what stood there and was not these bytes."""
    sealed, _plain = places(letter_id, "")
    default_storage.delete(sealed)
    store.put([made], sealed)


def _kept(letter_id: int, sha256: str) -> bytes:
    """The kept PDF if it is there and unchanged, else nothing."""
    sealed, plain = places(letter_id, sha256)
    kept = b""
    try:
        with closing(store.get(sealed)) as reader:
            kept = b"".join(reader.blocks())
    except (NotFound, Unreadable):
        with suppress(FileNotFoundError, NotADirectoryError), default_storage.open(plain) as file:
            kept = file.read()
    return kept if hashlib.sha256(kept).hexdigest() == sha256 else b""
