"""Who may read a case, asked in one statement, is who may read it by the rule that everything else follows."""

from datetime import date, timedelta

import pytest

from tests.cast import NOW, PLATFORM, Cast
from tests.scenarios.story import Story
from zhijia.kernel.cases import readers
from zhijia.kernel.cases.models import Case, Party
from zhijia.kernel.org.models import Org
from zhijia.kernel.org.tree import enter_industry
from zhijia.kernel.people.actors import Permission, Reach, Role
from zhijia.kernel.people.models import Account, Opening, OpeningKind, Post
from zhijia.kernel.people.posts import actor_of, appoint, set_right, substitute

pytestmark = pytest.mark.django_db
FIRST = date(2020, 1, 1)


def by_statement(case: Case) -> set[str]:
    return {reader.login for reader in readers.suggested(case, "", but=None, now=NOW, most=500)}


def by_rule(case: Case) -> set[str]:
    """One account after the other, by its posts of today."""
    found = set()
    parties = set(Party.objects.filter(case=case).values_list("person_id", flat=True))
    for account in Account.objects.filter(is_active=True, is_partner=False):
        actor = actor_of(account, now=NOW)
        if account.person_id in parties or not actor.is_staff:
            continue
        if Case.objects.visible_to(actor).filter(pk=case.pk).exists():
            found.add(account.login)
    return found


def hire(cast: Cast, login: str, role: Role, at: str, *, reach: Reach | None = None, **more: object) -> Post:
    """One more colleague; `reach` is how far they read."""
    cast.accounts[login] = Account.objects.create(login=login, name=login.title(), created_at=NOW)
    post = appoint(
        account=cast.accounts[login], role=role, org_id=cast.orgs[at].pk, actor=PLATFORM, now=NOW, from_day=FIRST,
        **more,  # type: ignore[arg-type]
    )  # fmt: skip
    if reach is not None:
        orgs = [cast.orgs["qinghe"].pk] if reach == Reach.CHOSEN else []
        set_right(post=post, permission=Permission.READ, reach=reach, orgs=orgs, actor=PLATFORM, now=NOW)
    return post


@pytest.fixture
def full(story: Story) -> Story:
    """Colleagues of every kind of reach, on a case that lies with Qinghe and that Zhou signed."""
    cast = story.cast
    for reach in Reach:
        hire(cast, f"q-{reach}", Role.OFFICER, "qinghe", reach=reach)
        hire(cast, f"b-{reach}", Role.OFFICER, "beiling", reach=reach)
    enter_industry(org=Org.objects.get(pk=cast.orgs["qinghe"].pk), industry_parent=None, now=NOW, actor=PLATFORM)
    hire(cast, "trade", Role.SUPERVISOR, "qinghe", industry=True)
    hire(cast, "past", Role.OFFICER, "qinghe", to_day=NOW.date() - timedelta(days=1))
    for login, post_of in (("stand-in", "zhou"), ("stranger", "lin")):
        cast.accounts[login] = Account.objects.create(login=login, name=login, created_at=NOW)
        post = Post.objects.get(account=cast.accounts[post_of])
        substitute(
            post=post, account=cast.accounts[login], from_day=NOW.date(), to_day=NOW.date(), reason="休假",
            actor=PLATFORM, now=NOW,
        )  # fmt: skip
    Account.objects.filter(login="q-all").update(is_active=False)
    return story.tell().dispatch()


@pytest.mark.parametrize("confidential", [False, True])
@pytest.mark.parametrize("assignee", ["", "zhou", "q-own"])
def test_statement_and_rule_name_the_same_people(full: Story, confidential: bool, assignee: str) -> None:
    who = full.cast.accounts[assignee].pk if assignee else None
    Case.objects.filter(pk=full.case.pk).update(confidential=confidential, assignee_id=who)
    Opening.objects.create(
        case_id=full.case.pk, no=full.no, account=full.cast.accounts["lin_head"], kind=OpeningKind.EMERGENCY,
        reason="x", asked_at=NOW, agreed_by=full.cast.accounts["guard"], agreed_at=NOW,
        second_by=full.cast.accounts["supervisor"], second_at=NOW, until=NOW + timedelta(hours=2),
    )  # fmt: skip
    found = by_statement(full.case)
    assert found == by_rule(full.case)
    assert ("lin" in found, "lin_head" in found, "stranger" in found, "past" in found) == (False, True, False, False)
    assert ("admin" in found, "stand-in" in found) == (False, not confidential or not assignee)


def test_nobody_is_named_on_their_own_case_and_words_find_by_beginning(full: Story) -> None:
    account = full.cast.accounts["head"]
    Account.objects.filter(pk=account.pk).update(person_id=full.cast.person_id("alice"))
    case = full.case
    assert "head" not in by_statement(case)
    assert [r.login for r in readers.suggested(case, "zh", but=None, now=NOW)] == ["zhou"]
    assert [r.login for r in readers.suggested(case, "Zhou", but=full.cast.accounts["zhou"].pk, now=NOW)] == []
    assert readers.suggested(case, "%", but=None, now=NOW)[0].login in by_statement(case)
    assert [r.login for r in readers.called(case, ["Zhou说过"], ["lin", "city"], but=None, now=NOW)] == ["zhou", "city"]
