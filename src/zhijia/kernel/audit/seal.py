"""The daily seal: a Merkle root over the day's entries that also covers the seal before it.

Leaves are SM3(00 ‖ id as 8 bytes ‖ entry hash) in order of id, inner nodes SM3(01 ‖ left ‖ right), the tree has the
shape of RFC 6962. The root of a day is `digest` over the previous root, the tree and every other column.
"""

import hashlib
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict

from .chain import GENESIS, digest, stamp
from .models import Entry, Seal


class Tree:
    """A Merkle tree that is fed leaf by leaf and keeps only the roots of its complete subtrees."""

    def __init__(self) -> None:
        self.leaves = 0
        self._roots: list[tuple[int, bytes]] = []

    def add(self, entry_id: int, entry_hash: bytes) -> None:
        """Add the next entry; ids must rise."""
        self.leaves += 1
        size, node = 1, _sm3(b"\0" + entry_id.to_bytes(8, "big", signed=True) + entry_hash)
        while self._roots and self._roots[-1][0] == size:
            node = _sm3(b"\1" + self._roots.pop()[1] + node)
            size *= 2
        self._roots.append((size, node))

    def root(self) -> bytes:
        """The root over all leaves so far; 32 zero bytes when there are none."""
        nodes = [node for _, node in self._roots]
        if not nodes:
            return GENESIS
        root = nodes.pop()
        while nodes:
            root = _sm3(b"\1" + nodes.pop() + root)
        return root


def root_of(tree: Tree, *, prev: bytes, day: str, first_id: int, last_id: int, sealed_at: str) -> bytes:
    """The root that a seal with these columns must have; `day` and `sealed_at` as ISO text."""
    return digest(prev + tree.root(), day, first_id, last_id, tree.leaves, sealed_at)


@transaction.atomic
def seal_day(day: date, now: datetime) -> Seal:
    """Seal `day` (in China), which must be over; sealing it again returns the seal it has.

    Covers every entry that no earlier seal covers, up to the last one of that day by id: an entry that was committed
    late is in the next seal. Raises Conflict when the day is not over, or when another day is due first.
    """
    with connection.cursor() as cursor:
        # Waits for whoever is writing and keeps others out, so that no lower id can appear after this.
        cursor.execute("LOCK TABLE audit_entry IN SHARE ROW EXCLUSIVE MODE")
    if existing := Seal.objects.filter(day=day).first():
        return existing
    if day >= now.astimezone(CHINA).date():
        raise Conflict(_("A day can be sealed only when it is over."), code="day_not_over")
    last = Seal.objects.order_by("-day").first()
    if last and day != last.day + timedelta(days=1):
        raise Conflict(_("Days are sealed one after the other."), code="day_out_of_turn")
    after = last.last_id if last else 0
    tree, last_id = Tree(), after
    for last_id, entry_hash in _hashes(after, _end(day)):
        tree.add(last_id, entry_hash)
    prev = bytes(last.root) if last else GENESIS
    root = root_of(tree, prev=prev, day=day.isoformat(), first_id=after + 1, last_id=last_id, sealed_at=stamp(now))
    return Seal.objects.create(
        day=day, first_id=after + 1, last_id=last_id, entries=tree.leaves, root=root, prev=prev, sealed_at=now
    )


def seal_pending(now: datetime) -> list[Seal]:
    """Seal every day that is over and has no seal yet, in order, each in a transaction of its own."""
    today = now.astimezone(CHINA).date()
    last = Seal.objects.order_by("-day").first()
    if last:
        day = last.day + timedelta(days=1)
    elif first := Entry.objects.order_by("id").first():
        day = first.at.astimezone(CHINA).date()
    else:
        return []
    return [seal_day(day + timedelta(days=n), now) for n in range((today - day).days)]


def _end(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), CHINA).astimezone(UTC)


def _hashes(after: int, before: datetime) -> list[tuple[int, bytes]]:
    """Id and hash of each entry behind the id `after`, up to the last one that was made before the moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, hash FROM audit_entry WHERE id > %(after)s"
            " AND id <= (SELECT max(id) FROM audit_entry WHERE id > %(after)s AND at < %(before)s) ORDER BY id",
            {"after": after, "before": before},
        )
        return [(entry_id, bytes(value)) for entry_id, value in cursor.fetchall()]


def _sm3(value: bytes) -> bytes:
    return hashlib.new("sm3", value).digest()
