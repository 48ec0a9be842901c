"""Row-level security: a query that forgets the Python filter returns nothing of a stranger's, and writes nothing."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date

import psycopg
import pytest
from django.db import DataError, ProgrammingError, connection, transaction

from tests.cast import NOW, Cast
from tests.scenarios.story import Story
from zhijia.faces.access import seen_by
from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.database import STAFF, WORKER, Ranges, scope
from zhijia.kernel.base.errors import NotFound
from zhijia.kernel.cases.models import Attachment, Case, Event, Link, Note, Party, Watch
from zhijia.kernel.cases.search import matching_ids
from zhijia.kernel.cases.visibility import case_for
from zhijia.kernel.deadlines.models import Deadline
from zhijia.kernel.notify.models import Message
from zhijia.kernel.people.contact import set_safe_contact
from zhijia.kernel.people.models import Account, Person, Post
from zhijia.kernel.service.engine import fire

TABLES = (
    "cases_case", "cases_party", "cases_event", "cases_note", "cases_task", "cases_attachment", "cases_words",
    "cases_link", "cases_watch", "deadlines_deadline", "notify_message", "hotline_ticket",
)  # fmt: skip
STAFF_ONLY = ("cases_watch",)


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def refused(statement: str) -> bool:
    """Whether the database refuses the statement, or it touches no row."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.rowcount <= 0
    except ProgrammingError as error:
        assert isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege)  # noqa: PT017
        return True


@pytest.fixture
def filed(story: Story) -> Story:
    """A case in Qinghe with a row in every table that hangs on it."""
    story.tell(wish="把工资给我").dispatch()
    story.do("zhou", "sign")
    story.do("zhou", "note", note="同事之间的话")
    story.do("alice", "urge", remark="请快一点")
    other = Story(story.cast).tell("bob")
    case, bobs = story.case, other.case
    Link.objects.create(case=case, other=bobs, kind="spawned", at=NOW)
    Attachment.objects.create(case=case, name="a", kind="b", size=1, sha256="c" * 64, added_at=NOW, public=False)
    Watch.objects.create(case=case, account=story.cast.accounts["zhou"])
    return story


def strangers(cast: Cast) -> Iterator[tuple[str, AbstractContextManager[object]]]:
    yield "officer of the next county", seen_by(cast.actor("lin"))
    yield "another worker", seen_by(cast.actor("mallory"))
    yield "staff without a range", scope(STAFF)
    yield "nobody", scope(WORKER)


def test_forgetful_query_shows_a_stranger_nothing(filed: Story) -> None:
    assert all(count(table) > 0 for table in TABLES)
    for who, inside in strangers(filed.cast):
        with inside:
            seen = {
                table: count(table)
                for table in TABLES
                if not (table in STAFF_ONLY and who in ("another worker", "nobody"))
            }
        assert seen == dict.fromkeys(seen, 0), who


def test_everybody_sees_their_own(filed: Story) -> None:
    for who, cases in (("zhou", 1), ("head", 1), ("city", 1), ("leader", 2), ("alice", 1), ("bob", 1)):
        with seen_by(filed.cast.actor(who)) as actor:
            assert (who, Case.objects.count(), Case.objects.visible_to(actor).count()) == (who, cases, cases)


def test_stranger_changes_nothing(filed: Story) -> None:
    case = filed.case.pk
    changes = (
        f"UPDATE cases_case SET title = 'x' WHERE id = {case}",
        f"UPDATE cases_party SET status = 'solved' WHERE case_id = {case}",
        f"UPDATE deadlines_deadline SET due_at = now() WHERE case_id = {case}",
        f"UPDATE hotline_ticket SET story = 'x' WHERE case_id = {case}",
        f"UPDATE cases_task SET state = 'done' WHERE case_id = {case}",
        f"DELETE FROM cases_party WHERE case_id = {case}",
        f"INSERT INTO cases_note (case_id, event_seq, field, text, public, at) VALUES ({case}, 1, '', '', true, now())",
        f"""INSERT INTO cases_event (case_id, seq, transition, source, target, at, actor_role, stands_for, public, data,
            version) VALUES ({case}, 99, 'x', '', 'closed', now(), 'officer', '', true, '{{}}', '')""",
        f"INSERT INTO cases_link (case_id, other_id, kind, at) VALUES ({case}, {case}, 'child', now())",
    )  # fmt: skip
    for who, inside in strangers(filed.cast):
        with inside:
            assert [c for c in changes if not refused(c)] == [], who


