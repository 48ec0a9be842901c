from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhijia.kernel.base.errors import Invalid
from zhijia.kernel.org.bulk import NewOrg, add_orgs
from zhijia.kernel.org.models import Level, Org, OrgKind, OrgMove, Region, Tree
from zhijia.kernel.org.queries import (
    ancestors_of,
    covers,
    parent_on,
    parent_unit,
    path_on,
    subtree,
    unit_for,
    unsettled_moves,
    verify_tree,
)
from zhijia.kernel.org.tree import add_org, enter_industry, move_org, settle_move

from .conftest import CLERK, NOW

LATER = NOW + timedelta(days=30)


def add(parent: Org | None, name: str, region: Region, kind: OrgKind = OrgKind.GRASSROOTS, **more: object) -> Org:
    return add_org(parent=parent, name=name, kind=kind, region=region, now=NOW, actor=CLERK, **more)  # type: ignore[arg-type]


def numbers() -> dict[int, tuple[int, int]]:
    return {pk: (lft, rgt) for pk, lft, rgt in Org.objects.values_list("pk", "lft", "rgt")}


def test_add_org_touches_one_row(country: dict[str, Org], regions: dict[str, Region]) -> None:
    before = numbers()
    org = add(country["430102"], " 芙蓉区\n\u3000机械厂工会 ", regions["430102"])
    after = numbers()
    assert {pk: after[pk] for pk in before} == before
    assert (org.name, org.level, org.valid_from) == ("芙蓉区 机械厂工会", Level.GRASSROOTS, date(2026, 3, 2))
    assert verify_tree() == []


@pytest.mark.parametrize("children", [1, 3])
def test_add_org_query_count_does_not_grow(country: dict[str, Org], regions: dict[str, Region], children: int) -> None:
    for i in range(children):
        add(country["430102"], f"工会{i}", regions["430102"])
    with CaptureQueriesContext(
        connection,
    ) as queries:
        add(country["430102"], "又一个", regions["430102"])
    assert len(queries) == 6  # savepoint, lock, parent, last used number, insert, release


@pytest.mark.parametrize("name", ["", " \x00 ", "长" * 201])
def test_add_org_refuses_a_bad_name(country: dict[str, Org], regions: dict[str, Region], name: str) -> None:
    with pytest.raises(Invalid):
        add(country["430102"], name, regions["430102"])


def test_subtree_ancestors_and_covers(country: dict[str, Org]) -> None:
    c = country
    assert list(subtree(c["430100"])) == [c["430100"], c["430102"], c["430103"]]
    assert list(ancestors_of(c["430102"])) == [c["000000"], c["430000"], c["430100"]]
    assert list(ancestors_of(c["000000"])) == []
    assert covers(c["430000"], c["430102"])
    assert covers(c["430102"], c["430102"])
    assert not covers(c["430102"], c["430000"])
    assert not covers(c["430200"], c["430102"])
    assert list(subtree(c["430100"], Tree.INDUSTRY)) == []
    assert covers(c["430000"], c["430102"], Tree.INDUSTRY) is False


def test_a_full_range_becomes_wider_and_neighbours_stay(country: dict[str, Org], regions: dict[str, Region]) -> None:
    plant = add(country["430102"], "大厂工会", regions["430102"])
    neighbour = add(country["430102"], "邻厂工会", regions["430102"])
    before = numbers()
    for i in range(200):
        add(plant, f"分会{i}", regions["430102"])
    after = numbers()
    move = OrgMove.objects.earliest("id")
    assert move.is_widening
    assert move.org == plant
    assert (move.old_lft, move.old_rgt) == before[plant.pk]
    plant.refresh_from_db()
    total = sum(OrgMove.objects.filter(org=plant).values_list("shift", flat=True))
    assert plant.lft == before[plant.pk][0] + total
    assert {pk: r for pk, r in after.items() if pk in before and pk != plant.pk} == {
        pk: r for pk, r in before.items() if pk != plant.pk
    }
    assert after[neighbour.pk] == before[neighbour.pk]
    assert subtree(plant).count() == 201
    assert parent_on(plant, NOW.date()) == country["430102"]
    assert verify_tree() == []


