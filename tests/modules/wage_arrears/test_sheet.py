"""The workbook: who may bring it, for which case, what a chunk does."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.kernel.sheets import kit as books
from tests.modules.wage_arrears.kit import Claim, row
from zhijia.faces.access import seen_by
from zhijia.kernel.sheets import jobs, run, store
from zhijia.kernel.sheets.declare import Context
from zhijia.kernel.sheets.models import Job
from zhijia.kernel.sheets.scope import acting
from zhijia.modules.wage_arrears.books import verify
from zhijia.modules.wage_arrears.module import MODULE
from zhijia.modules.wage_arrears.sheet import WORKERS


def about(claim: Claim, who: str, *, job: int = 7) -> Context:
    return Context(claim.cast.actor(who, claim.now), claim.now, {"case": claim.no}, "zh-hans", job)


def test_the_module_declares_ten_columns() -> None:
    assert (MODULE.sheets, len(WORKERS.columns)) == ((WORKERS,), 10)
    assert {c.name for c in WORKERS.columns if c.sealed} == {"name", "phone", "id_number", "bank_card"}


@pytest.mark.parametrize(
    ("who", "state", "ready"),
    [("zhou", "accepted", True), ("agent", "accepted", True), ("lin", "accepted", False), ("zhou", "filed", False)],
)
def test_who_may_bring_it_for_which_case(claim: Claim, who: str, state: str, ready: bool) -> None:
    claim.tell()
    if state == "accepted":
        claim.do("zhou", "accept")
    with seen_by(claim.cast.actor(who, claim.now)):
        given = about(claim, who)
        assert (bool(WORKERS.may(given.actor)), bool(WORKERS.ready(given))) == (True, ready)  # type: ignore[misc]


def test_workers_and_call_back_agents_bring_none(claim: Claim) -> None:
    for who in ("alice", "caller"):
        verdict: Any = WORKERS.may(claim.cast.actor(who))
        assert verdict.code == "wrong_role"


def test_a_chunk_becomes_one_transition_under_its_own_key(claim: Claim) -> None:
    claim.tell().do("zhou", "accept")
    rows = [row(1), row(2, claimed=17_000_00), row(3)]
    for _again in range(2):  # the task that died after the commit does the chunk again
        with seen_by(claim.cast.actor("zhou", claim.now)):
            assert WORKERS.apply(rows, about(claim, "zhou")) == {"listed": 2, "differ": 1}
    assert (claim.steps(), len(claim.lines())) == (["file", "accept", "list_workers"], 3)


def test_a_row_that_makes_no_sense_is_marked_in_the_returned_workbook(claim: Claim) -> None:
    check: Any = WORKERS.check
    given = Context(claim.cast.actor("zhou"), claim.now, {}, "zh-hans")
    assert [p.field for p in check(row(1, claimed=None, days=None), given)] == ["claimed"]
    assert list(check(row(1), given)) == []


TITLES = [str(column.title) for column in WORKERS.columns]


@pytest.fixture
def _files() -> Iterator[None]:
    """What the jobs kept is removed again."""
    yield
    store.forget(*store.every())


def typed(n: int, **says: Any) -> list[object]:
    """One row as a team leader types it."""
    values = {
        "name": f"工人{n}", "phone": f"138 0000 {n:04}", "id_number": books.id_card(n), "job": "钢筋工",
        "begins": date(2026, 9, 1), "ends": date(2026, 10, 31), "days": 52.5, "day_wage": 320, "claimed": 16800,
        "bank_card": f"622202{n:013}",
    }  # fmt: skip
    return list((values | says).values())


def bring(claim: Claim, rows: list[list[object]]) -> Job:
    """Send, check, confirm and apply a workbook, as its officer and the tasks do."""
    zhou = claim.cast.actor("zhou", claim.now)
    content = books.workbook(rows, titles=TITLES)
    with acting(zhou):
        sent = jobs.send(
            sheet=WORKERS, name="名单.xlsx", blocks=iter([content]), about={"case": claim.no}, actor=zhou,
            now=claim.now, language="zh-hans",
        )  # fmt: skip
    run.check_job(job_id=sent.pk, now=claim.now)
    with acting(zhou):
        jobs.confirm(job_id=sent.pk, actor=zhou, now=claim.now)
    run.apply_job(job_id=sent.pk, now=claim.now)
    return Job.objects.get(pk=sent.pk)


@pytest.mark.usefixtures("_files")
def test_a_workbook_with_errors_lists_its_good_rows_and_names_the_others(claim: Claim) -> None:
    claim.tell().do("zhou", "accept")
    rows = [typed(n) for n in range(11, 23)]
    rows[2][1] = "12345"  # a phone that is none
    rows[4][1] = rows[3][1]  # one phone twice
    rows[5][2] = "110101199001011234"  # a wrong check character
    rows[6] = typed(17, claimed=17000)  # differs from days x day wage
    rows[7] = typed(18, claimed=None, days=None)  # no amount
    job = bring(claim, rows)
    assert (job.state, job.good, job.bad, job.outcomes) == ("applied", 8, 4, {"listed": 7, "differ": 1})
    assert sorted(row[0] for row in job.first) == [4, 6, 7, 9]
    assert (len(claim.lines()), claim.due()[0], verify()) == (8, 7 * 1680000 + 1700000, [])


@pytest.mark.usefixtures("_files")
def test_a_second_workbook_is_told_who_left_and_who_was_paid(claim: Claim) -> None:
    claim.tell().do("zhou", "accept")
    bring(claim, [typed(1), typed(2), typed(3)])  # 138 0000 0001 and 0002 are Alice and Bob
    claim.do("zhou", "verify")
    claim.do("bob", "leave")
    claim.pay("30000")
    job = bring(claim, [typed(1, claimed=100, days=None), typed(2), typed(3, claimed=20000), typed(4)])
    assert [(row[0], row[1]) for row in job.first] == [(2, "claimed"), (3, "phone")]
    assert (job.good, claim.lines()[3].claimed, len(claim.lines()), verify()) == (2, 2000000, 4, [])
