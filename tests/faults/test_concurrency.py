"""Two at once, the same thing twice: real threads on real connections.

Invariant: of two who act on the same state exactly one is first and the other is told; what is sent twice with one key
is done once.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import OperationalError, connection, connections
from psycopg import errors as pg

from tests.cast import NOW, QINGHE, Cast, build
from tests.scenarios.story import STORY, Story
from zhijia.faces.access import seen_by
from zhijia.kernel.audit.verify import verify
from zhijia.kernel.base.errors import Conflict, Invalid, ZhijiaError
from zhijia.kernel.cases.models import Case, Event, Party
from zhijia.kernel.service import engine, sweep
from zhijia.kernel.service.engine import Fired, fire, open_case

pytestmark = pytest.mark.django_db(transaction=True)


_SOON = "SELECT set_config('deadlock_timeout', '20ms', false) FROM pg_user WHERE usename = current_user AND usesuper"


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run the acts in threads that start together; what each returned, or the typed error it raised."""
    start = Barrier(len(acts))

    def one(act: Callable[[], object]) -> object:
        try:
            with connection.cursor() as cursor:  # a deadlock need not last a second before it is noticed
                cursor.execute(_SOON)
            start.wait(10)
            return act()
        except ZhijiaError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(60) for future in [pool.submit(one, act) for act in acts]]


def step(
    cast: Cast, no: str, who: str, transition: str, key: str | None = None, seq: int | None = None, **data: object
) -> Callable[[], Fired]:
    actor = cast.actor(who)

    def act() -> Fired:
        with seen_by(actor):
            return fire(no=no, transition=transition, actor=actor, now=NOW, data=data, key=key, seq=seq)

    return act


def test_same_key_twice_is_done_once() -> None:
    cast = build()
    story = Story(cast).tell().dispatch()
    first = story.do("zhou", "sign", key="a-1")
    again = story.do("zhou", "sign", key="a-1")
    assert (first.again, again.again, again.state, again.seq) == (False, True, "signed", first.seq)
    with pytest.raises(Conflict) as caught:
        story.do("zhou", "contact", key="a-1", note="x")
    assert caught.value.code == "key_reused"
    assert story.steps() == ["file", "dispatch", "sign"]


def test_same_key_at_once_is_done_once() -> None:
    cast = build()
    story = Story(cast).tell().dispatch()
    results = at_once(*[step(cast, story.no, "zhou", "sign", key="k")] * 4)
    assert sorted(r.again for r in results) == [False, True, True, True]  # type: ignore[attr-defined]
    assert Event.objects.filter(transition="sign").count() == 1


def test_of_two_officers_with_the_same_seq_exactly_one_wins() -> None:
    cast = build()
    story = Story(cast).tell().dispatch()
    story.do("zhou", "sign")
    for _round in range(5):
        seq = story.case.seq
        results = at_once(
            step(cast, story.no, "zhou", "attempt", seq=seq, note="a"),
            step(cast, story.no, "head", "attempt", seq=seq, note="b"),
        )
        lost = [r for r in results if isinstance(r, Conflict)]
        assert [r.code for r in lost] == ["stale"]
        assert story.case.seq == seq + 1
    assert verify().problems == []


def test_case_opened_with_one_key_at_once_is_one_case() -> None:
    cast = build()
    actor, person = cast.actor("alice"), cast.person_id("alice")

    def tell() -> Fired:
        with seen_by(actor):
            return open_case(
                service="hotline", actor=actor, now=NOW, data={"story": STORY, "category": "wages"}, region=QINGHE,
                applicant_id=person, key="same",
            )  # fmt: skip

    results = at_once(*[tell] * 4)
    assert len({r.no for r in results}) == 1  # type: ignore[attr-defined]
    assert sorted(r.again for r in results) == [False, True, True, True]  # type: ignore[attr-defined]
    assert (Case.objects.count(), Event.objects.count()) == (1, 1)


def test_same_key_of_two_people_is_two_cases() -> None:
    cast = build()
    assert Story(cast).tell("alice", key="k").no != Story(cast).tell("bob", key="k").no


def test_merging_crosswise_ends_in_one_lead_or_a_typed_refusal() -> None:
    cast = build()
    for _round in range(5):
        one, two = Story(cast).tell("alice"), Story(cast).tell("bob")
        results = at_once(
            step(cast, one.no, "dispatcher", "merge", lead=two.no),
            step(cast, two.no, "dispatcher", "merge", lead=one.no),
        )
        assert sum(isinstance(r, Fired) for r in results) == 1
        assert all(isinstance(r, Fired | Conflict | Invalid) for r in results)
        assert sorted([one.case.state, two.case.state]) == ["merged", "received"]


def test_many_merged_into_one_at_once_all_arrive() -> None:
    cast = build()
    lead, others = Story(cast).tell("alice"), [Story(cast).tell(who) for who in ("bob", "mallory")]
    results = at_once(*[step(cast, o.no, "dispatcher", "merge", lead=lead.no) for o in others])
    assert [type(r) for r in results] == [Fired, Fired]
    assert (Party.objects.filter(case=lead.case).count(), lead.case.marks) == (3, {"people": 3})


def test_two_sweeps_at_once_report_once() -> None:
    cast = build()
    story = Story(cast).tell().dispatch()
    late = story.clock("sign").due_at + timedelta(minutes=1)
    at_once(*[lambda: sweep.report_late(now=late)] * 3)
    assert Event.objects.filter(transition="late").count() == 2
    assert {d.level for d in story.case.deadlines.filter(key__in=["sign", "contact"])} == {1}


def test_deadlock_is_tried_again_once_and_then_a_conflict(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = build()
    story = Story(cast).tell().dispatch()
    left = [2]
    real = engine.lock

    def unlucky(*args: object) -> object:
        if left[0]:
            left[0] -= 1
            raise OperationalError("deadlock detected") from pg.DeadlockDetected("deadlock detected")
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "lock", unlucky)
    with pytest.raises(Conflict) as caught:
        story.do("zhou", "sign")
    assert caught.value.code == "busy"
    left[0] = 1
    assert story.do("zhou", "sign").state == "signed"


def test_real_deadlock_between_two_cases_is_survived() -> None:
    """Thread one merges A into B while thread two holds B and then wants A: PostgreSQL chooses a victim."""
    from django.db import transaction

    cast = build()
    one, two = Story(cast).tell("alice"), Story(cast).tell("bob")

    def crosswise(first: Story, second: Story) -> Callable[[], object]:
        actor = cast.actor("dispatcher")

        def act() -> object:
            with transaction.atomic():
                fire(no=first.no, transition="note", actor=actor, now=NOW, data={"note": "a"})
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_sleep(0.3)")
                return fire(no=second.no, transition="note", actor=actor, now=NOW, data={"note": "b"})

        return act

    results = at_once(crosswise(one, two), crosswise(two, one))
    assert all(isinstance(r, Fired | Conflict) for r in results)
    assert any(isinstance(r, Fired) for r in results)
    assert verify().problems == []
