"""Two people destroy what is due; what is held stays; what was destroyed stays destroyed when a backup is put back."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import NOW, PLATFORM, Cast
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.audit.verify import verify
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, Forbidden, Invalid, NotFound
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.bound import bound
from zhijia.kernel.people.models import Person
from zhijia.kernel.people.permissions import Permission
from zhijia.kernel.retention import disposal, due, holds, people, tombstones
from zhijia.kernel.retention.models import Carried, Destroyed, Disposal, Due, Hold, Tombstone
from zhijia.kernel.retention.shred import erase_person
from zhijia.kernel.service import registry

from . import kit

LATER = datetime(2030, 1, 10, 9, 0, tzinfo=CHINA)
HOTLINE = registry.service("hotline")


@pytest.fixture
def closed(cast: Cast) -> list[Case]:
    """Three hotline cases that were closed long ago, and one that was closed lately."""
    cases = [kit.begin(HOTLINE, cast, Random(n)) for n in range(4)]
    for case in cases:
        kit.close(case, NOW)
    kit.close(cases[3], LATER - timedelta(days=30))
    return cases


def proposed(cast: Cast, *numbers: str) -> Disposal:
    with bound(cast.actor("admin", LATER), Permission.SETTINGS) as _nothing:
        return disposal.propose(numbers=numbers, note="到期", actor=cast.actor("admin", LATER), now=LATER)


def test_three_years_are_counted_in_china_to_the_day() -> None:
    closed_at = datetime(2026, 11, 16, 15, 10, tzinfo=CHINA)
    kept = due.kept(HOTLINE, closed_at)
    assert (kept.until, kept.verified, str(kept.words)) == (
        date(2029, 11, 16), False, "保存 3 年，由运行单位设定，待核实"
    )  # fmt: skip
    assert due.over(HOTLINE, closed_at, datetime(2029, 11, 16, 23, 59, tzinfo=CHINA)) is False
    assert due.over(HOTLINE, closed_at, datetime(2029, 11, 17, 0, 0, tzinfo=CHINA)) is True
    assert due.kept(HOTLINE, datetime(2028, 2, 29, 12, tzinfo=CHINA)).until == date(2031, 2, 28)


def test_nightly_task_marks_what_is_due_once_and_pages_through_all(closed: list[Case]) -> None:
    assert due.mark_due(now=datetime(2029, 11, 16, 2, tzinfo=CHINA)) == 0
    assert (due.mark_due(now=LATER, batch=1), due.mark_due(now=LATER)) == (3, 0)
    row = Due.objects.get(case_id=closed[0].pk)
    assert (row.no, row.due_on, row.unit_id) == (closed[0].no, date(2029, 11, 17), closed[0].unit_id)
    Case.objects.filter(pk=closed[0].pk).update(closed_at=None)
    due.mark_due(now=LATER)
    assert [row.case_id for row in due.waiting()] == [closed[1].pk, closed[2].pk]


def test_two_different_people_and_nobody_else(cast: Cast, closed: list[Case]) -> None:
    due.mark_due(now=LATER)
    for who in ("zhou", "leader", "auditor", "guard", "alice"):
        with pytest.raises(Forbidden):
            disposal.propose(numbers=[], note="", actor=cast.actor(who, LATER), now=LATER)
    made = proposed(cast, closed[0].no)
    for who in ("admin", "zhou", "auditor", "alice"):
        with pytest.raises(Forbidden):
            disposal.approve(disposal_id=made.pk, actor=cast.actor(who, LATER), now=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Disposal.objects.filter(pk=made.pk).update(decided_by=made.proposed_by)
    with bound(cast.actor("guard", LATER), Permission.SECURITY):
        disposal.approve(disposal_id=made.pk, actor=cast.actor("guard", LATER), now=LATER)
    with pytest.raises(Conflict):
        disposal.refuse(disposal_id=made.pk, reason="不该销毁", actor=cast.actor("guard", LATER), now=LATER)
    assert Case.objects.filter(pk=closed[0].pk).exists() is True  # the task does it, nobody's request


def test_disposal_runs_to_its_certificate_and_leaves_out_what_is_held(cast: Cast, closed: list[Case]) -> None:
    due.mark_due(now=LATER)
    before = kit.counters()
    made = proposed(cast)
    assert made.n == 3
    disposal.approve(disposal_id=made.pk, actor=cast.actor("guard", LATER), now=LATER)
    Hold.objects.create(case=closed[1], reason="法院要卷宗", put_at=LATER, put_by="x")
    disposal.run(disposal_id=made.pk, now=LATER)
    disposal.run(disposal_id=made.pk, now=LATER)
    made.refresh_from_db()
    assert (made.state, made.done, made.left_out, made.checked, made.findings) == ("done", 2, 1, 2, [])
    assert set(Case.objects.values_list("pk", flat=True)) == {closed[1].pk, closed[3].pk}
    assert sorted(Destroyed.objects.values_list("no", "proposer", "approver")) == sorted(
        (closed[n].no, "Admin", "Guard") for n in (0, 2)
    )
    assert [row.case_id for row in due.waiting()] == [closed[1].pk]
    from zhijia.kernel.service.rebuild import rebuild

    rebuild()
    assert (kit.counters(), verify().problems) == (before, [])
    acts = list(Entry.objects.filter(chain=f"disposal:{made.pk}").order_by("seq").values_list("act", flat=True))
    assert acts == ["disposal.proposed", "disposal.approved", "disposal.done"]


def test_refused_cases_wait_again_and_a_case_is_proposed_once(cast: Cast, closed: list[Case]) -> None:
    due.mark_due(now=LATER)
    made = proposed(cast, closed[0].no)
    with pytest.raises(Invalid):
        proposed(cast, closed[0].no)
    with pytest.raises(Invalid):
        disposal.refuse(disposal_id=made.pk, reason="", actor=cast.actor("guard", LATER), now=LATER)
    disposal.refuse(disposal_id=made.pk, reason="还有复议", actor=cast.actor("guard", LATER), now=LATER)
    assert proposed(cast, closed[0].no).n == 1


def test_hold_is_put_and_lifted_by_the_officer_in_charge_or_the_guard(cast: Cast, closed: list[Case]) -> None:
    no = closed[0].no
    Case.objects.filter(no=no).update(assignee=cast.accounts["zhou"])
    for who, error in (("head", Forbidden), ("lin", NotFound), ("alice", Forbidden), ("mallory", NotFound)):
        with pytest.raises(error):
            holds.put_hold(no=no, reason="法院要卷宗", actor=cast.actor(who), now=NOW)
    with pytest.raises(Invalid):
        holds.put_hold(no=no, reason="要", actor=cast.actor("zhou"), now=NOW)
    holds.put_hold(no=no, reason="法院要卷宗", actor=cast.actor("zhou"), now=NOW)
    with pytest.raises(Conflict):
        holds.put_hold(no=no, reason="法院要卷宗", actor=cast.actor("guard"), now=NOW)
    holds.lift_hold(no=no, reason="已经归还", actor=cast.actor("guard"), now=NOW)
    assert [(h.put_by, h.lifted_by) for h in holds.holds_of(closed[0].pk)] == [("Zhou", "Guard")]
    assert holds.hold_on(closed[0].pk) is None


def test_rows_are_seen_where_posts_reach_and_never_by_workers(cast: Cast, closed: list[Case]) -> None:
    due.mark_due(now=LATER)
    seen: dict[str, Any] = {}
    for who, need in (("admin", Permission.SETTINGS), ("lin", Permission.READ), ("auditor", Permission.AUDIT)):
        with bound(cast.actor(who, LATER), need):
            seen[who] = Due.objects.count()
    assert seen == {"admin": 3, "lin": 0, "auditor": 3}
    with bound(cast.actor("alice")), pytest.raises(Exception, match="permission denied"), transaction.atomic():
        list(Due.objects.all())


def test_deletions_outlive_an_older_backup(cast: Cast, closed: list[Case], tmp_path: Path, settings: Any) -> None:
    """The database is put back to before; the file of deletions puts it right."""
    settings.HOME = tmp_path
    person = Person.objects.get(pk=cast.person_id("bob"))
    case, alice = closed[0], Person.objects.get(pk=cast.person_id("alice"))
    due.mark_due(now=LATER)
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT backup")
    from zhijia.kernel.retention.models import Ground
    from zhijia.kernel.retention.shred import Why, destroy

    people.change_person(person=alice, bank_card="6222021234567890128", actor=PLATFORM, now=LATER)
    destroy(case_ids=[case.pk], why=Why(ground=Ground.TIME), actor=PLATFORM, now=LATER)
    erase_person(person_id=person.pk, actor=PLATFORM, now=LATER)
    people.clear(person=alice, fields=["bank_card"], actor=PLATFORM, now=LATER)
    told = tombstones.every()
    with connection.cursor() as cursor:
        cursor.execute("ROLLBACK TO SAVEPOINT backup")
    people.change_person(person=alice, bank_card="6222021234567890128", actor=PLATFORM, now=LATER)
    assert (Case.objects.filter(pk=case.pk).exists(), Person.objects.get(pk=person.pk).name) == (True, "Bob")
    assert all(word not in json.dumps(told) for word in ("Bob", "13800000002", case.no, "6222"))
    assert tombstones.apply_tombstones(told, now=LATER) == 3
    assert (Case.objects.filter(pk=case.pk).exists(), Person.objects.filter(pk=person.pk).exists()) == (False, False)
    assert Person.objects.get(pk=alice.pk).bank_masked == ""
    assert tombstones.apply_tombstones(told, now=LATER) <= 1
    assert (Tombstone.objects.filter(kind="case").count() >= 1, Carried.objects.exists()) == (True, True)


def test_id_that_was_given_anew_is_not_erased(cast: Cast, closed: list[Case]) -> None:
    row = {"kind": "case", "subject": closed[0].pk, "mark": "00" * 16, "fields": [], "at": NOW.isoformat()}
    other = {"kind": "person", "subject": cast.person_id("bob"), "mark": "00" * 16, "fields": [], "at": NOW.isoformat()}
    assert tombstones.apply_tombstones([row, other], now=NOW) == 0
    assert Case.objects.filter(pk=closed[0].pk).exists() is True


def test_file_of_deletions_is_written_after_the_commit(
    cast: Cast, tmp_path: Path, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.HOME = tmp_path
    with django_capture_on_commit_callbacks(execute=True):
        erase_person(person_id=cast.person_id("bob"), actor=PLATFORM, now=NOW)
    rows = list(tombstones.read())
    assert [(row["kind"], row["subject"]) for row in rows] == [("person", cast.person_id("bob"))]
    assert (tombstones.manifest().stat().st_mode & 0o777, set(rows[0])) == (
        0o600, {"kind", "subject", "mark", "fields", "at"},
    )  # fmt: skip
