"""How a Chinese name is spelt, for search by sound on a keyboard without Chinese input."""

from pypinyin import Style, lazy_pinyin, load_phrases_dict, load_single_dict

_CHARACTERS = {
    "长": "chang", "都": "du", "什": "shi", "勒": "le", "尾": "wei", "蚌": "beng", "圩": "xu", "曾": "zeng",
    "朝": "chao",
}  # fmt: skip
"""How a character is read in names where no word of the library's dictionary holds it: 长治, 丰都, 乌什, 汕尾."""
_NAMES = {
    "单县": "shan xian", "大城县": "dai cheng xian", "涡阳": "guo yang", "浚县": "xun xian", "百色": "bo se",
    "筠连": "jun lian", "荥经": "ying jing", "宕昌": "tan chang", "洪洞": "hong tong", "繁峙": "fan shi",
    "召陵": "shao ling", "乐陵": "lao ling", "六合区": "lu he qu", "南乐": "nan le", "闵行": "min hang",
    "漯河": "luo he", "马尾区": "ma wei qu",
}  # fmt: skip
"""Places whose names are read otherwise than the same words elsewhere."""

load_single_dict({ord(character): said for character, said in _CHARACTERS.items()})
load_phrases_dict({name: [[syllable] for syllable in said.split()] for name, said in _NAMES.items()})


def spell(name: str) -> str:
    """The whole name in pinyin, lower case, in one word: 重庆 -> chongqing. Other scripts stay as they are."""
    return "".join(lazy_pinyin(name)).lower()


def initials(name: str) -> str:
    """The first letter of every syllable, lower case: 重庆 -> cq. Other scripts stay as they are."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()
