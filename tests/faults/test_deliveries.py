"""Events delivered twice and out of order, two relays at once, and a clock that goes back and forth.

Invariants: each consumer has each event exactly once, the events of one subject in their order; every clock of a case
fires exactly once, one reminder for each date and one report for each level; the trail verifies.
"""

import threading
from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest
from django.db import connections, transaction

from tests.cast import NOW, build
from tests.scenarios.story import Story
from zhijia.kernel.audit.seal import seal_pending
from zhijia.kernel.base.errors import Conflict
from zhijia.kernel.cases.models import Event
from zhijia.kernel.events import outbox
from zhijia.kernel.events.models import Consumed, Outgoing
from zhijia.kernel.events.outbox import CloudEvent, publish, relay, subscribe
from zhijia.kernel.service import sweep
from zhijia.site.invariants import violations

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_relays_and_events_sent_again_in_any_order_reach_each_consumer_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbox, "_subscribers", {})
    had: dict[str, list[tuple[str, int]]] = {"one": [], "two": []}

    def note(consumer: str) -> outbox.Handler:
        return lambda event, _now: had[consumer].append((event.subject, event.data["n"]))

    for consumer in had:
        subscribe("t", consumer, note(consumer))
    with transaction.atomic():
        for n in range(120):
            publish(type="t", subject=f"case:{n % 7}", data={"n": n}, now=NOW)
    ids = list(Outgoing.objects.values_list("id", flat=True))

    def run() -> None:
        try:
            for _round in range(12):
                relay(now=NOW, batch=17)
        finally:
            connections.close_all()

    for seed in (1, 2):  # the second time, some are delivered as by a relay that died before it wrote them down
        relays = [threading.Thread(target=run) for _ in range(2)]
        for thread in relays:
            thread.start()
        for thread in relays:
            thread.join()
        Outgoing.objects.filter(id__in=Random(seed).sample(ids, 40)).update(sent_at=None)
    while relay(now=NOW):
        continue
    for seen in had.values():
        assert sorted(seen) == sorted((f"case:{n % 7}", n) for n in range(120))
        assert all([n for subject, n in seen if subject == s] == sorted(n for subject, n in seen if subject == s)
                   for s in {subject for subject, _n in seen})  # fmt: skip
    assert (Consumed.objects.count(), Outgoing.objects.filter(sent_at=None).count()) == (240, 0)


def test_consumer_that_breaks_its_transaction_takes_nothing_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_subscribers", {})
    good: list[int] = []

    def breaks(event: CloudEvent, _now: object) -> None:
        Consumed.objects.create(consumer="breaks", event=event.id, at=NOW)  # and then the relay's own: once too often

    subscribe("t", "breaks", breaks)
    subscribe("t", "good", lambda event, _now: good.append(event.data["n"]))
    publish(type="t", subject="a", data={"n": 1}, now=NOW)
    publish(type="t", subject="b", data={"n": 2}, now=NOW)
    assert (relay(now=NOW), good) == (0, [1, 2])
    assert (relay(now=NOW + timedelta(minutes=1)), good) == (0, [1, 2])  # whoever had it does not have it again


def test_clock_that_goes_forward_and_back_lets_every_deadline_fire_once() -> None:
    story = Story(build()).tell().dispatch()
    due = story.clock("sign").due_at
    moments = (
        due - timedelta(minutes=20), due + timedelta(days=3), due - timedelta(hours=6), due + timedelta(hours=1),
        due + timedelta(days=3), NOW - timedelta(days=1), due + timedelta(days=3, hours=1),
    )  # fmt: skip
    for moment in moments:
        sweep.remind(now=moment)
        while sweep.report_late(now=moment):
            continue
        with suppress(Conflict):  # days are not sealed by a clock that was put back behind a seal
            seal_pending(moment)
    reported = list(Event.objects.filter(transition="late").values_list("data__clock", "data__level"))
    assert (len(reported), len(set(reported))) == (len(set(reported)), len(reported))
    assert {("sign", 1), ("contact", 1)} <= set(reported)
    story.do("zhou", "sign", after=0)  # by a clock that was put right
    assert violations(now=moments[-1]) == []
