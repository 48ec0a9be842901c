"""The explanation of a date: its sentences in both languages, and the calendar that counts aloud."""

from collections.abc import Sequence
from datetime import date, datetime

import pytest
from django.utils.translation import override

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.deadlines.clock import Limit, Move, MoveKind, compute
from zhijia.kernel.deadlines.why import Cell, CellKind, Why, explain
from zhijia.kernel.rules.units import Unit
from zhijia.kernel.rules.workdays import Calendar

CALENDAR = Calendar()
NB = "\u00a0"


def on(day: str, time: str = "15:10") -> datetime:
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=CHINA)


def why(start: str, limit: Limit, now: str, moves: Sequence[Move] = (), extensions: int = 0) -> Why:
    due = compute(
        start=on(start), limit=limit, moves=moves, calendar=CALENDAR, now=on(now), max_extension=limit,
        extensions_left=extensions,
    )  # fmt: skip
    return explain(
        title="办结", start=on(start), start_label="派单", limit=limit, basis="时限表第 4 项", moves=moves, due=due,
        calendar=CALENDAR, now=on(now),
    )  # fmt: skip


def said(answer: Why, language: str) -> list[str]:
    with override(language):
        return [str(sentence).replace(NB, " ") for sentence in answer.sentences]


def drawn(answer: Why) -> list[str]:
    with override("zh-hans"):
        return [" ".join(f"{cell.number}{cell.label}" or "-" for cell in week) for week in answer.weeks]


MATTER = ("2026-11-16", Limit(15, Unit.WORKDAYS), "2026-11-26")
SUSPENDED = [
    Move(MoveKind.SUSPEND, on("2025-02-10"), reason="等鉴定结论"),
    Move(MoveKind.RESUME, on("2025-02-12")),
    Move(MoveKind.EXTEND, on("2025-02-19"), 5, reason="案情复杂"),
]


def test_calendar_is_the_one_of_the_worker_matter_page() -> None:
    answer = why(*MATTER)
    assert drawn(answer) == [
        "16派单 171 182 193 204 21休 22休",
        "235 246 257 26今天 279 28休 29休",
        "3010 12/111 212 313 414 5休 6休",
        "715 - - - - - -",
    ]
    assert [[cell.css for cell in week] for week in answer.weeks] == [
        ["start", "n", "n", "n", "n", "rest", "rest"],
        ["n", "n", "n", "n now", "n", "rest", "rest"],
        ["n", "n", "n", "n", "n", "rest", "rest"],
        ["due", *["blank"] * 6],
    ]
    assert answer.weeks[1][3] == Cell(
        date(2026, 11, 26), CellKind.COUNTED, "26", answer.weeks[1][3].label, 8, today=True
    )


def test_sentences_of_a_plain_clock() -> None:
    answer = why(*MATTER, extensions=1)
    assert said(answer, "zh-hans") == [
        "11 月 16 日 15:10 派单，当天不算。",
        "办结：15 个工作日。依据：时限表第 4 项",
        "休息日不算：周末 6 天。",
        "数满 15 个工作日，是 12 月 7 日。",
        "所以最后一天是 2026 年 12 月 7 日（星期一），到当天 24:00 为止。",
        "还能延期的都用上，最多可到 12 月 28 日。",
    ]
    assert said(answer, "en") == [
        "派单: 16 November 15:10. That day does not count.",
        "办结: 15 working days. Basis: 时限表第 4 项",
        "Days off do not count: 6 weekend days.",
        "Counting 15 working days ends on 7 December.",
        "So the last day is Monday 7 December 2026, until midnight.",
        "With every extension still allowed it is 28 December at the latest.",
    ]


def test_spring_festival_suspension_and_extension_are_told_in_order() -> None:
    answer = why("2025-01-20", Limit(15, Unit.WORKDAYS), "2025-02-20", SUSPENDED)
    assert said(answer, "zh-hans") == [
        "1 月 20 日 15:10 派单，当天不算。",
        "办结：15 个工作日。依据：时限表第 4 项",
        "休息日不算：周末 4 天、春节（1 月 28 日至 2 月 4 日）。",
        "调休上班的周末照算：1 月 26 日、2 月 8 日。",
        "2 月 10 日至 2 月 12 日中止（等鉴定结论），3 个工作日不算。",
        "数满 15 个工作日，是 2 月 19 日。",
        "延期 5 个工作日（案情复杂），从 2 月 19 日之后接着数。",
        "休息日不算：周末 2 天。",
        "数满 5 个工作日，是 2 月 26 日。",
        "所以最后一天是 2025 年 2 月 26 日（星期三），到当天 24:00 为止。",
        "没有中止和延期的话，是 2 月 14 日。",
    ]
    assert drawn(answer) == [
        "20派单 211 222 233 244 25休 26班 5",
        "276 28春节 29春节 30春节 31春节 2/1春节 2春节",
        "3春节 4春节 57 68 79 8班 10 9休",
        "10停 11停 12停 1311 1412 15休 16休",
        "1713 1814 1915 20今天 2117 22休 23休",
        "2418 2519 2620 - - - -",
    ]
    assert [cell.css for cell in answer.weeks[2]] == ["holiday", "holiday", "n", "n", "n", "n makeup", "rest"]


