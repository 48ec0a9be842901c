"""Machines that do anything in any order: vouchers, one case among others, one clock. hypothesis looks for the order
that breaks a promise and shortens it.

The ledger's own machine is `tests/kernel/ledger/test_ledger_properties.py` (a list of steps against a model); vouchers
drive the same functions here through everything that uses them. `ATTACK=full` walks longer.
"""

import os
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.cast import Cast
from tests.kernel.deadlines.test_clock_properties import run as due
from tests.kernel.service import test_properties as engine
from tests.modules.vouchers.kit import MEAL, Kitchen, at, people, wrong
from tests.modules.vouchers.test_redeem import second_shop
from tests.scenarios.story import Story
from zhijia.kernel.base.errors import Conflict, ZhijiaError
from zhijia.kernel.deadlines.clock import Move, MoveKind
from zhijia.kernel.ledger.balances import trial_balance
from zhijia.kernel.ledger.models import Entitlement
from zhijia.kernel.ledger.quotas import figures
from zhijia.kernel.rules.units import Unit
from zhijia.kernel.service import sweep as clocks
from zhijia.modules.vouchers import claims
from zhijia.modules.vouchers.models import Redemption, Terminal
from zhijia.modules.vouchers.offline import Row, upload
from zhijia.modules.vouchers.redeem import take_back
from zhijia.modules.vouchers.sweep import sweep

FULL = os.environ.get("ATTACK", "") == "full"
EATERS, MEALS = 7, 4
REACHED: set[str] = set()
"""What the voucher walks were answered: walks that got nowhere would prove little."""


def bounds(examples: int, steps: int) -> settings:
    """How long a machine walks."""
    more = 25 if FULL else 1
    return settings(
        max_examples=examples * more, stateful_step_count=steps * (3 if FULL else 1), deadline=None, database=None,
        derandomize=not FULL, suppress_health_check=list(HealthCheck),
    )  # fmt: skip


class Undone(RuleBasedStateMachine):
    """Everything that one walk does is taken back when it ends."""

    def __init__(self) -> None:
        super().__init__()
        self._block = transaction.atomic()
        self._block.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._block.__exit__(None, None, None)


who = st.integers(0, EATERS - 1)
counter = st.integers(0, 1)
SOON = st.sampled_from((0, 1, 20, 90))


class Vouchers(Undone):
    """Seven people, four meals, two counters, one of them now and then without a connection."""

    kitchen: Kitchen
    other: Terminal

    @initialize(lunch=st.booleans())
    def begin(self, lunch: bool) -> None:
        """Before anybody could claim, or at lunch after the rush."""
        self.now = at(9, 55)
        self.people = people(EATERS)
        self.quota = self.kitchen.offer().quota_id
        self.tokens: list[str] = []
        self.batches = 0
        if lunch:
            self.now = at(10)
            self.claim_in_a_row(0)
            self.now = at(11, 30)

    @rule(minutes=SOON)
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(first=who)
    def claim_in_a_row(self, first: int) -> None:
        """Most rush in the same minute, before anybody eats."""
        for n in range(first, first + EATERS - 1):
            self.claim(n % EATERS, "a")

    @rule(n=who, key=st.sampled_from("ab"))
    def claim(self, n: int, key: str) -> None:
        room = self._stands().room
        made = self.kitchen.claim(self.people[n], key=f"{n}{key}", now=self.now)
        assert made.code != "granted" or room > 0
        REACHED.add(made.code)
        if made.code == "granted":
            self.tokens.append(self.kitchen.token(self.people[n]))

    @precondition(lambda self: self.tokens)
    @rule(n=st.integers(0, 5), which=counter, key=st.sampled_from(("", "same")))
    def redeem(self, n: int, which: int, key: str) -> None:
        token = self.tokens[n % len(self.tokens)]
        given = f"{key}{token[-8:]}" if key else ""
        REACHED.add(self.kitchen.redeem(token, key=given, now=self.now, terminal=self._terminal(which)).code)

    @rule(n=who, which=counter)
    def lunch(self, n: int, which: int) -> None:
        """Come, claim, eat, and try the same picture at the other counter."""
        self.claim(n, "a")
        if self.tokens:
            self.now = max(self.now, at(11, 30))
            self.redeem(n, which, "")
            self.redeem(n, 1 - which, "")

    @rule(n=who)
    def give_back(self, n: int) -> None:
        held = Entitlement.objects.filter(person_id=self.people[n]).order_by("-id").first()
        if held is not None:
            claims.give_back(voucher_id=held.pk, person_id=self.people[n], now=self.now)

    @precondition(lambda self: self.tokens)
    @rule(picks=st.lists(st.integers(0, 5), min_size=1, max_size=5), which=counter, ago=SOON, again=st.booleans())
    def send_batch(self, picks: list[int], which: int, ago: int, again: bool) -> None:
        then = self.now - timedelta(minutes=ago)
        rows = [Row(self.tokens[n % len(self.tokens)], then) for n in picks]
        self.batches += 1
        for _time in range(2 if again else 1):
            sent = upload(
                terminal=self._terminal(which), key=f"b{self.batches}", rows=rows, count=len(rows), now=self.now
            )
            REACHED.update(f"offline.{answer.code}" for answer in sent.answers)

    @rule(n=st.integers(0, 99))
    def take_back(self, n: int) -> None:
        done = list(Redemption.objects.filter(undoes=None).order_by("id"))
        if done:
            try:
                chosen = done[n % len(done)].pk
                take_back(redemption_id=chosen, reason="x", actor=self.kitchen.cast.actor("zhou"), now=self.now)
            except Conflict:
                assert done[n % len(done)].void

    @rule()
    def by_the_clock(self) -> None:
        sweep(now=self.now)

    @invariant()
    def nothing_is_lost_doubled_or_oversold(self) -> None:
        if not hasattr(self, "people"):
            return
        stands = self._stands()
        held = Entitlement.objects.filter(quota_id=self.quota)
        live = list(held.exclude(status="refunded").values_list("person_id", flat=True))
        assert (stands.room + stands.taken, stands.taken) == (MEALS, len(live))
        assert min(stands.room, stands.taken) >= 0
        assert len(live) == len(set(live))
        owed = list(Redemption.objects.filter(void=False).values_list("entitlement_id", flat=True))
        assert sorted(owed) == sorted(held.filter(status="used").values_list("id", flat=True))
        shops = (self.kitchen.shop.pk, self.other.outlet_id)
        assert (self.kitchen.spent(), -sum(_payable(shop) for shop in shops)) == (MEAL * len(owed), MEAL * len(owed))
        assert (wrong(), trial_balance().balanced) == ([], True)

    def _stands(self) -> Any:
        return figures(ids=[self.quota])[0]

    def _terminal(self, which: int) -> Terminal:
        return Terminal.objects.select_related("outlet").get(pk=(self.kitchen.terminal, self.other)[which].pk)


