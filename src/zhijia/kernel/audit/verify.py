"""Proof that nobody touched the trail: recomputes every hash, chain head and seal, and says where one fails."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain as flatten
from pathlib import Path
from typing import Any

from django.db import connection

from .chain import GENESIS, digest
from .seal import Tree, root_of

BATCH = 5_000
"""Rows fetched at a time, and entries between two calls of `progress`."""

MOMENT = """'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'"""

# One statement is one snapshot: entries and heads agree even while others write.
_ENTRIES = f"""
    SELECT e.id, coalesce(e.chain, c.key), e.seq, to_char(e.at AT TIME ZONE 'UTC', {MOMENT}), e.actor_id, e.actor,
           e.act, e.subject, e.person_id, e.purpose, e.data::text, e.prev, e.hash, c.seq, c.head
    FROM audit_entry e FULL JOIN audit_chain c ON c.key = e.chain ORDER BY coalesce(e.chain, c.key), e.seq
"""
_SEALS = f"""
    SELECT CASE WHEN isfinite(day) THEN day - DATE '2000-01-01' END, day::text, first_id, last_id, entries, prev, root,
           to_char(sealed_at AT TIME ZONE 'UTC', {MOMENT})
    FROM audit_seal ORDER BY day
"""


@dataclass(frozen=True)
class Problem:
    """Where the trail is broken ("entry 7 (case:12, 3)", "chain case:12", "seal 2026-11-22") and which check failed."""

    where: str
    what: str


@dataclass
class Report:
    """How much was checked, and what is wrong with it."""

    entries: int = 0
    chains: int = 0
    seals: int = 0
    statements: int = 0
    unsigned: int = 0
    """Newest seals and checkpoints that wait for their signature."""
    compared: int = 0
    """Statements that stand outside the database in the same words."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether not one byte differs."""
        return not self.problems


def verify(
    progress: Callable[[int, int], None] | None = None, kept: Sequence[Path] = (), *, older: bool = False
) -> Report:
    """Recompute the whole trail, as the owner of the database; `progress` gets entries done and their number.

    `kept` names copies of the signed roots that were kept elsewhere; the one in settings.ROOTS is always compared,
    and an `older` database, a backup that was restored, may be behind them.
    Memory does not grow with the trail. What cannot be shown is the loss of the newest entries, back to the last
    checkpoint, by somebody who owns the database.
    """
    from .verify_roots import check_roots  # it reports in the same words

    report = Report()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_entry")
        total = cursor.fetchone()[0]
    report.problems += _check_chains(report, total, progress)
    report.problems += _check_seals(report)
    report.problems += check_roots(report, kept, older=older)
    return report


def _check_chains(report: Report, total: int, progress: Callable[[int, int], None] | None) -> Iterator[Problem]:
    name, seq, last_id, follows, head = None, 0, 0, {GENESIS}, (0, GENESIS)
    for row in _stream(_ENTRIES):
        entry_id, chain, place, at, actor_id, actor, act, subject, person_id, purpose, data, prev, stored, *end = row
        if chain != name:
            yield from _check_head(name, head, seq, follows)
            name, seq, last_id, follows = chain, 0, 0, {GENESIS}
            head = (end[0], end[1] and bytes(end[1]))
            report.chains += 1
        if entry_id is None:
            continue
        prev, stored = bytes(prev), bytes(stored)
        where = f"entry {entry_id} ({chain}, {place})"
        made = digest(prev, chain, place, at, actor_id, actor, act, subject, person_id, purpose, json.loads(data))
        if made != stored:
            yield Problem(where, "its content does not give its hash")
        if place != seq + 1:
            yield Problem(where, f"the place before it is {seq}, not {place - 1}: entries are missing or moved")
        elif prev not in follows:
            yield Problem(where, "it does not follow the entry before it")
        if entry_id <= last_id:
            yield Problem(where, f"its id is lower than {last_id}, which stands before it")
        # Where an entry's hash does not fit its content, its successor is sound if it fits either of the two.
        seq, last_id, follows = place, entry_id, {stored, made}
        report.entries += 1
        if progress and report.entries % BATCH == 0:
            progress(report.entries, total)
    yield from _check_head(name, head, seq, follows)
    if progress:
        progress(report.entries, total)


def _check_head(name: str | None, head: tuple[int | None, bytes], seq: int, follows: set[bytes]) -> Iterator[Problem]:
    if name is None:
        return
    if head[0] is None:
        yield Problem(f"chain {name}", "it has entries but no head")
    elif head[0] != seq:
        yield Problem(f"chain {name}", f"its head says {head[0]} entries, the last one is {seq}")
    elif head[1] not in follows:
        yield Problem(f"chain {name}", "its head is not the hash of its last entry")


def _check_seals(report: Report) -> Iterator[Problem]:
    with connection.cursor() as cursor:
        cursor.execute(_SEALS)
        seals = cursor.fetchall()
    last_id = max((seal[3] for seal in seals), default=0)
    hashes = _stream("SELECT id, hash FROM audit_entry WHERE id <= %s ORDER BY id", [last_id])
    pending = next(hashes, None)
    roots, end, yesterday = {GENESIS}, 0, None
    for number, iso, first_id, last_id, entries, prev, stored, sealed_at in seals:
        where, prev = f"seal {iso}", bytes(prev)
        tree = Tree()
        while pending and pending[0] <= last_id:
            if pending[0] < first_id:
                yield Problem(f"entry {pending[0]}", f"it stands outside the seals, before {iso}")
            else:
                tree.add(pending[0], bytes(pending[1]))
            pending = next(hashes, None)
        if prev not in roots or first_id != end + 1 or (yesterday is not None and number != yesterday + 1):
            yield Problem(where, "it does not follow the seal before it")
        made = root_of(tree, prev=prev, day=iso, first_id=first_id, last_id=last_id, sealed_at=sealed_at)
        if tree.leaves != entries:
            yield Problem(where, f"it covers {entries} entries, {tree.leaves} are there")
        elif made != bytes(stored):
            yield Problem(where, f"entries {first_id} to {last_id} and the seal do not give its root")
        roots, end, yesterday = {bytes(stored), made}, last_id, number
        report.seals += 1


def _stream(sql: str, parameters: Sequence[int] = ()) -> Iterator[tuple[Any, ...]]:
    """The rows of a query through a server-side cursor."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters)
        yield from flatten.from_iterable(iter(lambda: cursor.fetchmany(BATCH), []))
