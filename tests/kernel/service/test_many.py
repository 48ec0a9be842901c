"""The set-based path does what the one door does: the same answers, the same rows, the same chain."""

import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

import pytest
from django.db import connection, transaction

from tests.cast import NOW, QINGHE, Cast
from zhijia.kernel.base.errors import ZhijiaError
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.contact import set_safe_contact
from zhijia.kernel.people.models import Person
from zhijia.kernel.people.sealed import open_row
from zhijia.kernel.service import change, many, registry
from zhijia.kernel.service.declare import Ask, Kind
from zhijia.kernel.service.engine import Fired, fire, open_case

PEOPLE = (
    "alice", "bob", "agent", "dispatcher", "caller", "checker", "supervisor", "leader", "zhou", "head", "lin", "city",
)  # fmt: skip
HOTLINE = registry.service("hotline")
RARE = ("withdraw", "answer", "refer", "note", "supplement", "leave", "merge", "attempt", "progress")
"""Steps that would end most walks before they have begun, or lead nowhere."""
TABLES = {
    "cases_case": "id",
    "hotline_ticket": "case_id",
    "cases_event": "case_id, seq",
    "cases_note": "case_id, event_seq, field",
    "cases_task": "case_id, opened_at, kind, state",
    "cases_party": "case_id, person_id",
    "cases_link": "case_id, other_id, kind",
    "cases_words": "case_id",
    "deadlines_deadline": "case_id, key, round",
    "audit_entry": "chain, seq",
    "audit_chain": "key",
    "notify_message": "case_id, created_at, template, person_id, account_id, channel, data::text",
    "events_outgoing": "id",
}
SERIAL = frozenset(TABLES) - {"cases_case", "hotline_ticket", "cases_words", "audit_chain", "events_outgoing"}


@dataclass(frozen=True)
class Op:
    """One thing somebody does: begin a case (no transition) or fire one."""

    who: str
    now: datetime
    transition: str = ""
    case: int = 0
    """Which of the cases, in the order of their beginning."""
    data: dict[str, Any] = field(default_factory=dict)
    key: str | None = None


class Undo(Exception):
    """Takes a run back."""


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Every table that a transition writes, in a natural order and without serial numbers."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with connection.cursor() as cursor:
        for table, order in TABLES.items():
            less = " - 'id'" if table in SERIAL else ""
            cursor.execute(f"SELECT to_jsonb(t){less} FROM {table} t ORDER BY {order}")
            found[table] = [(json.dumps(open_row(table, json.loads(row)), sort_keys=True),) for (row,) in cursor]
        cursor.execute(
            "SELECT service, indicator, region, month, category, sum(n), sum(amount) FROM indicators_counter "
            "GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"
        )
        found["counters"] = cursor.fetchall()
    return found


Answers = list[str | Fired]


def played(run: Callable[[], Answers], monkeypatch: pytest.MonkeyPatch) -> tuple[Answers, dict[str, list[Any]]]:
    """What came of a run and the rows it left; then it is taken back and the sequences with it."""
    counted = itertools.count()
    monkeypatch.setattr(change, "new_event_id", lambda: uuid5(UUID(int=0), str(next(counted)).zfill(9)))
    monkeypatch.setattr(change.secrets, "token_hex", lambda length: "00" * length)
    outcome: list[Any] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('cases_case_id_seq', 5000), setval('cases_number', 5000)")
    try:
        with transaction.atomic():
            outcome += [run(), rows()]
            raise Undo
    except Undo:
        return outcome[0], outcome[1]


def one_by_one(ops: Iterable[Op], cast: Cast, numbers: list[str]) -> Answers:
    """Each op through the one door; `ops` may look at `numbers` and the database to choose what comes next."""

    def do(op: Op) -> Fired:
        actor = cast.actor(op.who, op.now)
        if not op.transition:
            fired = open_case(**beginning(op, actor, cast))
            numbers.append(fired.no)
            return fired
        return fire(
            no=numbers[op.case], transition=op.transition, actor=actor, now=op.now, data=resolved(op, numbers),
            key=op.key,
        )  # fmt: skip

    return [_answer(lambda op=op: do(op)) for op in ops]


