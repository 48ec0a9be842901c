"""Calculations put into a case: kept once, summed to what the law gives, seen by whom they concern, gone with it."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from tests.cast import NOW, PLATFORM, Cast
from tests.scenarios.story import Story
from zhijia.faces.access import seen_by
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base.errors import Forbidden, Invalid, NotFound
from zhijia.kernel.cases import reckonings
from zhijia.kernel.cases.models import Case, Party, Reckoning
from zhijia.kernel.cases.reckonings import Reckoned, keep, set_aside, settlement_range
from zhijia.kernel.retention.models import Ground
from zhijia.kernel.retention.shred import Why, destroy, strip

pytestmark = pytest.mark.django_db
LINE = {"title": "经济补偿", "value": "48,000.00", "formula": "6 × 8,000", "basis": "劳动合同法47", "result": True}
STEP = LINE | {"title": "工龄月数", "result": False}
N = Reckoned(
    calculator="severance", family="ending", region="980102", day=date(2026, 11, 16), low=4_800_000, high=4_800_000,
    content={
        "given": {"average": "8000"},
        "zh-hans": {"title": "经济补偿 N", "inputs": [["月工资", "8,000.00"]], "lines": [STEP, LINE]},
        "en": {"title": "Severance (N)", "inputs": [["Wage", "8,000.00"]], "lines": [STEP, LINE]},
    },
    article="劳动合同法46–47", version="2026-11-25/7",
)  # fmt: skip
TWICE = replace(N, calculator="unlawful", low=9_600_000, high=9_600_000)
LATE = replace(N, calculator="late_pay", family="late_pay", low=500_000, high=1_000_000)


@pytest.fixture
def case(story: Story) -> Case:
    """Alice's case, signed by Zhou."""
    story.tell().dispatch()
    story.do("zhou", "sign")
    return Case.objects.get(no=story.no)


def put(cast: Cast, case: Case, reckoned: Reckoned = N, who: str = "zhou", **more: Any) -> Reckoning:
    with seen_by(cast.actor(who)) as actor:
        return keep(case=case, reckoned=reckoned, actor=actor, now=NOW, **more)


def test_calculation_is_kept_as_it_was_worked_out_in_both_languages(cast: Cast, case: Case) -> None:
    put(cast, case)
    with seen_by(cast.actor("zhou")):
        (found,) = reckonings.of(case.pk)
    with translation.override("en"):
        assert (found.title, found.inputs, found.lines) == ("Severance (N)", [["Wage", "8,000.00"]], [STEP, LINE])
    with translation.override("zh-hans"):
        assert (found.title, found.results, found.account_id) == ("经济补偿 N", [LINE], cast.accounts["zhou"].pk)
    assert reckonings.said(case.pk) == "经济补偿 N 48,000 元（劳动合同法46–47）"
    entry = Entry.objects.get(subject=f"case:{case.pk}", act="case.reckoned")
    assert entry.data == {"calculator": "severance", "reckoning": found.pk}


def test_sent_twice_is_kept_once(cast: Cast, case: Case) -> None:
    key = str(uuid4())
    assert put(cast, case, key=key).pk == put(cast, case, key=key).pk
    assert put(cast, case, who="alice", key=key).person_id == cast.person_id("alice")  # another's key is another key
    assert Reckoning.objects.count() == 2


def test_range_takes_one_of_a_family_and_adds_families_and_workers(cast: Cast, case: Case) -> None:
    assert settlement_range(case.pk) == (0, 0)
    put(cast, case)
    put(cast, case, TWICE)
    put(cast, case, LATE)
    assert settlement_range(case.pk) == (5_300_000, 10_600_000)
    newer = put(cast, case, replace(TWICE, low=9_000_000, high=9_000_000))
    assert settlement_range(case.pk) == (5_300_000, 10_000_000)
    Party.objects.create(case=case, person_id=cast.person_id("bob"), joined_at=NOW)
    put(cast, case, N, person_id=cast.person_id("bob"))
    assert settlement_range(case.pk) == (10_100_000, 14_800_000)
    with seen_by(cast.actor("zhou")) as zhou:
        set_aside(case=case, reckoning_id=newer.pk, actor=zhou, now=NOW)
        set_aside(case=case, reckoning_id=newer.pk, actor=zhou, now=NOW)
    assert settlement_range(case.pk) == (10_100_000, 15_400_000)
    assert Entry.objects.filter(act="case.reckoning_set_aside").count() == 1


