"""The rooms of a unit: added and closed by its head, and what is set in them."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid, NotFound
from zhijia.kernel.base.text import clean
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.rosters import may_keep

from .models import Case
from .sitting_models import Room, Sitting, SittingState


@dataclass(frozen=True)
class Taken:
    """A span in which a room is taken; for whom, only who may see the case learns."""

    room_id: int
    starts_at: datetime
    ends_at: datetime


@transaction.atomic
def add_room(*, org_id: int, name: str, place: str, seats: int | None, actor: Actor, now: datetime) -> Room:
    """Add a room, or open one of this name again. Raises Forbidden unless the actor heads the unit, Invalid."""
    _allow(actor, org_id)
    name, place = " ".join(clean(name).split()), " ".join(clean(place).split())
    problems = []
    if not 1 <= len(name) <= 60:
        problems.append(FieldProblem("room_name", "required", _("Write a name of 1 to 60 characters.")))
    if seats is not None and not 1 <= seats <= 10_000:
        problems.append(FieldProblem("seats", "range", _("Write how many people fit.")))
    if problems:
        raise Invalid(*problems)
    room, _new = Room.objects.update_or_create(
        org_id=org_id, name=name, defaults={"place": place[:200], "seats": seats, "active": True}
    )
    append(chain=f"org:{org_id}", act="room.added", subject=f"room:{room.pk}", actor=actor, now=now, data={})
    return room


@transaction.atomic
def close_room(*, org_id: int, room_id: int, actor: Actor, now: datetime) -> None:
    """Offer a room no more; meetings that are set in it stay. Raises Forbidden, NotFound."""
    _allow(actor, org_id)
    if not Room.objects.filter(pk=room_id, org_id=org_id).update(active=False):
        raise NotFound(code="no_such_room")
    append(chain=f"org:{org_id}", act="room.closed", subject=f"room:{room_id}", actor=actor, now=now, data={})


def taken(*, org_ids: list[int], since: datetime, until: datetime) -> list[Taken]:
    """When the rooms of these units are taken, whoever's case it is for."""
    found = Sitting.objects.filter(
        room__org_id__in=org_ids, state=SittingState.PLANNED, starts_at__lt=until, ends_at__gt=since
    ).order_by("starts_at")
    return [Taken(s.room_id or 0, s.starts_at, s.ends_at) for s in found.only("room_id", "starts_at", "ends_at")]


def meetings(*, actor: Actor, since: datetime, until: datetime, mine: bool = False, limit: int = 500) -> list[Sitting]:
    """Meetings of the cases that the actor may see, in order; those that are off are left out. One query."""
    found = Sitting.objects.filter(starts_at__gte=since, starts_at__lt=until, case__in=Case.objects.visible_to(actor))
    found = found.exclude(state=SittingState.OFF).select_related("case", "room", "leader")
    found = found.filter(leader_id=actor.account_id) if mine else found
    columns = (
        "no",
        "service",
        "category",
        "title",
    )  # of the account: its name and nothing else, as the database wants it
    found = found.only(
        "starts_at", "ends_at", "state", "kind", "place", "link", "room__name", "leader__name",
        *(f"case__{name}" for name in columns),
    )  # fmt: skip
    return list(found.order_by("starts_at", "pk")[:limit])


def _allow(actor: Actor, org_id: int) -> None:
    if not may_keep(actor, org_id):
        raise Forbidden(_("The head of the unit keeps its rooms."), code="not_head")
