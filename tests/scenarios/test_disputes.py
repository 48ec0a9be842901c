"""Mediation: accepted when both are willing, ended in fifteen days, kept or the way to arbitration."""

from datetime import date
from typing import Any

import pytest

from tests.cast import QINGHE, Cast
from tests.scenarios.story import Story, refused
from zhijia.faces.access import seen_by
from zhijia.kernel.base.errors import Conflict, Invalid
from zhijia.kernel.cases.models import Party
from zhijia.kernel.documents.models import Letter
from zhijia.kernel.service.engine import open_case
from zhijia.modules.disputes.models import Dispute


class Mediation(Story):
    """One dispute and the clock of its story."""

    def tell(self, who: str = "alice", *, key: str | None = None, **data: Any) -> "Mediation":
        """Alice applies for mediation about her wages."""
        asked = {
            "claim": "拖欠两个月工资",
            "category": "wages",
            "employer_name": "江澜劳务有限公司",
            "amount": "16800",
            **data,
        }
        with seen_by(self.cast.actor(who, self.now)) as actor:
            self.no = open_case(
                service="disputes", actor=actor, now=self.now, data=asked, region=QINGHE,
                applicant_id=self.cast.person_id("alice"), key=key,
            ).no  # fmt: skip
        return self

    @property
    def facts(self) -> Dispute:  # type: ignore[override]
        return Dispute.objects.get(case__no=self.no)


@pytest.fixture
def mediation(cast: Cast) -> Mediation:
    return Mediation(cast)


def test_agreed_confirmed_and_kept(mediation: Mediation) -> None:
    mediation.tell()
    assert (mediation.case.due_key, mediation.clock("accept").due_at.date()) == ("accept", date(2026, 11, 19))
    assert mediation.clock("receipt").due_at.date() == date(2026, 12, 1)  # free to go to arbitration, LDMAL 14
    mediation.do("zhou", "accept", willing=True)
    assert mediation.clock("mediation").due_at.date() == date(2026, 12, 1)
    mediation.do("zhou", "meet", day="2026-11-20", place="青禾区总工会三楼")
    mediation.do("zhou", "minutes", note="单位愿意分期")
    mediation.do("zhou", "propose", proposal="两期付清，劳动合同法第三十条")
    mediation.do("zhou", "agree", agreed="16800", due="2026-12-20", terms="用人单位于十二月二十日前付清。")
    assert (mediation.case.state, mediation.case.due_key, mediation.case.due_at.date()) == (
        "agreed", "kept", date(2026, 12, 21),
    )  # fmt: skip
    agreement = Letter.objects.get(kind="agreement")
    assert agreement.facts["money"] == "用人单位于2026年12月20日前支付人民币16,800.00元（大写：壹万陆仟捌佰元整）。"
    mediation.do("zhou", "confirm", confirmed_by="court")
    mediation.do("alice", "kept")
    assert (mediation.case.state, mediation.facts.closing_code, Party.objects.get().status) == (
        "closed",
        "kept",
        "solved",
    )


def test_not_accepted_without_the_employer_and_the_worker_is_told_the_ways_left(mediation: Mediation) -> None:
    mediation.tell()
    with pytest.raises(Invalid) as caught:
        mediation.do("zhou", "accept", willing=False)
    assert [p.field for p in caught.value.problems] == ["willing"]
    mediation.do("zhou", "refuse", ground="unwilling", reason="单位不同意")
    assert (mediation.case.state, mediation.case.due_key) == ("failed", "advise")
    assert Letter.objects.get().kind == "failure"
    mediation.do("zhou", "advise", ways="到青禾区劳动人事争议仲裁委员会申请仲裁")
    assert (mediation.case.state, mediation.facts.closing_code) == ("closed", "refused")


def test_more_time_needs_both_and_comes_once(mediation: Mediation) -> None:
    mediation.tell().do("zhou", "accept", willing=True)
    with pytest.raises(Invalid):
        mediation.do("zhou", "prolong", willing=False)
    mediation.do("zhou", "prolong", willing=True)
    assert mediation.clock("mediation").due_at.date() == date(2026, 12, 16)
    refused("no_extension_left", Conflict, mediation, "zhou", "prolong", willing=True)


def test_the_worker_may_stop_at_any_time_and_loses_nothing(mediation: Mediation) -> None:
    mediation.tell().do("zhou", "accept", willing=True)
    mediation.do("alice", "stop")
    assert (mediation.case.state, mediation.facts.closing_code) == ("failed", "failed")


def test_an_agreement_that_is_not_kept_goes_on(mediation: Mediation) -> None:
    mediation.tell().do("zhou", "accept", willing=True)
    mediation.do("zhou", "agree", agreed="16800", due="2026-11-20", terms="付清")
    mediation.hours = 24 * 8
    mediation.do("alice", "not_kept")
    assert (mediation.case.state, mediation.clock("kept").state) == ("broken", "missed")
    mediation.do("zhou", "advise", ways="凭协议书申请支付令")
    assert mediation.facts.closing_code == "broken"
