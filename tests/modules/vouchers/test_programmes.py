"""Programmes, outlets and terminals: set up by officers of the union, on record; a secret is shown once."""

from typing import Any

import pytest

from tests.cast import NOW, QINGHE
from tests.modules.vouchers.kit import Kitchen
from zhijia.faces.access import seen_by
from zhijia.kernel.audit.models import Entry as Trail
from zhijia.kernel.base.errors import Forbidden, Invalid, NotFound
from zhijia.modules.vouchers import programmes
from zhijia.modules.vouchers.models import Kind, Outlet, Programme, Terminal
from zhijia.modules.vouchers.shops import OutletKind


def add(kitchen: Kitchen, who: str = "zhou", **changed: Any) -> Programme:
    given = {
        "key": "packs", "title": "暖新礼包", "kind": Kind.PACK, "fen": 10_000, "org_id": kitchen.cast.orgs["qinghe"].pk,
        "actor": kitchen.cast.actor(who), "now": NOW, **changed,
    }  # fmt: skip
    return programmes.add_programme(**given)


def shop(kitchen: Kitchen, who: str = "zhou", **changed: Any) -> Outlet:
    given = {
        "name": "店", "kind": OutletKind.SHOP, "region": QINGHE, "address": "路", "payee": "某店",
        "org_id": kitchen.cast.orgs["qinghe"].pk, "actor": kitchen.cast.actor(who), "now": NOW, **changed,
    }  # fmt: skip
    return programmes.add_outlet(**given)


def test_an_officer_sets_up_in_their_scope(kitchen: Kitchen) -> None:
    with seen_by(kitchen.cast.actor("zhou")) as zhou:
        made = add(kitchen)
        programmes.change_programme(programme=made, actor=zhou, now=NOW, title="暖心礼包", active=False)
        place = shop(kitchen)
        enrolled = programmes.enroll_terminal(outlet=place, label="前台", actor=zhou, now=NOW)
        programmes.revoke_terminal(terminal=enrolled.terminal, actor=zhou, now=NOW)
        programmes.set_outlet_active(outlet=place, active=False, actor=zhou, now=NOW)
    made.refresh_from_db()
    assert (made.title, made.active, Outlet.objects.get(pk=place.pk).active) == ("暖心礼包", False, False)
    acts = list(Trail.objects.order_by("-id").values_list("act", flat=True)[:6])
    assert acts[::-1] == [
        "vouchers.programme_added", "vouchers.programme_changed", "vouchers.outlet_added",
        "vouchers.terminal_enrolled", "vouchers.terminal_revoked", "vouchers.outlet_closed",
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["lin", "auditor", "dispatcher", "alice"])
def test_nobody_else_sets_up(kitchen: Kitchen, who: str) -> None:
    actor = kitchen.cast.actor(who)
    for attempt in (
        lambda: add(kitchen, who), lambda: shop(kitchen, who),
        lambda: programmes.change_programme(programme=kitchen.programme, actor=actor, now=NOW, active=False),
        lambda: programmes.set_outlet_active(outlet=kitchen.shop, active=False, actor=actor, now=NOW),
        lambda: programmes.enroll_terminal(outlet=kitchen.shop, label="x", actor=actor, now=NOW),
        lambda: programmes.revoke_terminal(terminal=kitchen.terminal, actor=actor, now=NOW),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            attempt()


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"title": " "}, "title"), ({"fen": 0}, "fen"), ({"rule": "x"}, "rule"), ({"key": "meals"}, "key")],
)
def test_bad_fields_of_a_programme(kitchen: Kitchen, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        add(kitchen, **changed)
    assert [p.field for p in refused.value.problems] == [field]


@pytest.mark.parametrize(("changed", "field"), [({"payee": ""}, "payee"), ({"region": "999999"}, "region")])
def test_bad_fields_of_an_outlet(kitchen: Kitchen, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        shop(kitchen, **changed)
    assert [p.field for p in refused.value.problems] == [field]


def test_a_title_is_not_emptied(kitchen: Kitchen) -> None:
    with pytest.raises(Invalid):
        programmes.change_programme(programme=kitchen.programme, actor=kitchen.cast.actor("zhou"), now=NOW, title="")


def test_a_terminal_is_known_by_its_secret(kitchen: Kitchen) -> None:
    found = programmes.terminal_of(kitchen.secret)
    assert (found, found.outlet) == (kitchen.terminal, kitchen.shop)


def test_only_a_hash_of_the_secret_is_kept(kitchen: Kitchen) -> None:
    stored = bytes(Terminal.objects.get(pk=kitchen.terminal.pk).secret_hash)
    secret = kitchen.secret.partition(".")[2]
    assert (len(stored), secret.encode() in stored, len(secret) >= 43) == (32, False, True)


@pytest.mark.parametrize("given", ["", "x", "1.", "-1.x", "99999999999999999999.x", "１.x"])
def test_a_wrong_secret_is_refused(kitchen: Kitchen, given: str) -> None:
    with pytest.raises(Forbidden) as refused:
        programmes.terminal_of(given)
    assert refused.value.code == "terminal"


def test_a_revoked_or_another_terminals_secret_is_refused(kitchen: Kitchen) -> None:
    other = programmes.enroll_terminal(outlet=kitchen.station, label="y", actor=kitchen.cast.actor("zhou"), now=NOW)
    swapped = f"{kitchen.terminal.pk}.{other.secret.partition('.')[2]}"
    programmes.revoke_terminal(terminal=other.terminal, actor=kitchen.cast.actor("zhou"), now=NOW)
    for given in (swapped, other.secret):
        with pytest.raises(Forbidden):
            programmes.terminal_of(given)


def test_an_outlet_of_another_union_is_not_found_in_scope(kitchen: Kitchen) -> None:
    with seen_by(kitchen.cast.actor("lin")), pytest.raises(NotFound):
        programmes.outlet_for(kitchen.shop.pk)
    assert programmes.outlet_for(kitchen.shop.pk) == kitchen.shop
