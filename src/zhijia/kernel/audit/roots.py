"""Signed statements about the trail, and their copies outside the database.

A statement is canonical JSON: its `number`, the SM3 of the one before it (`prev`), `at`, the `key` that signed it, its
`kind` and what that kind says: "seal" a day and its root, "checkpoint" a number and its root, "key" a new public key
with its endorsement by the key before it. Signed is SIGNED ‖ body. It holds hashes only, so it may be shown to anybody:
`keep_outside` copies it into a folder of the operator's choice, the page /audit/roots shows it to the world.
"""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Conflict, Misconfigured

from . import security
from .chain import GENESIS, canonical, digest, sm3, stamp
from .models import Checkpoint, Seal, Statement
from .seal import Tree, hashes_between, seal_pending, settled
from .signing import Signer, key_id, make_key, signers

SIGNED, ENDORSED = b"zhijia.audit.statement\0", b"zhijia.audit.endorsement\0"
FILE = "roots.jsonl"
_LOCK = 0x5A48_4155  # "ZHAU": statements are numbered by one at a time

_UNSIGNED = """
    SELECT t.* FROM {table} t
    WHERE NOT EXISTS (SELECT 1 FROM audit_statement s WHERE s.about = '{kind}:' || t.{key}) ORDER BY t.{key}
"""


def keep(now: datetime) -> int:
    """All that the clock does for the trail: seal finished days, note a checkpoint, sign both, copy them outside.

    Returns how many statements were signed. A clock that was set back stops only the seals, and is logged.
    """
    try:
        seal_pending(now)
    except Conflict as refused:
        if refused.code != "clock_back":
            raise
        security.log(kind="clock.jumped", now=now)
    checkpoint(now)
    made = sign_pending(now)
    keep_outside()
    return made


def checkpoint(now: datetime) -> Checkpoint | None:
    """Note the state of the trail behind the last seal; None when the last note says the same."""
    last_id = settled()
    seal = Seal.objects.order_by("-day").first()
    first_id = seal.last_id + 1 if seal else 1
    last = Checkpoint.objects.order_by("-id").first()
    if last_id < first_id or (last and last.first_id == first_id and last.last_id >= last_id):
        return None
    tree = Tree()
    for entry_id, value in hashes_between(first_id, last_id):
        tree.add(entry_id, value)
    prev = bytes(seal.root) if seal else GENESIS
    root = checkpoint_root(tree, prev=prev, at=stamp(now), first_id=first_id, last_id=last_id)
    return Checkpoint.objects.create(
        at=now, first_id=first_id, last_id=last_id, entries=tree.leaves, root=root, prev=prev
    )


def checkpoint_root(tree: Tree, *, prev: bytes, at: str, first_id: int, last_id: int) -> bytes:
    """The root that a checkpoint with these columns must have."""
    return digest(prev + tree.root(), "checkpoint", at, first_id, last_id, tree.leaves)


@transaction.atomic
def sign_pending(now: datetime) -> int:
    """Sign every seal and checkpoint that no statement is about, and a key that is new; returns how many.

    Raises Misconfigured when keys were used before and none is at hand now.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = Statement.objects.order_by("-number").first()
    log = _Log(last, now)
    hand = signers()
    known = Statement.objects.filter(about__startswith="key:").order_by("-number").first()
    if not hand:
        if known:
            said = _("The key that signs the audit trail is gone. Put it back, or begin with a new one: {command}")
            raise Misconfigured(str(said).format(command="zhijia audit rotate-key --lost"), code="audit_key")
        hand = make_key()
    signer = hand[-1]
    name = key_id(signer.algorithm, signer.public)
    if known is None or known.about != f"key:{name}":
        log.say(f"key:{name}", signer, algorithm=signer.algorithm, public=signer.public.hex(),
                endorsement=_endorsement(hand, known.about.partition(":")[2] if known else "", signer))  # fmt: skip
    for seal in Seal.objects.raw(_UNSIGNED.format(table="audit_seal", kind="seal", key="day")):
        log.say(f"seal:{seal.day}", signer, day=seal.day.isoformat(), root=bytes(seal.root).hex())
    for point in Checkpoint.objects.raw(_UNSIGNED.format(table="audit_checkpoint", kind="checkpoint", key="id")):
        log.say(f"checkpoint:{point.id}", signer, checkpoint=point.id, root=bytes(point.root).hex())
    Statement.objects.bulk_create(log.made)
    return len(log.made)


def keep_outside() -> int:
    """Append what is missing to the file outside, if the operator named a folder; returns how many lines.

    Raises Misconfigured when the folder is not there or cannot be written: the statements stay signed, and the next
    call appends them.
    """
    if not settings.ROOTS:
        return 0
    path = Path(settings.ROOTS) / FILE
    try:
        with open(path, "a+b") as file:
            last, torn = _end_of(path)
            lines = [line_of(s) for s in Statement.objects.filter(number__gt=last).order_by("number").iterator()]
            if lines:
                file.write((b"\n" if torn else b"") + "".join(lines).encode())
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        said = str(_("The roots cannot be copied to {folder}: {reason}"))
        raise Misconfigured(said.format(folder=settings.ROOTS, reason=error.strerror), code="roots_folder") from error
    return len(lines)


def line_of(statement: Statement) -> str:
    """A statement as the file outside, the public page and a bundle hold it: one line of JSON."""
    return (
        json.dumps({"body": statement.body, "signature": bytes(statement.signature).hex()}, ensure_ascii=False) + "\n"
    )


def kept_lines(path: Path) -> Iterator[tuple[int, str, str]]:
    """Number, body and signature of each whole line of a kept copy; what was torn off in writing is passed over."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            try:
                value = json.loads(line)
                yield int(json.loads(value["body"])["number"]), str(value["body"]), str(value["signature"])
            except (ValueError, KeyError, TypeError):
                continue


class _Log:
    """Numbers and chains the statements of one transaction."""

    def __init__(self, last: Statement | None, now: datetime) -> None:
        self._number = last.number if last else 0
        self._prev = sm3(last.body.encode()) if last else GENESIS
        self._at = stamp(now)
        self.made: list[Statement] = []

    def say(self, about: str, signer: Signer, **says: object) -> None:
        """Sign one more."""
        self._number += 1
        body = canonical({
            "number": self._number, "prev": self._prev.hex(), "at": self._at, "kind": about.partition(":")[0],
            "key": key_id(signer.algorithm, signer.public), **says,
        })  # fmt: skip
        self._prev = sm3(body)
        signature = signer.sign(SIGNED + body)
        self.made.append(Statement(number=self._number, about=about, body=body.decode(), signature=signature))


def _endorsement(hand: list[Signer], previous: str, new: Signer) -> str:
    """The signature of the previous key under the new one, in hex; "" when there is none, or it is lost."""
    for old in hand:
        if key_id(old.algorithm, old.public) == previous:
            return old.sign(ENDORSED + new.algorithm.encode() + b"\0" + new.public).hex()
    return ""


def _end_of(path: Path) -> tuple[int, bool]:
    """The highest number in a file of statements, and whether its last line was torn."""
    last = max((number for number, _body, _signature in kept_lines(path)), default=0)
    with open(path, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        if not size:
            return last, False
        file.seek(size - 1)
        return last, file.read(1) != b"\n"
