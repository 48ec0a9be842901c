"""A workbook's way: sent, checked, confirmed, stored once, taken back; and who may see it."""

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from python_calamine import CalamineWorkbook

from tests.cast import NOW, Cast
from tests.kernel.sheets import kit
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base.errors import Conflict, Forbidden, Invalid, NotFound, no, yes
from zhijia.kernel.sheets import jobs, registry, run, store
from zhijia.kernel.sheets.declare import Context, Export, Row, Sheet
from zhijia.kernel.sheets.models import Chunk, Job, State
from zhijia.kernel.sheets.scope import acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def declared(monkeypatch: pytest.MonkeyPatch, cast: Cast) -> Iterator[Any]:
    """Declare the tests' sheet, changed as asked, and make the table that takes its rows."""
    with connection.cursor() as cursor:
        cursor.execute(kit.TABLE)

    def declare(**changes: Any) -> Sheet:
        sheet = kit.sheet(**changes)
        monkeypatch.setitem(registry._sheets, sheet.key, sheet)
        return sheet

    declare(chunk=10)
    yield declare
    store.forget(*store.every())


def send(cast: Cast, rows: list[Any], *, who: str = "zhou", about: dict[str, Any] | None = None, **more: Any) -> Job:
    content = more.get("content") or kit.workbook(rows)
    with acting(cast.actor(who)):
        return jobs.send(
            sheet=registry.sheet("workers"), name="名单.xlsx", blocks=iter([content]), about=about or {"case": "ZJ1"},
            actor=cast.actor(who), now=NOW, language="en",
        )  # fmt: skip


def checked(cast: Cast, rows: list[Any], **more: Any) -> Job:
    job = send(cast, rows, **more)
    run.check_job(job_id=job.pk, now=NOW)
    return Job.objects.get(pk=job.pk)


def confirm(cast: Cast, job: Job, who: str = "zhou") -> None:
    with acting(cast.actor(who)):
        jobs.confirm(job_id=job.pk, actor=cast.actor(who), now=NOW)


def applied(cast: Cast, job: Job) -> Job:
    confirm(cast, job)
    run.apply_job(job_id=job.pk, now=NOW)
    return Job.objects.get(pk=job.pk)


