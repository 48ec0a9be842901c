"""The language in which letters are worded: lines, headings, placeholders. Nothing in it can be evaluated.

    # the title, once and first
    ## a heading, numbered 一、    ### one below it （一）    #### 1.    ##### （1）
    every other line is a paragraph; {name} is filled in
    {free} alone on its line: what the officer adds; {table} alone on its line: the table

Values are put in after the text was read, so a value that looks like a heading or a placeholder stays plain words.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Invalid, Text
from zhijia.kernel.base.text import clean
from zhijia.kernel.rules.texts import fill

FREE, TABLE = "free", "table"
"""Placeholders that stand for a whole part, alone on their line."""
LONGEST = 300
"""Characters of a title."""
_DIGITS = "一二三四五六七八九"


class InvalidWords(Invalid):
    """The text of a letter cannot be read: which line, and why."""


@dataclass(frozen=True)
class Line:
    """One line of a text: `level` 1 to 4 for a heading, 0 for a paragraph; `part` for a {free} or {table} line."""

    words: str
    level: int = 0
    part: str = ""


@dataclass(frozen=True)
class Words:
    """A text that was read: its title and its lines."""

    title: str
    lines: tuple[Line, ...]


def parse(text: str) -> Words:
    """Read a text. Raises InvalidWords naming the line that is wrong."""
    title, lines = "", []
    for number, raw in enumerate(clean(text).split("\n"), start=1):
        words = raw.strip()
        if not words:
            continue
        marks = len(words) - len(words.lstrip("#"))
        if marks == 0:
            part = words[1:-1] if words in (f"{{{FREE}}}", f"{{{TABLE}}}") else ""
            if not part and (f"{{{FREE}}}" in words or f"{{{TABLE}}}" in words):
                raise _wrong(number, _("{free} and {table} stand alone on their line"))
            lines.append(Line(words, part=part))
            continue
        said = words[marks:].strip()
        if marks > 5 or not said or words[marks : marks + 1] != " ":
            raise _wrong(number, _("a heading is one to five # signs, a blank and words"))
        if marks > 1:
            lines.append(Line(said, level=marks - 1))
        elif title or lines:
            raise _wrong(number, _("the title comes first, and once"))
        else:
            title = said
    if not title:
        raise _wrong(1, _("the title is missing; begin with “# ” and the title"))
    for part in (FREE, TABLE):
        if sum(line.part == part for line in lines) > 1:
            raise _wrong(1, _("{free} and {table} stand in it once"))
    return Words(title, tuple(lines))


def blocks(words: Words, given: Mapping[str, str], free: str, *, table: bool) -> tuple[str, list[dict[str, object]]]:
    """The filled title and the blocks of the letter: headings with their numbers, paragraphs, the place of the table.

    Raises KeyError for a placeholder without a value.
    """
    made: list[dict[str, object]] = []
    counts = [0, 0, 0, 0]
    for line in words.lines:
        if line.part == TABLE:
            made += [{"type": "table"}] if table else []
        elif line.part == FREE:
            made += [{"type": "p", "words": said, "free": True} for said in paragraphs(free)]
        elif line.level:
            counts[line.level - 1] += 1
            counts[line.level :] = [0] * (4 - line.level)
            shown = ordinal(line.level, counts[line.level - 1]) + fill(line.words, given)
            made.append({"type": "heading", "level": line.level, "words": shown})
        else:
            made.append({"type": "p", "words": fill(line.words, given)})
    return fill(words.title, given)[:LONGEST], made


def takes_free(text: str) -> bool:
    """Whether officers may add paragraphs of their own to this text."""
    return any(line.part == FREE for line in parse(text).lines)


def paragraphs(free: str) -> list[str]:
    """What an officer wrote, a paragraph for each line."""
    return [line.strip() for line in free.split("\n") if line.strip()]


def ordinal(level: int, number: int) -> str:
    """The number of a heading as GB/T 9704-2012, 7.3.3 orders them: 一、（一）1.（1）."""
    return (f"{chinese(number)}、", f"（{chinese(number)}）", f"{number}.", f"（{number}）")[level - 1]


def chinese(number: int) -> str:
    """1 to 99 in Chinese numerals: 十二, 二十. Larger ones in digits."""
    tens, ones = divmod(number, 10)
    if not 1 <= number <= 99:
        return str(number)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens - 1]}十"
    return head + (_DIGITS[ones - 1] if ones else "")


def _wrong(line: int, why: Text) -> InvalidWords:
    reason = _("Line %(line)s of the text: %(why)s.") % {"line": line, "why": why}
    return InvalidWords(FieldProblem("value", "words", reason, {"line": line}))
