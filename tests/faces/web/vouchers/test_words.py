"""Every word of these pages is Chinese in Chinese."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_file
from django.utils import translation

import zhijia

WEB = Path(zhijia.__file__).parent / "faces" / "web"
KEYWORDS = {"gettext": None, "gettext_lazy": None, "_": None, "ngettext": (1, 2)}
PLAIN = re.compile(r"""\{% translate (["'])(.*?)\1(?: context (["'])(.*?)\3)?""")
BLOCK = re.compile(r"\{% blocktranslate.*?%\}(.*?)\{% endblocktranslate %\}", re.DOTALL)
FILLED = {", ", ": ", "; ", "%(a)s – %(b)s", "%(at)s, %(outlet)s", "%(day)s, %(a)s–%(b)s", "%(fen)s each"}
"""Only punctuation and what is filled in."""


def used() -> Iterator[tuple[str, str, str]]:
    """(context, msgid, plural or "") of every text."""
    for path in (WEB / "vouchers").rglob("*.py"):
        for _line, message, _comments, _context in extract_from_file("python", path, keywords=KEYWORDS):
            yield ("", *message) if isinstance(message, tuple) else ("", message, "")
    for path in (WEB / "templates" / "web" / "vouchers").rglob("*.html"):
        text = path.read_text("utf-8")
        for _quote, msgid, _quote2, context in PLAIN.findall(text):
            yield context, msgid, ""
        for body in BLOCK.findall(text):
            one, _plural, many = re.sub(r"\{\{ ?(\w+) ?\}\}", r"%(\1)s", body).partition("{% plural %}")
            yield "", one, many


def chinese(context: str, msgid: str, plural: str) -> str:
    if plural:
        return translation.ngettext(msgid, plural, 2)
    return translation.pgettext(context, msgid) if context else translation.gettext(msgid)


def test_every_word_is_chinese_and_keeps_its_places() -> None:
    found = set(used())
    with translation.override("zh-hans"):
        said = {key: chinese(*key) for key in found}
    missing = {key for key, words in said.items() if not re.search(r"[一-鿿]", words) and key[1] not in FILLED}
    holes = re.compile(r"%\(\w+\)s|\{\w\}")
    torn = {key for key, words in said.items() if set(holes.findall(words)) != set(holes.findall(key[1]))}
    assert (missing, torn, len(found) > 300) == (set(), set(), True)
    assert [key for key, words in said.items() if "！" in words] == []