def tasks() -> list[tuple[str, dict[str, int]]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args FROM procrastinate_jobs ORDER BY id")
        return [(name.rsplit(".", 1)[1], args if isinstance(args, dict) else {}) for name, args in cursor.fetchall()]


def bad(number: int) -> list[object]:
    row = kit.worker(number)
    row[1] = "12345"
    return row


def test_file_is_checked_then_its_good_rows_are_stored_once(cast: Cast, declared: Any) -> None:
    job = checked(cast, [kit.worker(1), bad(2), kit.worker(3)])
    assert (job.state, job.rows, job.good, job.bad, job.problems, kit.stored()) == (
        State.CHECKED,
        3,
        2,
        1,
        {"malformed": 1},
        [],
    )
    assert job.first == [
        [3, "phone", "malformed", "Write a mobile number of 11 digits, or a landline with its area code."]
    ]
    job = applied(cast, job)
    assert (job.state, job.good, job.bad, job.outcomes, job.file) == (State.APPLIED, 2, 1, {"added": 2, "known": 0}, "")
    assert kit.stored() == [(2, "工人1"), (4, "工人3")]
    run.apply_job(job_id=job.pk, now=NOW)
    confirm(cast, job)
    assert (len(kit.stored()), [name for name, _args in tasks()]) == (2, ["check_sheet", "apply_sheet"])
    assert list(Entry.objects.filter(subject=f"sheet:{job.pk}").order_by("id").values_list("act", flat=True)) == [
        "sheet.sent", "sheet.confirmed", "sheet.applied",
    ]  # fmt: skip


def test_same_file_sent_twice_is_one_job_and_about_something_else_another(cast: Cast, declared: Any) -> None:
    first, again = send(cast, [kit.worker(1)]), send(cast, [kit.worker(1)])
    other, colleague = send(cast, [kit.worker(1)], about={"case": "ZJ2"}), send(cast, [kit.worker(1)], who="head")
    assert (again.pk == first.pk, len({first.pk, other.pk, colleague.pk}), len(store.every())) == (True, 3, 3)
    with acting(cast.actor("zhou")):
        jobs.cancel(job_id=first.pk, actor=cast.actor("zhou"), now=NOW)
    assert send(cast, [kit.worker(1)]).pk != first.pk


def test_stored_chunks_are_passed_over_when_the_work_begins_again(cast: Cast, declared: Any) -> None:
    calls = []

    def fails_at_the_third(rows: list[Row], ctx: Context) -> Any:
        calls.append(len(rows))
        if len(calls) == 3:
            raise connection.Database.OperationalError("the line is cut")
        return kit.store_rows(rows, ctx)

    declared(chunk=10, apply=fails_at_the_third)
    job = checked(cast, [kit.worker(n) if n != 5 else bad(n) for n in range(35)])
    confirm(cast, job)
    with pytest.raises(connection.Database.OperationalError):
        run.apply_job(job_id=job.pk, now=NOW)
    assert (len(kit.stored()), Job.objects.get(pk=job.pk).state) == (19, State.APPLYING)
    run.apply_job(job_id=job.pk, now=NOW)
    job.refresh_from_db()
    assert (calls, len(kit.stored()), job.state, job.good, job.bad) == ([9, 10, 10, 10, 5], 34, State.APPLIED, 34, 1)
    assert list(Chunk.objects.filter(job=job).order_by("number").values_list("number", "rows")) == [
        (0, 9), (1, 10), (2, 10), (3, 5),
    ]  # fmt: skip


def test_sheet_of_one_transaction_is_stored_as_a_whole_or_not_at_all(cast: Cast, declared: Any) -> None:
    declared(one_transaction=True, chunk=2)
    with pytest.raises(Conflict) as caught:
        confirm(cast, checked(cast, [kit.worker(1), bad(2)]))
    assert (caught.value.code, kit.stored()) == ("all_or_nothing", [])
    assert (applied(cast, checked(cast, [kit.worker(n) for n in range(5)])).state, len(kit.stored())) == (
        State.APPLIED,
        5,
    )


def test_rows_that_became_wrong_since_the_check_are_left_out_or_stop_the_whole(cast: Cast, declared: Any) -> None:
    taken: list[str] = []

    def known(rows: list[Row], ctx: Context) -> Any:
        from zhijia.kernel.base.errors import FieldProblem

        return [(r.no, FieldProblem("name", "known", "Already there.")) for r in rows if r["name"] in taken]

    declared(check_many=known)
    job = checked(cast, [kit.worker(1), kit.worker(2)])
    taken.append("工人1")
    job = applied(cast, job)
    assert (job.state, job.good, job.bad, kit.stored()) == (State.APPLIED, 1, 1, [(3, "工人2")])
    taken.clear()
    declared(check_many=known, one_transaction=True)
    job = checked(cast, [kit.worker(3), kit.worker(4)])
    taken.append("工人4")
    job = applied(cast, job)
    assert (job.state, len(kit.stored()), job.reason.split(",")[0]) == (State.FAILED, 1, "Since the check")


def test_nothing_good_cannot_be_confirmed(cast: Cast, declared: Any) -> None:
    with pytest.raises(Conflict) as caught:
        confirm(cast, checked(cast, [bad(1)]))
    assert caught.value.code == "no_good_rows"


def test_returned_workbook_says_what_is_wrong_and_can_be_sent_again_mended(cast: Cast, declared: Any) -> None:
    rows = [kit.worker(1), bad(2), kit.worker(3)]
    rows[0][0] = "=cmd"
    job = checked(cast, rows)
    some, every = (b"".join(store.content(name)) for name in (job.marked, job.marked_all))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(some)).get_sheet_by_index(0).to_python()
    assert (len(sheet), sheet[0][:3], sheet[1][:3]) == (
        2, ["What is wrong", "姓名", "手机号"],
        ["手机号: Write a mobile number of 11 digits, or a landline with its area code.", "工人2", "12345"],
    )  # fmt: skip
    assert sheet[1][5:] == kit.worker(2)[4:]
    again = checked(cast, [], content=every)
    assert (again.rows, again.good, again.problems, again.notes) == (3, 2, {"malformed": 1}, [])
    assert [c.values["name"] for c in kit.read(every)] == ["=cmd", "工人2", "工人3"]


