"""What this package needs to know of an actor; `kernel.people.actors.Actor` (which may import us) is one."""

from typing import Protocol


class Acting(Protocol):
    """Somebody whose account is written beside what they did; None is the platform itself."""

    @property
    def account_id(self) -> int | None: ...
