"""The daily seal: a Merkle root over the day's entries that also covers the seal before it.

Leaves are SM3(00 ‖ id as 8 bytes ‖ entry hash) in order of id, inner nodes SM3(01 ‖ left ‖ right), the tree has the
shape of RFC 6962. The root of a day is `digest` over the previous root, the tree and every other column.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict

from .chain import GENESIS, digest, sm3, stamp
from .models import Entry, Seal

BATCH = 5_000
"""Rows fetched at a time."""
PATIENCE = timedelta(minutes=1)
"""How far the clocks of two machines may differ."""


class Tree:
    """A Merkle tree that is fed leaf by leaf and keeps only the roots of its complete subtrees."""

    def __init__(self) -> None:
        self.leaves = 0
        self._roots: list[tuple[int, bytes]] = []

    def add(self, entry_id: int, entry_hash: bytes) -> None:
        """Add the next entry; ids must rise."""
        self.leaves += 1
        size, node = 1, sm3(b"\0" + entry_id.to_bytes(8, "big", signed=True) + entry_hash)
        while self._roots and self._roots[-1][0] == size:
            node = sm3(b"\1" + self._roots.pop()[1] + node)
            size *= 2
        self._roots.append((size, node))

    def root(self) -> bytes:
        """The root over all leaves so far; 32 zero bytes when there are none."""
        nodes = [node for _, node in self._roots]
        if not nodes:
            return GENESIS
        root = nodes.pop()
        while nodes:
            root = sm3(b"\1" + nodes.pop() + root)
        return root


def root_of(tree: Tree, *, prev: bytes, day: str, first_id: int, last_id: int, sealed_at: str) -> bytes:
    """The root that a seal with these columns must have; `day` and `sealed_at` as ISO text."""
    return digest(prev + tree.root(), day, first_id, last_id, tree.leaves, sealed_at)


def seal_day(day: date, now: datetime) -> Seal:
    """Seal `day` (in China), which must be over; sealing it again returns the seal it has.

    Covers every entry that no earlier seal covers, up to the last one of that day by id: an entry that was committed
    late is in the next seal. Raises Conflict when the day is not over, or when another day is due first.
    """
    last_id = settled()
    if existing := Seal.objects.filter(day=day).first():
        return existing
    if day >= now.astimezone(CHINA).date():
        raise Conflict(_("A day can be sealed only when it is over."), code="day_not_over")
    last = Seal.objects.order_by("-day").first()
    if last and day != last.day + timedelta(days=1):
        raise Conflict(_("Days are sealed one after the other."), code="day_out_of_turn")
    after = last.last_id if last else 0
    tree, last_id = Tree(), _last_of(_end(day), after, last_id)
    for entry_id, entry_hash in hashes_between(after + 1, last_id):
        tree.add(entry_id, entry_hash)
    prev = bytes(last.root) if last else GENESIS
    root = root_of(tree, prev=prev, day=day.isoformat(), first_id=after + 1, last_id=last_id, sealed_at=stamp(now))
    columns = {"first_id": after + 1, "last_id": last_id, "entries": tree.leaves, "root": root, "prev": prev}
    try:
        with transaction.atomic():
            return Seal.objects.create(day=day, sealed_at=now, **columns)
    except IntegrityError:  # somebody else sealed it meanwhile
        return Seal.objects.get(day=day)


def seal_pending(now: datetime) -> list[Seal]:
    """Seal every day that is over and has no seal yet, in order.

    Raises Conflict when the last seal was made later than `now`: the clock was set back, and a day that is sealed by a
    wrong clock cannot be opened again.
    """
    today = now.astimezone(CHINA).date()
    last = Seal.objects.order_by("-day").first()
    if last and now < last.sealed_at - PATIENCE:
        said = _("A day was sealed later than this clock says it is: it was set back. Nothing is sealed until then.")
        raise Conflict(said, code="clock_back")
    if last:
        day = last.day + timedelta(days=1)
    elif first := Entry.objects.order_by("id").first():
        day = first.at.astimezone(CHINA).date()
    else:
        return []
    return [seal_day(day + timedelta(days=n), now) for n in range((today - day).days)]


@transaction.atomic
def settled() -> int:
    """The highest id of the trail below which none can appear any more; 0 for an empty trail.

    Waits for whoever is writing and keeps others out for the moment of one look: a writer holds the table from before
    it draws an id until it commits.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE audit_entry IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("SELECT coalesce(max(id), 0) FROM audit_entry")
        return int(cursor.fetchone()[0])


def hashes_between(first_id: int, last_id: int) -> Iterator[tuple[int, bytes]]:
    """Id and hash of each entry from one id to another, in order, without holding them all."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute("SELECT id, hash FROM audit_entry WHERE id BETWEEN %s AND %s ORDER BY id", [first_id, last_id])
        while rows := cursor.fetchmany(BATCH):
            for entry_id, value in rows:
                yield entry_id, bytes(value)


def _end(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), CHINA).astimezone(UTC)


def _last_of(end: datetime, after: int, most: int) -> int:
    """The last entry that was made before the moment, by id; `after` when there is none behind it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(id), %(after)s) FROM audit_entry"
            " WHERE id > %(after)s AND id <= %(most)s AND at < %(end)s",
            {"after": after, "most": most, "end": end},
        )
        return int(cursor.fetchone()[0])