def test_what_slipped_into_another_column_is_quoted_in_the_workbook_alone(cast: Cast, declared: Any) -> None:
    row = kit.worker(1)
    row[7], row[8] = "张三丰", "13912345678x"
    job = checked(cast, [row])
    with connection.cursor() as cursor:
        cursor.execute("SELECT j::text FROM sheets_job j")
        kept = cursor.fetchone()[0]
    assert [secret in kept for secret in ("张三丰", "13912345678")] == [False, False]
    content = b"".join(store.content(job.marked))
    told = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[1][0]
    how = "Write the amount in digits, for example 6800."
    assert told == f"日工资（元）: “张三丰”: {how}\n欠薪金额（元）: “13912345678x”: {how}"


def test_file_without_rows_and_work_that_is_cancelled_leave_nothing_open(cast: Cast, declared: Any) -> None:
    from zhijia.kernel.sheets.progress import Cancelled

    assert checked(cast, []).reason == "There is no row under the headings."
    job = send(cast, [kit.worker(n) for n in range(30)])

    def gone(row: Row, ctx: Context) -> Any:
        raise Cancelled

    declared(check=gone)
    run.check_job(job_id=job.pk, now=NOW)
    assert (Job.objects.get(pk=job.pk).state, store.every()) == (State.CHECKING, [])


def test_nothing_personal_stands_in_the_tables_or_in_clear_in_the_storage(cast: Cast, declared: Any) -> None:
    def quotes(row: Row, ctx: Context) -> Any:
        from zhijia.kernel.base.errors import FieldProblem

        yield FieldProblem("name", "quoted", f"{row['phone']} is somebody else's.")

    declared(check=quotes)
    job = checked(cast, [kit.worker(1)])
    with connection.cursor() as cursor:
        cursor.execute("SELECT j::text FROM sheets_job j")
        text = cursor.fetchone()[0]
    assert ("13900000001" in text, "工人1" in text, job.first[0][3]) == (
        False, False, "See the returned workbook: the words hold personal data.",
    )  # fmt: skip
    kept = b"".join(map(kit.sealed, store.every()))
    assert (len(store.every()), b"PK\x03\x04" in kept) == (3, False)


def test_file_that_is_no_workbook_fails_with_its_mend_and_is_deleted(cast: Cast, declared: Any) -> None:
    job = checked(cast, [], content=b"PK\x03\x04 torn")
    assert (job.state, job.file, store.every()) == (State.FAILED, "", [])
    assert job.reason == "The workbook is damaged. Open it in Excel or WPS, save it anew as .xlsx and send that."


def test_fault_of_ours_fails_with_a_reference(cast: Cast, declared: Any, caplog: pytest.LogCaptureFixture) -> None:
    def breaks(rows: list[Row], ctx: Context) -> Any:
        raise ZeroDivisionError

    declared(apply=breaks)
    job = applied(cast, checked(cast, [kit.worker(1)]))
    assert (job.state, job.reason[:19], len(caplog.records)) == (State.FAILED, "The fault is ours. ", 1)


