"""Openings of single cases together with the messages that go with them: each in one transaction."""

from datetime import datetime
from typing import Any

from django.db import transaction

from zhijia.kernel.audit.chain import signature
from zhijia.kernel.base.clock import written
from zhijia.kernel.cases import openings
from zhijia.kernel.notify.staff import inform
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Account, Opening, OpeningKind
from zhijia.kernel.people.posts import actor_of


@transaction.atomic
def ask(*, no: str, reason: str, actor: Actor, now: datetime) -> Opening:
    """Ask for a confidential case, and tell who may agree. Raises as `openings.ask`."""
    opening = openings.ask(no=no, reason=reason, actor=actor, now=now)
    return _tell_deciders(opening, actor, now)


@transaction.atomic
def ask_emergency(*, no: str, reason: str, danger: str, actor: Actor, now: datetime) -> Opening:
    """Ask for any case in an emergency, and tell who may agree. Raises as `openings.ask_emergency`."""
    opening = openings.ask_emergency(no=no, reason=reason, danger=danger, actor=actor, now=now)
    return _tell_deciders(opening, actor, now)


@transaction.atomic
def agree(*, opening_id: int, actor: Actor, now: datetime) -> Opening:
    """Agree, and tell the asker when the case is open, or the other side that one is missing. Raises as
    `openings.agree`."""
    opening = openings.agree(opening_id=opening_id, actor=actor, now=now)
    if opening.until is not None:
        _inform("opening.agreed", opening, [opening.account_id], now, until=written(opening.until))
    else:
        others = [pk for pk in openings.deciders(opening, now=now) if pk != actor.account_id]
        _inform("opening.half", opening, others, now)
    return opening


@transaction.atomic
def refuse(*, opening_id: int, actor: Actor, now: datetime) -> Opening:
    """Refuse, and tell the asker. Raises as `openings.refuse_opening`."""
    opening = openings.refuse_opening(opening_id=opening_id, actor=actor, now=now)
    _inform("opening.refused", opening, [opening.account_id], now)
    return opening


def tell_ended(*, now: datetime) -> int:
    """Tell the workers of every emergency that is over: who read, when and why, each exactly once. How many."""
    told = 0
    for opening_id in openings.untold(now=now):
        with transaction.atomic():
            found = openings.take_to_tell(opening_id, now=now)
            if found is None:
                continue
            opening, case, people = found
            who = signature(actor_of(opening.account, now=now)) if opening.account.is_active else opening.account.name
            data = {
                "who": who, "no": case.no, "from": written(_begun(opening)), "until": written(opening.until),
                "why": opening.reason,
            }  # fmt: skip
            inform(template="opening.told", data=data, now=now, persons=people)
            guards = [opening.agreed_by_id] if opening.agreed_by_id else []
            _inform("opening.to_review", opening, guards, now)
            told += 1
    return told


def _begun(opening: Opening) -> datetime | None:
    """When the second of the two had agreed."""
    moments = [at for at in (opening.agreed_at, opening.second_at) if at is not None]
    return max(moments, default=None)


def _tell_deciders(opening: Opening, actor: Actor, now: datetime) -> Opening:
    if opening.asked_at == now:  # what was asked twice is told once
        _inform("opening.asked", opening, openings.deciders(opening, now=now), now, who=actor.name)
    return opening


def _inform(template: str, opening: Opening, accounts: list[int], now: datetime, **data: Any) -> None:
    known = Account.objects.filter(pk=opening.account_id).values_list("name", flat=True).first()
    told = {"no": opening.no, "who": known or "", "kind": str(OpeningKind(opening.kind)), **data}
    inform(template=template, data=told, now=now, accounts=accounts)
