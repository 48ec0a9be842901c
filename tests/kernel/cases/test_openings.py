"""Openings: a confidential case in one's own range, and any case in an emergency. Who may ask, who may agree, what is
open until when, and who is told."""

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection, connections

from tests.cast import NOW, PLATFORM, Cast
from tests.scenarios.story import Story
from zhijia.faces.access import seen_by
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base.errors import Conflict, Forbidden, Invalid, NotFound, ZhijiaError
from zhijia.kernel.cases import openings
from zhijia.kernel.cases.access import record_view
from zhijia.kernel.cases.models import Case
from zhijia.kernel.notify.models import Message
from zhijia.kernel.people.actors import Actor, Permission, Reach, Role
from zhijia.kernel.people.models import Account, Opening
from zhijia.kernel.people.posts import actor_of, appoint, set_right
from zhijia.kernel.service import disclosure
from zhijia.kernel.service.engine import fire

WHY = "同事请假，需要今天给职工回电话"
DANGER = "职工在电话里说今晚要做傻事，必须马上找到住址和家人"
HOUR = timedelta(hours=1)


def staff(cast: Cast, login: str, role: Role, at: str, reach: str | None = None, now=NOW) -> Actor:
    """One more colleague."""
    account = Account.objects.create(login=login, name=login.title(), created_at=now)
    appoint(
        account=account, role=role, org_id=cast.orgs[at].pk, from_day=date(2020, 1, 1), actor=PLATFORM, now=now,
        reach_id=cast.orgs[reach].pk if reach else None,
    )  # fmt: skip
    cast.accounts[login] = account
    return cast.actor(login)


@pytest.fixture
def hidden(story: Story) -> Story:
    """A confidential case with Qinghe, in the hands of Zhou; Sun is another officer there."""
    story.tell(confidential=True).dispatch()
    story.do("zhou", "sign")
    staff(story.cast, "sun", Role.OFFICER, "qinghe")
    return story


def code(act: Callable[[], object]) -> str:
    """The code of the error that it raises; "" for none."""
    try:
        act()
    except ZhijiaError as error:
        return error.code
    return ""


def again(cast: Cast, name: str, now=NOW) -> Actor:
    """The named person as a new request has them: with what was opened meanwhile."""
    return actor_of(cast.accounts[name], now=now)


def told(cast: Cast, name: str, template: str) -> int:
    return Message.objects.filter(account=cast.accounts[name], template=template).count()


def test_insider_learns_that_it_is_confidential_and_a_stranger_learns_nothing(hidden: Story) -> None:
    answers = {}
    for name in ("sun", "lin", "zhou", "head"):
        with seen_by(again(hidden.cast, name)) as actor:
            asked = [
                code(lambda no=no, actor=actor: openings.refuse(actor, no)) for no in (hidden.no, "ZJ0000000000000")
            ]
            answers[name] = (Case.objects.visible_to(actor).filter(no=hidden.no).count(), asked[0], asked[1])
    assert answers["sun"] == (0, "confidential", "no_such_case")
    assert answers["lin"] == (0, "no_such_case", "no_such_case")
    assert (answers["zhou"][0], answers["head"][0]) == (1, 1)


def test_confidential_case_is_opened_by_who_reads_such_cases_and_for_a_day(hidden: Story) -> None:
    cast = hidden.cast
    asked = disclosure.ask(no=hidden.no, reason=WHY, actor=again(cast, "sun"), now=NOW)
    twice = disclosure.ask(no=hidden.no, reason="再说一次原因", actor=again(cast, "sun"), now=NOW + HOUR)
    assert (twice.pk, told(cast, "head", "opening.asked"), told(cast, "zhou", "opening.asked")) == (asked.pk, 1, 0)
    refusals = {
        name: code(lambda name=name: disclosure.agree(opening_id=asked.pk, actor=again(cast, name), now=NOW))
        for name in ("sun", "zhou", "lin", "lin_head", "city", "leader", "auditor", "admin", "guard", "alice")
    }
    assert refusals.pop("sun") == "own_request"
    assert refusals == dict.fromkeys(refusals, "no_such_opening")
    assert [o.pk for o in openings.waiting_for(again(cast, "head"), now=NOW)] == [asked.pk]
    opened = disclosure.agree(opening_id=asked.pk, actor=again(cast, "head"), now=NOW)
    assert (opened.until, told(cast, "sun", "opening.agreed")) == (NOW + 24 * HOUR, 1)
    for moment, seen in ((NOW, 1), (NOW + 24 * HOUR, 0)):
        with seen_by(again(cast, "sun", moment)) as sun:
            both = Case.objects.count(), Case.objects.visible_to(sun).count()  # the database alone, and Python
        assert both == (seen, seen), moment
    assert code(lambda: disclosure.agree(opening_id=asked.pk, actor=again(cast, "head"), now=NOW)) == "decided"


