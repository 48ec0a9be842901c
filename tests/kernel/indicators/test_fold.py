"""Folding shards changes the number of rows and no figure."""

from datetime import date, datetime

import pytest

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.indicators.figures import totals
from zhijia.kernel.indicators.fold import fold_shards
from zhijia.kernel.indicators.models import Counter

NOVEMBER = datetime(2026, 11, 20, 10, 0, tzinfo=CHINA)
YEAR = {"since": date(2026, 1, 1), "until": date(2027, 1, 1)}


@pytest.fixture
def kept(db: None) -> None:
    Counter.objects.bulk_create(
        Counter(
            service="hotline", indicator="filed", region="98", month=date(2026, month, 1), category="", shard=shard,
            n=n, amount=n,
        )
        for month, shard, n in ((10, 0, 7), (10, 3, 5), (10, 6, 2), (9, 4, 1), (11, 0, 3), (11, 2, 4))
    )  # fmt: skip


def rows() -> list[tuple[int, int, int, int]]:
    return [(c.month.month, c.shard, c.n, int(c.amount)) for c in Counter.objects.order_by("month", "shard")]


def test_fold_leaves_one_row_of_an_ended_month_and_the_present_one_alone(kept: None) -> None:
    before = totals("hotline", **YEAR, by="month")
    assert fold_shards(now=NOVEMBER) == 2
    assert rows() == [(9, 0, 1, 1), (10, 0, 14, 14), (11, 0, 3, 3), (11, 2, 4, 4)]
    assert totals("hotline", **YEAR, by="month") == before


def test_fold_twice_changes_nothing_more(kept: None) -> None:
    fold_shards(now=NOVEMBER)
    found = rows()
    assert (fold_shards(now=NOVEMBER), rows()) == (0, found)
