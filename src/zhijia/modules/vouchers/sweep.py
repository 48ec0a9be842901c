"""What vouchers do by the clock: cycles start and end, what nobody collected expires, spent puzzles are forgotten."""

from datetime import datetime

from django.db.models import Max, Min

from zhijia.kernel.base.errors import Conflict
from zhijia.kernel.ledger.entitlements import expire
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.service.engine import fire

from .models import Cycle
from .puzzle import forget_spent

BATCH = 10_000


def sweep(*, now: datetime) -> None:
    """Everything that is due. Run it every minute; several at once share the work."""
    while expire(now=now, limit=BATCH) == BATCH:
        continue
    forget_spent(now=now)
    for no, transition in due(now):
        try:
            fire(no=no, transition=transition, actor=Actor.platform(), now=now)
        except Conflict:  # somebody did it, or suspended it, a moment ago
            continue


def due(now: datetime) -> list[tuple[str, str]]:
    """The cycles whose first claims have opened or whose last day is over: (case number, transition)."""
    live = Cycle.objects.filter(case__state__in=["published", "running", "suspended"])
    found = live.annotate(first=Min("offers__quota__opens_at"), last=Max("offers__use_to")).values_list(
        "case__no", "case__state", "first", "last"
    )
    return [
        (no, "end" if last <= now else "start")
        for no, state, first, last in found
        if last and (last <= now or (state == "published" and first <= now))
    ]