def test_look_under_an_opening_is_on_record_with_its_reason_and_changes_nothing(hidden: Story) -> None:
    cast, alice = hidden.cast, hidden.cast.person_id("alice")
    asked = disclosure.ask(no=hidden.no, reason=WHY, actor=again(cast, "sun"), now=NOW)
    disclosure.agree(opening_id=asked.pk, actor=again(cast, "head"), now=NOW)
    with seen_by(again(cast, "sun")) as sun:
        record_view(Case.objects.get(no=hidden.no), [alice], actor=sun, now=NOW)
        refused = code(lambda: fire(no=hidden.no, transition="note", actor=sun, now=NOW, data={"note": "x"}))
    entry = Entry.objects.filter(person_id=alice, act="case.viewed").latest("id")
    assert (entry.purpose, refused) == (f"保密件，经同意打开：{WHY}", "wrong_role")


def test_request_that_nobody_answers_lapses_and_a_refused_one_can_be_asked_anew(hidden: Story) -> None:
    cast = hidden.cast
    first = disclosure.ask(no=hidden.no, reason=WHY, actor=again(cast, "sun"), now=NOW)
    late = NOW + 25 * HOUR
    assert code(lambda: disclosure.agree(opening_id=first.pk, actor=again(cast, "head"), now=late)) == "lapsed"
    second = disclosure.ask(no=hidden.no, reason=WHY, actor=again(cast, "sun"), now=late)
    disclosure.refuse(opening_id=second.pk, actor=again(cast, "head"), now=late)
    third = disclosure.ask(no=hidden.no, reason=WHY, actor=again(cast, "sun"), now=late)
    assert len({first.pk, second.pk, third.pk}) == 3
    assert (told(cast, "sun", "opening.refused"), Opening.objects.exclude(until=None).count()) == (1, 0)


@pytest.mark.parametrize(
    ("who", "reason", "refused"),
    [
        ("lin", WHY, "no_such_case"),
        ("sun", "看看", "invalid"),
        ("zhou", WHY, "open_already"),
        ("admin", WHY, "no_such_case"),
    ],
)
def test_who_may_not_ask_is_told_no_more_than_they_may_know(hidden: Story, who: str, reason: str, refused: str) -> None:
    cast = hidden.cast
    assert code(lambda: disclosure.ask(no=hidden.no, reason=reason, actor=again(cast, who), now=NOW)) == refused


def test_reach_of_confidential_decides_who_may_agree(hidden: Story) -> None:
    cast = hidden.cast
    asked = disclosure.ask(no=hidden.no, reason=WHY, actor=again(cast, "sun"), now=NOW)
    city = cast.accounts["city"]
    post = city.posts.get()
    found = {}
    for reach, orgs in ((Reach.OWN, ()), (Reach.UNIT, ()), (Reach.BELOW, ()), (Reach.NONE, ()),
                        (Reach.CHOSEN, (cast.orgs["beiling"].pk,)), (Reach.CHOSEN, (cast.orgs["qinghe"].pk,)),
                        (Reach.ALL, ())):  # fmt: skip
        set_right(post=post, permission=Permission.CONFIDENTIAL, reach=reach, orgs=orgs, actor=PLATFORM, now=NOW)
        waits = openings.waiting_for(again(cast, "city"), now=NOW)
        found[str(reach) + "".join(map(str, orgs))] = [o.pk for o in waits] == [asked.pk]
    assert list(found.values()) == [False, False, True, False, False, True, True]


