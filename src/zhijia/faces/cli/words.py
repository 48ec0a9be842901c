"""The words of the command line in the operator's language, before Django is there to translate them.

The translations stand in locale/zh_Hans/LC_MESSAGES/django.po like everybody's; ZHIJIA_LANG, else the shell's locale,
chooses.
"""

import os
from functools import cache
from pathlib import Path

PO = Path(__file__).parent / "locale/zh_Hans/LC_MESSAGES/django.po"


def language() -> str:
    """`zh-hans` or `en`."""
    named = (os.environ.get(name, "") for name in ("ZHIJIA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh-hans" if next((n for n in named if n), "").lower().startswith("zh") else "en"


def _(msgid: str) -> str:
    """`msgid` in the operator's language; fill its {places} with str.format afterwards."""
    return _chinese().get(msgid, msgid) if language() == "zh-hans" else msgid


@cache
def _chinese() -> dict[str, str]:
    import polib  # only a Chinese shell pays for it

    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(PO)) if entry.translated()}
