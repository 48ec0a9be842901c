"""Reading a case is on record: whoever opens it leaves an entry that its workers can read."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Opening, OpeningKind

from .models import Case
from .visibility import opened_only

VIEWED = "case.viewed"
ONCE = timedelta(hours=1)
"""Within this time the same officer's looking at the same person's case is one access."""


def seen_lately(case: Case, person_ids: Collection[int], *, actor: Actor, now: datetime) -> set[int]:
    """Which of these persons have an entry of this officer's looking at this case within the hour. One query."""
    entries = Entry.objects.filter(
        person_id__in=person_ids, subject=f"case:{case.pk}", act=VIEWED, actor_id=actor.account_id, at__gt=now - ONCE
    )
    return {person_id for person_id in entries.values_list("person_id", flat=True) if person_id is not None}


@transaction.atomic
def record_view(
    case: Case, person_ids: Collection[int], *, actor: Actor, now: datetime, seen: Collection[int] | None = None
) -> int:
    """Write one access for each of these persons whose data `actor` is shown with the case; returns how many.

    At most one for each person and officer in an hour, but every single one under an emergency. A caller that has
    asked `seen_lately` in its own SQL passes `seen`, so that looking again costs nothing.
    """
    kind, reason = opened_because(case, actor=actor, now=now)
    if kind == OpeningKind.EMERGENCY:
        seen = ()
    known = seen_lately(case, person_ids, actor=actor, now=now) if seen is None else seen
    new = sorted(set(person_ids) - set(known))  # in one order, so that two officers never lock crosswise
    if new:
        with translation.override(settings.LANGUAGE_CODE):  # kept as text: the worker's language, not the officer's
            purpose = str(_PURPOSES[kind]) % {"no": case.no, "reason": reason}
    for person_id in new:
        append(
            chain=f"person:{person_id}", act=VIEWED, subject=f"case:{case.pk}", actor=actor, now=now,
            data={"no": case.no}, person_id=person_id, purpose=purpose,
        )  # fmt: skip
    return len(new)


def opened_because(case: Case, *, actor: Actor, now: datetime) -> tuple[OpeningKind | None, str]:
    """By which kind of opening, and why, the actor sees a case that is not theirs to see; None when it is. One query,
    and only where something was opened."""
    if not opened_only(actor, case):
        return None, ""
    held = Opening.objects.filter(account_id=actor.account_id or 0, case_id=case.pk, until__gt=now)
    found = held.order_by("until").values_list("kind", "reason").last()
    return (OpeningKind(found[0]), found[1]) if found else (None, "")


_PURPOSES = {
    None: _("Handling case %(no)s"),
    OpeningKind.CONFIDENTIAL: _("Opened although confidential: %(reason)s"),
    OpeningKind.EMERGENCY: _("Emergency access: %(reason)s"),
}
