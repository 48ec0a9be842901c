"""Whatever is posted and claimed, in whatever order: the books balance and no place is lost or invented."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhijia.kernel.base.errors import Conflict, Invalid
from zhijia.kernel.ledger.balances import balances, statement, trial_balance, verify
from zhijia.kernel.ledger.entitlements import counts, expire, refund, use
from zhijia.kernel.ledger.entries import Leg, NewEntry, post_many, reverse
from zhijia.kernel.ledger.models import Entitlement, Entry
from zhijia.kernel.ledger.quotas import figures, resize, verify_quotas

from .conftest import NOW, QUOTA, claim_for, new_persons, new_quota, open_books

KEYS = ("bank", "funds:12", "spent:12", "payable:7")
AMOUNTS = st.integers(-(10**12), 10**12).filter(bool)
QUIET = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@st.composite
def entries(draw: st.DrawFn) -> list[list[tuple[str, int]]]:
    """Entries that balance: some legs, and one that takes the rest."""
    made = []
    for _n in range(draw(st.integers(1, 8))):
        legs = draw(st.lists(st.tuples(st.sampled_from(KEYS), AMOUNTS), min_size=1, max_size=5))
        if rest := sum(fen for _key, fen in legs):
            legs = [*legs, (draw(st.sampled_from(KEYS)), -rest)]
        if len(legs) > 1:
            made.append(legs)
    return made


@QUIET
@given(given_entries=entries(), reversed_=st.sets(st.integers(0, 7)))
def test_the_books_balance_whatever_is_posted(
    db: None, given_entries: list[list[tuple[str, int]]], reversed_: set[int]
) -> None:
    with undone():
        open_books()
        posted = post_many(
            [
                NewEntry(kind="k", subject=str(n), legs=[Leg(*leg) for leg in legs])
                for n, legs in enumerate(given_entries)
            ],
            at=NOW,
        )
        expected = dict.fromkeys(KEYS, 0)
        for n, legs in enumerate(given_entries):
            for key, fen in legs:
                expected[key] += 0 if n in reversed_ else fen
        for n in reversed_ & set(range(len(posted))):
            reverse(entry_id=posted[n].id, at=NOW, kind="back")
        assert {b.key: b.fen for b in balances("")} == expected
        assert {key: sum(line.fen for line in statement(key, limit=1000)) for key in KEYS} == expected
        assert (sum(expected.values()), trial_balance().balanced, verify()) == (0, True, [])
        assert Entry.objects.count() == len(posted) + len(reversed_ & set(range(len(posted))))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("claim"), st.integers(0, 11), st.integers(0, 2)),
        st.tuples(st.just("use"), st.integers(0, 11), st.integers(0, 1)),
        st.tuples(st.just("refund"), st.integers(0, 11), st.booleans()),
        st.tuples(st.just("resize"), st.integers(0, 14), st.just(0)),
        st.tuples(st.just("expire"), st.just(0), st.just(0)),
    ),
    max_size=40,
)


@QUIET
@given(total=st.integers(0, 9), steps=STEPS)
def test_no_place_is_lost_or_invented(db: None, total: int, steps: list[tuple[str, int, int]]) -> None:
    with undone():
        quota, people = new_quota(total), new_persons(12)
        latest: dict[int, int] = {}
        for step, n, how in steps:
            person = people[n].pk if step != "resize" and step != "expire" else 0
            if step == "claim":
                before = figures(keys=[QUOTA])[0]
                code, found = claim_for(quota, person, f"k{how}")
                assert code in ("granted", "again", "already", "sold_out")
                assert (code == "sold_out") <= (before.room == 0)
                if code == "granted" and found is not None:
                    latest[person] = found
            elif step == "use" and person in latest:
                use(entitlement_id=latest[person], key=f"r{how}", by="o", at=NOW)
            elif step == "refund" and person in latest:
                refund(entitlement_id=latest[person], now=NOW, why="x", used_too=bool(how))
            elif step == "resize":
                try:
                    resize(key=QUOTA, total=n)
                except Invalid:
                    assert figures(keys=[QUOTA])[0].taken > n
            elif step == "expire":
                expire(now=NOW + timedelta(hours=12))
        stands = figures(keys=[QUOTA])[0]
        found_counts = counts([quota.pk]).get(quota.pk)
        live = found_counts.granted + found_counts.used + found_counts.expired if found_counts else 0
        assert (stands.room + stands.taken, stands.taken, verify_quotas()) == (stands.total, live, [])
        owners = list(Entitlement.objects.exclude(status="refunded").values_list("person_id", flat=True))
        assert len(owners) == len(set(owners))


def test_a_failed_batch_leaves_no_trace(books: None) -> None:
    good = NewEntry(kind="k", subject="s", legs=[Leg("bank", 1), Leg("funds:12", -1)], key="a")
    other = NewEntry(kind="k", subject="t", legs=[Leg("bank", 2), Leg("funds:12", -2)], key="a")
    with suppress(Conflict):
        post_many([good, other], at=NOW)
    assert ({b.fen for b in balances("")}, Entry.objects.count()) == ({0}, 0)
