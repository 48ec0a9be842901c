"""Published figures: small cells hidden, the rest rounded, and no way back to the exact count."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhijia.kernel.indicators.figures import compare, means, months_before, published, rate, totals, wilson
from zhijia.kernel.indicators.models import Counter


@given(st.integers(0, 10**6))
def test_published_count_is_hidden_or_rounded(n: int) -> None:
    shown = published(n)
    assert (shown is None) == (n < 10)
    assert shown is None or (shown % 5 == 0 and abs(shown - n) <= 2)


@given(st.integers(1, 2000), st.data())
def test_published_rate_depends_on_the_rounded_halves_only(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    figure = rate("x", part, whole)
    if figure.part is None or figure.whole is None:
        assert (whole < 30 or part < 10, figure.low, figure.share) == (True, None, None)
        return
    assert figure.part <= figure.whole
    assert (figure.low, figure.high) == wilson(figure.part, figure.whole)
    neighbour = rate("x", published(part) or part, published(whole) or whole)
    assert neighbour == figure  # the exact halves cannot be told from their neighbours


def test_totals_cannot_be_won_back_by_subtraction() -> None:
    """Publishing the total and all but one hidden part does not give the hidden part away."""
    parts = [57, 33, 21, 4]
    shown = [published(n) for n in parts]
    total = published(sum(parts))
    assert total is not None
    assert shown == [55, 35, 20, None]
    rest = total - sum(n or 0 for n in shown)
    possible = {n for n in range(10) if published(53 + 35 + 22 + n) == total or published(57 + 33 + 18 + n) == total}
    assert (rest, len(possible) > 5) == (5, True)


@pytest.fixture
def kept(db: None) -> None:
    rows = (
        ("filed", "980102", 11, "", 0, 7), ("filed", "980102", 11, "", 3, 5), ("filed", "980103", 11, "", 1, 2),
        ("filed", "980102", 12, "", 0, 1), ("filed", "990101", 11, "", 0, 100), ("filed", "980102", 11, "wages", 0, 12),
        ("closed", "980102", 11, "", 0, 3),
    )  # fmt: skip
    for indicator, county, month, category, shard, n in rows:
        for region in (county, county[:2]):
            counter, _made = Counter.objects.get_or_create(
                service="hotline",
                indicator=indicator,
                region=region,
                month=date(2026, month, 1),
                category=category,
                shard=shard,
                defaults={"n": 0, "amount": Decimal(0)},
            )
            counter.n, counter.amount = counter.n + n, counter.amount + n
            counter.save()


def test_totals_add_shards_and_keep_to_the_region_and_the_months(kept: None) -> None:
    november = {"since": date(2026, 11, 1), "until": date(2026, 12, 1)}
    assert totals("hotline", **november, region="980000") == {(): {"filed": 14, "closed": 3}}
    assert totals("hotline", **november, region="980100", by="county") == {
        ("980102",): {"filed": 12, "closed": 3},
        ("980103",): {"filed": 2},
    }
    assert totals("hotline", **november, by="province") == {
        ("980000",): {"filed": 14, "closed": 3},
        ("990000",): {"filed": 100},
    }
    assert totals("hotline", **november, region="980102", by="category") == {("wages",): {"filed": 12}}
    assert totals("hotline", since=date(2026, 11, 1), until=date(2027, 1, 1), region="980102", by="month") == {
        ("2026-11",): {"filed": 12, "closed": 3}, ("2026-12",): {"filed": 1},
    }  # fmt: skip
    assert means("hotline", "closed", **november, region="980102") == (3, 1.0)
    assert means("hotline", "nothing", **november) is None


def test_ranking_marks_only_what_differs_from_the_whole() -> None:
    ranked = compare([("a", 950, 1000), ("b", 500, 1000), ("c", 31, 40), ("d", 3, 8)], (1484, 2048))
    assert [(unit, differs) for unit, _figure, differs in ranked] == [("a", 1), ("c", 0), ("b", -1), ("d", 0)]
    assert ranked[-1][1].share is None


def test_months_before_crosses_years() -> None:
    assert (months_before(date(2026, 1, 1), 1), months_before(date(2026, 3, 1), 14)) == (
        date(2025, 12, 1),
        date(2025, 1, 1),
    )
