"""Complaints under a pseudonym: nobody behind them without the code, and no identity without two keys."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from tests.cast import NOW, PLATFORM, QINGHE, Cast
from zhijia.faces.access import seen_by
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base.errors import Conflict, Forbidden, Invalid, NotFound
from zhijia.kernel.base.limits import TooSoon
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people import pseudonyms
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.models import Account, IdentityRequest, Person, Pseudonym, SealedIdentity
from zhijia.kernel.people.posts import appoint
from zhijia.kernel.people.pseudonyms import Told
from zhijia.kernel.service import pseudonymous
from zhijia.kernel.service.engine import fire
from zhijia.kernel.service.pseudonymous import Complaint

pytestmark = pytest.mark.django_db
STORY = {"story": "主管多次言语骚扰我。", "category": "women", "confidential": True}
WHY = "需要本人到场指认，电话联系不上。"


def filed(code: str = "", told: Told = Told("王小明", "13912345678")) -> tuple[Complaint, str]:  # noqa: B008 - frozen
    code = code or pseudonyms.new_code()
    made = pseudonymous.file_complaint(service="hotline", data=STORY, region=QINGHE, code=code, told=told, now=NOW)
    return made, code


def find(code: str, place: str = "a", now: datetime = NOW) -> Pseudonym:
    return pseudonyms.find(code, place=place, now=now)


# --- the code -----------------------------------------------------------------------------------------------------


def test_a_code_has_a_hundred_bits_and_is_read_as_people_write_it() -> None:
    code = pseudonyms.new_code()
    plain = code.replace("-", "")
    assert (len(plain), set(plain) <= set(pseudonyms.ALPHABET), len(code.split("-"))) == (20, True, 4)
    assert pseudonyms.read_code(" oi1l0-abcde fghjk\u3000mnpqr ") == "01110ABCDEFGHJKMNPQR"
    with pytest.raises(Invalid):
        pseudonyms.read_code("ABCDE")
    assert len({pseudonyms.new_code() for _n in range(50)}) == 50


def test_the_code_leads_to_the_complaint_and_stands_nowhere(cast: Cast) -> None:
    made, code = filed()
    found = find(code.lower().replace("-", " "))
    assert (pseudonymous.case_of(found).no, found.person.name, made.again) == (made.no, made.name, False)
    assert (found.person.phone_sealed, found.person.phone_index, bytes(found.code_hash) == code.encode()) == (
        None,
        None,
        False,
    )
    with pytest.raises(NotFound):
        find(pseudonyms.new_code())


def test_the_same_code_again_is_the_same_complaint(cast: Cast) -> None:
    made, code = filed()
    again, _code = filed(code)
    assert (again.no, again.name, again.again, Case.objects.count()) == (made.no, made.name, True, 1)


def test_guessing_is_limited_by_place_and_a_right_code_is_never_locked_out(cast: Cast) -> None:
    _made, code = filed()
    for _n in range(pseudonyms.GUESSES.most):
        with pytest.raises(NotFound):
            find(pseudonyms.new_code())
    with pytest.raises(TooSoon):
        find(pseudonyms.new_code())
    with pytest.raises(NotFound):
        find(pseudonyms.new_code(), place="b")
    assert find(code).person.name != ""


def test_the_worker_acts_with_the_code_alone_and_no_account_stands_anywhere(cast: Cast) -> None:
    made, code = filed()
    himself = pseudonymous.actor_of(find(code))
    fire(no=made.no, transition="supplement", actor=himself, now=NOW, data={"words": "昨天又发生了"})
    case = Case.objects.get(no=made.no)
    assert list(case.events.values_list("transition", "actor_id", "actor_role")) == [
        ("file", None, "worker"), ("supplement", None, "worker"),
    ]  # fmt: skip
    assert {e.actor for e in Entry.objects.filter(chain=f"case:{case.pk}")} == {f"person:{himself.person_id}"}
    assert case.confidential is True


def test_no_request_role_reaches_a_pseudonym_or_an_identity(cast: Cast) -> None:
    filed()
    for who in ("zhou", "leader", "alice"):
        with seen_by(cast.actor(who)), connection.cursor() as cursor:
            for table in ("people_pseudonym", "people_sealedidentity", "people_identityrequest", "people_identitykey"):
                cursor.execute("SELECT has_table_privilege(current_user, %s, 'SELECT')", [table])
                assert (who, table, cursor.fetchone()[0]) == (who, table, False)


# --- two keys -----------------------------------------------------------------------------------------------------


@pytest.fixture
def security(cast: Cast) -> Actor:
    """A security administrator of the province."""
    return cast.actor("guard")


def posted(cast: Cast, login: str, role: Role, org: str, person: Person | None = None) -> Actor:
    account = Account.objects.create(login=login, name=login, person=person, created_at=NOW)
    appoint(account=account, role=role, org_id=cast.orgs[org].pk, actor=PLATFORM, now=NOW, from_day=date(2026, 1, 1))
    cast.accounts[login] = account
    return cast.actor(login)


@pytest.fixture
def asked(cast: Cast, security: Actor) -> IdentityRequest:
    """Zhou, who is in charge, has asked."""
    made, _code = filed()
    with seen_by(cast.actor("dispatcher")) as dispatcher:
        fire(
            no=made.no,
            transition="dispatch",
            actor=dispatcher,
            now=NOW,
            data={"unit": cast.orgs["qinghe"].pk, "tier": "general"},
        )
    with seen_by(cast.actor("zhou")) as zhou:
        fire(no=made.no, transition="sign", actor=zhou, now=NOW)
    return pseudonymous.ask(no=made.no, reason=WHY, actor=cast.actor("zhou"), now=NOW)


def test_two_different_posts_open_it_for_the_asker_alone(cast: Cast, asked: IdentityRequest, security: Actor) -> None:
    later = NOW + timedelta(hours=2)
    half = pseudonymous.agree(request_id=asked.pk, actor=security, now=NOW)
    assert half.opened_at is None
    with pytest.raises(Conflict):
        pseudonymous.read(request_id=asked.pk, actor=cast.actor("zhou"), now=NOW)
    done = pseudonymous.agree(request_id=asked.pk, actor=cast.actor("leader"), now=NOW)
    assert (done.opened_at, done.until) == (NOW, NOW + timedelta(hours=24))
    told = pseudonymous.read(request_id=asked.pk, actor=cast.actor("zhou"), now=later)
    assert told == Told("王小明", "13912345678")
    for stranger in ("leader", "head", "lin"):
        with pytest.raises(NotFound):
            pseudonymous.read(request_id=asked.pk, actor=cast.actor(stranger), now=later)
    with pytest.raises(Conflict):
        pseudonymous.read(request_id=asked.pk, actor=cast.actor("zhou"), now=NOW + timedelta(hours=25))


def test_the_worker_reads_who_asked_who_agreed_and_why(cast: Cast, asked: IdentityRequest, security: Actor) -> None:
    for actor in (security, cast.actor("leader")):
        pseudonymous.agree(request_id=asked.pk, actor=actor, now=NOW)
    pseudonymous.read(request_id=asked.pk, actor=cast.actor("zhou"), now=NOW)
    (shown,) = pseudonymous.history(asked.pseudonym)
    assert (shown.reason, shown.opened_at, [key.agrees for key in shown.turned.all()]) == (WHY, NOW, [True, True])
    about = Entry.objects.filter(person_id=asked.pseudonym_id, act__startswith="identity.").order_by("id")
    assert list(about.values_list("act", "purpose")) == [
        ("identity.asked", ""), ("identity.agreed", ""), ("identity.agreed", ""), ("identity.opened", WHY),
        ("identity.read", WHY),
    ]  # fmt: skip
    assert not any("王小明" in str(entry.data) or "139" in str(entry.data) for entry in about)


def test_nobody_is_two_of_the_three(cast: Cast, asked: IdentityRequest, security: Actor) -> None:
    zhou = cast.accounts["zhou"]
    # Zhou, the asker, is a leader of the province too; one person holds two accounts; one account holds both posts.
    appoint(
        account=zhou,
        role=Role.LEADER,
        org_id=cast.orgs["province"].pk,
        actor=PLATFORM,
        now=NOW,
        from_day=date(2026, 1, 1),
    )
    with pytest.raises(Forbidden):
        pseudonymous.agree(request_id=asked.pk, actor=cast.actor("zhou"), now=NOW)
    human = Person.objects.get(pk=cast.person_id("alice"))
    guard = posted(cast, "guard2", Role.SECURITY_ADMINISTRATOR, "province", human)
    second = posted(cast, "leader2", Role.LEADER, "province", human)
    pseudonymous.agree(request_id=asked.pk, actor=guard, now=NOW)
    for again in (guard, second):
        with pytest.raises(Forbidden):
            pseudonymous.agree(request_id=asked.pk, actor=again, now=NOW)
    with pytest.raises(Conflict):  # the other security administrator has nothing left to turn
        pseudonymous.agree(request_id=asked.pk, actor=security, now=NOW)
    assert pseudonymous.agree(request_id=asked.pk, actor=cast.actor("leader"), now=NOW).opened_at == NOW


def test_one_account_with_both_posts_turns_one_key(cast: Cast, asked: IdentityRequest, security: Actor) -> None:
    leader = cast.actor("leader")
    both = Actor(account_id=leader.account_id, name="both", posts=(*leader.posts, *security.posts))
    assert pseudonymous.agree(request_id=asked.pk, actor=both, now=NOW).opened_at is None
    with pytest.raises(Forbidden):
        pseudonymous.agree(request_id=asked.pk, actor=both, now=NOW)


def test_who_may_ask_and_who_may_not(cast: Cast, asked: IdentityRequest) -> None:
    no = asked.case_no
    assert pseudonymous.ask(no=no, reason=WHY, actor=cast.actor("zhou"), now=NOW).pk == asked.pk
    assert pseudonymous.ask(no=no, reason=WHY, actor=cast.actor("head"), now=NOW).pk != asked.pk
    for who, error in (("lin", NotFound), ("supervisor", Forbidden), ("alice", NotFound)):
        with pytest.raises(error):
            pseudonymous.ask(no=no, reason=WHY, actor=cast.actor(who), now=NOW)
    with pytest.raises(Invalid):
        pseudonymous.ask(no=no, reason="想看", actor=cast.actor("zhou"), now=NOW)
    SealedIdentity.objects.all().delete()
    with pytest.raises(Conflict):
        pseudonymous.ask(no=no, reason=WHY, actor=cast.actor("head"), now=NOW)


def test_only_the_two_posts_above_decide_and_only_in_time(cast: Cast, asked: IdentityRequest, security: Actor) -> None:
    for who in ("head", "supervisor", "lin", "auditor", "alice"):
        with pytest.raises(NotFound):
            pseudonymous.agree(request_id=asked.pk, actor=cast.actor(who), now=NOW)
    own = posted(cast, "own_leader", Role.LEADER, "qinghe")  # a leader of the unit itself is not above it
    with pytest.raises(NotFound):
        pseudonymous.agree(request_id=asked.pk, actor=own, now=NOW)
    assert [r.pk for r in pseudonymous.waiting_for(security, now=NOW)] == [asked.pk]
    late = NOW + timedelta(hours=73)
    assert pseudonymous.waiting_for(security, now=late) == []
    with pytest.raises(Conflict):
        pseudonymous.agree(request_id=asked.pk, actor=security, now=late)
    assert pseudonymous.ask(no=asked.case_no, reason=WHY, actor=cast.actor("zhou"), now=late).pk != asked.pk


def test_one_refusal_ends_it(cast: Cast, asked: IdentityRequest, security: Actor) -> None:
    pseudonymous.agree(request_id=asked.pk, actor=security, now=NOW)
    assert pseudonymous.refuse(request_id=asked.pk, actor=cast.actor("leader"), now=NOW).refused_at == NOW
    with pytest.raises(Conflict):
        pseudonymous.agree(request_id=asked.pk, actor=cast.actor("leader"), now=NOW)
    (shown,) = pseudonymous.history(asked.pseudonym)
    assert {key.role: key.agrees for key in shown.turned.all()} == {"security_administrator": True, "leader": False}
