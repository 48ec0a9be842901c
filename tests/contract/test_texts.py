"""Every word that a declaration or the engine shows to people has a Chinese translation."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import polib
import pytest
from babel.messages.extract import extract_from_file
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

import zhijia
from zhijia.kernel.service import registry

PACKAGE = Path(zhijia.__file__).parent
FOLDERS = ["kernel/service", "kernel/cases", "kernel/deadlines", "kernel/documents", "kernel/ledger", "kernel/notify"]
FOLDERS += [
    "kernel/audit",
    "kernel/base",
    "kernel/files",
    "kernel/sheets",
    "kernel/retention",
    "faces/paper",
    *(f"modules/{name}" for name in settings.MODULES),
]
KEYWORDS = {
    "gettext": None, "gettext_lazy": None, "_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}  # fmt: skip
CATALOGUES = sorted(PACKAGE.rglob("locale/zh_Hans/LC_MESSAGES/django.po"))
NAMED = re.compile(r"{% block (?:title|name) %}(?:(?!{% endblock).)*[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
"""The title of a page with a Chinese letter or mark in it, which an English page would show too."""


def texts(value: Any, path: str) -> Iterator[tuple[str, Promise]]:
    """Every lazy text inside a declaration, with where it stands."""
    if isinstance(value, Promise):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from texts(inner, f"{path}[{key}]")
    elif isinstance(value, tuple | list | set | frozenset):
        for number, inner in enumerate(value):
            yield from texts(inner, f"{path}[{getattr(inner, 'key', getattr(inner, 'name', number))}]")
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from texts(getattr(value, field.name), f"{path}.{field.name}")


@pytest.mark.parametrize("key", [service.key for service in registry.services()])
def test_every_text_of_a_declaration_is_chinese_in_chinese(key: str) -> None:
    found = dict(texts(registry.service(key), key))
    with translation.override("zh-hans"):
        missing = {
            path for path, text in found.items() if not any("\u4e00" <= letter <= "\u9fff" for letter in str(text))
        }
    assert (missing, len(found) > 20) == (set(), True)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_msgid_of_a_folder_has_its_own_translation(folder: str) -> None:
    catalogue = polib.pofile(str(PACKAGE / folder / "locale/zh_Hans/LC_MESSAGES/django.po"))
    known = {(entry.msgctxt, entry.msgid) for entry in catalogue.translated_entries()}
    used = set()
    for path in (PACKAGE / folder).rglob("*.py"):
        for _line, message, _comments, context in extract_from_file("python", path, keywords=KEYWORDS):
            used.add((context, message if isinstance(message, str) else message[0]))
    assert used - known == set()
    assert [entry.msgid for entry in catalogue if entry.fuzzy] == []


def test_words_are_translated_alike_in_every_catalogue() -> None:
    """Django makes one catalogue of all: of two translations, one is never seen. What means two things has contexts."""
    said = defaultdict[tuple[str | None, str], dict[str, str]](dict)
    for path in CATALOGUES:
        app = path.relative_to(PACKAGE).parents[3].as_posix()
        own = list[tuple[str | None, str]]()
        for entry in polib.pofile(str(path)):
            own.append((entry.msgctxt, entry.msgid))
            said[own[-1]].setdefault(entry.msgstr_plural[0] if entry.msgid_plural else entry.msgstr, app)
        assert [key for key in set(own) if own.count(key) > 1] == [], app
    assert {key: words for key, words in said.items() if len(words) > 1} == {}
    assert len(said) > 3000


def test_titles_of_pages_are_joined_as_the_language_joins() -> None:
    pages = list(PACKAGE.rglob("templates/**/*.html"))
    assert [path.name for path in pages if NAMED.search(path.read_text("utf-8"))] == []
    assert len(pages) > 150


def test_placeholders_survive_translation() -> None:
    for folder in FOLDERS:
        for entry in polib.pofile(str(PACKAGE / folder / "locale/zh_Hans/LC_MESSAGES/django.po")):
            holes = re.compile(r"%\(\w+\)|\{\w+\}")
            assert set(holes.findall(entry.msgstr or entry.msgid)) == set(holes.findall(entry.msgid)), entry.msgid
