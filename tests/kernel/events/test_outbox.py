"""The outbox: at least once to every consumer, each effect once, in order, and nobody waits for another's failure."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connections, transaction

from tests.cast import NOW
from zhijia.kernel.events import outbox
from zhijia.kernel.events.models import Consumed, Outgoing
from zhijia.kernel.events.outbox import CloudEvent, publish, relay, subscribe


class Crash(Exception):
    """A consumer that fails."""


@pytest.fixture(autouse=True)
def _no_subscribers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_subscribers", {})


def say(*numbers: int, subject: str = "case:1") -> None:
    for number in numbers:
        publish(type="t", subject=subject, data={"n": number}, now=NOW)


@pytest.mark.django_db
def test_events_arrive_in_order_and_once() -> None:
    got: list[int] = []
    subscribe("t", "one", lambda event, _now: got.append(event.data["n"]))
    say(1, 2, 3)
    assert [relay(now=NOW, batch=2), relay(now=NOW), relay(now=NOW)] == [2, 1, 0]
    assert got == [1, 2, 3]
    assert Outgoing.objects.filter(sent_at=NOW).count() == 3


@pytest.mark.django_db
def test_event_of_a_rolled_back_transaction_is_never_sent() -> None:
    with transaction.atomic():
        say(1)
        transaction.set_rollback(True)
    assert relay(now=NOW) == 0


@pytest.mark.django_db
def test_failing_consumer_is_tried_again_and_the_others_are_not_run_twice() -> None:
    got: list[str] = []
    fails = [2]

    def shaky(event: CloudEvent, _now: object) -> None:
        Consumed.objects.create(consumer="effect", event=event.id, at=NOW)  # an effect in the database
        if fails[0]:
            fails[0] -= 1
            raise Crash
        got.append("shaky")

    subscribe("t", "steady", lambda *_: got.append("steady"))
    subscribe("t", "shaky", shaky)
    say(1)
    assert relay(now=NOW) == 0
    assert Consumed.objects.filter(consumer="effect").count() == 0  # the failed effect was taken back
    assert relay(now=NOW + timedelta(seconds=10)) == 0  # not yet
    assert relay(now=NOW + timedelta(seconds=31)) == 0  # the second failure waits longer
    assert relay(now=NOW + timedelta(seconds=62)) == 0
    assert relay(now=NOW + timedelta(minutes=5)) == 1
    assert got == ["steady", "shaky"]


@pytest.mark.django_db
def test_later_events_of_a_subject_wait_behind_a_failure_and_other_subjects_do_not() -> None:
    got: list[int] = []
    broken = [True]

    def handler(event: CloudEvent, _now: object) -> None:
        if event.data["n"] == 1 and broken[0]:
            raise Crash
        got.append(event.data["n"])

    subscribe("t", "one", handler)
    say(1, 2)
    say(3, subject="case:2")
    assert relay(now=NOW) == 1
    say(4)
    assert relay(now=NOW) == 0
    assert got == [3]
    broken[0] = False
    assert relay(now=NOW + timedelta(minutes=1)) == 3
    assert got == [3, 1, 2, 4]


@pytest.mark.django_db
def test_poisoned_events_do_not_block_the_queue() -> None:
    def handler(event: CloudEvent, _now: object) -> None:
        if event.data["n"] < 0:
            raise Crash

    subscribe("t", "one", handler)
    for number in range(5):
        say(-1, subject=f"bad:{number}")
    say(1, subject="good")
    assert [relay(now=NOW, batch=5), relay(now=NOW, batch=5)] == [0, 1]


@pytest.mark.django_db
def test_failure_grows_the_wait_to_a_limit() -> None:
    subscribe("t", "one", lambda *_: 1 / 0)
    say(1)
    now = NOW
    for _try in range(20):
        relay(now=now)
        now += timedelta(days=1)
    row = Outgoing.objects.get()
    assert row.not_before is not None
    assert (row.tries, row.not_before - (now - timedelta(days=1))) == (12, outbox.FIRST_WAIT * 2**11)


@pytest.mark.django_db(transaction=True)
def test_second_relay_leaves_the_work_to_the_first() -> None:
    got: list[int] = []
    inner: list[int] = []

    def other() -> None:
        inner.append(relay(now=NOW))
        connections.close_all()

    def handler(event: CloudEvent, _now: object) -> None:
        got.append(event.data["n"])
        thread = Thread(target=other)
        thread.start()
        thread.join()

    subscribe("t", "one", handler)
    say(1, 2)
    assert (relay(now=NOW), got, inner) == (2, [1, 2], [0, 0])


@pytest.mark.django_db
def test_cloud_event_has_the_members_of_the_standard() -> None:
    seen: list[CloudEvent] = []
    subscribe("t", "one", lambda event, _now: seen.append(event))
    say(1)
    relay(now=NOW)
    assert set(seen[0].as_json()) == {
        "specversion",
        "id",
        "source",
        "type",
        "subject",
        "time",
        "datacontenttype",
        "data",
    }
    assert outbox.subscriptions() == {"t": ("one",)}
