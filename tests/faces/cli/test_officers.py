"""Simulated officers: the same story for the same seed, always through the engine's own door."""

from datetime import datetime, timedelta

import pytest

from tests.conftest import NOW
from zhijia.faces.cli import demo
from zhijia.faces.cli.demo_stories import STORIES, tell
from zhijia.faces.cli.dice import dice
from zhijia.kernel.base.clock import CHINA

STORY = "老板拖欠我两个月工资，一共六千元"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "hours", "then"),
    [
        (datetime(2026, 11, 20, 17, 0), 2, datetime(2026, 11, 23, 10, 0)),
        (datetime(2026, 9, 30, 8, 0), 1, datetime(2026, 9, 30, 10, 0)),
        (datetime(2026, 9, 30, 19, 0), 1, datetime(2026, 10, 8, 10, 0)),
    ],
)
def test_in_office_counts_hours_on_working_days(at: datetime, hours: float, then: datetime) -> None:
    from zhijia.faces.cli.office_hours import in_office

    assert in_office(at.replace(tzinfo=CHINA), hours) == then.replace(tzinfo=CHINA)


@pytest.mark.django_db
def test_at_desk_is_open_every_day() -> None:
    from zhijia.faces.cli.office_hours import at_desk

    sunday = datetime(2026, 11, 22, 21, 50, tzinfo=CHINA)
    assert at_desk(sunday, 20) == datetime(2026, 11, 23, 8, 10, tzinfo=CHINA)


def test_dice_depends_on_the_seeds_alone() -> None:
    assert dice(1, "a").random() == dice(1, "a").random() != dice(2, "a").random()


def test_every_story_has_no_blank_left() -> None:
    texts = [str(tell(story, dice(1), employer="甲公司", place="乙县")["story"]) for story in STORIES]
    assert [text for text in texts if "{" in text or "}" in text] == []


def test_accounts_are_table_rows_with_one_password() -> None:
    assert {len(tuple(account)) for account in demo.ACCOUNTS} == {3}
    assert {account.password for account in demo.ACCOUNTS} == {demo.PASSWORD}
    assert len({account.login for account in demo.ACCOUNTS}) == len(demo.ACCOUNTS)


def test_fate_shares_are_those_of_a_good_hotline() -> None:
    from zhijia.faces.cli.officer_steps import fate

    fates = [fate(1, f"k{n}") for n in range(4000)]
    assert fates[:9] == [fate(1, f"k{n}") for n in range(9)]
    share = {
        name: sum(getattr(f, name) for f in fates) / len(fates) for name in ("unsolved", "returned", "late", "extended")
    }
    assert share == {name: pytest.approx(wanted, abs=0.012) for name, wanted in
                     {"unsolved": 0.05, "returned": 0.03, "late": 0.06, "extended": 0.04}.items()}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "transitions", "state"),
    [
        ({}, ["file", "dispatch", "sign", "contact", "submit", "confirm_solved", "close"], "closed"),
        ({"answered": True}, ["file", "answer", "confirm_solved", "close"], "closed"),
        ({"labour": False}, ["file", "refer", "confirm_solved", "close"], "closed"),
        (
            {"unreached": True},
            ["file", "dispatch", "sign", "contact", "submit", *["call_missed"] * 3, "give_up", "close"],
            "closed",
        ),
        (
            {"unsolved": True},
            ["file", *["dispatch", "sign", "contact", "submit", "report_unsolved", "sign", "contact", "submit"],
             "confirm_solved", "close"],
            "closed",
        ),
        (
            {"returned": True, "return_refused": True},
            ["file", "dispatch", "return", "refuse_return", "sign", "contact", "submit", "confirm_solved", "close"],
            "closed",
        ),
        (
            {"urged": True, "supervised": True},
            ["file", "dispatch", "sign", "contact", "urge", "reply_urge", "supervise", "reply_supervision", "submit",
             "confirm_solved", "close"],
            "closed",
        ),
        (
            {"late": True},
            ["file", "dispatch", "sign", "contact", "late", "late", "submit", "confirm_solved", "close"],
            "closed",
        ),
        ({"stuck": True}, ["file", "dispatch", "sign", "contact", *["late"] * 4], "working"),
    ],
)  # fmt: skip
def test_simulation_leads_a_case_where_its_fate_says(
    wanted: dict[str, bool], transitions: list[str], state: str
) -> None:
    from zhijia.faces.cli.demo_province import QINGHE, found
    from zhijia.faces.cli.officer_steps import Fate
    from zhijia.faces.cli.officers import Simulation
    from zhijia.kernel.cases.models import Case, Event
    from zhijia.kernel.people.actors import Actor
    from zhijia.kernel.service.engine import open_case

    start = datetime(2026, 10, 12, 10, 0, tzinfo=CHINA)
    worker = found(now=start - timedelta(days=1)).workers[0].pk
    data = {"story": STORY, "category": "wages"}
    no = open_case(
        service="hotline", actor=Actor(person_id=worker), now=start, data=data, region=QINGHE, applicant_id=worker
    ).no
    plain = {name: False for name, value in vars(Fate()).items() if value is False}
    simulation = Simulation(1, start)
    simulation.take(no, key="k", **{**plain, **wanted})
    simulation.run(start + timedelta(days=22))

    assert simulation.refused == {}
    assert list(Event.objects.filter(case__no=no).order_by("seq").values_list("transition", flat=True)) == transitions
    assert Case.objects.get(no=no).state == state


@pytest.mark.django_db
def test_demonstration_shows_every_state_and_is_loaded_once(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    from zhijia.faces.cli import demo_casework, demo_play
    from zhijia.kernel.audit.verify import verify
    from zhijia.kernel.cases.models import Case
    from zhijia.kernel.people.auth import authenticate_password
    from zhijia.modules.hotline.service import S

    monkeypatch.setattr(demo_play, "TICKETS", 12)
    few = list(demo_casework.stories())[::20]  # all of them: tests/contract/test_stories.py
    monkeypatch.setattr(demo_casework, "stories", lambda: few)
    said: list[str] = []
    demo.load(said.append)
    count = Case.objects.count()
    assert set(Case.objects.filter(service="hotline").values_list("state", flat=True)) == set(S)
    assert said[-1] != said[0]
    assert Case.objects.latest("changed_at").changed_at <= NOW
    mass = Case.objects.filter(service="hotline", marks__mass=1)
    assert mass.values_list("marks__people", flat=True).get() == demo_play.MASS_WORKERS
    worker = authenticate_password("13800000001", demo.PASSWORD, now=now)
    assert worker is not None
    own = Case.objects.filter(applicant=worker.person_id, service="hotline").order_by("created_at")
    assert list(own.values_list("state", flat=True)) == ["closed", "working", "result"]
    assert {story.service for story in few} <= set(Case.objects.values_list("service", flat=True))
    assert {authenticate_password(a.login, demo.PASSWORD, now=now) is not None for a in demo.ACCOUNTS} == {True}
    assert verify().problems == []

    demo.load(said.append)
    assert Case.objects.count() == count
