"""Posts, substitutes and the actor they make."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from pytest_django import DjangoAssertNumQueries

from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.database import STAFF, WORKER, scope
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid, NotFound
from zhijia.kernel.people.actors import Actor, Held, Role
from zhijia.kernel.people.auth import add_account
from zhijia.kernel.people.models import Account, Post, Substitution
from zhijia.kernel.people.persons import find_or_add_person
from zhijia.kernel.people.posts import actor_of, appoint, end_post, end_substitution, substitute

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)
PLATFORM = Actor.platform()

pytestmark = pytest.mark.django_db

MakeOrg = Callable[..., int]


@pytest.fixture
def org() -> MakeOrg:
    """Make a union with the given range; organisations are another package's, so only by name."""
    region, _made = apps.get_model("org", "Region").objects.get_or_create(
        code="999900", defaults={"name": "Lanjiang", "level": 2, "pinyin": "lanjiang", "initials": "lj"}
    )

    def make(name: str, lft: int, rgt: int, **columns: object) -> int:
        made = apps.get_model("org", "Org").objects.create(
            name=name, kind="federation", level=2, region=region, lft=lft + 10**15, rgt=rgt + 10**15,
            valid_from=date(2000, 1, 1), **columns,
        )  # fmt: skip
        return int(made.pk)

    return make


@pytest.fixture
def zhou() -> Account:
    return add_account(login="zhou", name="Zhou Min", actor=PLATFORM, now=NOW)


@pytest.fixture
def chen() -> Account:
    return add_account(login="chen", name="Chen Jie", actor=PLATFORM, now=NOW)


def give(account: Account, org_id: int, role: Role = Role.OFFICER, **changes: object) -> Post:
    days = {"from_day": TODAY, "actor": PLATFORM, "now": NOW}
    return appoint(account=account, role=role, org_id=org_id, **(days | changes))  # type: ignore[arg-type]


def administrator(org_id: int, lft: int, rgt: int, role: Role = Role.SECURITY_ADMINISTRATOR) -> Actor:
    return Actor(account_id=None, name="A", posts=(Held(0, role, org_id, "", lft + 10**15, rgt + 10**15),))