def test_case_cannot_be_moved_out_of_the_range(filed: Story) -> None:
    cast, case = filed.cast, filed.case
    with seen_by(cast.actor("zhou")):
        assert refused(f"UPDATE cases_case SET unit_lft = {cast.orgs['beiling'].lft} WHERE id = {case.pk}")


@pytest.mark.parametrize("who", ["zhou", "leader", "alice"])
def test_history_cannot_be_rewritten_by_a_request(filed: Story, who: str) -> None:
    with seen_by(filed.cast.actor(who)):
        for table in ("cases_event", "audit_entry"):
            assert refused(f"UPDATE {table} SET data = '{{}}'")
            assert refused(f"DELETE FROM {table}")
            assert refused(f"TRUNCATE {table}")
        assert refused("UPDATE cases_note SET text = 'x'")


def test_worker_reads_no_internal_words(filed: Story) -> None:
    with seen_by(filed.cast.actor("alice")):
        assert [note.text for note in Note.objects.all()] == ["请快一点"]
        assert Attachment.objects.count() == 0
    with seen_by(filed.cast.actor("zhou")):
        assert {note.text for note in Note.objects.all()} == {"同事之间的话", "请快一点"}


def test_worker_reads_no_fellows_words_and_no_fellows_part(filed: Story) -> None:
    joined = Story(filed.cast).tell("mallory", story="我也没拿到")
    joined.do("dispatcher", "merge", lead=filed.no)
    filed.do("mallory", "supplement", words="我的卡号变了")
    with seen_by(filed.cast.actor("alice")):
        assert [note.text for note in Note.objects.all()] == ["请快一点"]
        assert list(Party.objects.values_list("person_id", flat=True)) == [filed.cast.person_id("alice")]
    with seen_by(filed.cast.actor("mallory")):
        assert [note.text for note in Note.objects.all()] == ["我的卡号变了"]
        assert {m.person_id for m in Message.objects.all()} == {filed.cast.person_id("mallory")}


def test_staff_see_persons_only_through_their_cases(filed: Story) -> None:
    alice = Person.objects.get(pk=filed.cast.person_id("alice"))
    set_safe_contact(person=alice, actor=filed.cast.actor("zhou"), now=NOW, may_sms=False)
    for who, names in (("zhou", {"Alice"}), ("lin", set()), ("leader", {"Alice", "Bob"}), ("alice", {"Alice"})):
        with seen_by(filed.cast.actor(who)):
            assert (who, {person.name for person in Person.objects.all()}) == (who, names)
    for who, profiles in (("zhou", 1), ("lin", 0)):
        with seen_by(filed.cast.actor(who)):
            assert (who, count("people_safecontact")) == (who, profiles)


def test_staff_read_audit_entries_of_their_cases_only(filed: Story) -> None:
    append(
        chain=f"person:{filed.cast.person_id('mallory')}",
        act="person.revealed",
        subject="person:3",
        actor=filed.cast.actor("zhou"),
        now=NOW,
        person_id=filed.cast.person_id("mallory"),
    )
    with seen_by(filed.cast.actor("lin")), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_entry WHERE person_id IS NOT NULL")
        assert cursor.fetchone() == (0,)
    with seen_by(filed.cast.actor("zhou")), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT subject FROM audit_entry WHERE person_id IS NOT NULL")
        assert cursor.fetchall() == [(f"case:{filed.case.pk}",)]


def test_staff_read_no_messages_about_other_counties(filed: Story) -> None:
    assert Message.objects.filter(account_id__isnull=False).exists()
    with seen_by(filed.cast.actor("lin")):
        assert Message.objects.count() == 0


