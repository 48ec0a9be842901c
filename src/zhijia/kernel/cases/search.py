"""Chinese full-text search of cases.

Under row-level security PostgreSQL will not use a text index, because `@@` is not leakproof. So the match runs in
one reviewed SECURITY DEFINER function with the actor's ranges in its WHERE clause, and returns ids only; the rows
behind the ids are read under row-level security again (docs/adr/0003).
"""

import re
from functools import lru_cache

import rjieba
from django.db import connection

_WORD = re.compile(r"[\w]+", re.UNICODE)
MOST = 200
"""Candidates one search returns; a person refines rather than pages further."""


@lru_cache(maxsize=4096)
def _cut(text: str) -> tuple[str, ...]:
    return tuple(w.lower() for w in rjieba.cut_for_search(text) if _WORD.fullmatch(w))


def words_of(*texts: str) -> str:
    """The tokens of the texts, blank-separated, for to_tsvector('simple', …): words, sub-words and single characters
    are cut the same way for storing and asking, so what is written is what is found."""
    return " ".join(token for text in texts for token in _cut(text[:4000]))


def query_of(asked: str) -> str:
    """The asked words as a tsquery in which every token must occur; empty when nothing searchable was asked."""
    return " & ".join(f"'{token}'" for token in dict.fromkeys(_cut(asked[:100])))


def matching_ids(asked: str, *, service: str = "", limit: int = MOST) -> list[int]:
    """Ids of the newest cases that hold every asked word, within the ranges of the present database scope."""
    query = query_of(asked)
    if not query:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM cases_search(%s, %s, %s)", [query, service, limit])
        return [row[0] for row in cursor.fetchall()]
