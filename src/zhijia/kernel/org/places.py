"""Finding a place by what people type: its name, its code, its pinyin or the first letters, with what it lies in.

`hzxh`, `杭州西湖`, `hangzhouxihu`, `zjhzxh` and `330106` all find 杭州市西湖区: what was typed is cut at every
letter, the end must begin the name of the place itself, what stands before must begin the names of those above it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from django.db import connection

from zhijia.kernel.base.text import clean

from .models import PLACEHOLDERS

MOST = 40
"""Characters of a search; no place with all above it is longer in letters."""
_LAST = chr(0x10FFFF)
"""Sorts after every character, so [q, q + _LAST) is "begins with q": a plain index range, no pattern to escape."""


@dataclass(frozen=True)
class Place:
    """A place that was found, with the names of those above it, highest first."""

    code: str
    name: str
    level: int
    above: str
    rank: int
    """How well it fits: the keyset is (rank, code)."""

    @property
    def full(self) -> str:
        """The whole name: 浙江省杭州市西湖区."""
        return self.above + self.name


@dataclass(frozen=True)
class PlacePage:
    """A page of places and the keyset after which the next begins; None when this was the last."""

    items: list[Place]
    after: tuple[int, str] | None


# What a cut compares, by the kind of what was typed: the end of it with an index range, the rest with the few above.
_BY = {
    "name": ("r.name ~>=~ c.tail AND r.name ~<~ (c.tail || %(last)s)", "starts_with({0}.name, {1})", 1),
    "letters": (
        """((r.initials >= c.tail AND r.initials < (c.tail || %(last)s)) OR
            (r.pinyin >= c.tail AND r.pinyin < (c.tail || %(last)s)))""",
        "(starts_with({0}.initials, {1}) OR starts_with({0}.pinyin, {1}))", 2,
    ),
}  # fmt: skip

# ranks: 0 the name itself (with or without its last word, 市, 县), 4 begins so, 8 found through what lies above;
# within each the higher place first.
_FIND = """
    WITH c AS (
      SELECT i, left(%(q)s::text, i) AS head, substr(%(q)s::text, i + 1) AS tail
      FROM generate_series(0, length(%(q)s::text) - 1) i WHERE i = 0 OR i >= {least}
    ), found AS (
      SELECT r.code, min(r.level + CASE
          WHEN c.i > 0 THEN 8
          WHEN %(q)s IN (r.name, left(r.name, -1), r.initials, left(r.initials, -1), r.pinyin) THEN 0
          ELSE 4 END) AS rank
      FROM c JOIN org_region r ON {ends}
      LEFT JOIN org_region p ON c.i > 0 AND r.level > 1 AND p.code = left(r.code, 2) || '0000'
      LEFT JOIN org_region m ON c.i > 0 AND r.level > 2 AND m.code = left(r.code, 4) || '00'
      WHERE r.retired_in IS NULL AND r.level > 0 AND NOT (r.level = 2 AND r.name = ANY(%(grouping)s))
        AND (%(within)s::text[] = '{{}}' OR r.code LIKE ANY(%(within)s))
        AND (c.i = 0 OR {in_p} OR {in_m} OR EXISTS (
          SELECT 1 FROM generate_series({least}, c.i - {least}) j WHERE {in_both_p} AND {in_both_m}))
      GROUP BY r.code
    )
    SELECT r.code, r.name, r.level, f.rank, coalesce(p.name, ''),
           CASE WHEN m.name = ANY(%(grouping)s) THEN '' ELSE coalesce(m.name, '') END
    FROM found f JOIN org_region r USING (code)
    LEFT JOIN org_region p ON r.level > 1 AND p.code = left(r.code, 2) || '0000'
    LEFT JOIN org_region m ON r.level > 2 AND m.code = left(r.code, 4) || '00'
    WHERE (f.rank, r.code) > (%(rank)s, %(code)s) ORDER BY f.rank, r.code LIMIT %(limit)s"""

_BY_CODE = """
    SELECT r.code, r.name, r.level, r.level AS rank, coalesce(p.name, ''),
           CASE WHEN m.name = ANY(%(grouping)s) THEN '' ELSE coalesce(m.name, '') END
    FROM org_region r
    LEFT JOIN org_region p ON r.level > 1 AND p.code = left(r.code, 2) || '0000'
    LEFT JOIN org_region m ON r.level > 2 AND m.code = left(r.code, 4) || '00'
    WHERE r.code >= %(q)s AND r.code < %(q)s || %(last)s AND r.retired_in IS NULL AND r.level > 0
      AND NOT (r.level = 2 AND r.name = ANY(%(grouping)s))
      AND (%(within)s::text[] = '{}' OR r.code LIKE ANY(%(within)s))
      AND (r.level, r.code) > (%(rank)s, %(code)s) ORDER BY r.level, r.code LIMIT %(limit)s"""


def search_places(
    text: str, *, within: Sequence[str] = (), after: tuple[int, str] | None = None, limit: int = 10
) -> PlacePage:
    """Places in force whose name, code, pinyin or initials, alone or behind those of the places above, begin with
    `text`; best first, keyset-paged. `within` are the beginnings of the codes that may be found; none is all of them.

    An empty text finds nothing.
    """
    q = "".join(normalize("NFKC", clean(text)).lower().split())[:MOST]
    q = q.translate({ord(c): None for c in "'’-·/,，、"})
    if not q:
        return PlacePage([], None)
    rank, code = after or (-1, "")
    known: dict[str, Any] = {
        "q": q, "last": _LAST, "within": [f"{start}%" for start in within], "rank": rank, "code": code,
        "grouping": sorted(PLACEHOLDERS), "limit": limit + 1,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_BY_CODE if q.isdigit() else _sql("letters" if q.isascii() else "name"), known)
        rows = [Place(code, name, level, p + m, rank) for code, name, level, rank, p, m in cursor.fetchall()]
    page = rows[:limit]
    return PlacePage(page, (page[-1].rank, page[-1].code) if len(rows) > limit else None)


def _sql(kind: str) -> str:
    ends, begins, least = _BY[kind]
    return _FIND.format(
        ends=ends, least=least, in_p=begins.format("p", "c.head"), in_m=begins.format("m", "c.head"),
        in_both_p=begins.format("p", "left(c.head, j)"), in_both_m=begins.format("m", "substr(c.head, j + 1)"),
    )  # fmt: skip
