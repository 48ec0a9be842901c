"""Calls: what an exchange may say and how often, who takes them, what is left of the number, and the day's figures."""

import json
from datetime import datetime, timedelta
from random import Random

import pytest
from django.db import connection

from tests.cast import NOW, Cast
from zhijia.faces.access import seen_by
from zhijia.kernel.base.errors import Conflict, Forbidden, Invalid, NotFound
from zhijia.kernel.org.models import Org
from zhijia.kernel.people import vault
from zhijia.kernel.people.models import Account
from zhijia.modules.hotline.calls import exchange, seats, simulated, wall
from zhijia.modules.hotline.calls.exchange import Report, report
from zhijia.modules.hotline.calls.models import Call, CallState, Outcome, Seat, SeatState

pytestmark = pytest.mark.django_db
NUMBER = "13811112222"


def ring(cast: Cast, ref: str = "c1", *, number: str = NUMBER, at: datetime = NOW) -> Call:
    report(Report("ringing", ref, org_id=cast.orgs["centre"].pk, number=number), now=at)
    return Call.objects.get(ref=ref)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def stored(column: str) -> list[bytes | None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM hotline_call ORDER BY id")
        return [row[0] and bytes(row[0]) for row in cursor.fetchall()]


def test_what_is_said_twice_or_too_late_changes_nothing(cast: Cast) -> None:
    ring(cast)
    report(Report("ended", "c1"), now=after(20))
    ring(cast, at=after(30))
    report(Report("answered", "c1", agent=cast.accounts["agent"].pk), now=after(40))
    report(Report("ended", "c1"), now=after(50))
    call = Call.objects.get()
    assert (call.state, call.rang_at, call.ended_at, call.agent_id) == (CallState.MISSED, NOW, after(20), None)


def test_number_is_sealed_found_by_its_index_and_erased_with_the_outcome(cast: Cast) -> None:
    call = ring(cast, number="138 1111 2222")
    sealed, index = stored("number")[0], stored("phone_index")[0]
    assert (call.number, index) == (NUMBER, vault.blind(NUMBER, purpose="phone"))
    assert sealed is not None
    assert NUMBER.encode() not in sealed
    with seen_by(cast.actor("agent")) as agent:
        seats.take(actor=agent, call_id=call.pk, now=after(5))
        seats.finish(actor=agent, outcome=Outcome.ADVISED, now=after(90))
    assert (stored("number"), stored("phone_index")) == ([None], [None])


def test_number_of_a_missed_call_is_erased_after_a_day(cast: Cast) -> None:
    ring(cast)
    report(Report("ended", "c1"), now=after(60))
    exchange.forget(now=after(60) + exchange.KEPT)
    assert stored("phone_index") != [None]
    exchange.forget(now=after(61) + exchange.KEPT)
    assert (stored("number"), stored("phone_index")) == ([None], [None])


def test_first_agent_has_the_call_and_is_free_again_afterwards(cast: Cast) -> None:
    call = ring(cast)
    with seen_by(cast.actor("agent")) as agent:
        seats.take(actor=agent, call_id=call.pk, now=after(9))
        with pytest.raises(Conflict) as refused:
            seats.set_state(actor=agent, state=SeatState.FREE, now=after(10))
        seats.finish(actor=agent, outcome=Outcome.FILED, case_no="HT1", now=after(60))
        with pytest.raises(Conflict) as late:
            seats.take(actor=agent, call_id=call.pk, now=after(70))
    call.refresh_from_db()
    assert (refused.value.code, late.value.code) == ("on_call", "taken")
    assert (call.case_no, call.answered_at, call.ended_at) == ("HT1", after(9), after(60))
    assert Seat.objects.get().state == SeatState.FREE


def test_ticket_must_be_named_where_the_outcome_needs_one(cast: Cast) -> None:
    call = ring(cast)
    with seen_by(cast.actor("agent")) as agent:
        seats.take(actor=agent, call_id=call.pk, now=NOW)
        with pytest.raises(Invalid) as wrong:
            seats.finish(actor=agent, outcome=Outcome.ADDED, now=NOW)
    assert [p.field for p in wrong.value.problems] == ["case_no"]


def test_missed_caller_is_rung_back_and_still_counts_as_missed(cast: Cast) -> None:
    call = ring(cast)
    report(Report("ended", "c1"), now=after(30))
    with seen_by(cast.actor("agent")) as agent:
        seats.take(actor=agent, call_id=call.pk, now=after(300))
    call.refresh_from_db()
    assert (call.state, call.answered_at, call.taken_at) == (CallState.TALKING, None, after(300))
    assert wall.look(org=Org.objects.get(pk=call.org_id), now=after(301)).missed == 1


def test_calls_are_seen_where_their_centre_is(cast: Cast) -> None:
    call = ring(cast)
    for name, seen in (("agent", 1), ("leader", 1), ("zhou", 0)):
        with seen_by(cast.actor(name)):
            assert (name, Call.objects.count()) == (name, seen)
    with seen_by(cast.actor("dispatcher")) as dispatcher, pytest.raises(Forbidden):
        seats.take(actor=dispatcher, call_id=call.pk, now=NOW)
    with seen_by(cast.actor("agent")) as agent, pytest.raises(NotFound):
        seats.take(actor=agent, call_id=call.pk + 1, now=NOW)


def test_report_counts_only_when_it_is_signed_and_fresh(cast: Cast) -> None:
    body = json.dumps({"kind": "ringing", "ref": "x", "org_id": cast.orgs["centre"].pk, "number": NUMBER}).encode()
    at = int(NOW.timestamp())
    signature = exchange.sign(body, at=at, secret="s" * 20)
    good = {"at": str(at), "signature": signature, "secret": "s" * 20, "now": NOW}
    for wrong in (
        {"secret": ""}, {"secret": "other"}, {"at": str(at + 1)}, {"signature": "é"}, {"at": "²"},
        {"now": NOW + timedelta(minutes=6)},
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            exchange.receive(body, **(good | wrong))  # type: ignore[arg-type]
    assert Call.objects.count() == 0
    exchange.receive(body, **good)  # type: ignore[arg-type]
    assert Call.objects.get().number == NUMBER


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"kind": "ringing"}', b'{"kind": "x", "ref": "1"}'])
def test_report_that_cannot_be_read_is_named(cast: Cast, body: bytes) -> None:
    at = int(NOW.timestamp())
    with pytest.raises(Invalid):
        exchange.receive(body, at=str(at), signature=exchange.sign(body, at=at, secret="s"), secret="s", now=NOW)


def test_wall_counts_the_day_with_its_denominators(cast: Cast) -> None:
    centre, agent = cast.orgs["centre"], cast.accounts["agent"]
    ring(cast, "yesterday", at=NOW - timedelta(days=1))
    report(Report("ended", "yesterday"), now=NOW)
    for ref, wait in (("in time", 15), ("late", 16)):
        ring(cast, ref, at=NOW)
        report(Report("answered", ref, agent=agent.pk), now=after(wait))
        Call.objects.filter(ref=ref).update(state=CallState.DONE, case_no="HT1", ended_at=after(100))
    ring(cast, "missed", at=NOW)
    report(Report("ended", "missed"), now=after(40))
    ring(cast, "waits", at=after(60))
    with seen_by(cast.actor("agent")) as actor:
        seats.set_state(actor=actor, state=SeatState.FREE, now=after(80))
    seen = wall.look(org=centre, now=after(100))
    assert (seen.waiting, seen.longest, seen.offered, seen.answered, seen.in_time) == (1, 40, 3, 2, 1)
    assert (seen.missed, seen.tickets, seen.within, seen.goal) == (1, 2, 15, 0.95)
    assert [(s.name, s.state) for s in seen.seats] == [("Agent", SeatState.FREE)]
    assert (seen.hours[15].offered, sum(h.offered for h in seen.hours)) == (3, 3)
    assert wall.look(org=centre, now=after(80) + seats.GONE).seats == []


def test_simulated_exchange_lives(cast: Cast) -> None:
    centre = cast.orgs["centre"]
    colleagues = []
    for n in range(3):
        account = Account.objects.create(login=f"sim{n}", name="甲", created_at=NOW)
        Seat.objects.create(agent=account, org=centre, state=SeatState.FREE, since=NOW, seen_at=NOW)
        colleagues.append(account.pk)
    rng = Random(7)
    for second in range(0, 1200, 10):
        simulated.turn(
            org_id=centre.pk, colleagues=colleagues, number=lambda _rng: NUMBER, now=after(second), rng=rng, step=10
        )  # fmt: skip
    seen = wall.look(org=centre, now=after(1200))
    assert seen.offered > 10
    assert seen.answered == seen.offered - seen.missed > 5
    assert Call.objects.filter(state=CallState.DONE, phone_index__isnull=False).count() == 0
