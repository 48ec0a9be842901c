"""Whose turn it is: by weight and open work, passing over who is away or has a conflict."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from tests.cast import NOW, PLATFORM, Cast
from tests.scenarios.story import Story
from zhijia.kernel.base.errors import Conflict, Forbidden, Invalid, Verdict, no, yes
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.models import Account, Substitution
from zhijia.kernel.people.posts import appoint
from zhijia.kernel.people.rosters import enter, leave
from zhijia.kernel.service import registry, rota
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.engine import context

ROSTER = "hotline.turns"


@pytest.fixture
def unit(cast: Cast) -> Cast:
    """Zhou, the head and Tian take turns at Qinghe; Tian counts for half."""
    tian = cast.accounts["tian"] = Account.objects.create(login="tian", name="Tian", created_at=NOW)
    qinghe = cast.orgs["qinghe"].pk
    appoint(
        account=tian, role=next(p.role for p in cast.actor("zhou").posts), org_id=qinghe, actor=PLATFORM, now=NOW,
        from_day=date(2020, 1, 1),
    )  # fmt: skip
    for login, weight in (("zhou", 10), ("head", 10), ("tian", 5)):
        enter(
            org_id=qinghe, roster=ROSTER, account_id=cast.accounts[login].pk, weight=weight, actor=cast.actor("head"),
            now=NOW, from_day=date(2026, 11, 1),
        )  # fmt: skip
    return cast


def ctx_of(cast: Cast) -> Ctx[object]:
    story = Story(cast).tell()
    case = Case.objects.get(no=story.no)
    case.unit_id = cast.orgs["qinghe"].pk
    return context(registry.service("hotline"), case, cast.actor("head"), NOW)


def given(cast: Cast, c: Ctx[object], times: int) -> list[str]:
    """Names of whose turn it was, each time with one more case in hand."""
    names = {account.pk: login for login, account in cast.accounts.items()}
    taken = []
    for _time in range(times):
        who = rota.turn(c, ROSTER)
        assert who is not None
        other = Story(cast).tell()
        Case.objects.filter(no=other.no).update(assignee_id=who)
        rota.took(ROSTER, who, org_id=c.case.unit_id, now=NOW + timedelta(minutes=len(taken)))
        taken.append(names[who])
    return taken


def test_each_takes_by_weight_and_the_one_who_waited_longest_comes_first(unit: Cast) -> None:
    taken = given(unit, ctx_of(unit), 5)
    assert sorted(taken[:2]) == ["head", "zhou"]
    assert (taken.count("zhou"), taken.count("head"), taken.count("tian")) == (2, 2, 1)


def test_who_is_away_has_no_post_or_weighs_nothing_is_passed_over(unit: Cast) -> None:
    c = ctx_of(unit)
    zhou = unit.accounts["zhou"]
    post = zhou.posts.get() if hasattr(zhou, "posts") else None
    post_id = post.pk if post else unit.actor("zhou").posts[0].id
    Substitution.objects.create(
        post_id=post_id, substitute=unit.accounts["tian"], from_day=NOW.date(), to_day=NOW.date()
    )  # fmt: skip
    enter(org_id=c.case.unit_id, roster=ROSTER, account_id=unit.accounts["head"].pk, weight=0, actor=PLATFORM, now=NOW)
    assert rota.turn(c, ROSTER) == unit.accounts["tian"].pk
    Account.objects.filter(login="tian").update(is_active=False)
    assert rota.turn(c, ROSTER) is None


def test_a_conflict_passes_the_turn_on_and_refuses_who_was_chosen_with_its_reason(unit: Cast) -> None:
    c = ctx_of(unit)

    def kin(_c: Ctx[object], account_id: int) -> Verdict:
        return no("kin", "is kin of the employer") if account_id == unit.accounts["zhou"].pk else yes()

    assert rota.turn(c, ROSTER, conflict=kin) == unit.accounts["head"].pk
    c.data = {"by": unit.accounts["zhou"].pk}
    with pytest.raises(Invalid) as caught:
        rota.assign("by", ROSTER, conflict=kin)(c)
    assert [(p.field, p.code, str(p.message)) for p in caught.value.problems] == [
        ("by", "kin", "is kin of the employer")
    ]
    c.data = {}
    rota.assign("by", ROSTER, conflict=kin)(c)
    assert (c.case.assignee_id, c.data["by"]) == (unit.accounts["head"].pk, unit.accounts["head"].pk)


def test_an_empty_roster_says_who_fills_it(unit: Cast) -> None:
    c = ctx_of(unit)
    verdict = rota.staffed("hotline.nobody")(c)
    with translation.override("en"):
        assert (verdict.code, str(verdict.mend)) == ("no_roster", "The head of the unit enters who takes turns.")
    with pytest.raises(Conflict) as caught:
        rota.assign("by", "hotline.nobody")(c)
    assert caught.value.code == "nobody_free"


def test_only_the_head_keeps_the_roster_and_only_officers_of_the_unit_are_on_it(unit: Cast) -> None:
    qinghe = unit.orgs["qinghe"].pk
    with pytest.raises(Forbidden):
        enter(org_id=qinghe, roster=ROSTER, account_id=unit.accounts["zhou"].pk, actor=unit.actor("zhou"), now=NOW)
    with pytest.raises(Invalid) as caught:
        enter(
            org_id=qinghe, roster=ROSTER, account_id=unit.accounts["lin"].pk, actor=unit.actor("head"), now=NOW,
            weight=101, from_day=date(2026, 12, 1), to_day=date(2026, 11, 30),
        )  # fmt: skip
    assert [p.field for p in caught.value.problems] == ["account", "weight", "to_day"]
    leave(org_id=qinghe, roster=ROSTER, account_id=unit.accounts["zhou"].pk, actor=unit.actor("head"), now=NOW)
    assert unit.accounts["zhou"].pk not in [s.account_id for s in rota.seats(ROSTER, org_id=qinghe, now=NOW)]