def test_move_org_shifts_only_its_subtree(country: dict[str, Org], regions: dict[str, Region]) -> None:
    inside = [add(country["430102"], f"工会{i}", regions["430102"]) for i in range(3)]
    before = numbers()
    move = move_org(org=country["430102"], new_parent=country["430200"], now=LATER, actor=CLERK, reason="区划调整")
    after = numbers()
    moved = {country["430102"].pk, *(o.pk for o in inside)}
    assert {pk for pk in before if before[pk] != after[pk]} == moved
    assert {after[pk][0] - before[pk][0] for pk in moved} == {move.shift}
    assert (move.old_lft, move.old_rgt) == before[country["430102"].pk]
    assert (move.from_parent, move.to_parent, move.reason) == (country["430100"], country["430200"], "区划调整")
    assert (move.actor_id, move.is_widening) == (7, False)
    assert country["430102"].parent == country["430200"]
    assert list(subtree(country["430200"])) == [
        country["430200"],
        country["430102"],
        *Org.objects.filter(pk__in=moved).exclude(pk=country["430102"].pk).order_by("lft"),
    ]
    assert verify_tree() == []


def test_move_org_keeps_history(country: dict[str, Org]) -> None:
    c = country
    move_org(org=c["430102"], new_parent=c["430200"], now=LATER, actor=CLERK, reason="一")
    second = LATER + timedelta(days=30)
    move_org(org=c["430200"], new_parent=c["000000"], now=second, actor=CLERK, reason="二")
    org = c["430102"]
    assert parent_on(org, LATER.date() - timedelta(days=1)) == c["430100"]
    assert parent_on(org, LATER.date()) == c["430200"]
    assert path_on(org, NOW.date()) == (c["000000"], c["430000"], c["430100"], org)
    assert path_on(org, LATER.date()) == (c["000000"], c["430000"], c["430200"], org)
    assert path_on(org, second.date()) == (c["000000"], c["430200"], org)
    assert path_on(org, NOW.date() - timedelta(days=1)) == ()
    assert parent_on(c["000000"], NOW.date()) is None


def test_move_org_refuses_cycles_and_no_change(country: dict[str, Org]) -> None:
    c = country
    before = numbers()
    for org, target, reason, code in (
        (c["430000"], c["430102"], "x", "cycle"),
        (c["430000"], c["430000"], "x", "cycle"),
        (c["430000"], c["000000"], "x", "same"),
        (c["000000"], None, "x", "same"),
        (c["430102"], c["430200"], " ", "required"),
    ):
        with pytest.raises(Invalid) as caught:
            move_org(org=org, new_parent=target, now=LATER, actor=CLERK, reason=reason)
        assert [p.code for p in caught.value.problems] == [code]
    assert (numbers(), OrgMove.objects.count()) == (before, 0)


def test_numbers_left_behind_are_reserved_until_settled(country: dict[str, Org], regions: dict[str, Region]) -> None:
    last = add(country["430102"], "末位工会", regions["430102"])
    old = (last.lft, last.rgt)
    move = move_org(org=last, new_parent=country["430103"], now=LATER, actor=CLERK, reason="转隶")
    assert list(unsettled_moves(Tree.REGION)) == [move]
    newcomer = add(country["430102"], "新工会", regions["430102"])
    assert newcomer.lft > old[1]
    settle_move(move=move, now=LATER)
    assert list(unsettled_moves()) == []
    assert move.settled_at == LATER


def test_settled_numbers_are_given_again(country: dict[str, Org], regions: dict[str, Region]) -> None:
    last = add(country["430102"], "末位工会", regions["430102"])
    old = (last.lft, last.rgt)
    move = move_org(org=last, new_parent=country["430103"], now=LATER, actor=CLERK, reason="转隶")
    settle_move(move=move, now=LATER)
    newcomer = add(country["430102"], "新工会", regions["430102"])
    assert (newcomer.lft, newcomer.rgt) == old


def test_industry_tree_is_independent(country: dict[str, Org], regions: dict[str, Region]) -> None:
    national = add(country["000000"], "全国机械工会", regions["000000"], OrgKind.INDUSTRY_UNION)
    provincial = add(
        country["430000"], "湖南机械工会", regions["430000"], OrgKind.INDUSTRY_UNION, industry_parent=national
    )
    plant = add(country["430102"], "机械厂工会", regions["430102"], industry_parent=provincial)
    shop = add(country["430102"], "商店工会", regions["430102"])
    assert list(subtree(national, Tree.INDUSTRY)) == [national, provincial, plant]
    assert list(ancestors_of(plant, Tree.INDUSTRY)) == [national, provincial]
    assert list(ancestors_of(plant)) == [country["000000"], country["430000"], country["430100"], country["430102"]]
    enter_industry(org=shop, industry_parent=provincial, now=LATER, actor=CLERK)
    regional = (shop.lft, shop.rgt, shop.parent_id)
    move_org(org=shop, new_parent=national, now=LATER, actor=CLERK, reason="归口", tree=Tree.INDUSTRY)
    assert (shop.lft, shop.rgt, shop.parent_id) == regional
    assert (parent_on(shop, LATER.date(), Tree.INDUSTRY), shop.industry_parent) == (national, national)
    with pytest.raises(Invalid):
        enter_industry(org=shop, industry_parent=national, now=LATER, actor=CLERK)
    with pytest.raises(Invalid):
        add(country["430102"], "不对", regions["430102"], industry_parent=country["430102"])
    assert verify_tree() == []


