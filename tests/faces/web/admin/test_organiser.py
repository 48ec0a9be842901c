"""The organiser of one programme: plans and runs it, sees nothing else, by page, by API and in the database."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from tests.cast import NOW, QINGHE, Cast
from tests.scenarios.story import Story
from zhijia.faces.access import as_staff, seen_by
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Forbidden, Invalid, NotFound, ZhijiaError
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.actors import Actor, Permission
from zhijia.kernel.people.models import Account, Post
from zhijia.kernel.service.engine import fire, open_case
from zhijia.modules.vouchers.accounts import allot
from zhijia.modules.vouchers.models import Cycle, Kind, Outlet, Programme, Settlement
from zhijia.modules.vouchers.organisers import appoint_organiser, end_organiser
from zhijia.modules.vouchers.programmes import add_outlet, add_programme, change_programme
from zhijia.modules.vouchers.shops import OutletKind

TODAY = NOW.astimezone(CHINA).date()
DAYS = {"first_day": str(TODAY + timedelta(days=2)), "last_day": str(TODAY + timedelta(days=3))}


@pytest.fixture
def programmes(cast: Cast) -> tuple[Programme, Programme]:
    """Two programmes of Qinghe with an outlet, money, and a cycle of the second."""
    head = cast.actor("head")
    made = [
        add_programme(key=key, title=title, kind=kind, org_id=cast.orgs["qinghe"].pk, fen=1500, actor=head, now=NOW)
        for key, title, kind in (("meal", "爱心餐", Kind.MEAL), ("pack", "礼包", Kind.PACK))
    ]
    add_outlet(
        name="面馆", kind=OutletKind.SHOP, org_id=cast.orgs["qinghe"].pk, region=QINGHE, address="路 1", payee="面馆",
        actor=head, now=NOW,
    )  # fmt: skip
    allot(org_id=cast.orgs["qinghe"].pk, fen=10**8, key="a", actor=cast.actor("leader"), now=NOW)
    with seen_by(cast.actor("zhou")) as zhou:
        plan(zhou, kind="pack", programme="pack")
    return made[0], made[1]


def plan(actor: Actor, **data: Any) -> str:
    return open_case(
        service="voucher_cycle", actor=actor, now=NOW, region=QINGHE, applicant_id=None,
        data={"title": "十一月", "fen": "15", **DAYS, **data},
    ).no  # fmt: skip


@pytest.fixture
def organiser(cast: Cast, programmes: tuple[Programme, Programme]) -> Actor:
    """Gao, who organises the meals until the end of the month."""
    gao = Account.objects.create(login="gao", name="Gao", created_at=NOW)
    cast.accounts["gao"] = gao
    appoint_organiser(
        programme=programmes[0],
        account=gao,
        from_day=TODAY,
        to_day=date(2026, 11, 30),
        actor=cast.actor("head"),
        now=NOW,
    )
    return as_staff(gao, now=NOW)


def code(act: Any) -> str:
    try:
        act()
    except ZhijiaError as error:
        return error.code
    return ""


def test_leader_or_head_hands_one_programme_over_and_takes_it_back(cast: Cast, programmes: Any, enter: Any) -> None:
    url = f"/desk/vouchers/programmes/{programmes[0].pk}/organisers/"
    Account.objects.create(login="gao", name="Gao", created_at=NOW)
    typed = {"account": "gao", "from_day": str(TODAY), "to_day": "2026-11-30"}
    codes = {name: enter(name).post(url, typed).status_code for name in ("zhou", "lin_head", "supervisor", "admin")}
    assert codes == dict.fromkeys(codes, 403)
    endless = enter("leader").post(url, typed | {"to_day": ""})
    unknown = enter("leader").post(url, typed | {"account": "nobody"})
    officer = enter("leader").post(url, typed | {"account": "lin"})
    assert [sorted(r.context["form"].problems) for r in (endless, unknown, officer)] == [
        ["to_day"],
        ["account"],
        ["account"],
    ]
    assert enter("leader").post(url, typed).status_code == 302
    post = Post.objects.get(role="organiser")
    assert (post.campaign, post.org_id, str(post.to_day)) == (
        f"vouchers.programme:{programmes[0].pk}", cast.orgs["qinghe"].pk, "2026-11-30",
    )  # fmt: skip
    assert enter("head").post(url, {"end": post.pk}).status_code == 302
    post.refresh_from_db()
    assert post.to_day == TODAY


def test_organiser_plans_and_runs_the_programme_but_approves_no_money(cast: Cast, organiser: Actor) -> None:
    with seen_by(organiser) as gao:
        no = plan(gao, kind="meal")
        fire(no=no, transition="plan", actor=gao, now=NOW, data={"region": QINGHE, "per_day": 10})
        fire(no=no, transition="submit", actor=gao, now=NOW)
        assert code(lambda: fire(no=no, transition="approve", actor=gao, now=NOW)) == "wrong_role"
        assert code(lambda: fire(no=no, transition="cancel", actor=gao, now=NOW, data={"reason": "x"})) == "wrong_role"
    with seen_by(cast.actor("head")) as head:
        fire(no=no, transition="approve", actor=head, now=NOW)
    with seen_by(organiser) as gao:
        done = [fire(no=no, transition=step, actor=gao, now=NOW, data=data).state for step, data in (
            ("publish", {}), ("suspend", {"reason": "下雪"}), ("resume", {}))]  # fmt: skip
        assert done == ["published", "suspended", "published"]
        assert Cycle.objects.get(case__no=no).programme.key == "meal"


def test_organiser_sees_no_case_and_no_other_programme_even_where_a_query_forgets(cast: Cast, organiser: Actor) -> None:
    story = Story(cast).tell().dispatch()
    with seen_by(organiser) as gao:
        mine = plan(gao, kind="meal")
    for permission in Permission:
        with seen_by(organiser, permission) as gao:
            seen = list(Case.objects.values_list("no", flat=True))
            assert seen in ([], [mine])
            assert list(Case.objects.visible_to(gao, permission).values_list("no", flat=True)) in ([], [mine])
            assert [p.key for p in Programme.objects.all()] == ["meal"]
            assert (Outlet.objects.count(), Settlement.objects.count()) == (0, 0)
            with connection.cursor() as cursor:
                for table in ("cases_event", "cases_party", "cases_note", "deadlines_deadline", "hotline_ticket"):
                    others = f"SELECT count(*) FROM {table} x JOIN cases_case c ON c.id = x.case_id WHERE c.no <> %s"
                    cursor.execute(others, [mine])
                    assert (table, cursor.fetchone()[0]) == (table, 0)
    pack = Case.objects.get(service="voucher_cycle", marks__campaign__isnull=False, category="pack")
    with seen_by(organiser) as gao:
        refused = [code(lambda no=no: fire(no=no, transition="note", actor=gao, now=NOW, data={"note": "x"}))
                   for no in (story.no, pack.no)]  # fmt: skip
    assert refused == ["no_such_case", "no_such_case"]


def test_organiser_cannot_name_another_programme(organiser: Actor, programmes: Any) -> None:
    with seen_by(organiser) as gao, pytest.raises(Invalid):
        plan(gao, kind="pack", programme="pack")
    with seen_by(organiser) as gao, pytest.raises(Invalid):
        plan(gao, kind="pack")
    with pytest.raises(Forbidden):
        change_programme(programme=programmes[1], title="我的", actor=organiser, now=NOW)
    assert change_programme(programme=programmes[0], title="暖心餐", actor=organiser, now=NOW).title == "暖心餐"
    with pytest.raises(Forbidden):
        add_programme(key="x", title="x", kind=Kind.MEAL, org_id=programmes[0].org_id, fen=1, actor=organiser, now=NOW)


def test_organisers_pages_are_the_programme_alone(cast: Cast, organiser: Actor, programmes: Any, enter: Any) -> None:
    story = Story(cast).tell().dispatch()
    with seen_by(organiser) as gao:
        mine = plan(gao, kind="meal")
    client = enter("gao")
    assert client.get("/desk/").headers["Location"] == "/desk/vouchers/"
    overview = client.get("/desk/vouchers/")
    tabs = [str(tab.title) for tab in overview.context["tabs"]]
    assert [line.cycle.case.no for line in overview.context["lines"]] == [mine]
    assert tabs == ["Overview", "Programmes"]
    base = "/desk/vouchers/"
    codes = {
        path: client.get(path).status_code
        for path in (
            f"{base}programmes/{programmes[0].pk}/",
            f"{base}programmes/{programmes[1].pk}/",
            f"{base}outlets/",
            f"{base}settlements/",
            f"{base}money/",
            f"{base}serve/",
            f"{base}conflicts/",
            f"{base}settlements/export/",
            f"{base}programmes/{programmes[0].pk}/organisers/",
            f"/desk/{mine}/",
            f"/desk/{story.no}/",
            "/board/",
            "/desk/export/",
            "/desk/admin/accounts/",
            "/desk/emergency/",
            "/desk/file/voucher_cycle/",
        )
    }
    assert list(codes.values()) == [200, 404, 403, 403, 403, 403, 403, 403, 403, 200, 404, 403, 403, 403, 403, 200]
    listed = client.get("/api/v1/cases").json()["items"]
    assert ([item["no"] for item in listed], client.get(f"/api/v1/cases/{story.no}").status_code) == ([mine], 404)


def test_organiser_is_nobody_when_the_days_are_over(cast: Cast, organiser: Actor) -> None:
    gao = cast.accounts["gao"]
    end_organiser(post=gao.posts.get(), last_day=TODAY, actor=cast.actor("head"), now=NOW)
    assert as_staff(gao, now=NOW).roles() == {"organiser"}
    with pytest.raises(Forbidden):
        as_staff(gao, now=NOW + timedelta(days=1))
    with seen_by(organiser) as stale, pytest.raises((NotFound, Invalid)):
        plan(stale, kind="pack", programme="pack")
