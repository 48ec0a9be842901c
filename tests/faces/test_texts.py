"""Every word that a page or command shows has a Chinese translation somewhere in the catalogues."""

import io
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from babel.messages.extract import extract
from django.utils.translation.template import templatize

import zhijia

PACKAGE = Path(zhijia.__file__).parent
FOLDERS = [
    "api", "cli", "paper", "web/account", "web/admin", "web/board", "web/design", "web/desk", "web/figures", "web/oidc",
    "web/worker", "web/templatetags",
    "web/templates/cotton", "web/templates/web/account",
    "web/templates/web/admin", "web/templates/web/board", "web/templates/web/desk", "web/templates/web/worker",
    "web/templates/web/design", "web/templates/web/oidc", "web/templates/web/figures",
    "web/calculators", "web/templates/web/calculators", "mcp",
]  # fmt: skip
KEYWORDS = {"gettext": None, "gettext_lazy": None, "_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


def used(path: Path) -> Iterator[tuple[str | None, str]]:
    """(context, msgid) of every text in a module or a template."""
    source = path.read_text("utf-8")
    if path.suffix == ".html":
        lines = templatize(source, origin=str(path)).splitlines()
        source = "\n".join(line.lstrip() for line in lines)  # the indentation of a template is none of Python's
    for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
        first = message[0] if isinstance(message, tuple) else message
        if first:
            yield context, first


@pytest.fixture(scope="module")
def known() -> set[tuple[str | None, str]]:
    catalogues = PACKAGE.rglob("locale/zh_Hans/LC_MESSAGES/django.po")
    return {(e.msgctxt, e.msgid) for po in catalogues for e in polib.pofile(str(po)).translated_entries()}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_word_of_a_face_is_chinese_in_chinese(folder: str, known: set[tuple[str | None, str]]) -> None:
    paths = [path for path in (PACKAGE / "faces" / folder).rglob("*") if path.suffix in (".py", ".html")]
    assert {(path.name, *text) for path in paths for text in used(path) if text not in known} == set()
    assert len(paths) > 0
