"""Where a long title breaks: between words, in lines of about one length (GB/T 9704-2012, 7.3.1: 词意完整)."""

from itertools import accumulate

import rjieba

WIDEST = 20
"""Characters of size two (22 pt) on a line of 156 mm; a letter or digit of the Latin script is half of one."""


def title_lines(title: str) -> list[str]:
    """The title in as few lines as hold it, broken between words where that is possible."""
    words = [part for word in rjieba.cut(title) for part in (list(word) if _width(word) > WIDEST / 4 else [word])]
    ends = list(accumulate(_width(word) for word in words))
    lines: list[str] = []
    begun = 0
    while begun < len(words):
        done = ends[begun - 1] if begun else 0.0
        rest = ends[-1] - done
        count = -int(-rest // WIDEST)
        fitting = [i for i in range(begun + 1, len(words) + 1) if ends[i - 1] - done <= WIDEST] or [begun + 1]
        # As even as the words allow; of two breaks as even, the later one: the first line is the longer one.
        best = fitting[-1] if count <= 1 else min(fitting, key=lambda i: (abs(ends[i - 1] - done - rest / count), -i))
        lines.append("".join(words[begun:best]))
        begun = best
    return lines


def _width(words: str) -> float:
    return sum(0.5 if character.isascii() else 1.0 for character in words)
