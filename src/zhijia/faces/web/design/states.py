"""What the design page shows: every component in its states, with invented people, firms and dates. No query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _

from zhijia.faces.drawing.counts import Bar
from zhijia.faces.present import ICONS, Chip, Entry
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Text
from zhijia.kernel.deadlines.clock import ClockState, Limit, compute
from zhijia.kernel.deadlines.why import explain
from zhijia.kernel.org import uscc
from zhijia.kernel.rules.units import Unit
from zhijia.kernel.rules.workdays import Calendar
from zhijia.kernel.service.declare import Ask, Kind

from .parts import Task


@dataclass(frozen=True)
class Shown:
    """One field as the page shows it: what is asked, what stands in it, what is wrong with it."""

    ask: Ask
    value: str = ""
    error: Text = ""


@dataclass(frozen=True)
class Line:
    """One row of the invented table."""

    no: int
    name: str
    code: str
    place: str
    open: int
    day: date


_FIRMS = (
    ("禾筑建设有限公司", "青禾区", 9), ("澜江电子厂", "北岭区", 4), ("云桥物流有限公司", "青禾区", 2),
    ("瑞丰食品有限公司", "北岭区", 0), ("清源纺织厂", "青禾区", 6), ("恒达机械有限公司", "北岭区", 1),
    ("晨光环卫服务部", "青禾区", 3), ("四方餐饮有限公司", "北岭区", 5), ("万家家政服务部", "青禾区", 0),
    ("金穗粮油有限公司", "北岭区", 7), ("通达快运有限公司", "青禾区", 8), ("东湖酒店", "北岭区", 2),
)  # fmt: skip


def _code(n: int) -> str:
    body = f"91980102MA{n:07}"  # no region 98 exists, so this is nobody's
    return body + uscc.check_digit(body)


FIRMS = tuple((name, _code(n), place, count) for n, (name, place, count) in enumerate(_FIRMS))
"""(name, credit code, place, open cases) of invented employers."""
PAGE = 5


def chips(now: datetime) -> list[Chip]:
    """A clock in each of its six states, days left in words."""
    words = {
        ClockState.OK: _("7 working days left"), ClockState.SOON: _("2 days left"),
        ClockState.TODAY: _("by 15:20 today"),
        ClockState.OVER: _("2 days late, the level above knows"), ClockState.PAUSE: _("waits for the expert opinion"),
        ClockState.DONE: _("in time"),
    }  # fmt: skip
    days = {ClockState.OK: 9, ClockState.SOON: 2, ClockState.TODAY: 0, ClockState.OVER: -2}
    return [
        Chip(
            state.value, _("Result"), state.value, word, ICONS[state],
            now + timedelta(days=days[state]) if state in days else None,
        )
        for state, word in words.items()
    ]  # fmt: skip


def fields() -> list[Shown]:
    """One field of each kind, with help, and with what is wrong."""
    kinds = (("wages", _("Unpaid wages")), ("hours", _("Working hours")), ("injury", _("Injury at work")))
    many = tuple((str(n), title) for n, (_c, title) in enumerate((*kinds, *kinds, *kinds)))
    return [
        Shown(
            Ask(name="d_line", title=_("A line"), kind=Kind.LINE, help=_("As it stands on your contract.")),
            _("Warehouse worker"),
        ),
        Shown(Ask(name="d_money", title=_("Amount"), kind=Kind.MONEY, help=_("What you are still owed.")), "6800"),
        Shown(
            Ask(name="d_money_bad", title=_("Amount, wrong"), kind=Kind.MONEY), _("six thousand"),
            _("Write the amount in digits, for example 6800."),
        ),
        Shown(Ask(name="d_date", title=_("Last day of work"), kind=Kind.DATE), "2026-11-24"),
        Shown(Ask(name="d_phone", title=_("Phone number"), kind=Kind.PHONE, required=False), "138 0013 8000"),
        Shown(Ask(name="d_choice", title=_("What it is about"), kind=Kind.CHOICE, choices=kinds), "wages"),
        Shown(Ask(name="d_list", title=_("A longer list"), kind=Kind.CHOICE, choices=many, required=False)),
        Shown(Ask(name="d_flag", title=_("There is danger to life or safety"), kind=Kind.FLAG)),
        Shown(Ask(name="d_text", title=_("What happened?"), kind=Kind.TEXT), _("Three months without pay.")),
    ]  # fmt: skip


def dated(now: datetime, calendar: Calendar) -> Any:
    """A limit of 15 working days that began six days ago, with its counting calendar."""
    start = datetime.combine(now.astimezone(CHINA).date() - timedelta(days=6), time(10, 30), CHINA)
    limit = Limit(15, Unit.WORKDAYS)
    due = compute(start=start, limit=limit, calendar=calendar)
    why = explain(
        title=_("Result"), start=start, start_label=_("Dispatched"), limit=limit, basis=_("an invented rule"), moves=(),
        due=due, calendar=calendar, now=now,
    )  # fmt: skip
    chip = SimpleNamespace(deadline=SimpleNamespace(started_at=start), due_at=due.at)
    return SimpleNamespace(counts_days=True, why=why, chip=chip)


def entries(now: datetime) -> list[Entry]:
    """A timeline, newest first."""
    said = ((_("In the worker's words"), _("They promised it for Friday.")),)
    lines = (
        (0, _("The employer paid 6,800 yuan"), _("Qinghe federation of trade unions"), ()),
        (2, _("An officer talked to both sides"), _("Qinghe federation of trade unions"), said),
        (6, _("Passed to the union that handles it"), _("Hotline centre"), ()), (7, _("Told us"), _("you"), ()),
    )  # fmt: skip
    return [Entry(now - timedelta(days=d), what, who, notes, True, 9 - d, "") for d, what, who, notes in lines]


def tasks(shown: Sequence[Chip]) -> list[Task]:
    """A task list: due, counted, done."""
    return [
        Task(_("Call the worker back"), beside=_("ZJ2026 1116 0007, may be called from 18:30"), chip=shown[2]),
        Task(_("Sign for the dispatched case"), beside=_("from the hotline centre"), chip=shown[1]),
        Task(_("Proposals of other administrators"), url="#lists", count="3"),
        Task(_("Read the new rule on heat"), done=True),
    ]


def firms(words: str, place: str, before: int) -> tuple[list[Line], int | None]:
    """One page of the invented table, newest first, and the number after which the next one begins."""
    day = date(2026, 11, 24)
    rows = [
        Line(len(FIRMS) - n, name, code, at, count, day - timedelta(days=n))
        for n, (name, code, at, count) in enumerate(FIRMS)
    ]
    fits = [r for r in rows if words in r.name and place in ("", r.place) and (not before or r.no < before)]
    return fits[:PAGE], fits[PAGE - 1].no if len(fits) > PAGE else None


def topics() -> tuple[Bar, ...]:
    """Bars of an invented month."""
    counts = ((_("Unpaid wages"), 1240), (_("Working hours"), 485), (_("Injury at work"), 310), (_("Contracts"), 205))
    return tuple(Bar(title, n, f"{n:,}") for title, n in counts)


def matters(shown: Sequence[Chip]) -> list[Any]:
    """Matters of mine: one waits for me, one runs, one is late."""
    titles = (_("Three months of unpaid wages"), _("Extra hours were not paid"), _("No contract was signed"))
    return [
        SimpleNamespace(
            own=SimpleNamespace(no="example", title=title, closed_at=None), state=_("being handled"), waits=n == 0,
            joined=n == 1, chip=shown[(1, 0, 3)[n]],
        )
        for n, title in enumerate(titles)
    ]  # fmt: skip


def sections() -> list[tuple[str, Text]]:
    """The parts of the page, by the name of their anchor."""
    return [
        ("acts", _("Buttons and answers")), ("fields", _("Fields")), ("pickers", _("Pickers and files")),
        ("time", _("Time")), ("lists", _("Lists")), ("figures-h", _("Figures")), ("colours", _("Colour and type")),
    ]  # fmt: skip