def test_last_day_off_says_why_it_moves() -> None:
    answer = why("2026-09-20", Limit(15, Unit.DAYS), "2026-09-26")
    assert said(answer, "zh-hans")[2:4] == [
        "数满 15 天，是 10 月 5 日。",
        "10 月 5 日休息，最后一天顺延到下一个上班的日子，10 月 8 日（民事诉讼法第八十五条）。",
    ]
    assert drawn(answer)[-1] == "515 6国庆 7国庆 8顺延 - - -"


def test_last_day_that_is_suspended_says_so() -> None:
    moves = [Move(MoveKind.SUSPEND, on("2026-11-22")), Move(MoveKind.RESUME, on("2026-11-24"))]
    answer = why("2026-11-16", Limit(5, Unit.DAYS), "2026-11-30", moves)
    assert drawn(answer) == ["16派单 171 182 193 204 215 22停", "23停 24停 25顺延 - - - -"]


def test_hours_end_at_a_time_of_day() -> None:
    answer = why("2026-11-22", Limit(24, Unit.HOURS), "2026-11-22")
    assert said(answer, "en") == [
        "派单: 22 November 15:10. The time runs from then on, around the clock.",
        "办结: 24 hours. Basis: 时限表第 4 项",
        "Counting 24 hours ends at 23 November 15:10.",
        "So it is due by 15:10 on Monday 23 November 2026.",
    ]
    assert drawn(answer) == ["- - - - - - 22派单", "2315:10 - - - - - -"]
    assert answer.weeks[0][6].css == "start now"


def test_hours_within_one_day_end_on_the_day_of_the_start() -> None:
    assert drawn(why("2026-11-16", Limit(2, Unit.HOURS), "2026-11-16")) == ["1617:10 - - - - - -"]


def test_unknown_year_is_said_and_shown() -> None:
    answer = why("2026-12-22", Limit(10, Unit.WORKDAYS), "2026-12-28")
    assert said(answer, "zh-hans")[-1] == "2027 年放假安排还没有公布，这个日子以后可能会变。"
    assert [cell.css for cell in answer.weeks[1]] == [
        "n now", "n", "n", "n", "holiday unknown", "rest unknown", "rest unknown",
    ]  # fmt: skip
    assert answer.weeks[2][2].css == "due unknown"


def test_unknown_year_of_the_latest_date_only_is_said_of_that_date() -> None:
    answer = why("2026-12-10", Limit(10, Unit.WORKDAYS), "2026-12-11", extensions=1)
    assert said(answer, "en")[-2:] == [
        "With every extension still allowed it is 8 January 2027 at the latest.",
        "The days off of 2027 are not published yet, so the latest date may still change.",
    ]


def test_clock_that_stands_still_says_what_it_waits_for() -> None:
    moves = [Move(MoveKind.SUSPEND, on("2026-11-19"), reason="等鉴定结论")]
    answer = why("2026-11-16", Limit(6, Unit.WORKDAYS), "2026-11-24", moves)
    assert said(answer, "zh-hans")[3:6] == [
        "11 月 19 日起中止（等鉴定结论），到今天 4 个工作日不算。",
        "数满 6 个工作日，是 11 月 30 日。",
        "现在中止，不计时。下面的日子，是假如今天恢复会到的日子。",
    ]
    assert answer.weeks[1][1].css == "suspended now"


def test_long_limit_keeps_its_ends_and_today() -> None:
    answer = why("2026-01-05", Limit(6, Unit.MONTHS), "2026-03-25")
    assert drawn(answer) == [
        "5派单 6 7 8 9 10 11",
        "12 13 14 15 16 17 18",
        "略去 9\u00a0周",
        "3/23 24 25今天 26 27 28 29",
        "略去 13\u00a0周",
        "6/29 30 7/1 2 3 4 5",
        "6顺延 - - - - - -",
    ]
    assert [len(week) for week in answer.weeks] == [7, 7, 1, 7, 1, 7, 7]


def test_reason_typed_by_people_is_shown_as_typed() -> None:
    moves = [Move(MoveKind.EXTEND, on("2026-11-20"), 5, reason="{limit} %s {0} <b>")]
    answer = why("2026-11-16", Limit(5, Unit.WORKDAYS), "2026-11-20", moves)
    assert [s for s in said(answer, "en") if "Extended" in s] == [
        "Extended by 5 working days ({limit} %s {0} <b>), counted on from 23 November."
    ]


@pytest.mark.parametrize("unit", [Unit.MINUTES, Unit.HOURS, Unit.DAYS, Unit.WORKDAYS, Unit.MONTHS, Unit.YEARS])
@pytest.mark.parametrize("amount", [0, 1, 40])
def test_every_unit_has_whole_weeks_that_end_on_the_due_day(unit: Unit, amount: int) -> None:
    answer = why("2026-02-10", Limit(amount, unit), "2026-02-12", SUSPENDED[2:])
    days = [cell for week in answer.weeks for cell in week if cell.date]
    assert {len(week) for week in answer.weeks} <= {1, 7}
    assert [cell.kind for cell in days].count(CellKind.DUE) == 1
    assert days[-1].kind == CellKind.DUE
