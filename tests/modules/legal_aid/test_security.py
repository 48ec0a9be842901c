"""What is told to a lawyer stays between the worker, that lawyer and the head of the unit."""

from contextlib import suppress

import pytest
from django.db import ProgrammingError, connection, transaction

from tests.modules.legal_aid.kit import REVIEW, Aid
from tests.modules.legal_aid.visits import Visit
from zhijia.faces.access import seen_by
from zhijia.kernel.cases.models import Case

TABLES = ("facts", "act", "work", "review")


def seen(aid: Aid, who: str) -> bool:
    """Whether this person sees the case, by list and by row-level security."""
    with seen_by(aid.cast.actor(who, aid.now)) as actor:
        listed = Case.objects.visible_to(actor).filter(no=aid.no).exists()
        assert listed == Case.objects.filter(no=aid.no).exists()
    return listed


def sight(aid: Aid) -> set[str]:
    """Everybody of the unit who sees it."""
    return {who for who in ("zhou", "wei", "xu", "head", "lin", "lin_head", "mallory") if seen(aid, who)}


def test_only_the_lawyer_and_the_head_see_the_case(aid: Aid) -> None:
    assert sight(aid.tell()) == {"zhou", "wei", "xu", "head"}  # nobody has it yet: the unit must find it
    aid.do("zhou", "screen", exemption="migrant_pay")
    assert sight(aid) == {"zhou", "head"}
    aid.do("head", "grant", because="属于援助范围")
    aid.do("head", "assign")
    assert sight(aid) == {"wei", "head"}
    aid.do("wei", "step_aside", why="unable", reason="住院")
    assert sight(aid) == {"xu", "head"}


def test_the_reviewer_sees_it_while_reviewing(aid: Aid) -> None:
    aid.reported()
    assert sight(aid) == {"wei", "head"}
    aid.do("head", "assign_review")
    assert sight(aid) == {"xu", "head"}
    aid.do("xu", "review", **REVIEW)
    assert sight(aid) == {"wei", "head"}


def test_a_booking_is_between_the_worker_and_that_lawyer(visit: Visit) -> None:
    visit.tell().book("11-17 10:00")
    assert {who for who in ("zhou", "wei", "xu", "head") if seen(visit, who)} == {"wei", "head"}  # type: ignore[arg-type]


def test_rows_of_the_case_are_hidden_with_it(aid: Aid) -> None:
    aid.reported().do("head", "assign_review")
    aid.do("xu", "review", **REVIEW)
    counts = {}
    for who in ("wei", "xu", "head", "lin"):
        with seen_by(aid.cast.actor(who, aid.now)), connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"SELECT count(*) FROM legal_aid_{table}")
                counts[who, table] = cursor.fetchone()[0]
    theirs = {"facts": 1, "act": 0, "work": 1, "review": 1}
    assert {who: {t: counts[who, t] for t in TABLES} for who in ("wei", "head")} == {"wei": theirs, "head": theirs}
    assert {who: {counts[who, t] for t in TABLES} for who in ("xu", "lin")} == {"xu": {0}, "lin": {0}}


@pytest.mark.parametrize("table", ["legal_aid_tie", "legal_aid_hours", "legal_aid_check"])
@pytest.mark.parametrize("who", ["head", "alice"])
def test_ties_and_hours_are_the_platforms(aid: Aid, table: str, who: str) -> None:
    with seen_by(aid.cast.actor(who, aid.now)), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_case")
        with pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute(f"SELECT * FROM {table}")


@pytest.mark.parametrize("column", ["note", "lawyer_id"])
def test_a_worker_reads_when_the_lawyer_worked_and_not_the_notes(aid: Aid, column: str) -> None:
    aid.working()
    with seen_by(aid.cast.actor("alice", aid.now)), connection.cursor() as cursor:
        cursor.execute("SELECT day, work, minutes FROM legal_aid_work")
        assert cursor.fetchall() == [(aid.now.date(), "drafting", 120)]
        with pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute(f"SELECT {column} FROM legal_aid_work")
        with suppress(ProgrammingError), transaction.atomic():
            cursor.execute("SELECT count(*) FROM legal_aid_review")
            pytest.fail("a worker reads a review")