def test_emergency_needs_two_different_people_and_ends_by_itself(hidden: Story) -> None:
    cast = hidden.cast
    asked = disclosure.ask_emergency(
        no=hidden.no.lower(), reason=DANGER, danger="可能自伤", actor=again(cast, "lin"), now=NOW
    )
    assert (told(cast, "guard", "opening.asked"), told(cast, "supervisor", "opening.asked")) == (1, 1)
    wrong = {
        name: code(lambda name=name: disclosure.agree(opening_id=asked.pk, actor=again(cast, name), now=NOW))
        for name in ("lin", "head", "zhou", "auditor", "admin", "checker", "alice")
    }
    assert wrong.pop("lin") == "own_request"
    assert wrong == dict.fromkeys(wrong, "no_such_opening")
    half = disclosure.agree(opening_id=asked.pk, actor=again(cast, "supervisor"), now=NOW)
    leader = code(lambda: disclosure.agree(opening_id=asked.pk, actor=again(cast, "leader"), now=NOW))
    assert (half.until, leader, told(cast, "guard", "opening.half")) == (None, "half_agreed", 1)
    opened = disclosure.agree(opening_id=asked.pk, actor=again(cast, "guard"), now=NOW)
    assert opened.until == NOW + 4 * HOUR
    for moment, seen in ((NOW + 3 * HOUR, 1), (NOW + 4 * HOUR, 0)):
        with seen_by(again(cast, "lin", moment)) as lin:
            assert (Case.objects.count(), Case.objects.visible_to(lin).count()) == (seen, seen), moment
    with seen_by(again(cast, "lin")) as lin:
        assert (
            code(lambda: fire(no=hidden.no, transition="note", actor=lin, now=NOW, data={"note": "x"})) == "wrong_role"
        )


def test_each_look_under_an_emergency_is_one_access_and_the_workers_are_told_once(hidden: Story) -> None:
    cast, alice = hidden.cast, hidden.cast.person_id("alice")
    asked = disclosure.ask_emergency(no=hidden.no, reason=DANGER, danger="可能自伤", actor=again(cast, "lin"), now=NOW)
    for name in ("guard", "leader"):
        disclosure.agree(opening_id=asked.pk, actor=again(cast, name), now=NOW)
    with seen_by(again(cast, "lin")) as lin:
        case = Case.objects.get(no=hidden.no)
        for _look in range(3):
            record_view(case, [alice], actor=lin, now=NOW, seen=[alice])
    looks = Entry.objects.filter(person_id=alice, actor_id=cast.accounts["lin"].pk, act="case.viewed")
    assert list(looks.values_list("purpose", flat=True)) == [f"紧急查阅：{DANGER}"] * 3
    rounds = [disclosure.tell_ended(now=NOW + n * HOUR) for n in (3, 4, 5)]
    messages = Message.objects.filter(template="opening.told")
    assert (rounds, [m.person_id for m in messages]) == ([0, 1, 0], [alice])
    assert messages[0].data["why"] == DANGER
    assert (told(cast, "guard", "opening.to_review"), told(cast, "lin", "opening.agreed")) == (1, 1)


def test_emergency_is_judged_by_security_once_it_is_over(hidden: Story) -> None:
    cast = hidden.cast
    asked = disclosure.ask_emergency(no=hidden.no, reason=DANGER, danger="可能自伤", actor=again(cast, "lin"), now=NOW)
    for name in ("guard", "leader"):
        disclosure.agree(opening_id=asked.pk, actor=again(cast, name), now=NOW)

    def judge(name: str, words: str = "核实过，属实", now=NOW + 5 * HOUR) -> str:
        act = openings.review
        return code(lambda: act(opening_id=asked.pk, justified=False, words=words, actor=again(cast, name), now=now))

    assert [judge("guard", now=NOW), judge("leader"), judge("lin"), judge("guard", ""), judge("guard")] == [
        "not_reviewable", "no_such_opening", "no_such_opening", "invalid", "",
    ]  # fmt: skip
    asked.refresh_from_db()
    assert (asked.justified, asked.reviewed_by_id, judge("guard")) == (
        False,
        cast.accounts["guard"].pk,
        "not_reviewable",
    )