@pytest.mark.parametrize(
    "asked",
    ["工资", "工资 工地", "' OR 1=1 --", "工资') OR ('a'='a", "%", "\\", "工资 | !x", "", "\x00工资", "x" * 10_000],
)
def test_search_cannot_be_widened_by_what_is_asked(filed: Story, asked: str) -> None:
    with seen_by(filed.cast.actor("lin")):
        assert matching_ids(asked) == []


def test_search_cannot_be_widened_by_its_arguments(filed: Story) -> None:
    with seen_by(filed.cast.actor("zhou")):
        assert matching_ids("工资 工地") == [filed.case.pk]
        assert matching_ids("工资", service="nothing") == []
        assert matching_ids("工资", service="' OR '1'='1") == []
        assert matching_ids("工资", limit=10**6) == [filed.case.pk]
    with seen_by(filed.cast.actor("lin")), connection.cursor() as cursor:
        for arguments in (["'工资'", "", 1000], ["'工资' | '工资'", "", 10**6], ["!'没有这个词'", "", None]):
            cursor.execute("SELECT id FROM cases_search(%s, %s, %s)", arguments)
            assert cursor.fetchall() == []
    with seen_by(filed.cast.actor("alice")):
        assert refused("SELECT id FROM cases_search('''工资''', '', 10)")


def test_strangers_number_is_not_found(filed: Story) -> None:
    for who in ("lin", "mallory"):
        with seen_by(filed.cast.actor(who)) as actor, pytest.raises(NotFound):
            case_for(actor, filed.no)
        with pytest.raises(NotFound):
            filed.do(who, "note", note="x")
        with pytest.raises(NotFound):  # and without the database's help
            fire(no=filed.no, transition="note", actor=filed.cast.actor(who), now=NOW, data={"note": "x"})


def test_without_settings_a_request_role_reads_nothing(filed: Story) -> None:
    for role in (STAFF, WORKER):
        empty = "".join(f"SET LOCAL zhijia.l{i} = '';" for i in range(4)) + "SET LOCAL zhijia.person = '';"
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {role}; {empty}")
            with pytest.raises(DataError) as caught, transaction.atomic():
                cursor.execute("SELECT count(*) FROM cases_case")
            cursor.execute("RESET ROLE")
        assert isinstance(caught.value.__cause__, psycopg.errors.InvalidTextRepresentation)


@pytest.mark.django_db(transaction=True)
def test_settings_do_not_survive_the_transaction() -> None:
    with scope(STAFF, reads=Ranges([(1, 10**9)]), writes=Ranges([(1, 10**9)]), person=7), connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('zhijia.person')")
        assert cursor.fetchone() == (STAFF, "7")
    with pytest.raises(ZeroDivisionError), scope(WORKER, person=8):
        raise ZeroDivisionError
    with connection.cursor() as cursor:  # the same connection, as a pool would give it out again
        cursor.execute(
            "SELECT current_user = session_user, current_setting('zhijia.person', true), "
            "current_setting('zhijia.l0', true)"
        )
        own, person, left = cursor.fetchone()
    assert (own, person or "", left or "") == (True, "", "")


def test_case_handed_up_leaves_the_actors_sight_in_one_piece(filed: Story) -> None:
    """A call-back agent who reaches only the county re-opens a case to the city: allowed, then no longer visible."""
    account = Account.objects.create(login="near", name="Near", created_at=NOW)
    Post.objects.create(
        account=account,
        role="callback_agent",
        org=filed.cast.orgs["callback"],
        reach=filed.cast.orgs["qinghe"],
        from_day=date(2020, 1, 1),
    )
    filed.cast.accounts["near"] = account
    filed.do("zhou", "contact", note="已联系")
    filed.do("zhou", "submit", result="已付")
    fired = filed.do("near", "report_unsolved", remark="没给")
    assert (fired.state, filed.case.unit.name) == ("reopened", "澜江市总工会")
    with seen_by(filed.cast.actor("near")), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert (cursor.fetchone(), Case.objects.count()) == ((STAFF,), 0)
    with pytest.raises(NotFound):
        filed.do("near", "note", note="x")
    assert Event.objects.filter(case=filed.case, transition="report_unsolved").count() == 1
    assert Deadline.objects.filter(case=filed.case, state="running").exists()
