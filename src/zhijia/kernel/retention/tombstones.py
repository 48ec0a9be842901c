"""Deletions that outlive a restore. What was erased is noted by id and keyed mark, in the database and in a file beside
the keys; after an older backup was put back, `apply_tombstones` erases it again.

A mark is HMAC-SM3 under the vault's key: who has only the file learns nothing, and an id that was given anew to
somebody else after the restore is told apart from the erased one.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from zhijia.kernel.cases.models import Case
from zhijia.kernel.people import vault
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Person

from .models import Destroyed, Ground, Hold, Tombstone, TombstoneKind


def manifest() -> Path:
    """The file of deletions: ids and marks, one JSON object a line. Keep it with the keys, not with the backups."""
    return Path(settings.HOME) / "deletions.jsonl"


def lay(*, kind: str, subject: int, value: str, now: datetime, fields: Iterable[str] = ()) -> None:
    """Note an erasure in the running transaction; the file follows the commit."""
    stone = Tombstone(kind=kind, subject=subject, mark=_mark(value), fields=sorted(fields), at=now)
    Tombstone.objects.bulk_create([stone], ignore_conflicts=True)
    transaction.on_commit(lambda: _write([as_row(stone)]), robust=True)


def marked(person: Person) -> str:
    """What tells one person from another who might get their id: when they were added."""
    return f"{person.pk}:{person.created_at.timestamp():.6f}"


def as_row(stone: Tombstone) -> dict[str, Any]:
    """A tombstone as the file holds it."""
    return {
        "kind": str(stone.kind), "subject": stone.subject, "mark": stone.mark, "fields": list(stone.fields),
        "at": stone.at.isoformat(),
    }  # fmt: skip


def every() -> list[dict[str, Any]]:
    """Every deletion that the database or the file knows; read it before an older backup takes the database's place."""
    known = {json.dumps(row, sort_keys=True): row for row in read()}
    for stone in Tombstone.objects.order_by("id"):
        row = as_row(stone)
        known.setdefault(json.dumps(row, sort_keys=True), row)
    return list(known.values())


def catch_up() -> int:
    """Write to the file what only the table knows (a full disk, another host); returns how many."""
    known = {json.dumps(row, sort_keys=True) for row in read()}
    missing = [
        row for row in map(as_row, Tombstone.objects.order_by("id")) if json.dumps(row, sort_keys=True) not in known
    ]
    if missing:
        _write(missing)
    return len(missing)


def apply_tombstones(rows: Iterable[Mapping[str, Any]] | None = None, *, now: datetime) -> int:
    """Erase again what the present database still (or again) holds of these deletions (default: those of the file);
    returns how many were erased. Doing it twice does no more than once."""
    from .people import clear  # these three need what notes deletions
    from .shred import Why, destroy, erase_person

    actor, done = Actor.platform(), 0
    told = list(rows) if rows is not None else list(read())
    _remember(told)
    for row in sorted(told, key=lambda row: list(TombstoneKind.values).index(str(row["kind"]))):
        subject, mark = int(row["subject"]), str(row["mark"])
        if row["kind"] == TombstoneKind.CASE:
            case = Case.objects.filter(pk=subject).first()
            if case and _mark(case.no) == mark and not Destroyed.objects.filter(no=case.no).exists():
                Hold.objects.filter(case_id=subject, lifted_at=None).update(lifted_at=now, lifted_by="restore")
                Case.objects.filter(pk=subject, closed_at=None).update(closed_at=now)
                destroy(case_ids=[subject], why=Why(ground=Ground.RESTORE), actor=actor, now=now)
                done += 1
            continue
        person = Person.objects.filter(pk=subject).first()
        if person is None or _mark(marked(person)) != mark:
            continue
        if row["kind"] == TombstoneKind.FIELDS:
            done += clear(person=person, fields=row["fields"], actor=actor, now=now)
        elif person.name or person.phone_index:
            _detach_all(person)
            erase_person(person_id=subject, actor=actor, now=now)
            done += 1
    return done


def _detach_all(person: Person) -> None:
    """Requests about their own data that the old backup still ties to somebody who was erased."""
    from .people import detach

    for case in Case.objects.filter(applicant_id=person.pk):
        detach(case=case)


def _at(row: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(str(row["at"]))


def _mark(value: str) -> str:
    return vault.blind(value, purpose="tombstone").hex()


def _remember(rows: Iterable[Mapping[str, Any]]) -> None:
    """The old backup's table did not know them."""
    stones = [
        Tombstone(kind=r["kind"], subject=r["subject"], mark=r["mark"], fields=list(r["fields"]), at=_at(r))
        for r in rows
    ]  # fmt: skip
    Tombstone.objects.bulk_create(stones, ignore_conflicts=True)


def read(file: Path | None = None) -> Iterator[dict[str, Any]]:
    """The deletions that a file names, this installation's own unless another is given."""
    path = file or manifest()
    if path.exists():
        for line in path.read_text().splitlines():
            yield json.loads(line)


def _write(rows: Iterable[Mapping[str, Any]]) -> None:
    path = manifest()
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(row, sort_keys=True) + "\n" for row in rows)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())
