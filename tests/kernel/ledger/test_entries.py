"""Posting: idempotent under its key, refused when it does not balance, reversed once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from zhijia.kernel.base.errors import Conflict, Invalid, NotFound
from zhijia.kernel.ledger.balances import balance, balances, statement, trial_balance, verify
from zhijia.kernel.ledger.entries import Leg, NewEntry, open_account, post, post_many, reverse
from zhijia.kernel.ledger.models import Account, AccountKind, Entry, Posting

from .conftest import NOW

SPEND = [Leg("spent:12", 1500), Leg("payable:7", -1500)]


def spend(key: str | None = "a", legs: list[Leg] = SPEND, **changed: object) -> tuple[int, bool]:
    given = {"kind": "redeemed", "subject": "entitlement:1", "at": NOW, "legs": legs, "key": key, **changed}
    made = post(**given)  # type: ignore[arg-type]
    return made.id, made.again


def test_post_moves_both_balances(books: None) -> None:
    spend()
    assert [(b.key, b.fen, b.natural, b.n) for b in balances("")] == [
        ("bank", 0, 0, 0), ("funds:12", 0, 0, 0), ("payable:7", -1500, 1500, 1), ("spent:12", 1500, 1500, 1),
    ]  # fmt: skip
    assert verify() == []


def test_post_twice_under_one_key_is_one_entry(books: None) -> None:
    first, second = spend(), spend()
    assert (first[0], first[1], second[1]) == (second[0], False, True)
    assert (Entry.objects.count(), Posting.objects.count()) == (1, 2)


def test_legs_in_another_order_are_the_same_legs(books: None) -> None:
    assert spend()[0] == spend(legs=SPEND[::-1])[0]


@pytest.mark.parametrize(
    "changed",
    [{"legs": [Leg("spent:12", 1600), Leg("payable:7", -1600)]}, {"subject": "entitlement:2"}, {"kind": "paid"}],
)
def test_another_entry_under_a_used_key_is_a_conflict(books: None, changed: dict[str, object]) -> None:
    spend()
    with pytest.raises(Conflict) as refused:
        spend(**changed)  # type: ignore[arg-type]
    assert (refused.value.code, Posting.objects.count()) == ("key_reused", 2)


def test_without_a_key_every_entry_is_new(books: None) -> None:
    assert spend(None)[0] != spend(None)[0]


@pytest.mark.parametrize(
    ("legs", "code"),
    [
        ([Leg("spent:12", 1500), Leg("payable:7", -1499)], "unbalanced"),
        ([Leg("spent:12", 1500)], "legs"),
        ([Leg("spent:12", 0), Leg("payable:7", 0)], "legs"),
        ([Leg("spent:12", 10**15), Leg("payable:7", -(10**15))], "legs"),
        ([Leg("spent:12", 1500), Leg("nowhere", -1500)], "unknown_account"),
    ],
)
def test_bad_legs_are_refused_before_anything_is_stored(books: None, legs: list[Leg], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        spend(legs=legs)
    assert [p.code for p in refused.value.problems] == [code]
    assert Entry.objects.count() == 0


def test_unknown_account_is_named(books: None) -> None:
    with pytest.raises(Invalid) as refused:
        spend(legs=[Leg("spent:12", 1500), Leg("nowhere", -1500)])
    with translation.override("en"):
        assert str(refused.value.problems[0].message) == "There is no account nowhere."


def test_two_legs_of_one_account_both_count(books: None) -> None:
    spend(legs=[Leg("spent:12", 1000), Leg("spent:12", 500), Leg("payable:7", -1500)])
    assert (balance("spent:12").fen, balance("spent:12").n) == (1500, 2)


def test_many_entries_take_as_many_statements_as_one(books: None) -> None:
    def queries(count: int, start: int) -> int:
        entries = [
            NewEntry(kind="redeemed", subject=f"e:{n}", legs=SPEND, key=f"e:{n}") for n in range(start, start + count)
        ]
        with CaptureQueriesContext(
            connection,
        ) as seen:
            post_many(entries, at=NOW)
        return len(seen)

    assert queries(1, 0) == queries(2000, 1)
    assert (balance("payable:7").fen, balance("payable:7").n, verify()) == (-2001 * 1500, 2001, [])


def test_many_entries_are_all_stored_or_none(books: None) -> None:
    spend("used", subject="other")
    entries = [NewEntry(kind="redeemed", subject="e", legs=SPEND, key=key) for key in ("new", "used")]
    with pytest.raises(Conflict):
        post_many(entries, at=NOW)
    assert list(Entry.objects.values_list("key", flat=True)) == ["used"]


def test_many_entries_say_which_were_posted_before(books: None) -> None:
    entries = [NewEntry(kind="redeemed", subject="e", legs=SPEND, key=key) for key in ("b", "a", "b")]
    first = post_many(entries, at=NOW)
    assert [p.again for p in first] == [False, False, True]
    assert first[0].id == first[2].id
    assert [(p.id, p.again) for p in post_many(entries, at=NOW)] == [(p.id, True) for p in first]


def test_no_entries_are_no_work(books: None) -> None:
    assert post_many([], at=NOW) == []


def test_reverse_takes_an_entry_back_leg_by_leg(books: None) -> None:
    entry, _again = spend()
    back = reverse(entry_id=entry, at=NOW, kind="redeemed.reversed", memo="wrong_outlet")
    assert {(p.account.key, p.amount) for p in Posting.objects.filter(entry_id=back.id)} == {
        ("spent:12", -1500), ("payable:7", 1500),
    }  # fmt: skip
    assert (balance("spent:12").fen, Entry.objects.get(pk=back.id).reverses_id, verify()) == (0, entry, [])


def test_reverse_is_done_once(books: None) -> None:
    entry, _again = spend()
    first = reverse(entry_id=entry, at=NOW, kind="back", key="back:1")
    again = reverse(entry_id=entry, at=NOW, kind="back", key="back:1")
    assert (again.id, again.again) == (first.id, True)
    for key in ("back:2", None):
        with pytest.raises(Conflict) as refused:
            reverse(entry_id=entry, at=NOW, kind="back", key=key)
        assert refused.value.code == "already_reversed"
    assert balance("spent:12").fen == 0


def test_a_reversal_is_not_reversed(books: None) -> None:
    back = reverse(entry_id=spend()[0], at=NOW, kind="back")
    with pytest.raises(Conflict) as refused:
        reverse(entry_id=back.id, at=NOW, kind="back")
    assert refused.value.code == "is_reversal"


def test_reverse_of_nothing_is_not_found(books: None) -> None:
    with pytest.raises(NotFound):
        reverse(entry_id=1, at=NOW, kind="back")


def test_open_account_twice_is_one_account(books: None) -> None:
    open_account(key="bank", kind=AccountKind.ASSET, title="another title")
    assert list(Account.objects.filter(key="bank").values_list("title", flat=True)) == ["bank"]


def test_open_account_as_another_kind_is_a_conflict(books: None) -> None:
    with pytest.raises(Conflict) as refused:
        open_account(key="bank", kind=AccountKind.INCOME, title="bank")
    assert refused.value.code == "account_kind"


def test_trial_balance_groups_by_the_first_word(books: None) -> None:
    spend()
    post(kind="funded", subject="cycle:12", at=NOW, legs=[Leg("bank", 5000), Leg("funds:12", -5000)])
    trial = trial_balance()
    assert [(r.group, str(r.kind), r.accounts, r.debit, r.credit) for r in trial.rows] == [
        ("bank", "asset", 1, 5000, 0), ("funds", "liability", 1, 0, 5000), ("payable", "liability", 1, 0, 1500),
        ("spent", "expense", 1, 1500, 0),
    ]  # fmt: skip
    assert (trial.debit, trial.credit, trial.balanced) == (6500, 6500, True)


def test_statement_is_paged_newest_first(books: None) -> None:
    for n in range(5):
        spend(f"k{n}", subject=f"e:{n}")
    first = statement("payable:7", limit=2)
    rest = statement("payable:7", before_id=first[-1].id, limit=10)
    assert [line.subject for line in (*first, *rest)] == ["e:4", "e:3", "e:2", "e:1", "e:0"]
    assert {line.fen for line in first} == {-1500}


def test_balance_of_no_account_is_not_found(books: None) -> None:
    with pytest.raises(NotFound):
        balance("nowhere")
