"""The way to the mediator: a talk first, silence, the application oral or written."""

from datetime import date

import pytest

from tests.modules.disputes.kit import Mediation
from tests.scenarios.story import refused
from zhijia.faces.access import seen_by
from zhijia.kernel.base.errors import Conflict, Invalid
from zhijia.kernel.documents import letters
from zhijia.kernel.documents.models import Letter
from zhijia.kernel.events import outbox

ASKED = {"demand": "请补发九月和十月的工资", "consent": True}


def talking(mediation: Mediation) -> Mediation:
    mediation.tell(first="talk").do("zhou", "request_talk", **ASKED)
    return mediation


def test_a_talk_is_asked_for_only_with_the_workers_consent(mediation: Mediation) -> None:
    mediation.tell(first="talk")
    with pytest.raises(Invalid) as caught:
        mediation.do("zhou", "request_talk", **(ASKED | {"consent": False}))
    assert [p.field for p in caught.value.problems] == ["consent"]
    refused("not_applied", Conflict, mediation, "zhou", "accept", willing=True)


def test_the_request_says_what_is_asked_and_not_what_the_worker_told(mediation: Mediation) -> None:
    talking(mediation)
    letter = Letter.objects.get(kind="talk_request")
    said = str(letter.content)
    assert (letter.addressee, said.count("请补发九月和十月的工资"), said.count("拖欠两个月工资")) == (
        "江澜劳务有限公司", 1, 0,
    )  # fmt: skip
    assert (letter.facts["talk"], said.count("Alice")) == ("5天", 0)


def test_five_days_count_from_the_day_the_request_reached_the_employer(mediation: Mediation) -> None:
    talking(mediation)
    assert mediation.clock("talk").due_at.date() == date(2026, 11, 23)  # 21 November is a Saturday
    mediation.hours = 48
    mediation.do("zhou", "talk_served", served="post", day="2026-11-18", proof="挂号信 XA123")
    assert mediation.clock("talk").due_at.date() == date(2026, 11, 23)
    assert mediation.acts() == [("demand", date(2026, 11, 18), True)]


def test_silence_counts_when_the_time_is_over_and_a_refusal_at_once(mediation: Mediation) -> None:
    talking(mediation)
    with pytest.raises(Invalid) as caught:
        mediation.do("zhou", "talk_over", answer="silent")
    assert [p.field for p in caught.value.problems] == ["answer"]
    mediation.hours = 24 * 8
    mediation.do("zhou", "talk_over", answer="silent")
    assert (mediation.case.state, mediation.facts.closing_code, mediation.clock("talk").state) == (
        "failed", "talks", "missed",
    )  # fmt: skip


def test_after_failed_talks_the_worker_applies_and_the_times_begin(mediation: Mediation) -> None:
    talking(mediation).do("zhou", "talk_over", answer="unwilling")
    mediation.do("alice", "apply")
    facts = mediation.facts
    assert (mediation.case.state, facts.applied_on, facts.closing_code) == ("applied", date(2026, 11, 16), "")
    assert mediation.clock("accept").due_at.date() == date(2026, 11, 19)
    assert mediation.clock("receipt").due_at.date() == date(2026, 12, 1)
    refused("applied_already", Conflict, mediation, "zhou", "request_talk", **ASKED)


def test_a_talk_first_has_no_day_of_receipt_yet(mediation: Mediation) -> None:
    mediation.tell(first="talk")
    assert sorted(d.key for d in mediation.case.deadlines.all()) == ["accept"]


def test_talks_end_in_a_settlement_that_needs_both_sides_and_no_seal(mediation: Mediation) -> None:
    talking(mediation).do("zhou", "talk_willing", note="周三面谈")
    assert mediation.clock("talks").due_at.date() == date(2026, 12, 1)
    mediation.do("zhou", "talk_agree", terms="一次付清", agreed="16800", due="2026-12-01")
    with pytest.raises(Invalid) as caught:
        mediation.do("zhou", "signed", day=mediation.day(), by_worker=True)
    assert [p.field for p in caught.value.problems] == ["by_employer"]
    mediation.do("zhou", "signed", day=mediation.day(), by_worker=True, by_employer=True)
    assert (mediation.case.state, mediation.facts.form, mediation.due()) == (
        "settled",
        "settlement",
        (1680000, 1680000),
    )
    refused("wrong_state", Conflict, mediation, "zhou", "ask_court", confirm_body="青禾区人民法院")


def test_a_settlement_that_is_not_kept_may_go_to_mediation(mediation: Mediation) -> None:
    talking(mediation)
    mediation.do("zhou", "talk_agree", terms="一次付清", agreed="16800", due="2026-11-20")
    mediation.sign()
    mediation.pay("6800")
    mediation.hours = 24 * 8
    mediation.do("alice", "not_kept")
    mediation.do("alice", "apply", oral=False)
    mediation.do("zhou", "accept", willing=True)
    mediation.agree(instalments="2026-12-20 10000").sign()
    assert (mediation.facts.agreed, mediation.facts.paid, mediation.due()) == (1680000, 680000, (1000000, 1000000))
    assert mediation.plan() == [
        (date(2026, 11, 20), 1680000, "replaced"), (date(2026, 12, 20), 1000000, "open"),
    ]  # fmt: skip


def test_an_oral_application_is_recorded_on_the_spot_before_it_is_accepted(mediation: Mediation) -> None:
    mediation.tell("zhou", oral=True)
    assert mediation.clock("record").due_at.date() == date(2026, 11, 16)
    refused("not_recorded", Conflict, mediation, "zhou", "accept", willing=True)
    mediation.do("zhou", "write_down")
    letter = Letter.objects.get()
    assert (letter.kind, [line.cells for line in letter.lines.all()]) == (
        "application", [["1", "Alice", "", "16,800.00"]],
    )  # fmt: skip
    assert (letter.facts["how"], letter.facts["claim"]) == ("口头申请，当场记录", "拖欠两个月工资")
    mediation.do("zhou", "accept", willing=True)
    assert mediation.clock("record").state == "met"


def test_a_served_request_is_on_record_by_itself(mediation: Mediation) -> None:
    letter = talking(mediation).case and Letter.objects.get()
    with seen_by(mediation.cast.actor("head", mediation.now)) as head:
        letters.issue(letter_id=letter.pk, seen=letter.version, actor=head, now=mediation.now)
    with seen_by(mediation.cast.actor("zhou", mediation.now)) as zhou:
        letters.serve(
            letter_id=letter.pk, service="direct", proof="门卫签收", at=mediation.now, actor=zhou, now=mediation.now
        )
    while outbox.relay(now=mediation.now):
        pass
    assert (mediation.steps()[-1], mediation.acts()) == ("talk_served", [("demand", date(2026, 11, 16), True)])
