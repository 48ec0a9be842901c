"""Who mediates: by turns and weight, without conflict; recusal, objection, nobody left."""

import pytest

from tests.cast import Cast
from tests.modules.disputes.kit import Mediation, mediator
from tests.scenarios.story import refused
from zhijia.kernel.base.errors import Conflict, Invalid
from zhijia.kernel.cases.models import Task
from zhijia.kernel.notify.models import Message
from zhijia.kernel.people.models import RosterSeat
from zhijia.modules.disputes.mediators import ROSTER
from zhijia.modules.disputes.models import Recusal


@pytest.fixture(autouse=True)
def _empty(cast: Cast) -> None:
    """Nobody is on the roster yet."""
    RosterSeat.objects.filter(roster=ROSTER).delete()


def name(mediation: Mediation) -> str:
    assignee = mediation.case.assignee
    return assignee.name if assignee else ""


def accepted(mediation: Mediation, **data: object) -> Mediation:
    mediation.tell().do("zhou", "accept", willing=True, **data)
    return mediation


def test_without_a_roster_who_accepts_mediates(mediation: Mediation) -> None:
    assert name(accepted(mediation)) == "Zhou"


def test_by_turns_and_by_weight(mediation: Mediation) -> None:
    mediator(mediation.cast, "he", weight=20)
    mediator(mediation.cast, "qi", weight=10)
    seen = []
    for who in ("alice", "bob", "mallory"):
        other = Mediation(mediation.cast)
        other.tell("zhou", person=who)
        other.do("zhou", "accept", willing=True)
        seen.append(name(other))
    assert seen == ["he", "qi", "he"]


def test_whoever_saw_another_dispute_of_the_worker_fail_is_passed_over(mediation: Mediation) -> None:
    he = mediator(mediation.cast, "he", weight=100)
    mediator(mediation.cast, "qi", weight=1)
    assert name(accepted(mediation)) == "he"
    assert name(accepted(Mediation(mediation.cast))) == "he"  # two that are open may lie in one hand
    mediation.do("he", "fail", reason="分歧较大")
    second = Mediation(mediation.cast).tell()
    with pytest.raises(Invalid) as caught:
        second.do("zhou", "accept", willing=True, mediator=he.pk)
    assert [(p.field, p.code) for p in caught.value.problems] == [("mediator", "before")]
    second.do("zhou", "accept", willing=True)
    assert name(second) == "qi"


def test_a_stated_recusal_hands_the_case_to_the_next(mediation: Mediation) -> None:
    for n in ("he", "qi"):
        mediator(mediation.cast, n)
    accepted(mediation)
    first = name(mediation)
    mediation.do(first, "recuse", ground="kin", asked_by="mediator", reason="单位负责人是我表兄")
    row = Recusal.objects.get()
    assert (row.account.name, row.ground, row.asked_by, row.reason) == (first, "kin", "mediator", "单位负责人是我表兄")
    assert (name(mediation) != first, name(mediation) in ("he", "qi")) == (True, True)


def test_a_worker_may_object_and_the_employer_too(mediation: Mediation) -> None:
    for n in ("he", "qi", "wu"):
        mediator(mediation.cast, n)
    accepted(mediation)
    mediation.do("alice", "object", ground="interest", reason="他常去单位讲课")
    mediation.do("zhou", "recuse", ground="other", asked_by="employer", reason="单位提出")
    asked = Recusal.objects.order_by("id").values_list("ground", "asked_by")
    assert (list(asked), name(mediation)) == ([("interest", "worker"), ("other", "employer")], "wu")


def test_who_was_ruled_out_before_acceptance_is_passed_over(mediation: Mediation) -> None:
    he = mediator(mediation.cast, "he", weight=100)
    mediator(mediation.cast, "qi")
    mediation.tell().do("zhou", "rule_out", member=he.pk, ground="kin", asked_by="worker", reason="亲戚")
    mediation.do("zhou", "accept", willing=True)
    assert name(mediation) == "qi"
    refused("recused", Conflict, mediation, "he", "take_over")


def test_nobody_left_is_the_heads_to_mend_and_does_not_wait(mediation: Mediation) -> None:
    mediator(mediation.cast, "he")
    accepted(mediation).do("alice", "object", ground="kin", reason="亲戚")
    assert (mediation.case.assignee_id, Task.objects.get(state="open").kind) == (None, "mediator")
    assert Message.objects.filter(template="disputes.no_mediator", channel="app").count() == 1
    qi = mediator(mediation.cast, "qi")
    mediation.do("head", "appoint", mediator=qi.pk)
    assert (name(mediation), Task.objects.filter(state="open").count()) == ("qi", 0)


def test_the_head_cannot_name_somebody_with_a_conflict(mediation: Mediation) -> None:
    he = mediator(mediation.cast, "he")
    accepted(mediation).do("he", "recuse", ground="kin", asked_by="mediator", reason="亲戚")
    with pytest.raises(Invalid) as caught:
        mediation.do("head", "appoint", mediator=he.pk)
    assert [(p.field, p.code) for p in caught.value.problems] == [("mediator", "recused")]
