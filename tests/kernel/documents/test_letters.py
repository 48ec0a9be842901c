"""A letter's life: drafted from facts, edited, issued once with its number, served, answered; and frozen."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from tests.cast import NOW, Cast
from tests.kernel.documents.sample import DEMAND, NOTICE, About, workers
from tests.scenarios.story import Story
from zhijia.faces.access import seen_by
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, Forbidden, Invalid, Misconfigured
from zhijia.kernel.cases.models import Party
from zhijia.kernel.documents import letters, paper
from zhijia.kernel.documents.kinds import rule_of
from zhijia.kernel.documents.models import Letter, Line
from zhijia.kernel.events.models import Outgoing
from zhijia.kernel.people.models import Account
from zhijia.kernel.rules.calendar import close_day
from zhijia.kernel.rules.texts import set_text

Draft = Callable[..., Letter]
WEEK = timedelta(days=7)


def issued(letter: Letter, cast: Cast, now: datetime = NOW) -> Letter:
    return letters.issue(letter_id=letter.pk, seen=letter.version, actor=cast.actor("head"), now=now)


def words(letter: Letter) -> str:
    return "\n".join(block["words"] for block in letter.content["blocks"])


def test_draft_says_what_the_case_says_to_the_fen(drafted: Draft) -> None:
    letter = drafted()
    total = sum(1_234_560 + i for i in range(40))
    assert (letter.state, letter.title, letter.addressee) == (
        "draft", "关于督促江澜省第三建筑工程有限公司支付拖欠职工工资的函", "江澜省第三建筑工程有限公司",
    )  # fmt: skip
    assert total == 49_383_180
    assert words(letter).splitlines()[1] == (
        "经查，你单位承建的青禾区滨江二期工程项目自2026年7月起未按月足额支付职工工资，涉及职工40人，"
        "拖欠工资合计人民币493,831.80元（大写：肆拾玖万叁仟捌佰叁拾壹元捌角整），明细见附件。"
    )
    assert letter.content["table"]["sum"] == ["合计", "", "", "", "493,831.80"]
    assert letter.content["sign"] == ["青禾区总工会", "（签发时填）"]
    assert [line.cells for line in Line.objects.filter(letter=letter, place__in=(1, 40))] == [
        ["1", "赵建国", "钢筋工", "2026年7月至9月", "12,345.60"],
        ["40", "陈美玲", "钢筋工", "2026年7月至9月", "12,345.99"],
    ]  # fmt: skip


def test_number_is_given_when_issued_and_everything_is_on_record(drafted: Draft, story: Story) -> None:
    letter = issued(drafted(), story.cast)
    assert (letter.number, letter.state, letter.content["sign"]) == (
        "青禾区总工会函〔2026〕1号", "issued", ["青禾区总工会", "2026年11月16日"],
    )  # fmt: skip
    entries = Entry.objects.filter(chain=f"letter:{letter.pk}").order_by("seq")
    assert [(e.act, e.subject) for e in entries] == [
        ("letter.drafted", f"case:{letter.case_id}"), ("letter.issued", f"case:{letter.case_id}"),
    ]  # fmt: skip
    assert entries[1].data["digest"] == letter.digest
    types = Outgoing.objects.filter(subject=f"letter:{letter.pk}").values_list("type", flat=True)
    assert sorted(types) == ["cn.zhijia.letter.drafted", "cn.zhijia.letter.issued"]
    told = [*(str(e.data) for e in entries), *(str(o.data) for o in Outgoing.objects.filter(type__contains="letter"))]
    assert not any("赵建国" in said or "江澜省第三" in said for said in told)


def test_issued_letter_cannot_be_changed_by_anybody(drafted: Draft, story: Story) -> None:
    letter = issued(drafted(), story.cast)
    changes = (
        "UPDATE documents_letter SET content = '{}'", "UPDATE documents_letter SET title = 'x'",
        "UPDATE documents_letter SET number = 'x'", "UPDATE documents_letter SET issued_at = NULL",
        "UPDATE documents_line SET cells = '[]'",
        f"INSERT INTO documents_line (letter_id, place, cells) VALUES ({letter.pk}, 99, '[]')",
    )  # fmt: skip
    for change in changes:
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    with (
        seen_by(story.cast.actor("zhou")), pytest.raises(DatabaseError, match="never changes"), transaction.atomic(),
        connection.cursor() as cursor,
    ):  # fmt: skip
        cursor.execute("DELETE FROM documents_line")
    for act in (
        lambda: letters.edit(letter_id=letter.pk, free="x", seen=1, actor=story.cast.actor("zhou"), now=NOW),
        lambda: issued(letter, story.cast),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "wrong_state"


def test_case_that_is_deleted_takes_its_letters_along(drafted: Draft, story: Story) -> None:
    letter = issued(drafted(), story.cast)
    Letter.objects.filter(pk=letter.pk).delete()
    assert (Letter.objects.count(), Line.objects.count()) == (0, 0)


def test_edited_draft_is_issued_as_it_was_seen_or_not_at_all(drafted: Draft, story: Story) -> None:
    letter, zhou, head = drafted(), story.cast.actor("zhou"), story.cast.actor("head")
    edited = letters.edit(letter_id=letter.pk, free="另请先行支付生活费。\n\n特此说明。", seen=1, actor=zhou, now=NOW)
    assert [b["words"] for b in edited.content["blocks"] if b.get("free")] == ["另请先行支付生活费。", "特此说明。"]
    for act in (
        lambda: letters.issue(letter_id=letter.pk, seen=1, actor=head, now=NOW),
        lambda: letters.edit(letter_id=letter.pk, free="", seen=1, actor=zhou, now=NOW),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert refused.value.code == "stale"
    assert letters.issue(letter_id=letter.pk, seen=2, actor=head, now=NOW).number != ""


def test_what_changed_since_it_was_drafted_is_named_and_taken_over(drafted: Draft, about: About, story: Story) -> None:
    letter = drafted(free="留着这一段。")
    assert letters.differences(letter, about) == []
    about.facts.rows = workers(41)
    about.facts.addressee = "江澜省第四建筑工程有限公司"
    found = {str(d.title): (d.before, d.now) for d in letters.differences(letter, about)}
    assert found["Lines of the table" if "Lines of the table" in found else "表格行数"] == ("40", "41")
    assert ("493,831.80", "506,177.80") in found.values()
    assert ("江澜省第三建筑工程有限公司", "江澜省第四建筑工程有限公司") in found.values()
    fresh = letters.refresh(letter_id=letter.pk, about=about, seen=1, actor=story.cast.actor("zhou"), now=NOW)
    assert (letters.differences(fresh, about), fresh.lines.count(), fresh.version) == ([], 41, 2)
    assert "留着这一段。" in words(fresh)


def test_operators_words_by_region_and_day_are_used_and_changed_words_are_noticed(
    drafted: Draft, about: About, story: Story
) -> None:
    letter = drafted()
    set_text(
        key=rule_of("hotline", DEMAND), words="# 催告\n{project}，{total}元。\n{free}", region="980100",
        offered=["project", "total", "free"], basis="澜工发〔2026〕1号", valid_from=date(2026, 11, 16), actor_id=None,
        now=NOW,
    )  # fmt: skip
    assert len(letters.differences(letter, about)) == 1
    assert (drafted().title, drafted(about=About(about.case, about.facts, NOW - WEEK)).title[:4]) == (
        "催告",
        "关于督促",
    )
    about.case.region = "970100"
    assert drafted().title[:4] == "关于督促"


def test_numbers_have_no_gap_nor_twin_and_begin_anew_with_year_and_organisation(
    drafted: Draft, about: About, story: Story
) -> None:
    cast = story.cast
    first, second = issued(drafted(), cast), drafted()
    with transaction.atomic():
        assert issued(second, cast).serial == 2
        transaction.set_rollback(True)
    second.refresh_from_db()
    assert (first.serial, issued(second, cast).serial) == (1, 2)
    assert issued(drafted(kind=NOTICE), cast).number == "青禾区总工会函〔2026〕3号"  # written alike: one series
    new_year = datetime(2027, 1, 1, 0, 30, tzinfo=CHINA)
    assert issued(drafted(), cast, new_year).number == "青禾区总工会函〔2027〕1号"
    about.case.unit = cast.orgs["city"]
    from zhijia.kernel.people.actors import Actor

    other = drafted()
    assert (
        letters.issue(letter_id=other.pk, seen=1, actor=Actor.platform(), now=NOW).number == "澜江市总工会函〔2026〕1号"
    )


def test_service_starts_the_time_for_an_answer(drafted: Draft, story: Story) -> None:
    letter, zhou = issued(drafted(), story.cast), story.cast.actor("zhou")
    at = NOW + timedelta(hours=20)
    given = {"letter_id": letter.pk, "service": "post", "proof": "EMS 1234567890", "actor": zhou, "now": NOW + WEEK}
    for wrong, field in (
        ({"service": "pigeon", "at": at}, "service"), ({"proof": " ", "at": at}, "proof"),
        ({"at": NOW + 2 * WEEK}, "at"), ({"at": NOW - WEEK}, "at"), ({"at": at, "proof_file": 12345}, "proof_file"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            letters.serve(**(given | wrong))  # type: ignore[arg-type]
        assert [p.field for p in refused.value.problems] == [field]
    served = letters.serve(**given, at=at)  # type: ignore[arg-type]
    assert (served.state, served.reply_due_at) == ("served", datetime(2026, 12, 8, 23, 59, 59, tzinfo=CHINA))
    answered = letters.answer(letter_id=letter.pk, words="已付，凭证附后。", actor=zhou, now=NOW + WEEK)
    assert (answered.state, answered.answer) == ("answered", "已付，凭证附后。")


def test_time_for_an_answer_leaves_out_what_the_region_closes(drafted: Draft, story: Story) -> None:
    day = {"name": "本地停电", "basis": "通知", "actor_id": None, "now": NOW}
    close_day(region=story.case.region[:4] + "00", day=date(2026, 12, 8), **day)
    close_day(region="310000", day=date(2026, 12, 9), **day)  # another province's
    letter = issued(drafted(), story.cast)
    given = {"letter_id": letter.pk, "service": "post", "proof": "EMS 1234567890", "actor": story.cast.actor("zhou")}
    served = letters.serve(**given, at=NOW + timedelta(hours=20), now=NOW + WEEK)  # type: ignore[arg-type]
    assert served.reply_due_at == datetime(2026, 12, 9, 23, 59, 59, tzinfo=CHINA)


def test_correction_replaces_the_old_letter_when_it_is_issued(drafted: Draft, about: About, story: Story) -> None:
    old, zhou = issued(drafted(), story.cast), story.cast.actor("zhou")
    about.facts.rows = workers(39)
    new = letters.correct(letter=old, about=about, actor=zhou, now=NOW)
    with pytest.raises(Conflict):
        letters.correct(letter=old, about=about, actor=zhou, now=NOW)
    old.refresh_from_db()
    assert (old.state, new.replaces_id, new.lines.count()) == ("issued", old.pk, 39)
    new = issued(new, story.cast)
    old.refresh_from_db()
    assert (old.state, new.serial, new.number in old.reason) == ("withdrawn", 2, True)
    assert (old.lines.count(), "40人" in words(old)) == (40, True)


def test_withdrawn_letter_keeps_its_number(drafted: Draft, story: Story) -> None:
    first, head = issued(drafted(), story.cast), story.cast.actor("head")
    with pytest.raises(Invalid):
        letters.withdraw(letter_id=first.pk, reason=" ", actor=head, now=NOW)
    gone = letters.withdraw(letter_id=first.pk, reason="对方已付清", actor=head, now=NOW)
    assert (gone.state, gone.serial, issued(drafted(), story.cast).serial) == ("withdrawn", 1, 2)


def test_only_who_may_works_on_it_and_only_heads_sign(drafted: Draft, story: Story) -> None:
    letter, cast = drafted(), story.cast
    for who, code in (("zhou", "wrong_role"), ("lin_head", "wrong_role"), ("leader", "wrong_role")):
        with pytest.raises(Forbidden) as refused:
            letters.issue(letter_id=letter.pk, seen=1, actor=cast.actor(who), now=NOW)
        assert (who, refused.value.code) == (who, code)
    with pytest.raises(Forbidden):
        letters.edit(letter_id=letter.pk, free="x", seen=1, actor=cast.actor("lin"), now=NOW)
    Account.objects.filter(pk=cast.accounts["head"].pk).update(person_id=cast.person_id("bob"))
    Party.objects.create(case=story.case, person_id=cast.person_id("bob"), joined_at=NOW)
    with pytest.raises(Forbidden) as refused:
        letters.issue(letter_id=letter.pk, seen=1, actor=cast.actor("head"), now=NOW)
    assert refused.value.code == "own_case"


def test_missing_rule_or_fact_is_an_error_that_names_it(drafted: Draft) -> None:
    from dataclasses import replace

    with pytest.raises(Misconfigured, match="nowhere"):
        drafted(kind=replace(DEMAND, reply="nowhere"))
    with pytest.raises(Misconfigured, match="since"):
        drafted(kind=replace(DEMAND, facts=lambda _about: {"project": "x"}))


def test_strangers_see_no_letter_and_workers_only_issued_public_ones_with_their_own_line(
    drafted: Draft, story: Story
) -> None:
    cast = story.cast
    letter = drafted()
    inner = issued(drafted(kind=NOTICE), cast)

    def seen(who: str) -> tuple[int, int]:
        with seen_by(cast.actor(who)):
            return Letter.objects.count(), Line.objects.count()

    assert {who: seen(who) for who in ("zhou", "lin", "alice", "mallory")} == {
        "zhou": (2, 40), "lin": (0, 0), "alice": (0, 0), "mallory": (0, 0),
    }  # fmt: skip
    issued(letter, cast)
    assert {who: seen(who) for who in ("alice", "mallory", "bob")} == {
        "alice": (1, 1),
        "mallory": (0, 0),
        "bob": (0, 0),
    }
    with seen_by(cast.actor("alice")):
        own = paper.read(Letter.objects.get())
        assert ([line[1] for line in own.lines], own.whole, own.mark) == (["赵建国"], False, "节录")
        for table in ("documents_letter", "documents_line", "documents_counter"):
            with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {table}")
            assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
    letters.withdraw(letter_id=letter.pk, reason="错", actor=cast.actor("head"), now=NOW)
    assert (seen("alice"), inner.public) == ((0, 0), False)


def test_whole_life_runs_in_the_scope_of_a_request(about: About, story: Story) -> None:
    cast = story.cast
    with seen_by(cast.actor("zhou")) as zhou:
        letter = letters.draft(kind=DEMAND, about=about, actor=zhou, now=NOW)
        letters.edit(letter_id=letter.pk, free="加一段。", seen=1, actor=zhou, now=NOW)
        letters.refresh(letter_id=letter.pk, about=about, seen=2, actor=zhou, now=NOW)
    with seen_by(cast.actor("head")) as head:
        letters.issue(letter_id=letter.pk, seen=3, actor=head, now=NOW)
    with seen_by(cast.actor("zhou")) as zhou:
        letters.serve(letter_id=letter.pk, service="direct", proof="前台签收", at=NOW, actor=zhou, now=NOW)
        letters.answer(letter_id=letter.pk, words="收到。", actor=zhou, now=NOW)
    letter.refresh_from_db()
    assert (letter.state, letter.version) == ("answered", 3)
