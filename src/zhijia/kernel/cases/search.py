"""Chinese full-text search of cases.

The words themselves are not kept: each token is stored as a keyed mark (HMAC-SM3 under an index key of the vault, 48
bits), and asking cuts and marks the same way. Without the key nobody can tell what a mark says or ask for a word; how
many cases share a mark is still to be seen (docs/adr/0018).

Under row-level security PostgreSQL will not use a text index, because `@@` is not leakproof. So the match runs in
one reviewed SECURITY DEFINER function with the actor's ranges in its WHERE clause, and returns ids only; the rows
behind the ids are read under row-level security again (docs/adr/0003).
"""

import re
from collections.abc import Iterable
from functools import lru_cache

import rjieba
from django.db import connection

from zhijia.kernel.people.keys import current
from zhijia.kernel.people.vault import mac

_WORD = re.compile(r"[\w]+", re.UNICODE)
MARK = 6
"""Bytes of a mark: among a million different words one asked word meets another's mark once in 300 million times."""
MOST = 200
"""Candidates one search returns; a person refines rather than pages further."""


@lru_cache(maxsize=4096)
def _cut(text: str) -> tuple[str, ...]:
    return tuple(w.lower() for w in rjieba.cut_for_search(text) if _WORD.fullmatch(w))


def words_of(*texts: str) -> str:
    """The marks of the texts' tokens, blank-separated, each once and in no order that tells anything: words, sub-words
    and single characters are cut the same way for storing and asking, so what is written is what is found."""
    return " ".join(sorted(_marks(dict.fromkeys(token for text in texts for token in _cut(text[:4000])))))


def query_of(asked: str) -> str:
    """The asked words as a tsquery in which every token must occur; empty when nothing searchable was asked."""
    return " & ".join(f"'{mark}'" for mark in _marks(dict.fromkeys(_cut(asked[:100]))))


def _marks(tokens: Iterable[str]) -> list[str]:
    key = current("index:words")
    return [_mark(token, key.id) for token in tokens]


@lru_cache(maxsize=65536)
def _mark(token: str, _key_id: int) -> str:
    return mac(token, purpose="words")[:MARK].hex()


def matching_ids(asked: str, *, service: str = "", limit: int = MOST) -> list[int]:
    """Ids of the newest cases that hold every asked word, within the ranges of the present database scope."""
    query = query_of(asked)
    if not query:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM cases_search(%s, %s, %s)", [query, service, limit])
        return [row[0] for row in cursor.fetchall()]