def test_parts_of_a_family_are_one_way_and_the_whole_another(cast: Cast, case: Case) -> None:
    for key, low in (("once", 100), ("leaving", 50)):
        put(cast, case, replace(N, calculator=f"injury_{key}", family=f"injury.{key}", low=low, high=low))
    assert settlement_range(case.pk) == (150, 150)
    put(cast, case, replace(N, calculator="injury_uninsured", family="injury", low=180, high=180))
    assert settlement_range(case.pk) == (150, 180)


def test_worker_sees_those_of_the_case_and_their_own_and_keeps_only_their_own(cast: Cast, case: Case) -> None:
    put(cast, case)
    Party.objects.create(case=case, person_id=cast.person_id("bob"), joined_at=NOW)
    put(cast, case, TWICE)  # of a collective case and nobody's own: for the officers
    put(cast, case, LATE, person_id=cast.person_id("bob"))
    put(cast, case, LATE, who="alice", person_id=cast.person_id("bob"))
    seen = {}
    for who in ("alice", "bob", "mallory"):
        with seen_by(cast.actor(who)):
            seen[who] = [(r.calculator, r.person_id) for r in reckonings.of(case.pk)]
    alice, bob = cast.person_id("alice"), cast.person_id("bob")
    assert seen == {
        "alice": [("late_pay", alice), ("severance", None)], "bob": [("late_pay", bob), ("severance", None)],
        "mallory": [],
    }  # fmt: skip


def test_officer_of_another_county_and_auditor_keep_nothing(cast: Cast, case: Case) -> None:
    for who in ("lin", "auditor"):
        with pytest.raises(Forbidden):
            put(cast, case, who=who)
        with pytest.raises(DatabaseError), transaction.atomic(), seen_by(cast.actor(who)):
            Reckoning.objects.create(
                case_id=case.pk, calculator="x", family="x", region="980102", day=NOW.date(), low=0, high=0, at=NOW,
                article="", version="", public=True,
            )  # fmt: skip
    with pytest.raises(Invalid) as refused:
        put(cast, case, person_id=cast.person_id("mallory"))
    assert [p.field for p in refused.value.problems] == ["person"]
    with pytest.raises(NotFound), seen_by(cast.actor("zhou")) as zhou:
        set_aside(case=case, reckoning_id=1, actor=zhou, now=NOW)


def test_sums_stand_readable_and_words_do_not(cast: Cast, case: Case) -> None:
    put(cast, case, replace(N, content=N.content | {"given": {"average": "8123.45"}}))
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(r)::text FROM cases_reckoning r")
        row = cursor.fetchone()[0]
    assert ("8123.45" in row, b"8123.45".hex() in row, "4800000" in row) == (False, False, True)


def test_it_goes_with_the_case_and_with_what_is_personal_in_it(cast: Cast, case: Case) -> None:
    put(cast, case, person_id=cast.person_id("alice"))
    with transaction.atomic():
        strip([case])
        assert Reckoning.objects.count() == 0
        transaction.set_rollback(True)
    assert Reckoning.objects.count() == 1
    Case.objects.filter(pk=case.pk).update(closed_at=NOW)
    destroy(case_ids=[case.pk], why=Why(ground=Ground.TIME), actor=PLATFORM, now=NOW)
    assert (Reckoning.objects.count(), Case.objects.filter(pk=case.pk).exists()) == (0, False)