def together(ops: list[Op], cast: Cast, *, flush_every: int = 10_000) -> Answers:
    numbers: list[str] = []
    with many.batch() as batch:

        def do(op: Op) -> Fired:
            actor = cast.actor(op.who, op.now)
            if not op.transition:
                fired = batch.open(**beginning(op, actor, cast))
                numbers.append(fired.no)
                return fired
            return batch.fire(no=numbers[op.case], transition=op.transition, actor=actor, now=op.now,
                              data=resolved(op, numbers), key=op.key)  # fmt: skip

        answers: Answers = []
        for n, op in enumerate(ops, start=1):
            answers.append(_answer(lambda op=op: do(op)))
            if n % flush_every == 0:
                batch.flush()
        return answers


def beginning(op: Op, actor: Actor, cast: Cast) -> dict[str, Any]:
    person = cast.person_id("alice" if actor.is_staff else op.who)
    return {
        "service": "hotline", "actor": actor, "now": op.now, "data": op.data, "region": QINGHE, "applicant_id": person,
        "key": op.key,
    }  # fmt: skip


def _answer(attempt: Callable[[], Fired]) -> str | Fired:
    try:
        return attempt()
    except ZhijiaError as error:
        return f"{type(error).__name__} {error.code}"


def resolved(op: Op, numbers: list[str]) -> dict[str, Any]:
    return {k: numbers[v.case] if isinstance(v, Op) else v for k, v in op.data.items()}


def walk(cast: Cast, rng: Random, numbers: list[str], *, cases: int, steps: int) -> Iterator[Op]:
    """People do what their case's state lets them do, now and then what it does not; decided as they go."""
    moment = NOW
    for n in range(cases):
        people = rng.choice(("1", "1", "12"))
        data = {"story": f"第 {n} 件：两个月工资没给，想问怎么办。", "category": "wages", "people": people}
        yield Op(rng.choice(("alice", "bob", "agent")), moment, data=data, key=f"k{n}" if n % 2 else None)
    units = [cast.orgs[name].pk for name in ("qinghe", "beiling", "city")]
    keys: list[str] = []
    for _n in range(steps):
        moment += timedelta(minutes=rng.choice((5, 40, 300, 1500)))
        case = rng.randrange(cases)
        state = Case.objects.values_list("state", flat=True).get(no=numbers[case])
        possible = [t for t in HOTLINE.transitions if not t.inner and state in t.source]
        fitting = [t for t in possible if t.key not in RARE or rng.random() < 0.1]
        pool = [t for t in fitting if t.main] * 4 + fitting
        if not pool or rng.random() < 0.1:
            pool = [t for t in HOTLINE.transitions if not t.inner]
        t = rng.choice(pool)
        used = rng.choice(keys) if keys and rng.random() < 0.1 else f"key-{len(keys)}" if rng.random() < 0.3 else None
        if used:
            keys.append(used)
        able = [p for p in PEOPLE if set(cast.actor(p, moment).roles()) & t.by] or list(PEOPLE)
        who = rng.choice(able if rng.random() < 0.9 else PEOPLE)
        yield Op(who, moment, t.key, case, {ask.name: _said(ask, rng, units, cases) for ask in t.ask}, used)


def _said(ask: Ask, rng: Random, units: list[int], cases: int) -> Any:
    if ask.kind == Kind.CASE:
        return Op("", NOW, case=rng.randrange(cases))
    return {
        Kind.CHOICE: rng.choice(ask.choices)[0] if ask.choices else "", Kind.UNIT: rng.choice(units),
        Kind.NUMBER: "", Kind.FLAG: "on",
    }.get(ask.kind, "说明：已核对。")  # fmt: skip


@pytest.fixture
def wishes(cast: Cast) -> Cast:
    """Bob wants no text messages: what is held back must be held back here too."""
    bob = Person.objects.get(pk=cast.person_id("bob"))
    set_safe_contact(person=bob, actor=Actor.platform(), now=NOW, may_sms=False)
    return cast


