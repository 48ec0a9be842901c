"""What a simulated officer does next with a ticket, and when: one small function for each state."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from zhijia.kernel.base.memo import remember
from zhijia.kernel.cases.models import Case, PartyStatus
from zhijia.kernel.deadlines.models import Deadline, DeadlineState
from zhijia.kernel.org.models import Org, OrgKind
from zhijia.kernel.people.actors import Role
from zhijia.modules.hotline.classify import responsible_unit, suggest
from zhijia.modules.hotline.models import Ticket

from .dice import dice
from .office_hours import at_desk, in_office
from .officer_words import ANSWERS, CONTACTS, NEWS, REPLIES, RESULTS, STILL, TRIES, WAYS


@dataclass(frozen=True)
class Fate:
    """What a case will meet. The shares in `fate` are the only made-up figures."""

    labour: bool = True
    answered: bool = False
    returned: bool = False
    return_refused: bool = False
    sign_late: bool = False
    contact_late: bool = False
    late: bool = False
    stuck: bool = False
    """Late by weeks."""
    extended: bool = False
    suspended: bool = False
    urged: bool = False
    supervised: bool = False
    news: bool = False
    missed_once: bool = False
    unreached: bool = False
    unsolved: bool = False
    comes_back: bool = False
    """Closed as solved, and re-opened by the worker some days later."""
    sent_back: bool = False
    by_worker: bool = False
    """The worker answers on their own page before the call-back."""
    satisfaction: str = "satisfied"


@dataclass(frozen=True)
class Step:
    """One thing to be done at a moment, and by whom."""

    at: datetime
    transition: str
    role: Role
    data: Mapping[str, Any]
    unit: Org
    person: int | None


@dataclass
class View:
    """A ticket as the person who must act next sees it."""

    case: Case
    ticket: Ticket
    fate: Fate
    rng: Random
    after: datetime
    clocks: list[Deadline]
    done: Counter[str]
    owed: frozenset[str]
    """Kinds of its open tasks."""
    parties: list[tuple[int, str]]
    """Its workers with their status."""

    def step(self, at: datetime, transition: str, role: Role, who: int | None = None, **data: Any) -> Step:
        return Step(
            at=max(at, self.after + timedelta(seconds=20)), transition=transition, role=role, data=data,
            unit=self.case.unit, person=who or self.case.applicant_id,
        )  # fmt: skip

    def office(self, low: float, high: float) -> datetime:
        """A moment so many office hours from now."""
        return in_office(self.after, self.rng.uniform(low, high))

    def in_time(self, low: float, high: float) -> datetime:
        """As `office`; somebody on duty does it where the worker would wait past a day for the first call."""
        moment, contact = self.office(low, high), self.clock("contact")
        in_danger = contact is not None and contact.due_at > self.after and moment > contact.due_at - timedelta(hours=2)
        return self.desk(10, 90) if in_danger else moment

    def desk(self, low: float, high: float) -> datetime:
        """A moment so many minutes from now at the hotline's desks."""
        return at_desk(self.after, self.rng.uniform(low, high))

    def pick(self, words: Mapping[str, tuple[str, ...]]) -> str:
        """Words that fit what the ticket is about."""
        return self.rng.choice(words.get(self.ticket.category) or words[""])

    def clock(self, key: str, state: DeadlineState = DeadlineState.RUNNING) -> Deadline | None:
        """The clock of this key that is in a state."""
        return next((d for d in self.clocks if d.key == key and d.state == state), None)


def fate(seed: int, key: str, **wanted: Any) -> Fate:
    """What the case with this key meets; the same for the same seed and key, whatever happens around it."""
    rng = dice(seed, key)
    chance = {name: rng.random() for name in Fate.__dataclass_fields__}
    shares = {
        "answered": 0.12, "returned": 0.03, "return_refused": 0.4, "sign_late": 0.03, "contact_late": 0.05,
        "late": 0.06,
        "extended": 0.04, "suspended": 0.01, "urged": 0.06, "supervised": 0.02, "news": 0.35, "missed_once": 0.12,
        "unreached": 0.025, "unsolved": 0.05, "comes_back": 0.01, "sent_back": 0.01, "by_worker": 0.3,
    }  # fmt: skip
    made = {name: chance[name] < share for name, share in shares.items()}
    unhappy = made["unsolved"] or chance["satisfaction"] < 0.06
    mood = "dissatisfied" if made["unsolved"] else "passable" if unhappy else "satisfied"
    return replace(Fate(**made, satisfaction=mood), **wanted)


