"""A PDF as paper: what is to be read stays, what does something is taken out.

Runs in the cell. The document is taken apart and written anew, so that what hangs on nothing, lies behind its end or is
read in two ways is gone. A signed one that does nothing is left as it is: its signature is what it is worth.
"""

import shutil
import zipfile
from contextlib import suppress
from typing import Any, BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

from .kinds import Refusal

ACTS = frozenset({
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound",
    "/RichMediaExecute", "/GoTo3DView", "/Thread", "/ResetForm", "/SetOCGState", "/Hide", "/Trans",
})  # fmt: skip
"""Actions (ISO 32000-1, 12.6.4) that run, send, open or fetch something."""
KEYS = ("/JS", "/AA", "/OpenAction", "/EmbeddedFiles", "/EF", "/AF", "/XFA", "/Collection", "/RichMediaContent",
        "/RichMediaSettings", "/JavaScript", "/PieceInfo", "/Requirements", "/AdditionalActions")  # fmt: skip
"""Entries that hold or start such things, wherever they stand."""
NOTES = frozenset({"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"})
"""Annotations that carry a file or play something."""
PAGES = 2_000
_LINKS = ("http://", "https://", "mailto:", "tel:")


def wash(file: BinaryIO, target: BinaryIO) -> tuple[bool, list[str]]:
    """Write the PDF in `file` anew into `target`; returns whether it was, and what was taken out.

    Raises Refusal: broken, locked, polyglot or pages.
    """
    if zipfile.is_zipfile(file):
        raise Refusal("polyglot")
    file.seek(0)
    try:
        with pikepdf.open(file, suppress_warnings=True) as pdf:
            if not 1 <= len(pdf.pages) <= PAGES:
                raise Refusal("pages" if len(pdf.pages) else "broken")
            taken = _disarm(pdf)
            if not taken and _signed(pdf) and _ends_there(file):
                file.seek(0)
                shutil.copyfileobj(file, target)
                return False, []
            _forget_who(pdf)
            pdf.remove_unreferenced_resources()
            pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate,
                     compress_streams=True, encryption=False, linearize=False)  # fmt: skip
    except pikepdf.PasswordError as error:
        raise Refusal("locked") from error
    except (pikepdf.PdfError, RecursionError, ValueError, OverflowError, RuntimeError) as error:
        raise Refusal("broken") from error
    return True, sorted(taken)


def _disarm(pdf: pikepdf.Pdf) -> set[str]:
    """Take out of every object what does something; returns what there was."""
    taken: set[str] = set()
    for found in pdf.objects:
        _disarm_one(found, taken, 0)
    _disarm_one(pdf.trailer, taken, 0, own=(pdf.Root,))
    for page in pdf.pages:
        notes = page.obj.get("/Annots")
        if isinstance(notes, Array):
            kept = [note for note in notes if not _plays(note)]
            if len(kept) != len(notes):
                taken.add("annotation")
                page.obj["/Annots"] = Array(kept)
    return taken


def _disarm_one(found: Any, taken: set[str], depth: int, own: tuple[Object, ...] = ()) -> None:
    """One object with what stands directly in it; what it refers to has its own turn."""
    if depth > 200:
        raise Refusal("broken")
    if isinstance(found, Stream):
        _disarm_entries(found.stream_dict, taken, depth)
    elif isinstance(found, Dictionary):
        _disarm_entries(found, taken, depth)
    elif isinstance(found, Array):
        for inner in found:
            if isinstance(inner, Object) and not inner.is_indirect:
                _disarm_one(inner, taken, depth + 1)
    for one in own:
        _disarm_one(one, taken, depth + 1)


def _disarm_entries(found: Any, taken: set[str], depth: int) -> None:
    act = found.get("/S")
    if isinstance(act, Name) and (str(act) in ACTS or (str(act) == "/URI" and not _harmless_link(found))):
        taken.add(str(act)[1:])
        for key in list(found.keys()):
            del found[key]
        return
    for key in list(found.keys()):
        if key in KEYS:
            taken.add(key[1:])
            del found[key]
            continue
        inner = found.get(key)
        if isinstance(inner, Object) and not inner.is_indirect and isinstance(inner, Dictionary | Array | Stream):
            _disarm_one(inner, taken, depth + 1)


def _harmless_link(action: Any) -> bool:
    return str(action.get("/URI", "")).strip().lower().startswith(_LINKS)


def _plays(note: Any) -> bool:
    return isinstance(note, Dictionary) and str(note.get("/Subtype", "")) in NOTES


def _signed(pdf: pikepdf.Pdf) -> bool:
    """Whether a field of the form is a signature that was given."""
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, Dictionary):
        return False
    with suppress(AttributeError, TypeError):
        return bool(int(form.get("/SigFlags", 0)) & 1)
    return False


def _ends_there(file: BinaryIO) -> bool:
    """Whether nothing lies behind the end that the document names."""
    file.seek(max(0, file.seek(0, 2) - 1024))
    return file.read().rstrip(b"\0 \t\r\n").endswith(b"%%EOF")


def _forget_who(pdf: pikepdf.Pdf) -> None:
    """Who made the file, with what and from which folder is nobody's business."""
    if "/Metadata" in pdf.Root:
        del pdf.Root["/Metadata"]
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
