"""Proof that the signed roots fit the trail, each other, their keys, and the copies outside the database."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import TextField
from django.db.models.functions import Cast

from .chain import GENESIS, sm3, stamp
from .models import Checkpoint, Seal, Statement
from .roots import ENDORSED, FILE, SIGNED, checkpoint_root, kept_lines
from .seal import Tree, hashes_between
from .signing import ALGORITHMS, key_id, signers
from .verify import Problem, Report


@dataclass
class Keys:
    """The public keys that the statements themselves introduced, in order."""

    found: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    present: str = ""
    """The key in force after what was read so far."""

    def introduce(self, name: str, says: dict[str, Any]) -> str:
        """Take a key from its own statement; what is wrong with it, in words, or ""."""
        algorithm, public = str(says["algorithm"]), bytes.fromhex(says["public"])
        if algorithm not in ALGORITHMS or key_id(algorithm, public) != name:
            return "it introduces a key under a wrong name"
        before, self.found[name] = self.present, (algorithm, public)
        self.present = name
        if before:
            old, old_public = self.found[before]
            signature = bytes.fromhex(says["endorsement"])
            if not ALGORITHMS[old].verifies(old_public, signature, ENDORSED + algorithm.encode() + b"\0" + public):
                return f"the key {before} did not endorse this new key"
        return ""

    def signed(self, name: str, signature: bytes, body: bytes) -> bool:
        """Whether the key in force signed this body."""
        if name != self.present:
            return False
        algorithm, public = self.found[name]
        return ALGORITHMS[algorithm].verifies(public, signature, SIGNED + body)


def check_roots(report: Report, kept: Sequence[Path] = (), *, older: bool = False) -> Iterator[Problem]:
    """Check statements, then what they are about, then the copies in settings.ROOTS and `kept`. An `older` database
    was restored: the copies, and the key at hand, may be newer."""
    said, keys = {}, Keys()
    prev = GENESIS
    for number, statement in enumerate(Statement.objects.order_by("number").iterator(), start=1):
        where, body = f"statement {statement.number}", statement.body.encode()
        says, wrong = _read(statement, number, prev)
        prev = sm3(body)
        report.statements += 1
        if not says:
            yield Problem(where, wrong)
            continue
        if says["kind"] == "key":
            wrong = keys.introduce(says["key"], says) or wrong
        if not wrong and not keys.signed(says["key"], bytes(statement.signature), body):
            wrong = "its signature is not by the key in force"
        if wrong:
            yield Problem(where, wrong)
        said[statement.about] = says
    if not older:
        yield from _check_present_key(keys)
    yield from _check_what_was_signed(report, said)
    yield from _check_checkpoints()
    copies = [*([Path(settings.ROOTS) / FILE] if settings.ROOTS else []), *kept]
    for path in copies:
        yield from _compare(report, path, older=older)


def _read(statement: Statement, number: int, prev: bytes) -> tuple[dict[str, Any], str]:
    """What a statement says, and what is wrong with its place; nothing when it cannot be read."""
    try:
        says = json.loads(statement.body)
        about = f"{says['kind']}:{says[{'key': 'key', 'seal': 'day', 'checkpoint': 'checkpoint'}[says['kind']]]}"
        if (says["number"], statement.number, says["prev"]) != (number, number, prev.hex()):
            return says, "it does not follow the statement before it"
        return says, "" if about == statement.about else f"it is about {about}, not about {statement.about}"
    except (ValueError, KeyError, TypeError):
        return {}, "it cannot be read"


def _check_present_key(keys: Keys) -> Iterator[Problem]:
    """The key at hand, outside the database, decides which of the keys that it names is the right one."""
    hand = [key_id(signer.algorithm, signer.public) for signer in signers()]
    if keys.present and hand and keys.present not in hand:
        yield Problem(f"key {keys.present}", f"the key that is kept outside the database is {hand[-1]}")


def _check_what_was_signed(report: Report, said: dict[str, dict[str, Any]]) -> Iterator[Problem]:
    seals = Seal.objects.order_by("day").values_list(Cast("day", TextField()), "root")  # somebody may write "infinity"
    points = Checkpoint.objects.order_by("id").values_list("id", "root")
    for kind, rows in (("seal", seals), ("checkpoint", points)):
        waiting = 0
        for name, root in rows.iterator():
            about = f"{kind}:{name}"
            says = said.pop(about, None)
            if says is None:
                waiting += 1
            elif waiting:
                yield Problem(about.replace(":", " "), f"{waiting} before it were never signed, it was")
                waiting = 0
            if says and says["root"] != bytes(root).hex():
                yield Problem(about.replace(":", " "), "another root was signed for it")
        report.unsigned += waiting
    for about in said:
        if not about.startswith("key:"):
            yield Problem(about.replace(":", " "), "it was signed and is gone")


def _check_checkpoints() -> Iterator[Problem]:
    roots = {bytes(root) for root in Seal.objects.values_list("root", flat=True)} | {GENESIS}
    points = Checkpoint.objects.order_by("first_id", "last_id", "id")
    for first_id, group in groupby(points.iterator(), key=lambda point: point.first_id):
        waiting = list(group)
        entries, tree = hashes_between(first_id, waiting[-1].last_id), Tree()
        pending = next(entries, None)
        for point in waiting:
            while pending and pending[0] <= point.last_id:
                tree.add(*pending)
                pending = next(entries, None)
            prev, where = bytes(point.prev), f"checkpoint {point.id}"
            made = checkpoint_root(tree, prev=prev, at=stamp(point.at), first_id=first_id, last_id=point.last_id)
            if prev not in roots:
                yield Problem(where, "it does not follow any seal")
            if tree.leaves != point.entries:
                yield Problem(where, f"it covers {point.entries} entries, {tree.leaves} are there")
            elif made != bytes(point.root):
                yield Problem(where, f"entries {first_id} to {point.last_id} do not give its root")


def _compare(report: Report, path: Path, *, older: bool) -> Iterator[Problem]:
    """A copy must say what the database says, word by word, and may only lack its newest statements."""
    try:
        copy = {number: (body, signature) for number, body, signature in kept_lines(path)}
    except (OSError, UnicodeDecodeError) as error:
        if not (isinstance(error, FileNotFoundError) and not report.statements):
            yield Problem(f"copy {path.name}", f"it cannot be read: {getattr(error, 'strerror', error)}")
        return
    here = Statement.objects.filter(number__in=copy).order_by("number")
    for statement in here.iterator():
        if copy.pop(statement.number) == (statement.body, bytes(statement.signature).hex()):
            report.compared += 1
        else:
            yield Problem(f"statement {statement.number}", f"the copy {path.name} says something else")
    if copy and not older:
        yield Problem(f"copy {path.name}", f"it holds {len(copy)} statements that the database does not have")