def _payable(outlet_id: int) -> int:
    from zhijia.modules.vouchers import accounts

    return accounts.held(accounts.payable(outlet_id))


def test_vouchers_are_never_oversold_never_doubled_and_always_balance(kitchen: Kitchen) -> None:
    kitchen.publish(per_day=MEALS)
    Vouchers.kitchen, Vouchers.other = kitchen, second_shop(kitchen)
    run_state_machine_as_test(Vouchers, settings=bounds(10, 18))
    assert {"granted", "sold_out", "used", "already_used", "offline.used", "offline.already_used"} - REACHED == set()


class Cases(Undone):
    """Three cases and everybody who has to do with them; the model and its promises are those of the engine's test."""

    cast: Cast

    @initialize()
    def begin(self) -> None:
        tellers = ("alice", "bob", "mallory")
        self.stories = [Story(self.cast).tell(name, story=engine.SECRET, wish=engine.SECRET) for name in tellers]

    @rule(n=st.integers(0, 2), name=st.sampled_from(engine.PEOPLE), key=st.sampled_from(engine.KEYS), choice=who)
    def anybody_does_anything(self, n: int, name: str, key: str, choice: int) -> None:
        story = self.stories[n]
        with suppress(ZhijiaError):
            story.do(name, key, after=0, **engine.answers(story, key, choice, self.stories))

    @rule(n=st.integers(0, 2), seed=st.integers(0, 999))
    def somebody_does_what_they_may(self, n: int, seed: int) -> None:
        chance, story = Random(seed), self.stories[n]
        name, key = engine._likely(story, chance)
        with suppress(ZhijiaError):
            story.do(name, key, after=0, **engine.answers(story, key, seed, self.stories))

    @rule(hours=st.sampled_from((1, 5, 30, 200)))
    def wait(self, hours: int) -> None:
        for story in self.stories:
            story.hours += hours
        clocks.remind(now=self.stories[0].now)
        clocks.report_late(now=self.stories[0].now)

    def teardown(self) -> None:
        try:
            if hasattr(self, "stories"):
                engine.hold(self.stories)
        finally:
            super().teardown()


def test_cases_keep_every_promise(cast: Cast) -> None:
    Cases.cast = cast
    run_state_machine_as_test(Cases, settings=bounds(4, 15))


class Clock(RuleBasedStateMachine):
    """One clock: extended, suspended and resumed in any lawful order; no move ever makes it end earlier."""

    @initialize(start=st.datetimes(datetime(2010, 1, 1), datetime(2025, 12, 31)), unit=st.sampled_from(sorted(Unit)))
    def begin(self, start: datetime, unit: Unit) -> None:
        from zhijia.kernel.base.clock import CHINA
        from zhijia.kernel.rules.units import TIME

        self.unit = unit if unit in TIME else Unit.WORKDAYS
        self.start = self.now = start.replace(tzinfo=CHINA)
        self.moves: list[Move] = []
        self.paused = False
        self.at = due(self.start, 10, self.unit).at

    @rule(hours=st.integers(1, 500))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @precondition(lambda self: not self.paused)
    @rule(amount=st.integers(0, 20))
    def extend(self, amount: int) -> None:
        self._move(Move(MoveKind.EXTEND, self.now, amount, self.unit))

    @precondition(lambda self: not self.paused)
    @rule()
    def suspend(self) -> None:
        self.paused = True
        self.moves.append(Move(MoveKind.SUSPEND, self.now))

    @precondition(lambda self: self.paused)
    @rule()
    def resume(self) -> None:
        self.paused = False
        self._move(Move(MoveKind.RESUME, self.now))

    def _move(self, move: Move) -> None:
        self.moves.append(move)
        made = due(self.start, 10, self.unit, self.moves)
        assert made.at >= self.at
        assert made.planned <= made.at <= made.latest
        self.at = made.at


def test_no_move_makes_a_clock_end_earlier() -> None:
    run_state_machine_as_test(Clock, settings=bounds(12, 12))