def plan(
    case: Case, ticket: Ticket, fate: Fate, rng: Random, *, after: datetime, clocks: list[Deadline],
    done: Counter[str], owed: frozenset[str], parties: list[tuple[int, str]],
) -> Step | None:  # fmt: skip
    """The next step on this case (with its unit) after a moment; None when nobody needs to do anything.

    `clocks` are its running and suspended ones, `done` counts the transitions it has passed, `owed` its open tasks.
    """
    decide = _STATES.get(case.state)
    return decide(View(case, ticket, fate, rng, after, clocks, done, owed, parties)) if decide else None


def _received(v: View) -> Step:
    if not v.fate.labour:
        body, way = v.rng.choice(WAYS)
        return v.step(v.desk(3, 40), "refer", Role.AGENT, body=body, way=way)
    guess = suggest(v.ticket.story)
    if v.fate.answered and not v.ticket.urgent and v.case.marks.get("people", 1) == 1:
        return v.step(v.desk(2, 25), "answer", Role.AGENT, answer=v.pick(ANSWERS), law=str(guess.law)[:200])
    unit = responsible_unit(v.case.region) or v.case.unit
    minutes = (2, 8) if v.ticket.urgent else (4, 50)
    return v.step(v.desk(*minutes), "dispatch", Role.DISPATCHER, unit=unit.pk, tier=guess.tier.value)


def _dispatched(v: View) -> Step:
    if v.fate.returned and not v.ticket.bounces and v.case.state == "dispatched":
        return v.step(
            v.office(0.5, 5), "return", Role.OFFICER, ground="other_place", article="劳动争议调解仲裁法第二十一条",
            reason="用人单位登记地和实际用工地都不在本辖区，已与职工核对。",
        )  # fmt: skip
    if v.fate.sign_late and not v.ticket.reopened:
        return v.step(v.office(10, 16), "sign", Role.OFFICER)
    return v.step(v.in_time(0.3, 3), "sign", Role.OFFICER)


def _returned(v: View) -> Step:
    others = [pk for pk in _beside(v.case.unit.parent_id) if pk != v.case.unit_id]
    if v.fate.return_refused or not others:
        return v.step(
            v.office(0.5, 6), "refuse_return", Role.DISPATCHER, reason="用工地在你辖区，首接负责，请继续办理。"
        )
    return v.step(v.office(0.5, 6), "accept_return", Role.DISPATCHER, unit=v.rng.choice(others))


@remember
def _beside(parent_id: int | None) -> list[int]:
    """Ids of the federations below one parent."""
    found = Org.objects.filter(kind=OrgKind.FEDERATION, active=True, parent_id=parent_id).order_by("lft")
    return list(found.values_list("pk", flat=True))


def _signed(v: View) -> Step:
    if v.fate.contact_late and not v.ticket.reopened:
        if not v.done["attempt"]:
            return v.step(v.office(1, 4), "attempt", Role.OFFICER, note="打了两次，没有人接，改天再打。")
        return v.step(v.office(9, 14), "contact", Role.OFFICER, note=v.pick(CONTACTS))
    return v.step(v.in_time(0.2, 2.5), "contact", Role.OFFICER, note=v.pick(CONTACTS))