def test_number_that_nobody_has_is_answered_alike_and_cannot_be_agreed_to(hidden: Story) -> None:
    cast = hidden.cast
    for no in (hidden.no, "ZJ9999999999999"):
        made = disclosure.ask_emergency(no=no, reason=DANGER, danger="可能自伤", actor=again(cast, "lin"), now=NOW)
        assert (made.no, made.until, made.kind, made.lapses_at) == (no, None, "emergency", NOW + 24 * HOUR)
    assert told(cast, "guard", "opening.asked") == 2
    known, unknown = openings.waiting_for(again(cast, "guard"), now=NOW)
    assert (known.case_id > 0, unknown.case_id) == (True, 0)
    assert [o.no for o in openings.waiting_for(again(cast, "leader"), now=NOW)] == [hidden.no]
    agreed = code(lambda: disclosure.agree(opening_id=unknown.pk, actor=again(cast, "guard"), now=NOW))
    disclosure.refuse(opening_id=unknown.pk, actor=again(cast, "guard"), now=NOW)
    assert agreed == "no_such_case"


def test_emergency_asks_for_reasons_and_is_limited(hidden: Story) -> None:
    lin = again(hidden.cast, "lin")
    for reason, danger in (("太短了", "自伤"), (DANGER, "")):
        with pytest.raises(Invalid):
            disclosure.ask_emergency(no=hidden.no, reason=reason, danger=danger, actor=lin, now=NOW)
    with pytest.raises(Forbidden):
        disclosure.ask_emergency(
            no=hidden.no, reason=DANGER, danger="可能自伤", actor=again(hidden.cast, "admin"), now=NOW
        )
    codes = [
        code(
            lambda n=n: disclosure.ask_emergency(no=f"ZJ{n:013}", reason=DANGER, danger="可能自伤", actor=lin, now=NOW)
        )
        for n in range(21)
    ]
    assert codes == [""] * 20 + ["too_soon"]


def test_opening_is_closed_early_by_its_holder(hidden: Story) -> None:
    cast = hidden.cast
    asked = disclosure.ask(no=hidden.no, reason=WHY, actor=again(cast, "sun"), now=NOW)
    disclosure.agree(opening_id=asked.pk, actor=again(cast, "head"), now=NOW)
    with pytest.raises(NotFound):
        openings.end_early(opening_id=asked.pk, actor=again(cast, "lin"), now=NOW)
    openings.end_early(opening_id=asked.pk, actor=again(cast, "sun"), now=NOW + HOUR)
    with pytest.raises(Conflict):
        openings.end_early(opening_id=asked.pk, actor=again(cast, "sun"), now=NOW + HOUR)
    with seen_by(again(cast, "sun", NOW + HOUR)):
        assert Case.objects.count() == 0


def test_why_something_was_opened_is_read_by_nobody_else_in_the_database(hidden: Story) -> None:
    disclosure.ask(no=hidden.no, reason=WHY, actor=again(hidden.cast, "sun"), now=NOW)
    for name, seen in (("sun", 1), ("zhou", 0), ("leader", 0)):
        with seen_by(again(hidden.cast, name)), connection.cursor() as cursor:
            cursor.execute("SELECT count(reason) FROM people_opening")
            assert (name, cursor.fetchone()[0]) == (name, seen)


@pytest.mark.django_db(transaction=True)
def test_two_who_agree_at_once_open_it_exactly_once() -> None:
    from tests import cast as people

    cast = people.build()
    story = Story(cast).tell().dispatch()
    lin = again(cast, "lin")
    asked = disclosure.ask_emergency(no=story.no, reason=DANGER, danger="可能自伤", actor=lin, now=NOW)
    outcomes: list[str] = []
    start = threading.Barrier(3)

    def agree(name: str) -> None:
        try:
            actor = again(cast, name)
            start.wait()
            outcomes.append(code(lambda: disclosure.agree(opening_id=asked.pk, actor=actor, now=NOW)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=agree, args=(name,)) for name in ("guard", "leader", "supervisor")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked.refresh_from_db()
    assert (sorted(outcomes)[:2], asked.until) == (["", ""], NOW + 4 * HOUR)
    assert sorted(outcomes)[2] in ("half_agreed", "decided")
    assert told(cast, "lin", "opening.agreed") == 1
