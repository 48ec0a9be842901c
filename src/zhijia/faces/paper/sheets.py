"""A paper as PDF: compiled by typst from our own sheet; and its drawings as PNG, for the DOCX."""

import json
from datetime import datetime
from pathlib import Path

import typst
from django.contrib.staticfiles import finders

from zhijia.kernel.documents.fonts import faces
from zhijia.kernel.documents.paper import NO_PACKAGES, compile_sheet

from .blocks import Paper

FOLDER = Path(__file__).parent / "typst"
MARK = "web/mark.svg"
SHARP = 220
"""Pixels per inch of a drawing in the DOCX."""
_ALONE = b"""#let it = json(bytes(sys.inputs.letter))
#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(it.svg), format: "svg")"""


def pdf(paper: Paper, *, at: datetime) -> bytes:
    """The PDF (A-2b): the same paper, fonts and moment give the same bytes. Raises Misconfigured without a Chinese
    font."""
    given = paper.given() | {"fonts": faces().families, "logo": mark()}
    return compile_sheet(given, at=at, source=(FOLDER / "paper.typ").read_bytes())


def png(svg: str) -> bytes:
    """The same drawing as pixels, by the same renderer and fonts."""
    compiler = typst.Compiler(
        _ALONE, root=str(FOLDER), font_paths=faces().fonts, package_path=NO_PACKAGES, package_cache_path=NO_PACKAGES,
        sys_inputs={"letter": json.dumps({"svg": svg}, ensure_ascii=False)},
    )  # fmt: skip
    made = compiler.compile(format="png", ppi=SHARP)
    assert isinstance(made, bytes)
    return made


def mark() -> str:
    """The mark of Zhijia as SVG."""
    found = finders.find(MARK)
    assert isinstance(found, str), MARK
    return Path(found).read_text(encoding="utf-8")
