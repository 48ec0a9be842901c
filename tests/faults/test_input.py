"""What people and machines type: stored as it was meant, or refused by name; never an error of ours."""

import time
from datetime import date, datetime
from typing import Any

import pytest

from tests.cast import NOW, Cast
from tests.scenarios.story import Story
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Invalid
from zhijia.kernel.cases.models import Case, Note
from zhijia.kernel.deadlines.models import Deadline, Recomputation
from zhijia.kernel.deadlines.store import recompute_running
from zhijia.kernel.rules import calendar
from zhijia.kernel.rules.workdays import DayKind, Entry, fixed_statutory
from zhijia.kernel.service import registry
from zhijia.kernel.service.declare import Ask, Kind
from zhijia.kernel.service.engine import open_case
from zhijia.kernel.service.inputs import read

ODD = (
    "😀👷🏽‍♀️",
    "a\x00b",
    "'; DROP TABLE cases_case; --",
    "<script>alert(1)</script>",
    "\u202etxt.exe",
    "\ud800",
    "{0.__class__} %s %(x)s",
    "ﬀ\r\n\r",
)
ASKS = {ask.name: ask for service in registry.services() for t in service.transitions for ask in t.ask} | {
    ask.name: ask for service in registry.services() for ask in service.intake.asks
}
HUGE = "好" * 10_000_000


def problems(ask: Ask, value: Any) -> list[str]:
    try:
        read((ask,), {ask.name: value})
    except Invalid as error:
        return [p.field for p in error.problems]
    return []


@pytest.mark.parametrize("odd", ODD)
def test_odd_words_are_stored_clean_and_whole(odd: str, cast: Cast) -> None:
    story = Story(cast).tell(story=f"开头{odd}结尾", wish=odd + "x", employer_name=odd + "x")
    kept = story.facts.story
    assert (kept.startswith("开头"), kept.endswith("结尾"), "\x00" in kept, "\u202e" in kept, "\r" in kept) == (
        True,
        True,
        False,
        False,
        False,
    )
    if "script" in odd or "DROP" in odd or "😀" in odd:
        assert kept == f"开头{odd}结尾"
    story.do("alice", "supplement", words=f"补充{odd}")
    assert Note.objects.get(field="words").text.startswith("补充")
    assert story.case.title


@pytest.mark.parametrize("name", sorted(ASKS))
def test_every_field_takes_or_refuses_anything_by_name(name: str) -> None:
    ask = ASKS[name]
    for value in (
        *ODD,
        "",
        None,
        0,
        -1,
        1.5,
        True,
        [],
        {},
        ["x"],
        {"a": 1},
        b"x",
        float("nan"),
        "1e999",
        "NaN",
        "-",
        "１２",
        "9" * 100,
    ):
        assert problems(ask, value) in ([], [name])


@pytest.mark.parametrize("name", sorted(name for name, ask in ASKS.items() if ask.kind != Kind.FLAG))
def test_ten_megabytes_are_refused_by_name_and_at_once(name: str) -> None:
    start = time.perf_counter()
    assert problems(ASKS[name], HUGE) == [name]
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    "value", ["很多", "1e400", "NaN", "Infinity", "-Infinity", "0x10", "1;2", "9" * 50, "1e13", "0.00001", [], True]
)
def test_nonsense_is_no_number(value: object) -> None:
    assert problems(Ask(name="n", title="n", kind=Kind.NUMBER), value) == ["n"]


@pytest.mark.parametrize(
    ("value", "number"), [("6800", "6800"), ("6,800.50", "6800.50"), ("６８００", "6800"), (7, "7"), (" 8 ", "8")]
)
def test_number_as_people_write_it(value: object, number: str) -> None:
    assert str(read((Ask(name="n", title="n", kind=Kind.NUMBER),), {"n": value})["n"]) == number


