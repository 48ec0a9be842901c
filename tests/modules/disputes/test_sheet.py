"""The workbook of a collective dispute, in and out."""

from typing import Any

import pytest

from tests.modules.disputes.kit import Mediation, row
from zhijia.faces.access import seen_by
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.sheets.declare import Context
from zhijia.modules.disputes.module import MODULE
from zhijia.modules.disputes.sheet import LIST, WORKERS


def about(mediation: Mediation, who: str) -> Context:
    return Context(mediation.cast.actor(who, mediation.now), mediation.now, {"case": mediation.no}, "zh-hans", 7)


def test_one_in_and_one_out() -> None:
    assert MODULE.sheets == (WORKERS, LIST)
    assert {c.name for c in (*WORKERS.columns, *LIST.columns) if c.sealed} == {"name", "phone"}


@pytest.mark.parametrize(("who", "may", "ready"), [("zhou", True, True), ("lin", True, False), ("alice", False, True)])
def test_who_may_bring_it(mediation: Mediation, who: str, may: bool, ready: bool) -> None:
    mediation.tell()
    sheet: Any = WORKERS
    with seen_by(mediation.cast.actor(who, mediation.now)):
        given = about(mediation, who)
        assert (bool(sheet.may(given.actor)), bool(sheet.ready(given))) == (may, ready)


def test_a_chunk_becomes_one_transition_under_its_own_key_and_stops_with_the_signature(mediation: Mediation) -> None:
    mediation.tell(people=3).do("zhou", "accept", willing=True)
    rows = [row(1), row(2), row(3)]
    for _again in range(2):  # the task that died after the commit does the chunk again
        with seen_by(mediation.cast.actor("zhou", mediation.now)):
            assert WORKERS.apply(rows, about(mediation, "zhou")) == {"listed": 3}
    assert (mediation.steps(), len(mediation.lines())) == (["file", "accept", "list_workers"], 3)
    mediation.agree(instalments="2026-12-20 300").do("zhou", "record_say", lines="1 2 3", said="agreed")
    mediation.sign()
    sheet: Any = WORKERS
    with seen_by(mediation.cast.actor("zhou", mediation.now)):
        assert not sheet.ready(about(mediation, "zhou"))


def test_the_list_goes_out_with_what_each_gets_and_the_reading_is_on_record(mediation: Mediation) -> None:
    mediation.tell(people=2).do("zhou", "accept", willing=True)
    mediation.take_in([row(1), row(2)])
    mediation.agree(instalments="2026-12-20 200")
    with seen_by(mediation.cast.actor("zhou", mediation.now)):
        found = list(LIST.rows(about(mediation, "zhou")))
    assert [(r["line"], r["name"], r["claimed"], r["agreed"], r["status"]) for r in found] == [
        (1, "Alice", 100000, 10000, "asked"), (2, "Bob", 100000, 10000, "asked"),
    ]  # fmt: skip
    assert Entry.objects.filter(subject=f"case:{mediation.case.pk}", act="case.viewed").count() == 2


def test_who_took_back_their_part_is_named_in_the_returned_workbook(mediation: Mediation) -> None:
    mediation.tell(people=2).do("zhou", "accept", willing=True)
    mediation.take_in([row(1), row(2)])
    mediation.do("bob", "leave")
    sheet: Any = WORKERS
    with seen_by(mediation.cast.actor("zhou", mediation.now)):
        found = list(sheet.check_many([row(1), row(2)], about(mediation, "zhou")))
    assert [(no, problem.field) for no, problem in found] == [(3, "phone")]
