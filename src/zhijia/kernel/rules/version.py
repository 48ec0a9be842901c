"""How many processes keep the same rules in memory: one number in the database that every change renews."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import connection, transaction

from zhijia.kernel.base.memo import asking

T = TypeVar("T")


def version() -> int:
    """The number of the rules and calendar now in the database. One small query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM rules_version")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


class _Seen:
    """The newest number this process has heard of; none after a change made here, so that the next look-up loads."""

    number: int | None = None


def refresh_if(number: int) -> None:
    """Tell the caches the version that the caller read in its own SQL; they reload when theirs differs."""
    _Seen.number = number


def refresh() -> None:
    """Ask the database for the version: at the start of a task, or of a page that does not pass through the engine."""
    refresh_if(version())


class _Change:
    """An uncommitted change of this connection, with what was loaded since: nobody else may see that yet."""

    def __init__(self) -> None:
        self.loaded: dict[int, Any] = {}

    def __call__(self) -> None:
        _Seen.number = None


def note_change() -> None:
    """Called inside the transaction, after the writing, by whoever changes rules or calendar."""
    transaction.on_commit(_Change())


def _uncommitted() -> _Change | None:
    # Django drops what a roll-back undid from this list, so a change that was rolled back leaves nothing behind.
    pending = (entry[1] for entry in reversed(connection.run_on_commit))
    return next((hook for hook in pending if isinstance(hook, _Change)), None)


class Versioned(Generic[T]):
    """A value made from the rules tables by `load`, which also says from which version; made anew when that changes."""

    def __init__(self, load: Callable[[], tuple[int, T]]) -> None:
        self._load = asking()(load)
        self._made: tuple[int, T] | None = None

    def get(self) -> T:
        """The value as this connection may see it. No query while the version stays the same."""
        if change := _uncommitted():
            if id(self) not in change.loaded:
                change.loaded[id(self)] = self._load()[1]
            own: T = change.loaded[id(self)]
            return own
        made = self._made
        if made is None or made[0] != _Seen.number:
            made = self._made = self._load()
            _Seen.number = made[0]
        return made[1]
