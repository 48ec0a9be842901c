"""Sending what waits in the outbox: in batches, each message once, failures tried again later."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from zhijia.kernel.people.contact import ContactPlan, contact_plans
from zhijia.kernel.people.models import Person
from zhijia.kernel.people.persons import number_to_reach
from zhijia.kernel.rules.values import refresh

from .compose import held_back
from .models import Channel, Message, MessageState
from .render import NEUTRAL
from .sms import segments, signed

log = logging.getLogger(__name__)
Adapter = Callable[[str, str], None]
"""Takes a number and the words; raises when the message did not go out."""
MOST_TRIES = 5
ASKED_FOR = frozenset({"people.code"})
"""One-time secrets that the person has just asked for at their own phone: they go there as they are, whatever the
safe-contact profile says (a safe number may be somebody else's), and are erased once they went or failed."""


def to_log(number: str, words: str) -> None:
    """The adapter of an installation without a text-message contract: writes to the log that a message would go,
    without the number or the words."""
    says = "text message of %s characters (%s parts) to a number ending %s not sent: no adapter"
    log.info(says, len(words), segments(words), number[-2:])


_adapters: dict[str, Adapter] = {Channel.SMS: to_log}


def use(channel: str, adapter: Adapter) -> None:
    """Let `adapter` carry the messages of `channel`."""
    _adapters[channel] = adapter


def send_waiting(*, now: datetime, batch: int = 200) -> int:
    """Send up to `batch` waiting messages that are due; returns how many went out.

    The safe-contact profile is asked again at the moment of sending: wishes may have changed since it was written.
    So may the words that operators set; they are kept in memory, so a message costs no query for them.
    """
    refresh()
    with transaction.atomic():
        rows = list(
            Message.objects.select_for_update(skip_locked=True)
            .filter(Q(not_before=None) | Q(not_before__lte=now), state=MessageState.WAITING)
            .order_by("id")[:batch]
        )
        plans = contact_plans([r.person_id for r in rows if r.person_id], now=now)
        people = Person.objects.in_bulk([r.person_id for r in rows if r.person_id])
        for row in rows:
            plan = plans.get(row.person_id or 0)
            if row.template in ASKED_FOR:
                _send(row, people[row.person_id or 0], None, now)
            elif plan is None or (held := held_back(plan)):
                row.state, row.reason = MessageState.HELD, held_back(None) if plan is None else held
            elif plan.not_before and plan.not_before > now:
                row.not_before = plan.not_before
            else:
                _send(row, people[row.person_id or 0], plan, now)
        Message.objects.bulk_update(rows, ["state", "reason", "not_before", "sent_at", "tries"])
        over = [row.pk for row in rows if row.template in ASKED_FOR and row.state != MessageState.WAITING]
        Message.objects.filter(pk__in=over).update(secret=None)
    return sum(r.state == MessageState.SENT for r in rows)


def _send(row: Message, person: Person, plan: ContactPlan | None, now: datetime) -> None:
    """Send one message as `plan` says; without a plan, to the person's own phone as it is."""
    row.tries += 1
    try:
        number = number_to_reach(person, own=plan is None)
        template = row.template if plan is None or plan.announce else NEUTRAL
        words = signed(
            template,
            row.data | ({"code": row.secret} if row.secret else {}),
            plan.language if plan else person.language,
            at=now,
        )
        _adapters[row.channel](number, words)
    except Exception as error:  # noqa: BLE001 whatever an adapter raises, the others go on
        log.warning("message %s failed: %s", row.pk, type(error).__name__)
        row.not_before = now + timedelta(minutes=5 * row.tries)
        row.reason = type(error).__name__
        if row.tries >= MOST_TRIES:
            row.state = MessageState.FAILED
    else:
        row.state, row.sent_at, row.reason = MessageState.SENT, now, ""
