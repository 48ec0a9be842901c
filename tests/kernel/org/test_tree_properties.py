from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhijia.kernel.base.errors import Invalid
from zhijia.kernel.org.models import Org, OrgKind, OrgMove, Region, Tree
from zhijia.kernel.org.queries import path_on, subtree, verify_tree
from zhijia.kernel.org.tree import add_org, enter_industry, move_org, settle_move

from .conftest import CLERK, NOW

KINDS = st.sampled_from([OrgKind.FEDERATION, OrgKind.GRASSROOTS, OrgKind.TEAM])
Step = tuple[str, Any, Any]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 30), KINDS),
        st.tuples(st.just("move"), st.integers(0, 30), st.integers(0, 30)),
        st.tuples(st.just("crowd"), st.integers(0, 30), st.integers(60, 70)),
        st.tuples(st.just("settle"), st.just(0), st.just(0)),
    ),
    max_size=25,
)


@contextmanager
def undone() -> Iterator[None]:
    """Every example begins with an empty tree."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def pick(orgs: list[Org], index: int) -> Org | None:
    """One of the organisations or, now and then, none: the place of a root."""
    return orgs[index % len(orgs)] if orgs and index < 28 else None


def by_links(parents: dict[int, int | None], top: int) -> set[int]:
    below = {top}
    while grown := {child for child, parent in parents.items() if parent in below} - below:
        below |= grown
    return below


def links_up(parents: dict[int, int | None], org: int | None) -> list[int]:
    path: list[int] = []
    while org is not None:
        path.insert(0, org)
        org = parents[org]
    return path


def add(tree: Tree, parent: Org | None, kind: OrgKind, region: Region) -> Org:
    regional = parent if tree == Tree.REGION else None
    org = add_org(parent=regional, name="工会", kind=kind, region=region, now=NOW, actor=CLERK)
    if tree == Tree.INDUSTRY:
        enter_industry(org=org, industry_parent=parent, now=NOW, actor=CLERK)
    return org


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, tree=st.sampled_from(Tree))
def test_any_sequence_keeps_the_tree(regions: dict[str, Region], steps: list[Step], tree: Tree) -> None:
    with undone():
        orgs: list[Org] = []
        parents: dict[int, int | None] = {}
        days: list[dict[int, int | None]] = []
        for day, (act, first, second) in enumerate(steps, start=1):
            org = pick(orgs, first)
            if act == "add":
                orgs.append(add(tree, org, second, regions["430102"]))
                parents[orgs[-1].pk] = org.pk if org else None
            elif act == "crowd":
                for made in [add(tree, org, OrgKind.TEAM, regions["430102"]) for _ in range(second)]:
                    parents[made.pk] = org.pk if org else None
            elif act == "move" and org:
                target = pick(orgs, second)
                target_id = target.pk if target else None
                allowed = target_id != parents[org.pk] and target_id not in by_links(parents, org.pk)
                at = NOW + timedelta(days=day)
                try:
                    move_org(org=org, new_parent=target, now=at, actor=CLERK, reason="x", tree=tree)
                except Invalid:
                    assert not allowed
                else:
                    assert allowed
                    parents[org.pk] = target_id
            elif act == "settle" and (move := OrgMove.objects.first()):
                settle_move(move=move, now=NOW)
            days.append(dict(parents))
        assert verify_tree() == []
        for org in Org.objects.filter(pk__in=[o.pk for o in orgs]):
            assert set(subtree(org, tree).values_list("pk", flat=True)) == by_links(parents, org.pk)
            for day, then in enumerate(days, start=1):
                if org.pk in then:
                    path = path_on(org, (NOW + timedelta(days=day)).date(), tree)
                    assert [o.pk for o in path] == links_up(then, org.pk)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_copies_follow_by_the_recorded_shifts(regions: dict[str, Region], steps: list[Step]) -> None:
    """A table that copies numbers reaches the present ones by applying the moves in order."""
    with undone():
        copies: dict[int, int] = {}
        done = 0
        for act, first, second in steps:
            orgs = list(Org.objects.order_by("pk"))
            org = pick(orgs, first)
            if act == "move" and org is not None:
                with suppress(Invalid):
                    move_org(org=org, new_parent=pick(orgs, second), now=NOW, actor=CLERK, reason="x")
            elif act in ("add", "crowd"):
                for _ in range(second if act == "crowd" else 1):
                    add(Tree.REGION, org, OrgKind.TEAM, regions["430102"])
            for move in OrgMove.objects.filter(pk__gt=done).order_by("pk"):
                copies = {
                    pk: at + move.shift if move.old_lft <= at <= move.old_rgt else at for pk, at in copies.items()
                }
                done = move.pk
            current = dict(Org.objects.values_list("pk", "lft"))
            assert copies == {pk: current[pk] for pk in copies}
            copies = current
