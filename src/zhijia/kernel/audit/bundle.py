"""A bundle for outside: entries with the proof of each under a signed root, and the program that checks it.

What a reader needs stands in bundle_readme.txt, how it is checked in verify_audit.py; both lie in the bundle. Runs as
the owner of the database, in a task or a command: it seals and signs first, so that every entry has a signed root.
"""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import FieldProblem, Invalid
from zhijia.kernel.base.text import clean

from . import roots, security
from .chain import Acting, append, canonical, sm3, stamp
from .models import Checkpoint, Seal, Statement
from .seal import BATCH, hashes_between
from .signing import key_id, signers
from .verify import MOMENT

FORMAT = 1
BUNDLED = b"zhijia.audit.bundle\0"
LEAST_REASON = 4
"""Characters of the shortest reason that says something."""
_HERE = Path(__file__).parent

_ENTRIES = f"""
    SELECT id, chain, seq, to_char(at AT TIME ZONE 'UTC', {MOMENT}), actor_id, actor, act, subject, person_id, purpose,
           data::text, encode(prev, 'hex'), encode(hash, 'hex')
    FROM audit_entry WHERE id BETWEEN %(first)s AND %(last)s AND {{where}} ORDER BY id
"""
_COLUMNS = ("id", "chain", "seq", "at", "actor_id", "actor", "act", "subject", "person_id", "purpose", "data", "prev",
            "hash")  # fmt: skip

Names = Callable[[Iterable[int]], dict[int, str]]
"""Opens the names of persons; the trail itself knows none."""


@dataclass(frozen=True)
class Wanted:
    """What a bundle is about: one case, one person, or everything of some days. Ids, never values."""

    case_id: int | None = None
    case_no: str = ""
    person_id: int | None = None
    from_day: date | None = None
    to_day: date | None = None

    def sql(self) -> tuple[str, dict[str, Any]]:
        """The condition and its parameters."""
        if self.case_id is not None:
            about = f"case:{self.case_id}"
            return "(chain = %(about)s OR (subject = %(about)s AND purpose <> ''))", {"about": about}
        if self.person_id is not None:
            return "(chain = %(chain)s OR person_id = %(person)s)", {
                "chain": f"person:{self.person_id}", "person": self.person_id,
            }  # fmt: skip
        first = datetime.combine(self.from_day or date.min, time(), CHINA)
        last = datetime.combine((self.to_day or date.max - timedelta(days=2)) + timedelta(days=1), time(), CHINA)
        return "at >= %(from)s AND at < %(before)s", {"from": first, "before": last}

    def chains(self) -> list[str]:
        """The chains that are whole in the bundle."""
        if self.case_id is not None:
            return [f"case:{self.case_id}"]
        return [f"person:{self.person_id}"] if self.person_id is not None else []

    def about(self) -> dict[str, Any]:
        """What stands in the bundle and in the record about it."""
        days = {"from": self.from_day.isoformat() if self.from_day else None,
                "to": self.to_day.isoformat() if self.to_day else None}  # fmt: skip
        said = {"case": self.case_no, "case_id": self.case_id, "person": self.person_id, **days}
        return {key: value for key, value in said.items() if value not in (None, "")}


@dataclass
class _Cover:
    """A seal or checkpoint, with the columns that its root was made of."""

    name: str
    first_id: int
    last_id: int
    entries: int
    prev: bytes
    at: datetime
    tree: bytes = b""
    used: bool = field(default=False)


