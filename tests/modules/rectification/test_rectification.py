"""Findings: who decides about what whose unit must mend, dates, what is counted; rounds that stay among few."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.cast import QINGHE, Cast
from tests.modules.rectification.kit import mender
from tests.scenarios.story import Story, refused
from zhijia.faces.access import seen_by
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, Invalid
from zhijia.kernel.cases.models import Case
from zhijia.kernel.indicators.models import Counter
from zhijia.kernel.org.models import Org
from zhijia.kernel.service.engine import open_case
from zhijia.kernel.service.sweep import report_late
from zhijia.kernel.sheets.declare import Context, Row
from zhijia.modules.rectification.models import Finding, Proof
from zhijia.modules.rectification.rounds import Line, tally
from zhijia.modules.rectification.sheet import FINDINGS

DAY = 24
WHAT = "慰问品采购化整为零，没有比价记录。"


class Found(Story):
    """One finding and the clock of its story."""

    unit: Org

    def tell(self, who: str = "zhou", *, key: str | None = None, **data: Any) -> "Found":
        """The county finds something that the union below it must mend."""
        asked = {"finding": WHAT, "category": "funds", "owner": self.unit.pk} | data
        return self.open("rectification", who, key, asked)

    def open(self, service: str, who: str, key: str | None, asked: dict[str, Any]) -> "Found":
        with seen_by(self.cast.actor(who, self.now)) as actor:
            self.no = open_case(
                service=service, actor=actor, now=self.now, data=asked, region=QINGHE, applicant_id=None, key=key
            ).no
        return self

    def owned(self) -> "Found":
        """Sent and accepted by its owner."""
        self.do("zhou", "send")
        self.do("mo", "own_up")
        return self

    def mended(self) -> "Found":
        """Planned, proved and handed in after nine days."""
        self.do("mo", "plan", plan="补做比价", due=self.day(20))
        self.do("mo", "record_proof", proof="account", said="比价单", after=9 * DAY)
        self.do("mo", "submit", done="已补")
        return self

    def day(self, plus: int = 0) -> str:
        return f"{self.now + timedelta(days=plus):%Y-%m-%d}"

    @property
    def facts(self) -> Finding:  # type: ignore[override]
        return Finding.objects.get(case__no=self.no)


@pytest.fixture
def found(cast: Cast) -> Found:
    story = Found(cast)
    story.unit = mender(cast)
    return story


def figure(name: str) -> int:
    rows = Counter.objects.filter(service="rectification", category="", region=QINGHE, indicator=name)
    return sum(row.n for row in rows)


def test_who_had_to_mend_it_does_not_accept_it(found: Found) -> None:
    found.tell(owner=found.cast.orgs["qinghe"].pk)  # the county's own department
    found.do("zhou", "send")
    found.do("zhou", "own_up")
    found.do("zhou", "plan", plan="补做", due=found.day(9))
    found.do("zhou", "record_proof", proof="paper", said="比价单")
    found.do("zhou", "submit", done="已补")
    refused("owner", Conflict, found, "kang", "accept", verdict="属实")  # supervisor of the same unit
    found.do("supervisor", "accept", verdict="属实")
    assert (found.case.state, found.facts.accepted_on) == ("accepted", date(2026, 11, 16))


def test_plan_reaches_sixty_days_and_its_clock_ends_with_its_day(found: Found) -> None:
    found.tell().owned()
    for due in (found.day(-1), found.day(61)):
        with pytest.raises(Invalid):
            found.do("mo", "plan", plan="补做", due=due)
    found.do("mo", "plan", plan="补做", due="2026-12-19")  # a Saturday
    clock = found.clock("deadline")
    assert clock.due_at == datetime(2026, 12, 21, 23, 59, 59, tzinfo=CHINA)
    found.do("mo", "ask_extension", reason="等招标", after=DAY)
    found.do("kang", "grant_extension", reason="情况属实")
    assert found.clock("deadline").due_at.astimezone(CHINA).date() == date(2027, 1, 20)
    refused("no_extension_left", Conflict, found, "mo", "ask_extension", reason="还要等")


def test_late_finding_is_reported_above_and_counted_once(found: Found) -> None:
    found.tell().owned()
    found.do("mo", "plan", plan="补做", due=found.day(2))
    found.hours += 5 * DAY
    assert report_late(now=found.now) == 1
    found.hours += 5 * DAY
    report_late(now=found.now)
    assert (found.case.late, figure("overdue")) == (2, 1)
    found.do("mo", "record_proof", proof="paper", said="比价单")
    found.do("mo", "submit", done="已补")
    assert (figure("handed_in"), figure("in_time")) == (1, 0)


def test_dispute_is_decided_by_somebody_else_and_leaves_the_denominator(found: Found) -> None:
    found.tell().do("zhou", "send")
    found.do("mo", "dispute", reason="有比价")
    found.do("kang", "withdraw_finding", reason="有比价")
    assert (found.case.state, figure("stand"), figure("withdrawn")) == ("withdrawn", 0, 1)


def test_what_came_back_is_mended_again_and_counts_as_accepted_once(found: Found) -> None:
    found.tell().owned().mended().do("kang", "accept", verdict="属实")
    found.do("kang", "close", checked="papers", note="没有反弹", after=100 * DAY)
    found.do("kang", "come_back", reason="又没有比价")
    assert (found.case.closed_at, found.facts.plan, found.facts.accepted_on, found.facts.reopened) == (
        None,
        "",
        None,
        1,
    )
    found.mended().do("kang", "accept", verdict="属实")
    assert (figure("accepted"), figure("stand"), figure("came_back"), Proof.objects.count()) == (1, 1, 1, 2)


def test_file_that_is_not_on_the_case_proves_nothing(found: Found) -> None:
    found.tell().owned().do("mo", "plan", plan="补做", due=found.day(9))
    with pytest.raises(Invalid):
        found.do("mo", "record_proof", proof="paper", said="比价单", file="比价单.pdf")
    assert Proof.objects.count() == 0


def test_findings_of_an_audit_are_seen_by_who_deals_with_them(found: Found) -> None:
    audit = Found(found.cast).open(
        "rectification_round", "zhou", None,
        {"name": "经费审查", "category": "audit", "begun": "2026-11-02", "ended": "2026-11-13"},
    )  # fmt: skip
    found.tell(round=audit.no).owned()
    assert (audit.case.confidential, found.case.confidential, found.facts.round) == (True, True, audit.case)
    with seen_by(found.cast.actor("city")) as city:  # an officer above, who does not deal with it
        assert Case.objects.visible_to(city).filter(no=found.no).count() == 0
    refused("has_findings", Conflict, audit, "zhou", "nothing_found", note="x")


def test_owner_beyond_reach_and_unknown_round_are_refused(found: Found) -> None:
    for wrong in ({"owner": found.cast.orgs["beiling"].pk}, {"owner": 10**9}, {"round": "ZJ0"}):
        with pytest.raises(Invalid) as caught:
            found.tell(**wrong)
        assert [problem.field for problem in caught.value.problems] == list(wrong)


def test_row_of_a_workbook_is_filed_once_however_often_it_is_sent(found: Found) -> None:
    found.open(
        "rectification_round", "zhou", None,
        {"name": "检查", "category": "enforcement", "begun": "2026-11-02", "ended": "2026-11-13"},
    )  # fmt: skip
    row = Row(2, {"finding": WHAT, "matter": "funds", "law": None, "owner": found.unit.name, "department": None})
    about = Context(found.cast.actor("zhou", found.now), found.now, {"case": found.no}, "zh-hans", 7)
    with seen_by(about.actor):
        assert [FINDINGS.apply([row], about) for _again in range(2)] == [{"filed": 1}, {"filed": 0}]
    assert [f.finding for f in Finding.objects.all()] == [WHAT]


def test_rate_of_a_round_has_its_denominator_or_is_not_shown() -> None:
    def line(state: str, late: bool = False) -> Line:
        return Line("ZJ1", WHAT, "青禾区总工会", state, None, late, None, 0)

    numbers = tally([line("accepted"), line("closed"), line("rectifying", late=True), line("withdrawn")])
    assert (numbers.all, numbers.stand, numbers.mended, numbers.late, numbers.share) == (4, 3, 2, 1, "66.7%")
    assert tally([line("withdrawn")]).share == ""
