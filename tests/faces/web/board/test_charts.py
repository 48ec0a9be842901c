"""The geometry of charts: where lines break, and what a month says."""

from datetime import date

from zhijia.faces.web.board.charts import trend
from zhijia.kernel.indicators.figures import Figure


def figures(part: int | None) -> dict[str, Figure]:
    return {"solved": Figure("solved", part, None if part is None else 100)}


def test_line_breaks_where_a_month_is_not_shown() -> None:
    rows = [(date(2026, n, 1), figures(part)) for n, part in enumerate((80, 90, None, 70), start=1)]
    found = trend(rows, ["solved"], "solved")
    assert found is not None
    assert [run.count(",") for run in found.lines[0].runs] == [2, 1]
    assert [(c.period, [share for _k, _y, share in c.points]) for c in found.columns] == [
        ("2026-01", [0.8]), ("2026-02", [0.9]), ("2026-03", []), ("2026-04", [0.7]),
    ]  # fmt: skip
    assert found.lines[0].last == 0.7


def test_one_month_is_no_line() -> None:
    assert trend([(date(2026, 1, 1), figures(80)), (date(2026, 2, 1), figures(None))], ["solved"], "solved") is None
