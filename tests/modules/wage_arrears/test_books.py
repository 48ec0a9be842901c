"""Money to the fen: whatever is done to a claim, in whatever order, facts, rows, payments and ledger say the same."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import NOW, build
from tests.modules.wage_arrears.kit import Claim, row
from zhijia.kernel.base.errors import ZhijiaError
from zhijia.kernel.ledger import balances
from zhijia.modules.wage_arrears.books import PAYABLE, verify
from zhijia.modules.wage_arrears.models import Payment, PaymentShare, WorkerClaim

yuan = st.integers(1, 40_000_00).map(lambda fen: f"{fen // 100}.{fen % 100:02d}")
lines = st.integers(1, 5)
STEPS = st.one_of(
    st.tuples(st.just("list"), lines, st.integers(1, 30_000_00)),
    st.tuples(st.just("correct_worker"), lines, yuan),
    st.tuples(st.just("settle_worker"), lines, yuan),
    st.tuples(st.just("dispute_worker"), lines, st.none()),
    st.tuples(st.just("strike_worker"), lines, st.none()),
    st.tuples(st.just("pay"), st.none(), yuan),
    st.tuples(st.just("share"), lines, yuan),
    st.tuples(st.just("bounce_payment"), st.integers(1, 6), st.none()),
    st.tuples(st.just("leave"), st.none(), st.none()),
)


def attempt(claim: Claim, step: tuple[str, int | None, object]) -> None:
    """One step; what is refused changes nothing."""
    name, line, amount = step
    try:
        if name == "list":
            claim.list([row(int(line or 1), claimed=amount)], key=None)  # type: ignore[arg-type]
        elif name == "pay":
            claim.pay(str(amount))
        elif name == "share":
            claim.pay(str(amount), shares=f"{line} {amount}")
        elif name == "bounce_payment":
            claim.do("zhou", name, payment=line, reason="退票")
        elif name == "leave":
            claim.do("bob", "leave")
        else:
            claim.do("zhou", name, line=line, reason="核对", **({"fen": amount} if amount else {}))
    except ZhijiaError:
        pass


@pytest.mark.django_db
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(st.lists(STEPS, min_size=4, max_size=14))
def test_any_sequence_keeps_facts_rows_payments_and_ledger_equal(steps: list[tuple[str, int | None, object]]) -> None:
    with transaction.atomic():
        claim = Claim(build(NOW))
        claim.tell().ready(3)
        for step in steps:
            attempt(claim, step)
            assert verify() == []
        facts, rows = claim.facts, claim.lines().values()
        assert facts.recovered == sum(p.fen for p in Payment.objects.filter(bounced_on=None))
        assert facts.owed - facts.recovered == claim.due()[0] == sum(w.due for w in rows)
        assert (claim.case.state in ("recovered", "closed")) or facts.recovered < facts.owed or not facts.owed
        assert balances.verify() == []
        transaction.set_rollback(True)


def test_a_payment_is_shared_to_the_last_fen_in_proportion_to_what_is_owed(claim: Claim) -> None:
    claim.tell().do("zhou", "accept")
    claim.list([row(1, claimed=100_00), row(2, claimed=100_00), row(3, claimed=100_00)])
    claim.do("zhou", "verify")
    claim.pay("100")
    assert [w.paid for w in claim.lines().values()] == [3334, 3333, 3333]
    claim.pay("100.01")
    assert (sum(w.paid for w in claim.lines().values()), verify()) == (20001, [])


def test_a_claim_that_grew_after_full_payment_is_due_again(claim: Claim) -> None:
    claim.tell().ready(2)
    claim.pay("33600")
    claim.do("caller", "report_unsolved", remark="少算了加班")
    claim.do("city", "accept")
    claim.do("city", "correct_worker", line=1, fen="17000", reason="加班费")
    assert (claim.facts.owed, claim.due()[0], claim.lines()[1].status) == (3380000, 20000, "partly_paid")
    claim.do("city", "record_payment", fen="200", day=claim.day(), paid_how="bank", payer="总包")
    assert (claim.case.state, claim.due()[0], verify()) == ("recovered", 0, [])


def test_an_amount_is_never_set_below_what_was_paid(claim: Claim) -> None:
    claim.tell().ready(2)
    claim.pay("20000", shares="1 12000\n2 8000")
    for transition in ("correct_worker", "settle_worker"):
        with pytest.raises(ZhijiaError) as caught:
            claim.do("zhou", transition, line=1, fen="11999.99", reason="核对")
        assert [p.field for p in caught.value.problems] == ["fen"]  # type: ignore[attr-defined]
    assert claim.lines()[1].owed == 1680000


def test_the_database_itself_refuses_to_pay_more_than_is_owed(claim: Claim) -> None:
    claim.tell().ready(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkerClaim.objects.filter(case__no=claim.no).update(paid=1680001)
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkerClaim.objects.filter(case__no=claim.no).update(confirmed=0)


def test_verify_names_what_does_not_agree(claim: Claim) -> None:
    claim.tell().ready(2)
    claim.pay("100")
    assert verify() == []
    PaymentShare.objects.filter(claim__line=1).update(fen=4900)
    assert verify() == [f"{claim.no}, line 1: paid 5000, shares 4900"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE wage_arrears_facts SET recovered = recovered - 1")
    assert (
        verify()[1]
        == f"{claim.no}: owed 3360000/3360000/3360000, recovered 9999/10000/10000/10000, still due 3350000/3350000"
    )


def test_a_bounced_payment_stays_on_record_with_its_own_entry(claim: Claim) -> None:
    claim.tell().ready(2)
    claim.pay("100")
    claim.do("zhou", "bounce_payment", payment=1, reason="退票")
    payment = Payment.objects.get()
    assert (payment.bounced_on, payment.entry_key != payment.bounce_key) == (date(2026, 11, 16), True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, memo FROM ledger_entry WHERE key = ANY(%s) ORDER BY id",
            [[payment.entry_key, payment.bounce_key]],
        )
        assert cursor.fetchall() == [("wage_arrears.payment", ""), ("wage_arrears.bounce", "payment:1")]
    with pytest.raises(ZhijiaError):
        claim.do("zhou", "bounce_payment", payment=1, reason="再退")


def test_every_working_state_can_take_money(claim: Claim) -> None:
    from zhijia.modules.wage_arrears.service import WAGE_ARREARS, S

    step = WAGE_ARREARS.transition("record_payment")
    assert step is not None
    assert step.source == PAYABLE == WAGE_ARREARS.transition("all_paid").source  # type: ignore[union-attr]
    assert set(PAYABLE) <= set(S)
