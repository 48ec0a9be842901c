"""What the page and the API of complaints under a pseudonym share: the course of one, as its worker may read it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from zhijia.faces import present
from zhijia.kernel.base.limits import Limit
from zhijia.kernel.cases.models import Case
from zhijia.kernel.notify.models import Channel, Message
from zhijia.kernel.notify.render import render as worded
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import IdentityRequest, Pseudonym
from zhijia.kernel.service import engine, pseudonymous, registry
from zhijia.kernel.service.declare import Transition

FILED = Limit("pickup.filed", most=10, seconds=3600)
"""Complaints under a pseudonym from one place in an hour; a factory's gate may be one."""


def timeline(own: Case, shown: Case) -> list[present.Entry]:
    """The complaint's steps, and those of the case it was joined to; never another worker's words. Nobody's account is
    theirs, so of a shared case every worker's step is somebody's."""
    nobody = Actor(account_id=-1)
    lines = present.timeline(own, desk=False, reader=nobody if own.marks.get("people", 1) > 1 else None)
    if shown.pk != own.pk:
        lead = present.timeline(shown, desk=False, reader=nobody)
        lines += [entry for entry in lead if entry.transition != engine.FILE]
        lines.sort(key=lambda entry: entry.at, reverse=True)
    return lines


def choices(found: Pseudonym, shown: Case, now: datetime) -> list[Transition]:
    """What the worker can do now, the usual step first."""
    ctx = engine.context(registry.service(shown.service), shown, pseudonymous.actor_of(found), now)
    return [transition for transition, verdict in engine.choices(ctx) if verdict]


def messages(found: Pseudonym, now: datetime) -> list[tuple[datetime, str]]:
    """The newest messages to the pseudonym, in the reader's language; they are read from now on."""
    rows = Message.objects.filter(person_id=found.person_id, channel=Channel.APP).order_by("-id")[:30]
    language = get_language() or "zh-hans"
    Message.objects.filter(pk__in=[row.pk for row in rows], read_at=None).update(read_at=now)
    return [(row.created_at, worded(row.template, row.data, language, at=row.created_at)) for row in rows]


def told(asked: IdentityRequest) -> Mapping[str, Any]:
    """One request about the identity as the worker reads it."""
    return {
        "who": asked.asked_as, "at": asked.asked_at, "reason": asked.reason, "opened": asked.opened_at,
        "refused": asked.refused_at, "keys": [(key.signed_as, key.agrees, key.at) for key in asked.turned.all()],
    }  # fmt: skip
