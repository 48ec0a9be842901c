"""What every face shows of a case, ready to be worded: clocks, why, timeline. No HTTP, no HTML."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from zhijia.kernel.base import money
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Text
from zhijia.kernel.cases.models import Case, Event, Note
from zhijia.kernel.deadlines import store
from zhijia.kernel.deadlines.clock import ClockState, Left, Limit, left
from zhijia.kernel.deadlines.models import Deadline, DeadlineState
from zhijia.kernel.deadlines.why import Why, explain
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.rules import calendar
from zhijia.kernel.rules.models import NATIONAL
from zhijia.kernel.rules.units import Unit
from zhijia.kernel.service import registry
from zhijia.kernel.service.declare import Ask, Clock, Keep, Kind, Service

ICONS = {
    ClockState.OK: "c-ok", ClockState.SOON: "c-soon", ClockState.TODAY: "c-today", ClockState.OVER: "c-over",
    ClockState.PAUSE: "c-pause", ClockState.DONE: "c-done",
}  # fmt: skip


@dataclass(frozen=True)
class Chip:
    """One clock as a chip: look.md §4. `state` is the data-clock attribute."""

    key: str
    title: Text
    state: str
    word: str
    icon: str
    due_at: datetime | None
    provisional: bool = False
    basis: str = ""
    verified: bool = True
    deadline: Deadline | None = None


def chip(service: Service, deadline: Deadline, now: datetime, *, desk: bool, region: str = NATIONAL) -> Chip:
    """The chip of one kept clock, of a case in `region`."""
    clock = service.clock(deadline.key)
    numbers = left(
        at=deadline.due_at, unit=Unit(deadline.unit), now=now, done_at=deadline.done_at,
        suspended=deadline.state == DeadlineState.SUSPENDED, calendar=calendar.current(region),
    )  # fmt: skip
    word = _waits_for(deadline) if numbers.state == ClockState.PAUSE else _word(numbers, deadline, desk=desk)
    return Chip(
        clock.key, clock.title, numbers.state.value, word, ICONS[numbers.state], deadline.due_at, deadline.provisional,
        deadline.basis, deadline.verified, deadline,
    )  # fmt: skip


def case_chip(case: Case, now: datetime, *, desk: bool) -> Chip | None:
    """The chip of the leading clock from the case row alone: lists need no second query. None when none runs."""
    service = registry.service(case.service)
    if case.due_at is None:
        if case.closed_at is not None or not case.paused:
            return None
        return Chip("", "", ClockState.PAUSE.value, _("waiting"), ICONS[ClockState.PAUSE], None)
    clock = service.clock(case.due_key)
    numbers = left(at=case.due_at, unit=_unit(case.due_at), calendar=calendar.current(case.region), now=now)
    word = _words(numbers, case.due_at, desk=desk)
    return Chip(clock.key, clock.title, numbers.state.value, word, ICONS[numbers.state], case.due_at)


def chips(
    service: Service, deadlines: Iterable[Deadline], now: datetime, *, desk: bool, region: str = NATIONAL
) -> list[Chip]:
    """The newest round of every clock, running ones first by date, then ended ones."""
    newest: dict[str, Deadline] = {}
    for deadline in deadlines:
        if deadline.state != DeadlineState.DROPPED and (
            deadline.key not in newest or newest[deadline.key].round < deadline.round
        ):
            newest[deadline.key] = deadline
    order = sorted(newest.values(), key=lambda d: (d.done_at is not None, d.due_at))
    return [chip(service, deadline, now, desk=desk, region=region) for deadline in order]


def why(service: Service, deadline: Deadline, now: datetime, *, region: str = NATIONAL) -> Why:
    """Why this date: sentences and the counting calendar of one kept clock, of a case in `region`."""
    clock = service.clock(deadline.key)
    started = service.transition(deadline.started_by)
    label = started.title if started else service.intake.done
    due = store.due_of(deadline, region=region)
    basis = _(deadline.basis)  # defaults of the platform are named in our own words; a statute is in no catalogue
    if not deadline.verified:
        basis += " " + _("(unverified)")
    return explain(
        title=clock.title, start=deadline.started_at, start_label=label,
        limit=Limit(deadline.amount, Unit(deadline.unit)), basis=basis, moves=store.moves_of(deadline), due=due,
        calendar=calendar.current(region), now=now,
    )  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """One recorded fact: what was asked, the value as it is stored, and its words ("" when nothing was said)."""

    ask: Ask
    value: Any
    words: str


def facts_of(service: Service, facts: Any) -> list[Fact]:
    """Every asked field that is a column of the facts, in the order in which they are asked, intake first."""
    asks = [*service.intake.asks, *(ask for t in service.transitions for ask in t.ask)]
    kept: dict[str, Ask] = {}
    for ask in asks:
        if ask.keep == Keep.FACTS:
            kept.setdefault(ask.name, ask)
    return [Fact(a, value, in_words(a, value)) for a in kept.values() for value in (getattr(facts, a.name, None),)]


def in_words(ask: Ask, value: Any) -> str:
    """A stored answer as people read it: money in yuan, days, titles of choices, names of units."""
    if value in (None, ""):
        return ""
    if ask.kind == Kind.FLAG:
        return _("yes") if value else _("no")
    if ask.kind == Kind.CHOICE:
        return next((str(title) for code, title in ask.choices if code == value), str(value))
    if ask.kind == Kind.MONEY:
        return amount(int(value))
    if ask.kind == Kind.DATE:
        return day_words(value)
    if ask.kind == Kind.MOMENT:
        return moment_words(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(getattr(value, "name", value))


def amount(fen: int) -> str:
    """Money with its unit, which never parts from the number: 6,800 元."""
    return _("%(amount)s\u00a0yuan") % {"amount": money.shown(fen)}


def day_words(day: date | str) -> str:
    """A day with its year: 2026 年 11 月 24 日, or 24 Nov 2026. Takes the ISO text that events hold as well."""
    found = date.fromisoformat(day) if isinstance(day, str) else day
    if (get_language() or "").startswith("zh"):
        return f"{found.year}\u00a0年\u00a0{found.month}\u00a0月\u00a0{found.day}\u00a0日"
    return f"{found.day} {found:%b} {found.year}"


def moment_words(at: datetime | str) -> str:
    """A day and an hour in China: 2026 年 11 月 24 日 14:30."""
    found = (datetime.fromisoformat(at) if isinstance(at, str) else at).astimezone(CHINA)
    return f"{day_words(found.date())}\u00a0{found:%H:%M}"


@dataclass(frozen=True)
class Entry:
    """One line of the timeline."""

    at: datetime
    what: str
    who: str
    notes: tuple[tuple[str, str], ...]
    """(title of the asked field, words)."""
    public: bool
    seq: int
    transition: str
    into: str = ""
    """The state it led to; "" when the case stayed where it was."""


def timeline(case: Case, *, desk: bool, reader: Actor | None = None) -> list[Entry]:
    """The case's events, newest first. The worker (`reader`) sees what is public; of what other workers on the same
    case did, that it was done, never their words. Three queries, however long it is."""
    notes: dict[int, list[Note]] = {}
    for note in Note.objects.filter(case_id=case.pk).order_by("id"):
        notes.setdefault(note.event_seq, []).append(note)
    events = Event.objects.filter(case_id=case.pk).select_related("actor_org").order_by("-seq")
    if not desk:
        events = events.filter(public=True)
    told = lines(registry.service(case.service), events, notes, _names(case) if desk else {}, desk=desk)
    if desk:
        return told
    return [_for_worker(entry, event, case, reader) for entry, event in zip(told, events, strict=True)]


def lines(
    service: Service, events: Iterable[Event], notes: Mapping[int, Iterable[Note]], names: Mapping[int, str], *,
    desk: bool,
) -> list[Entry]:  # fmt: skip
    """The timeline of events that were read already; `notes` by event, `names` of accounts."""
    told = []
    for event in events:
        shown = tuple(
            (_title(service, event.transition, note.field), note.text)
            for note in notes.get(event.seq, ()) if desk or note.public
        )  # fmt: skip
        shown += _said(service, event, desk)
        into = event.target if event.target != event.source else ""
        who = _who(event, names, desk)
        done = _done(service, event, desk)
        told.append(Entry(event.at, done, who, shown, event.public, event.seq, event.transition, into))
    return told


def _for_worker(entry: Entry, event: Event, case: Case, reader: Actor | None) -> Entry:
    """The line as this worker may read it: where several share a case, the words of the others are not theirs."""
    shared = int(case.marks.get("people", 1)) > 1 or (reader is not None and case.applicant_id != reader.person_id)
    if event.actor_role != Role.WORKER or not shared or (reader and event.actor_id == reader.account_id):
        return entry
    return replace(entry, what=_("Another worker on this case did something."), who="", notes=())


def _names(case: Case) -> dict[int, str]:
    from zhijia.kernel.people.models import Account

    ids = Event.objects.filter(case_id=case.pk, actor_id__isnull=False).values("actor_id")
    return dict(Account.objects.filter(pk__in=ids).values_list("pk", "name"))


def _who(event: Event, names: Mapping[int, str], desk: bool) -> str:
    if event.actor_role == Role.WORKER:
        return _("the worker") if desk else _("you")
    place = event.actor_org.name if event.actor_org else _("the platform")
    name = names.get(event.actor_id or 0, "")
    stands = " (" + _("for") + f" {event.stands_for})" if desk and event.stands_for else ""
    return f"{place} {name}{stands}".strip()


def _done(service: Service, event: Event, desk: bool) -> str:
    if event.transition == "late":
        clock = service.clock(event.data["clock"])
        return _("Late: %(clock)s. Reported to %(org)s.") % {
            "clock": clock.title, "org": event.data.get("told_name", ""),
        }  # fmt: skip
    declared = service.transition(event.transition)
    if desk:  # colleagues read what was done, the worker what it means for them
        return str(declared.title if declared else _("The matter was told"))
    return str(declared.done if declared else service.intake.done)


def _title(service: Service, transition: str, field: str) -> str:
    return next((str(a.title) for a in _asks(service, transition) if a.name == field), field)


def _asks(service: Service, transition: str) -> tuple[Ask, ...]:
    declared = service.transition(transition)
    return declared.ask if declared else service.intake.asks


def _said(service: Service, event: Event, desk: bool) -> tuple[tuple[str, str], ...]:
    """Answers that the event keeps: sums and days for everybody who may read them, chosen grounds for colleagues."""
    kinds = {Kind.MONEY, Kind.DATE, Kind.CHOICE} if desk else {Kind.MONEY, Kind.DATE}
    return tuple(
        (str(a.title), in_words(a, event.data[a.name]))
        for a in _asks(service, event.transition)
        if a.keep == Keep.EVENT and a.kind in kinds and (desk or a.public) and a.name in event.data
    )


def _waits_for(deadline: Deadline) -> str:
    reason = next((m.reason for m in reversed(store.moves_of(deadline)) if m.kind == "suspend"), "")
    return reason or _("waiting")


def _word(numbers: Left, deadline: Deadline, *, desk: bool) -> str:
    if numbers.state == ClockState.DONE:
        return _("in time") if deadline.state == DeadlineState.MET else _late_by(numbers)
    return _words(numbers, deadline.due_at, desk=desk)


def _late_by(numbers: Left) -> str:
    days = max(1, numbers.over_days)
    return ngettext("%(days)s day late", "%(days)s days late", days) % {"days": days}


def _words(numbers: Left, due: datetime, *, desk: bool) -> str:
    if numbers.state == ClockState.OVER:
        if numbers.over_days:
            return ngettext("over by %(n)s day", "over by %(n)s days", numbers.over_days) % {"n": numbers.over_days}
        return ngettext("over by %(n)s hour", "over by %(n)s hours", numbers.over_hours) % {"n": numbers.over_hours}
    if numbers.state == ClockState.TODAY:
        local = due.astimezone(CHINA)
        clock = "24:00" if local.hour == 23 and local.minute == 59 else f"{local:%H:%M}"
        return _("today %(time)s") % {"time": clock} if desk else _("by %(time)s today") % {"time": clock}
    if desk or not numbers.working_days:
        return ngettext("%(n)s day left", "%(n)s days left", numbers.days) % {"n": numbers.days}
    n = numbers.working_days
    return ngettext("%(n)s working day left", "%(n)s working days left", n) % {"n": n}


def _unit(due: datetime) -> Unit:
    local = due.astimezone(CHINA)
    return Unit.WORKDAYS if (local.hour, local.minute, local.second) == (23, 59, 59) else Unit.HOURS


__all__ = [
    "Chip", "Clock", "Entry", "Fact", "amount", "case_chip", "chip", "chips", "day_words", "facts_of", "in_words",
    "timeline", "why",
]  # fmt: skip