def export(
    *, wanted: Wanted, to: IO[bytes], actor: Acting, now: datetime, reason: str = "", names: Names | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> int:  # fmt: skip
    """Write the bundle to `to` and return how many entries it holds; that it was made is recorded first.

    Raises Invalid without a reason where one is needed: for a person, and for `names`.
    """
    reason = clean(reason)
    if (names or wanted.person_id is not None) and len(reason) < LEAST_REASON:
        raise Invalid(FieldProblem("reason", "too_short", _("Say what you need it for, in a few words.")))
    _record(wanted, actor, now, reason, with_names=names is not None)
    roots.keep(now)
    files: dict[str, str] = {}
    persons: set[int] = set()
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as zipped:

        def put(name: str, blocks: Iterable[bytes]) -> None:
            running = hashlib.sha256()
            with zipped.open(name, "w") as file:
                for block in blocks:
                    running.update(block)
                    file.write(block)
            files[name] = running.hexdigest()

        put("README.txt", [(_HERE / "bundle_readme.txt").read_bytes()])
        put("verify_audit.py", [(_HERE / "verify_audit.py").read_bytes()])
        covers, whole = _covers(), wanted.chains()
        count = 0
        ends: dict[str, tuple[int, str]] = {}

        def lines() -> Iterator[bytes]:
            nonlocal count
            for entry in _entries(wanted, covers, progress):
                count += 1
                if entry["chain"] in whole:
                    ends[entry["chain"]] = entry["seq"], entry["hash"]
                if entry["person_id"] is not None:
                    persons.add(entry["person_id"])
                yield canonical(entry) + b"\n"

        put("entries.jsonl", lines())
        put("covers.jsonl", (_cover_line(cover) for cover in covers if cover.used))
        put("statements.jsonl", (roots.line_of(s).encode() for s in Statement.objects.order_by("number").iterator()))
        if names:
            opened = _opened(persons, names, actor, now, reason)
            put("names.json", [canonical({str(pk): name for pk, name in opened.items()})])
        about = {
            "format": FORMAT, "made": stamp(now), "about": wanted.about(), "entries": count,
            "chains": [{"chain": chain, "seq": seq, "head": head} for chain, (seq, head) in ends.items()],
            "files": files,
        }  # fmt: skip
        body = json.dumps(about, ensure_ascii=False, indent=1).encode()
        signer = signers()[-1]
        signed = {"key": key_id(signer.algorithm, signer.public), "signature": signer.sign(BUNDLED + body).hex()}
        zipped.writestr("bundle.json", body)
        zipped.writestr("bundle.sig", json.dumps(signed))
    return count


@transaction.atomic
def _record(wanted: Wanted, actor: Acting, now: datetime, reason: str, *, with_names: bool) -> None:
    subject = next(iter(wanted.chains()), "audit")
    data = {**wanted.about(), "names": with_names}
    append(
        chain="audit:exports", act="audit.exported", subject=subject, actor=actor, now=now, data=data,
        person_id=wanted.person_id, purpose=reason if wanted.person_id is not None else "",
    )  # fmt: skip
    security.log(kind="audit.exported", now=now, account_id=actor.account_id, detail={**data, "reason": reason})


@transaction.atomic
def _opened(persons: set[int], names: Names, actor: Acting, now: datetime, reason: str) -> dict[int, str]:
    """The names of these persons; each of them can read that and why they were opened."""
    for person_id in sorted(persons):
        append(
            chain=f"person:{person_id}", act="person.revealed", subject="audit", actor=actor, now=now,
            data={"fields": ["name"]}, person_id=person_id, purpose=reason,
        )  # fmt: skip
    return names(persons)


def _covers() -> list[_Cover]:
    """What covers the trail, in order of ids: the seals, then the newest checkpoint."""
    seals = Seal.objects.filter(entries__gt=0).order_by("first_id")
    covers = [
        _Cover(f"seal:{s.day}", s.first_id, s.last_id, s.entries, bytes(s.prev), s.sealed_at) for s in seals.iterator()
    ]
    point = Checkpoint.objects.order_by("-id").first()
    if point and (not covers or point.first_id > covers[-1].last_id):
        covers.append(
            _Cover(f"checkpoint:{point.id}", point.first_id, point.last_id, point.entries, bytes(point.prev), point.at)
        )
    return covers


def _cover_line(cover: _Cover) -> bytes:
    return canonical({
        "cover": cover.name, "first_id": cover.first_id, "last_id": cover.last_id, "entries": cover.entries,
        "prev": cover.prev.hex(), "tree": cover.tree.hex(), "at": stamp(cover.at),
    }) + b"\n"  # fmt: skip


def _entries(
    wanted: Wanted, covers: list[_Cover], progress: Callable[[int, int], None] | None
) -> Iterator[dict[str, Any]]:
    """Each wanted entry with its proof, in order of ids: one cover after the other, so that only one tree is held."""
    where, parameters = wanted.sql()
    for number, cover in enumerate(covers):
        if progress:
            progress(number, len(covers))
        with transaction.atomic(), connection.chunked_cursor() as cursor:
            cursor.execute(_ENTRIES.format(where=where), {**parameters, "first": cover.first_id, "last": cover.last_id})
            rows = cursor.fetchmany(BATCH)
            if not rows:
                continue
            places, levels = _tree(cover)
            cover.used, cover.tree = True, levels[-1][0]
            while rows:
                for row in rows:
                    entry = dict(zip(_COLUMNS, row, strict=True))
                    entry["data"] = json.loads(entry["data"])
                    at = places[entry["id"]]
                    yield {**entry, "cover": cover.name, "index": at, "path": path_of(levels, at)}
                rows = cursor.fetchmany(BATCH)
    if progress:
        progress(len(covers), len(covers))


def _tree(cover: _Cover) -> tuple[dict[int, int], list[list[bytes]]]:
    """The place of each id under a cover, and all levels of its Merkle tree from the leaves up."""
    places: dict[int, int] = {}
    leaves: list[bytes] = []
    for entry_id, value in hashes_between(cover.first_id, cover.last_id):
        places[entry_id] = len(leaves)
        leaves.append(sm3(b"\0" + entry_id.to_bytes(8, "big", signed=True) + value))
    levels = [leaves]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = [sm3(b"\1" + below[i] + below[i + 1]) for i in range(0, len(below) - 1, 2)]
        levels.append([*pairs, *below[len(pairs) * 2 :]])
    return places, levels


def path_of(levels: list[list[bytes]], index: int) -> list[str]:
    """The hashes that lead from a leaf to the root, in hex; a node without a sibling rises as it is."""
    path = []
    for level in levels[:-1]:
        if index ^ 1 < len(level):
            path.append(level[index ^ 1].hex())
        index >>= 1
    return path
