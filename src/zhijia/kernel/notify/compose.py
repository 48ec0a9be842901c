"""Decide which messages a happening makes, to whom and by which channel, obeying each person's safe-contact wishes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zhijia.kernel.people.contact import ContactPlan, contact_plans

from .models import Channel, MessageState


@dataclass(frozen=True)
class NewMessage:
    """A message about to be written to the outbox."""

    template: str
    channel: str
    state: str
    data: dict[str, Any]
    person_id: int | None = None
    account_id: int | None = None
    reason: str = ""
    not_before: datetime | None = None
    sent_at: datetime | None = None

    def as_row(self) -> dict[str, Any]:
        """The columns of the outbox row."""
        return self.__dict__


@dataclass
class Audience:
    """Who is told: persons (workers) and accounts (staff)."""

    persons: Iterable[int] = field(default_factory=tuple)
    accounts: Iterable[int] = field(default_factory=tuple)


def compose(*, template: str, audience: Audience, data: dict[str, Any], sms: bool, now: datetime) -> list[NewMessage]:
    """In-app messages to all, and text messages to the persons whose profile allows them at this number and hour;
    a text that may not go is kept as held back with the reason, so that nobody thinks it was sent."""
    persons = list(audience.persons)
    messages = [
        NewMessage(template, Channel.APP, MessageState.SENT, data, person_id=p, sent_at=now) for p in persons
    ] + [
        NewMessage(template, Channel.APP, MessageState.SENT, data, account_id=a, sent_at=now) for a in audience.accounts
    ]
    if sms and persons:
        plans = contact_plans(persons, now=now)
        for person in persons:
            plan = plans.get(person)
            held = held_back(plan)
            state = MessageState.HELD if held else MessageState.WAITING
            wait = plan.not_before if plan and not held else None
            messages.append(
                NewMessage(template, Channel.SMS, state, data, person_id=person, reason=held, not_before=wait)
            )
    return messages


def held_back(plan: ContactPlan | None) -> str:
    """Why no text message may go to somebody with this plan, as a code of `render.reason`; "" when it may."""
    if plan is None or not plan.number_masked:
        return "no_number"
    return "" if plan.may_sms else "not_wanted"