def test_unit_for_a_region_or_the_nearest_above(country: dict[str, Org], regions: dict[str, Region]) -> None:
    c = country
    town = add(c["430102"], "街道总工会", regions["430102"], OrgKind.FEDERATION, level=Level.TOWN)
    centre = add(c["430000"], "12351", regions["430000"], OrgKind.HOTLINE_CENTRE)
    assert unit_for("430102") == c["430102"] != town
    assert unit_for("430281") == c["430200"]
    assert unit_for("110101") == c["000000"]
    assert unit_for("430102", (OrgKind.HOTLINE_CENTRE,)) == centre
    Org.objects.filter(pk=c["430102"].pk).update(active=False)
    Org.objects.filter(pk=town.pk).update(active=False)
    assert unit_for("430102") == c["430100"]
    Region.objects.filter(pk="110101").update(retired_in=2020, successor="430103")
    assert unit_for("110101") == c["430103"]
    assert unit_for("110101", (OrgKind.CALLBACK_CENTRE,)) is None


def test_parent_unit_is_the_federation_above(country: dict[str, Org], regions: dict[str, Region]) -> None:
    c = country
    plant = add(c["430102"], "工会", regions["430102"])
    branch = add(plant, "分会", regions["430102"])
    assert [parent_unit(o) for o in (branch, plant, c["430102"], c["000000"])] == [
        c["430102"], c["430102"], c["430100"], None,
    ]  # fmt: skip
    Org.objects.filter(pk=c["430100"].pk).update(active=False)
    assert parent_unit(c["430102"]) == c["430000"]


def test_verify_tree_finds_errors(country: dict[str, Org]) -> None:
    c = country
    Org.objects.filter(pk=c["430103"].pk).update(lft=c["430102"].lft + 1)
    Org.objects.filter(pk=c["430200"].pk).update(rgt=c["000000"].rgt)
    assert verify_tree() == [
        f"region: organisation {c['430200'].pk} outside its parent",
        f"region: organisation {c['430103'].pk} overlaps the sibling before it",
    ]


def test_add_orgs_3000_scope_by_range(country: dict[str, Org]) -> None:
    rows = [NewOrg("湖南机械工会", OrgKind.INDUSTRY_UNION, Level.PROVINCE, "430000")]
    for county in range(10):
        top = len(rows)
        rows.append(NewOrg(f"县{county}", OrgKind.FEDERATION, Level.COUNTY, "430102", parent=0))
        rows += [
            NewOrg(f"厂{i}", OrgKind.GRASSROOTS, Level.GRASSROOTS, "430102", top, 0 if i % 50 == 0 else None)
            for i in range(299)
        ]
    before = numbers()
    ids = add_orgs(rows, under=country["430000"], now=NOW, actor=CLERK)
    assert len(ids) == 3001
    after = numbers()
    assert {pk: after[pk] for pk in before} == before
    assert verify_tree() == []
    county = Org.objects.get(pk=ids[301])
    assert subtree(county).count() == 300
    assert set(subtree(county).values_list("pk", flat=True)) == set(ids[301:601])
    assert subtree(Org.objects.get(pk=ids[0]), Tree.INDUSTRY).count() == 61
    with CaptureQueriesContext(connection) as queries:
        list(subtree(county).values_list("pk"))
    assert len(queries) == 1
    one_more = add(county, "后来的工会", county.region)
    assert one_more.pk == ids[-1] + 1
    assert covers(county, one_more)


def test_add_orgs_refuses_rows_without_order(country: dict[str, Org]) -> None:
    late = NewOrg("厂", OrgKind.GRASSROOTS, Level.GRASSROOTS, "430102", parent=1)
    plain = NewOrg("厂", OrgKind.GRASSROOTS, Level.GRASSROOTS, "430102")
    lost = NewOrg("厂", OrgKind.GRASSROOTS, Level.GRASSROOTS, "430102", industry_parent=0)
    for rows in ([late, plain], [plain, lost]):
        with pytest.raises(Invalid):
            add_orgs(rows, under=country["430102"], now=NOW, actor=CLERK)
    assert add_orgs([], now=NOW, actor=CLERK) == range(0)
    assert Org.objects.count() == len(country)