def test_file_of_more_than_fifty_megabytes_is_refused(
    cast: Cast, declared: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LARGEST", 10)
    with pytest.raises(Invalid) as caught:
        send(cast, [kit.worker(1)])
    assert (caught.value.problems[0].code, Job.objects.count(), store.every()) == ("too_large", 0, [])


def test_who_may_not_use_the_sheet_and_what_is_not_ready_are_told_why(cast: Cast, declared: Any) -> None:
    with pytest.raises(Forbidden):
        send(cast, [kit.worker(1)], who="alice")
    open_ = [True]
    declared(ready=lambda ctx: yes() if open_[0] else no("closed", f"{ctx.about['case']} is closed."))
    job = checked(cast, [kit.worker(1)])
    open_[0] = False
    with pytest.raises(Conflict) as caught:
        confirm(cast, job)
    assert str(caught.value) == "ZJ1 is closed."
    open_[0] = True
    confirm(cast, job)
    open_[0] = False
    run.apply_job(job_id=job.pk, now=NOW)
    job.refresh_from_db()
    assert (job.state, job.reason, kit.stored()) == (State.FAILED, "ZJ1 is closed.", [])


def test_cancelled_job_is_not_checked_and_its_file_goes(cast: Cast, declared: Any) -> None:
    job = send(cast, [kit.worker(1)])
    with acting(cast.actor("zhou")):
        jobs.cancel(job_id=job.pk, actor=cast.actor("zhou"), now=NOW)
    run.check_job(job_id=job.pk, now=NOW)
    job.refresh_from_db()
    assert (job.state, job.file) == (State.CANCELLED, "")
    done = applied(cast, checked(cast, [kit.worker(1)]))
    with acting(cast.actor("zhou")), pytest.raises(Conflict):
        jobs.cancel(job_id=done.pk, actor=cast.actor("zhou"), now=NOW)


def test_undo_takes_back_what_the_job_stored_where_the_sheet_can(cast: Cast, declared: Any) -> None:
    job = applied(cast, checked(cast, [kit.worker(1)]))
    actor = cast.actor("zhou")
    with acting(actor), pytest.raises(Conflict):
        jobs.undo(job_id=job.pk, actor=actor, now=NOW)
    declared(undo=kit.take_back)
    for _twice in range(2):
        with acting(actor):
            assert jobs.undo(job_id=job.pk, actor=actor, now=NOW).state == State.UNDONE
    assert (kit.stored(), Entry.objects.get(act="sheet.undone").data["rows"]) == ([], 1)


def test_jobs_and_chunks_of_others_are_not_even_there(cast: Cast, declared: Any) -> None:
    job = applied(cast, checked(cast, [kit.worker(1)]))
    for who in ("lin", "alice"):
        actor = cast.actor(who)
        with acting(actor):
            with pytest.raises(NotFound):
                jobs.job_of(actor, job.pk)
            assert (Job.objects.count(), Chunk.objects.count()) == (0, 0)
    with acting(cast.actor("zhou")):
        assert (Job.objects.count(), Chunk.objects.count()) == (1, 1)
        with connection.cursor() as cursor:  # without saying who asks, nothing is seen
            cursor.execute("SELECT set_config('zhijia.account', '', true)")
        assert Job.objects.count() == 0


def test_jobs_cannot_be_made_for_somebody_else(cast: Cast, declared: Any) -> None:
    from django.db import ProgrammingError

    job = send(cast, [kit.worker(1)])
    job.pk, job.account_id, job.key = None, cast.accounts["lin"].pk, "x"
    with pytest.raises(ProgrammingError), transaction.atomic(), acting(cast.actor("zhou")):
        job.save(force_insert=True)


def test_old_files_and_files_without_a_job_are_deleted(cast: Cast, declared: Any) -> None:
    waiting, done = checked(cast, [bad(1), kit.worker(2)]), applied(cast, checked(cast, [bad(3), kit.worker(4)]))
    assert (jobs.tidy(now=NOW + timedelta(days=6)), len(store.every())) == (0, 5)
    assert (jobs.tidy(now=NOW + timedelta(days=8)), store.every()) == (2, [])
    waiting.refresh_from_db()
    done.refresh_from_db()
    assert (waiting.state, done.state, done.marked) == (State.CANCELLED, State.APPLIED, "")


def test_export_is_written_with_types_and_only_while_it_may_be(cast: Cast, declared: Any, monkeypatch: Any) -> None:
    columns = kit.sheet().columns
    rows = [{"name": "=1+1", "phone": "13800000001", "job": "mason", "amount": 680_050}, {"name": "乙", "amount": 0}]
    export = Export("list", "名单", columns, kit.staff_only, lambda ctx: iter(rows), count=lambda ctx: 2)
    monkeypatch.setitem(registry._exports, "list", export)
    actor = cast.actor("zhou")
    with acting(actor):
        job = jobs.order(export=export, about={}, actor=actor, now=NOW, language="en")
        assert jobs.order(export=export, about={}, actor=actor, now=NOW, language="en").pk == job.pk
    run.write_job(job_id=job.pk, now=NOW)
    job.refresh_from_db()
    content = b"".join(store.content(job.file))
    grid = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert (job.state, job.rows, len(content) == job.size) == (State.APPLIED, 2, True)
    assert [[row[0], row[1], row[3], row[8]] for row in grid] == [
        ["姓名", "手机号", "工种", "欠薪金额（元）"], ["=1+1", "13800000001", "瓦工", 6800.5], ["乙", "", "", 0.0],
    ]  # fmt: skip
    with acting(cast.actor("alice")), pytest.raises(Forbidden):
        jobs.order(export=export, about={}, actor=cast.actor("alice"), now=NOW, language="en")


def test_two_declarations_cannot_share_a_key(declared: Any) -> None:
    with pytest.raises(ValueError, match="workers"):
        registry.register(kit.sheet())
    with pytest.raises(NotFound):
        registry.sheet("nothing")