def test_actor_of_has_each_post_with_its_range_in_one_query(
    org: MakeOrg, zhou: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    city, team = org("City", 1, 100), org("Team", 10, 19)
    first = give(zhou, team, from_day=TODAY - DAY)
    with django_assert_num_queries(1):
        one = actor_of(zhou, now=NOW)
    second = give(zhou, team, Role.DISPATCHER, reach_id=city, to_day=TODAY)
    give(zhou, city, Role.LEADER, from_day=TODAY + DAY)
    with django_assert_num_queries(1):
        two = actor_of(zhou, now=NOW)
    held = Held(first.pk, Role.OFFICER, team, "Team", 10**15 + 10, 10**15 + 19, org_lft=10**15 + 10)
    assert (one.account_id, one.person_id, one.name, one.posts) == (zhou.pk, None, "Zhou Min", (held,))
    assert two.posts == (
        held,
        Held(second.pk, Role.DISPATCHER, team, "Team", 10**15 + 1, 10**15 + 100, org_lft=10**15 + 10),
    )
    assert two.ranges() == [(10**15 + 1, 10**15 + 100)]


def test_actor_of_counts_days_in_china(org: MakeOrg, zhou: Account) -> None:
    give(zhou, org("City", 1, 100), from_day=TODAY, to_day=TODAY)
    midnight = datetime(2026, 11, 20, tzinfo=CHINA)
    moments = [midnight - timedelta(seconds=1), midnight, midnight + DAY - timedelta(seconds=1), midnight + DAY]
    assert [len(actor_of(zhou, now=m.astimezone(UTC)).posts) for m in moments] == [0, 1, 1, 0]


def test_actor_of_an_industry_post_has_the_industry_range(org: MakeOrg, zhou: Account) -> None:
    give(zhou, org("Builders", 1, 100, industry_lft=500, industry_rgt=600), industry=True)
    actor = actor_of(zhou, now=NOW)
    assert (actor.ranges(), actor.industry_range()) == ([], (500, 600))


def test_actor_of_a_closed_account_is_refused(zhou: Account) -> None:
    zhou.is_active = False
    with pytest.raises(Forbidden):
        actor_of(zhou, now=NOW)


@pytest.mark.parametrize("role", [STAFF, WORKER])
def test_actor_of_works_under_the_request_roles(org: MakeOrg, zhou: Account, chen: Account, role: str) -> None:
    substitute(
        post=give(zhou, org("City", 1, 100)), account=chen, from_day=TODAY, to_day=TODAY, reason="leave",
        actor=PLATFORM, now=NOW,
    )  # fmt: skip
    with scope(role):
        assert [p.substitute_for for p in actor_of(chen, now=NOW).posts] == ["Zhou Min"]


def test_substitute_holds_the_post_only_in_the_days_given(org: MakeOrg, zhou: Account, chen: Account) -> None:
    city = org("City", 1, 100)
    post = give(zhou, city)
    made = substitute(
        post=post, account=chen, from_day=TODAY + DAY, to_day=TODAY + 2 * DAY, reason=" leave ", actor=PLATFORM, now=NOW
    )
    assert (made.reason, made.granted_by_id) == ("leave", None)
    days = [actor_of(chen, now=NOW + n * DAY).posts for n in range(4)]
    held = Held(
        post.pk, Role.OFFICER, city, "City", 10**15 + 1, 10**15 + 100, substitute_for="Zhou Min", org_lft=10**15 + 1
    )
    assert days == [(), (held,), (held,), ()]
    assert [p.substitute_for for p in actor_of(zhou, now=NOW + DAY).posts] == [""]
    entry = Entry.objects.get(act="post.substituted")
    assert (entry.chain, entry.data) == (f"account:{chen.pk}", {"post": post.pk, "substitution": made.pk})


def test_substitution_ends_with_the_post_and_early(org: MakeOrg, zhou: Account, chen: Account) -> None:
    post = give(zhou, org("City", 1, 100))
    made = substitute(
        post=post, account=chen, from_day=TODAY, to_day=TODAY + 9 * DAY, reason="leave", actor=PLATFORM, now=NOW
    )
    end_substitution(substitution=made, last_day=TODAY + 5 * DAY, actor=PLATFORM, now=NOW)
    assert [len(actor_of(chen, now=NOW + n * DAY).posts) for n in (5, 6)] == [1, 0]
    end_post(post=post, last_day=TODAY + 2 * DAY, actor=PLATFORM, now=NOW)
    assert [len(actor_of(chen, now=NOW + n * DAY).posts) for n in (2, 3)] == [1, 0]
    assert list(Entry.objects.filter(act__startswith="post.").order_by("id").values_list("act", flat=True)) == [
        "post.appointed", "post.substituted", "post.substitution_ended", "post.ended",
    ]  # fmt: skip


def problems(act: Callable[[], object]) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        act()
    return [(p.field, p.code) for p in refused.value.problems]


def test_more_separate_ranges_than_slots_are_refused(org: MakeOrg, zhou: Account, chen: Account) -> None:
    units = [org(f"U{n}", 100 * n, 100 * n + 9) for n in range(6)]
    for unit in units[:4]:
        give(zhou, unit)
    assert problems(lambda: give(zhou, units[4])) == [("reach", "too_many_ranges")]
    assert Post.objects.filter(account=zhou).count() == 4
    post = give(chen, units[5])
    assert problems(
        lambda: substitute(
            post=post, account=zhou, from_day=TODAY, to_day=TODAY, reason="leave", actor=PLATFORM, now=NOW
        )
    ) == [("reach", "too_many_ranges")]
    assert Substitution.objects.count() == 0
    give(zhou, org("All", 0, 900))
    assert len(actor_of(zhou, now=NOW).posts) == 5


def test_a_second_industry_is_refused(org: MakeOrg, zhou: Account) -> None:
    give(zhou, org("Builders", 1, 100, industry_lft=500, industry_rgt=600), industry=True)
    second = org("Miners", 200, 300, industry_lft=700, industry_rgt=800)
    assert problems(lambda: give(zhou, second, industry=True)) == [("reach", "too_many_ranges")]


def test_malformed_appointments_are_refused(org: MakeOrg, zhou: Account) -> None:
    city = org("City", 1, 100)
    post = give(zhou, city)
    assert problems(lambda: give(zhou, city, Role.WORKER)) == [("role", "not_a_post")]
    assert problems(lambda: give(zhou, city, to_day=TODAY - DAY)) == [("to_day", "before_start")]
    assert problems(lambda: give(zhou, city, industry=True)) == [("industry", "no_place")]
    assert problems(lambda: end_post(post=post, last_day=TODAY - DAY, actor=PLATFORM, now=NOW)) == [
        ("last_day", "before_start")
    ]
    days = {"from_day": TODAY, "to_day": TODAY, "actor": PLATFORM, "now": NOW}
    assert problems(lambda: substitute(post=post, account=zhou, reason="x", **days)) == [("account", "holder")]  # type: ignore[arg-type]
    assert problems(lambda: substitute(post=post, account=zhou, reason=" ", **days)) == [("reason", "required")]  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        give(zhou, 0)


def test_appoint_is_for_administrators_of_that_subtree(org: MakeOrg, zhou: Account) -> None:
    city, team, other = org("City", 1, 100), org("Team", 10, 19), org("Other", 200, 300)
    above = administrator(city, 1, 100)
    assert give(zhou, team, actor=above).org_id == team
    for org_id, changes in (
        (other, {"actor": above}),
        (team, {"actor": above, "reach_id": other}),
        (city, {"actor": administrator(team, 10, 19)}),
        (team, {"actor": administrator(team, 10, 19, Role.UNIT_HEAD)}),
        (team, {"actor": Actor(account_id=1)}),
    ):
        with pytest.raises(Forbidden):
            give(zhou, org_id, **changes)


def test_substitute_may_be_named_by_the_head_of_the_unit(org: MakeOrg, zhou: Account, chen: Account) -> None:
    city, team = org("City", 1, 100), org("Team", 10, 19)
    days = {"from_day": TODAY, "to_day": TODAY, "reason": "leave", "now": NOW}
    head = administrator(team, 10, 19, Role.UNIT_HEAD)
    substitute(post=give(zhou, team), account=chen, actor=head, **days)  # type: ignore[arg-type]
    with pytest.raises(Forbidden):
        substitute(post=give(zhou, city), account=chen, actor=head, **days)  # type: ignore[arg-type]


def test_worker_role_sees_names_of_staff_and_no_other_worker(org: MakeOrg, zhou: Account) -> None:
    give(zhou, org("City", 1, 100))
    me, other = (find_or_add_person(name=n, phone="", now=NOW) for n in ("Li Na", "Wang Wu"))
    for person in (me, other):
        Account.objects.create(login=f"w{person.pk}", name=person.name, person=person, created_at=NOW)
    with scope(WORKER, person=me.pk):
        assert sorted(Account.objects.values_list("name", flat=True)) == ["Li Na", "Zhou Min"]


def test_a_problem_carries_its_limits(org: MakeOrg, zhou: Account) -> None:
    for n in range(4):
        give(zhou, org(f"U{n}", 100 * n, 100 * n + 9))
    with pytest.raises(Invalid) as refused:
        give(zhou, org("U9", 900, 909))
    problem: FieldProblem = refused.value.problems[0]
    assert problem.limits == {"regions": 4, "industries": 1}