@pytest.mark.parametrize("region", ["", "abc", "98010", "9801020", "\x00", "' OR 1=1", "９８０１０２"])
def test_region_that_is_no_code_is_named(region: str, cast: Cast) -> None:
    with pytest.raises(Invalid) as caught:
        open_case(
            service="hotline", actor=cast.actor("alice"), now=NOW, data={"story": "x", "category": "wages"},
            region=region, applicant_id=cast.person_id("alice"),
        )  # fmt: skip
    assert [p.field for p in caught.value.problems] == ["region"]


@pytest.mark.parametrize("key", ["", " ", "k" * 200, "a\x00b", "a\nb\x07"])
def test_key_that_cannot_be_kept_is_named(key: str, cast: Cast) -> None:
    story = Story(cast)
    with pytest.raises(Invalid) as caught:
        story.tell(key=key)
    assert [p.field for p in caught.value.problems] == ["key"]
    story.tell()
    with pytest.raises(Invalid):
        story.do("dispatcher", "note", key=key, note="x")


def test_clock_jumping_across_a_year_keeps_its_dates(cast: Cast) -> None:
    story = Story(cast)
    story.hours = (datetime(2026, 12, 31, 23, 59, tzinfo=CHINA) - NOW).total_seconds() / 3600
    story.tell()
    story.do("dispatcher", "dispatch", after=2 / 60, unit=cast.orgs["qinghe"].pk, tier="complex")
    case = Case.objects.get(no=story.no)
    assert (case.no[:8], case.created_at.astimezone(CHINA).year, story.now.year) == ("ZJ261231", 2026, 2027)
    story.do("zhou", "sign", after=-24 * 30)  # a server whose clock was wrong for a while
    assert story.case.state == "signed"


def year_2027() -> list[Entry]:
    """A table of 2027 with its statutory days, and one bridge day that nobody could know before."""
    days = [Entry(day, DayKind.HOLIDAY, "节日", True) for day in fixed_statutory(2027)]
    spring = [date(2027, 2, d) for d in (5, 6, 7, 8)]
    known = {e.date for e in days}
    days += [Entry(day, DayKind.HOLIDAY, "春节", True) for day in spring if day not in known]
    return [*days, Entry(date(2027, 1, 4), DayKind.REST, "元旦调休", False)]


def test_year_without_a_calendar_gives_provisional_dates_that_move_when_it_is_loaded(cast: Cast) -> None:
    story = Story(cast)
    story.hours = (datetime(2026, 12, 28, 9, 0, tzinfo=CHINA) - NOW).total_seconds() / 3600
    story.tell().dispatch(tier="difficult")
    story.do("zhou", "sign", after=0)
    story.do("zhou", "contact", after=0, note="已联系")
    before = story.clock("result")
    assert (before.provisional, story.case.due_at) == (True, before.due_at)
    assert Deadline.objects.get(case=story.case, key="dispatch").provisional is False
    calendar.load_year(year_2027(), basis="国办发明电", now=story.now)
    done = recompute_running(reason="2027 loaded", now=story.now)
    after = story.clock("result")
    assert (after.provisional, after.due_at > before.due_at) == (False, True)
    assert (done.looked_at, done.changed) == (
        1, [[after.pk, *(at.astimezone(CHINA).isoformat() for at in (before.due_at, after.due_at))]],
    )  # fmt: skip
    assert (story.case.due_at, story.case.due_key) == (after.due_at, "result")
    again = recompute_running(reason="again", now=story.now)
    assert (again.changed, Recomputation.objects.count()) == ([], 2)


def test_recomputing_lets_the_case_follow_whichever_clock_is_first_then(cast: Cast) -> None:
    story = Story(cast).tell().dispatch()
    sign, contact = story.clock("sign"), story.clock("contact")
    Deadline.objects.filter(pk=sign.pk).update(due_at=NOW)  # as if it had been reckoned on another calendar
    Case.objects.filter(no=story.no).update(due_at=NOW, due_key="sign")
    recompute_running(reason="x", now=story.now)
    assert (story.clock("sign").due_at, story.case.due_at, story.case.due_key) == (
        sign.due_at,
        contact.due_at,
        "contact",
    )
