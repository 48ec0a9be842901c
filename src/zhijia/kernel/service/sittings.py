"""Meetings of a case: set, held, moved, called off; no room and no leader twice at one time.

A service takes `steps` into its transitions and `panel` among its panels. The rows are the platform's: whoever may fire
the transition may set the meeting, whatever else they may write.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Invalid, Text, Verdict, no, yes
from zhijia.kernel.cases.sitting_models import Room, Sitting, SittingState

from .context import Ctx
from .declare import Effect, Guard, Keep, Panel, Transition
from .prepared import as_platform
from .terms import Some, line, listed, moment, number, several, step, words

TAKEN = "taken"
"""Code of the refusal that another time would mend."""
LONGEST = 12 * 60
"""Minutes of the longest meeting."""
BUSY: Mapping[str, Text] = {
    "sitting_room_free": _("The room is taken at that time. Choose another room or another time."),
    "sitting_leader_free": _("Whoever is in charge has another meeting at that time."),
}


def rooms(c: Ctx[Any]) -> list[tuple[int, Text]]:
    """The rooms of the case's unit."""
    found = Room.objects.filter(org_id=c.case.unit_id, active=True).order_by("name")
    return [(room.pk, f"{room.name} {room.place}".strip()) for room in found]


def planned(c: Ctx[Any], kind: str = "") -> Sitting | None:
    """The case's next meeting that is still planned."""
    found = Sitting.objects.filter(case_id=c.case.pk, state=SittingState.PLANNED)
    return (found.filter(kind=kind) if kind else found).order_by("starts_at").first()


def steps(
    source: Some, *, by: Some, kind: str, tells: Some = (),
    guard: Guard | Iterable[Guard] = (), then: Effect | Iterable[Effect] = (),
) -> tuple[Transition, ...]:  # fmt: skip
    """Setting, recording, moving and calling off a meeting of this kind; `then` follows when it was set."""
    told, may = sorted(several(tells)), (guard,) if callable(guard) else tuple(guard)
    after = (then,) if callable(then) else tuple(then)
    when = (
        moment("at", _("Day and hour")),
        number("minutes", _("How many minutes"), required=False, keep=Keep.EVENT),
        listed("room", _("Room"), rooms, required=False),
        line("place", _("Other place, or what to bring"), required=False),
        line("link", _("Address of an online meeting"), required=False),
    )
    has = _has(kind)
    return (
        step("sit", _("Set a meeting"), _("A meeting was set"), source, by=by, ask=when, check=CHECKS,
             then=(_sets(kind), *after), tells=told, main=True, guard=may),
        step("sit_moved", _("Move the meeting"), _("The meeting was moved"), source, by=by, guard=has, ask=when,
             check=CHECKS, then=(_ends(kind, SittingState.OFF), _sets(kind)), tells=told),
        step("sit_off", _("Call the meeting off"), _("The meeting was called off"), source, by=by, guard=has,
             ask=words("reason", _("Reason"), limit=1000), then=_ends(kind, SittingState.OFF), tells=told),
        step("sit_held", _("The meeting was held"), _("The meeting was held"), source, by=by, guard=has, public=True,
             then=_ends(kind, SittingState.HELD),
             ask=words("minutes_text", _("What was said"), public=False, limit=20_000)),
    )  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """One meeting as the page shows it."""

    starts_at: datetime
    ends_at: datetime
    where: str
    link: str
    state: str
    title: Text
    leader: str


def of_case(case_id: int) -> list[Shown]:
    """Every meeting of a case that the request may see, the newest first."""
    found = Sitting.objects.filter(case_id=case_id).select_related("room", "leader").order_by("-starts_at", "-id")
    found = found.only(
        "starts_at", "ends_at", "room__name", "room__place", "place", "link", "state", "leader__name"
    )  # fmt: skip
    return [
        Shown(
            s.starts_at, s.ends_at, _where(s), s.link, s.state, SittingState(s.state).label,
            s.leader.name if s.leader else "",
        )
        for s in found
    ]  # fmt: skip


def _where(sitting: Sitting) -> str:
    room = f"{sitting.room.name} {sitting.room.place}".strip() if sitting.room else ""
    return " · ".join(part for part in (room, sitting.place) if part)


def panel(*, worker: bool = True) -> Panel:
    """The part of the case page that lists its meetings."""

    def show(c: Ctx[Any]) -> Mapping[str, Any] | None:
        """Meetings, the newest first."""
        found = of_case(c.case.pk)
        return {"sittings": found} if found else None

    return Panel(key="sittings", title=_("Meetings"), template="cases/sittings.html", show=show, worker=worker)


# --- what must hold, and what follows ----------------------------------------------------------------------------


def _has(kind: str) -> Guard:
    def has_sitting(c: Ctx[Any]) -> Verdict:
        """There is a meeting that is still planned."""
        return yes() if planned(c, kind) else no("no_sitting", _("No meeting is planned."))

    return has_sitting


def _ahead(c: Ctx[Any]) -> Verdict:
    """A meeting is set for a time to come."""
    return yes() if c.data["at"] > c.now else no("at", _("This time has passed already."))


def _length(c: Ctx[Any]) -> Verdict:
    """From ten minutes to half a day."""
    given = c.data.get("minutes")
    return yes() if given is None or 10 <= given <= LONGEST else no("minutes", _("Write 10 to 720 minutes."))


def _somewhere(c: Ctx[Any]) -> Verdict:
    """People must know where to go."""
    if any(c.data.get(name) for name in ("room", "place", "link")):
        return yes()
    return no("room", _("Choose a room, write a place or give the address of an online meeting."))


def _address(c: Ctx[Any]) -> Verdict:
    """An address is one that a browser opens."""
    link = c.data.get("link") or ""
    return yes() if not link or link.startswith(("https://", "http://")) else no("link", _("An address begins with https://."))  # fmt: skip  # noqa: E501


CHECKS = (_ahead, _length, _somewhere, _address)


def _sets(kind: str) -> Effect:
    def set_sitting(c: Ctx[Any]) -> None:
        """The meeting stands in the calendar; room and leader are taken for its time."""
        starts, given = c.data["at"], c.data.get("minutes")
        row = Sitting(
            case_id=c.case.pk, kind=kind, starts_at=starts, ends_at=starts + timedelta(minutes=int(given or 60)),
            room_id=c.data.get("room"), place=c.data.get("place") or "", link=c.data.get("link") or "",
            leader_id=c.case.assignee_id, event_seq=c.case.seq + 1,
        )  # fmt: skip
        try:
            with as_platform(), transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            _refuse(error)

    return set_sitting


def _refuse(error: IntegrityError) -> None:
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
    if name not in BUSY:
        raise error
    raise Invalid(FieldProblem("room" if name == "sitting_room_free" else "at", TAKEN, BUSY[name])) from error


def _ends(kind: str, state: SittingState) -> Effect:
    def end_sitting(c: Ctx[Any]) -> None:
        """The planned meeting was held, or is off and frees its room."""
        with as_platform():
            found = planned(c, kind)
            if found is not None:
                Sitting.objects.filter(pk=found.pk).update(state=state)

    return end_sitting
