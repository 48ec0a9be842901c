"""The platform without what trust costs: no database role, no row-level security, no audit chain. For `trust.py` only.

Everything else of a request is done: permission, scope in Python, clocks, events, outbox, counters.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from zhijia.site.wsgi import application

__all__ = ["application"]


def strip() -> None:
    """Take trust out of this process."""
    from django.db import transaction

    from zhijia.faces import access
    from zhijia.kernel.cases import access as reading
    from zhijia.kernel.service import change, writer

    @contextmanager
    def unbound(*_actor: Any) -> Iterator[None]:
        with transaction.atomic():
            yield

    access.bound = unbound  # type: ignore[assignment]
    change.entry_hash = lambda prev, **_columns: prev
    reading.append = lambda **_entry: None  # type: ignore[assignment]
    for part in ("entry", "chain"):
        del writer._ALWAYS[part]


strip()
