"""What is done to kept files afterwards, by the clock or by the operator. For the owner, outside every scope."""

import logging
from contextlib import closing
from datetime import datetime

from zhijia.kernel.base.errors import NotFound
from zhijia.kernel.people.vault import Unreadable

from . import scan, scratch, store
from .models import Content, Scan
from .scan import Verdict

log = logging.getLogger(__name__)


def scan_waiting(*, now: datetime, after: str = "", batch: int = 100) -> str:
    """Scan the next `batch` contents, in the order of their names, that were kept while no scanner was there; returns
    the last name, "" when there are no more or there is no scanner. Raises Down when it stops answering."""
    if scan.scanner() is None:
        return ""
    rows = list(Content.objects.filter(scan=Scan.NOT_SCANNED, name__gt=after).order_by("name")[:batch])
    for row in rows:
        if (verdict := _look(row.name)) is None:
            continue
        found = Scan.INFECTED if verdict.virus else Scan.CLEAN
        if verdict.virus:
            log.error("content %s: %s was found in it; it is no longer given out", row.name, verdict.virus)
        Content.objects.filter(pk=row.pk).update(scan=found, scanner=verdict.scanner, scanned_at=now)
    return rows[-1].name if len(rows) == batch else ""


def _look(name: str) -> Verdict | None:
    """What the scanner says of kept content; None for content that is gone or does not open."""
    try:
        with closing(store.content(name)) as content, scratch.nameless() as file:
            for block in content.blocks():
                file.write(block)
            return scan.look(file)
    except (NotFound, Unreadable):
        return None