def test_a_batch_leaves_the_same_rows_as_one_by_one(wishes: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one piece, and however often it stores what it has so far."""
    reached: set[str] = set()
    for seed in range(4):
        numbers: list[str] = []
        ops: list[Op] = []
        steps = walk(wishes, Random(f"10000 {seed}"), numbers, cases=6, steps=200)
        kept = (ops.append(op) or op for op in steps)
        singly, rows_singly = played(lambda kept=kept, numbers=numbers: one_by_one(kept, wishes, numbers), monkeypatch)
        done = {op.transition for op, answer in zip(ops, singly, strict=True) if isinstance(answer, Fired)}
        reached.update(done)
        assert len(done) > 10
        for size in (10_000, 40, 7):
            at_once, rows_at_once = played(lambda ops=ops, n=size: together(ops, wishes, flush_every=n), monkeypatch)
            assert at_once == singly
            for table, expected in rows_singly.items():
                assert rows_at_once[table] == expected, (table, seed, size)
    assert len(reached) >= 20, sorted(reached)


def test_late_reports_are_those_of_the_sweep(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from zhijia.kernel.service import sweep

    begin = [Op("alice", NOW, data={"story": "拖欠工资两个月，老板不接电话。", "category": "wages"})]
    go = [
        Op("dispatcher", NOW + timedelta(minutes=9), "dispatch", 0, {"unit": cast.orgs["qinghe"].pk, "tier": "general"})
    ]
    moment = NOW + timedelta(days=3)

    def by_the_sweep() -> Answers:
        answers = one_by_one([*begin, *go], cast, [])
        assert sweep.report_late(now=moment) == 2
        return answers

    def by_the_batch() -> Answers:
        answers = together([*begin, *go], cast)
        with many.batch() as batch:
            life = batch.life(Case.objects.get().no)
            due = sorted(
                (d for d in life.deadlines if d.due_at < moment and d.state == "running"), key=lambda d: d.due_at
            )
            for deadline in due:
                batch.report_late(life.case.no, deadline, now=moment)
        return answers

    swept, rows_swept = played(by_the_sweep, monkeypatch)
    batched, rows_batched = played(by_the_batch, monkeypatch)
    assert batched == swept
    for table, expected in rows_swept.items():
        assert rows_batched[table] == expected, table


def test_fire_many_gives_each_answer_in_its_place(cast: Cast) -> None:
    no = open_case(
        service="hotline", actor=cast.actor("alice"), now=NOW, region=QINGHE, applicant_id=cast.person_id("alice"),
        data={"story": "工资没给", "category": "wages"},
    ).no  # fmt: skip
    unit = cast.orgs["qinghe"].pk
    dispatch = many.Wanted(no=no, transition="dispatch", actor=cast.actor("dispatcher"), now=NOW, key="once",
                           data={"unit": unit, "tier": "general"})  # fmt: skip
    sign = many.Wanted(no=no, transition="sign", actor=cast.actor("zhou"), now=NOW)
    stranger = many.Wanted(no=no, transition="sign", actor=cast.actor("lin"), now=NOW)
    unknown = many.Wanted(no="ZJ0", transition="sign", actor=cast.actor("zhou"), now=NOW)
    said = many.fire_many([sign, dispatch, dispatch, stranger, unknown, sign])
    assert [a.again if isinstance(a, Fired) else a.code for a in said] == [
        "no_such_case", False, True, "no_such_case", "no_such_case", False,
    ]  # fmt: skip
    assert Case.objects.get(no=no).state == "signed"


def test_a_batch_that_fails_leaves_nothing(cast: Cast) -> None:
    begin = Op("alice", NOW, data={"story": "工资没给", "category": "wages"})

    def fail() -> None:
        with many.batch() as batch:
            batch.open(**beginning(begin, cast.actor("alice"), cast))
            batch.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert Case.objects.count() == 0
