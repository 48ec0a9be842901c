"""How a Chinese name is spelt, for search by sound on a keyboard without Chinese input."""

from pypinyin import Style, lazy_pinyin


def spell(name: str) -> str:
    """The whole name in pinyin, lower case, in one word: 重庆 -> chongqing. Other scripts stay as they are."""
    return "".join(lazy_pinyin(name)).lower()


def initials(name: str) -> str:
    """The first letter of every syllable, lower case: 重庆 -> cq. Other scripts stay as they are."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()