def _working(v: View) -> Step:
    if "urge" in v.owed:
        return v.step(v.office(0.5, 5), "reply_urge", Role.OFFICER, reply=v.pick(REPLIES))
    if "supervise" in v.owed:
        return v.step(v.office(2, 9), "reply_supervision", Role.UNIT_HEAD, reply="已安排专人跟进，三日内给出结果。")
    if "extension" in v.owed:
        return v.step(v.office(0.5, 4), "grant_extension", Role.DISPATCHER, reason="单位正在核对台账，同意延长一次。")
    if v.clock("result", DeadlineState.SUSPENDED):
        return v.step(v.office(9, 30), "resume", Role.OFFICER)
    if v.fate.suspended and not v.done["suspend"]:
        return v.step(v.office(2, 9), "suspend", Role.UNIT_HEAD, reason="等劳动监察的调查结论")
    if v.fate.urged and not v.done["urge"] and v.case.applicant_id:
        return v.step(v.office(3, 10), "urge", Role.WORKER, remark="都几天了，有消息吗？")
    if v.fate.supervised and not v.done["supervise"]:
        return v.step(v.office(2, 9), "supervise", Role.SUPERVISOR, order="涉及多名职工，请三日内拿出处理意见。")
    if v.fate.news and not v.done["progress"]:
        return v.step(v.office(2, 9), "progress", Role.OFFICER, note=v.pick(NEWS))
    result = v.clock("result")
    if v.fate.extended and not v.done["ask_extension"] and result and in_office(v.after, 4) < result.due_at:
        return v.step(
            v.office(0.5, 3), "ask_extension", Role.OFFICER, reason="单位负责人出差，下周才能当面核对工资表。"
        )
    return v.step(_when_ready(v, result), "submit", Role.OFFICER, result=v.pick(RESULTS))


def _when_ready(v: View, result: Deadline | None) -> datetime:
    """Late ones after their date, others well before it where there is still time."""
    if v.fate.stuck and result:
        return in_office(max(result.due_at, v.after), v.rng.uniform(90, 200))
    if v.fate.late and not v.ticket.reopened and result:
        return in_office(max(result.due_at, v.after), v.rng.uniform(2, 40))
    usual = {"general": (2.0, 16.0), "difficult": (9.0, 60.0), "complex": (18.0, 120.0)}[v.ticket.tier]
    ready = v.office(*usual)
    return ready if result is None or ready < result.due_at else v.office(0.3, 2)


def _call_back(v: View) -> Step:
    fate, tries = v.fate, v.ticket.tries
    if v.case.applicant_id and fate.unreached:
        if tries < 3:
            return v.step(v.office(1, 6), "call_missed", Role.CALLBACK_AGENT, note=v.rng.choice(TRIES))
        return v.step(v.office(0.1, 1), "give_up", Role.CALLBACK_AGENT)
    if v.case.applicant_id and fate.missed_once and not v.done["call_missed"]:
        return v.step(v.office(1, 8), "call_missed", Role.CALLBACK_AGENT, note=v.rng.choice(TRIES))
    person = next((person for person, status in v.parties if status == PartyStatus.WAITING), None)
    by_worker = fate.by_worker and person is not None
    role = Role.WORKER if by_worker else Role.CALLBACK_AGENT
    at = v.office(0.5, 9) if by_worker else v.office(1, 14)
    named = {} if by_worker or person is None else {"person": person}
    if fate.unsolved and not v.ticket.reopened:
        return v.step(
            at, "report_unsolved", role, person, remark=v.rng.choice(STILL), satisfaction="dissatisfied", **named
        )
    mood = "passable" if v.ticket.reopened else fate.satisfaction if not fate.unsolved else "passable"
    return v.step(at, "confirm_solved", role, person, satisfaction=mood, **named)


def _check(v: View) -> Step:
    if v.fate.sent_back and not v.ticket.reopened:
        return v.step(v.office(1, 8), "send_back", Role.QUALITY_CHECKER, reason="办理结果没有写明依据，请补充后再报。")
    states = {status for _person, status in v.parties}
    if states == {PartyStatus.UNREACHED}:
        code = "unreached"
    elif v.done["refer"]:
        code = "referred"
    else:
        code = "explained" if v.done["answer"] and not v.done["dispatch"] else "solved"
    return v.step(v.office(0.5, 7), "close", Role.QUALITY_CHECKER, closing_code=code)


def _closed(v: View) -> Step | None:
    if not v.fate.comes_back or v.ticket.reopened or not v.case.applicant_id or v.ticket.closing_code != "solved":
        return None
    return v.step(
        v.after + timedelta(days=v.rng.uniform(2, 9)),
        "report_unsolved",
        Role.WORKER,
        remark="答应的钱只到了一半，后面又没有消息了。",
    )


_STATES: dict[str, Callable[[View], Step | None]] = {
    "received": _received, "dispatched": _dispatched, "reopened": _dispatched, "returned": _returned, "signed": _signed,
    "working": _working, "result": _call_back, "answered": _call_back, "referred": _call_back, "check": _check,
    "closed": _closed,
}  # fmt: skip
