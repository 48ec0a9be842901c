"""Every way to personal data of a case leaves exactly one entry for its worker; refusals are in the security log."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from tests.cast import NOW, QINGHE, Cast
from zhijia.kernel.audit.models import Entry, Security
from zhijia.kernel.base import clock
from zhijia.kernel.cases.models import Case

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db
Enter = Callable[[str], Client]


@pytest.fixture
def at(settings: "Settings") -> Iterator[datetime]:
    settings.LANGUAGE_CODE = "en"
    with clock.at(NOW):
        yield NOW


@pytest.fixture
def enter(cast: Cast, at: datetime) -> Enter:
    def signed_in(name: str) -> Client:
        client = Client(headers={"Accept-Language": "en"}, raise_request_exception=False)
        client.force_login(cast.accounts[name])
        return client

    return signed_in


@pytest.fixture
def no(cast: Cast, at: datetime) -> str:
    """Alice's case, at Qinghe, waiting for nobody yet."""
    from zhijia.faces.access import seen_by
    from zhijia.kernel.people.actors import Actor
    from zhijia.kernel.service.engine import fire, open_case

    alice = cast.person_id("alice")
    with seen_by(Actor(person_id=alice, name="Alice")) as worker:
        filed = open_case(
            service="hotline", actor=worker, now=at, data={"story": "九月的工资没有发。", "category": "wages"},
            region=QINGHE, applicant_id=alice,
        ).no  # fmt: skip
    with seen_by(cast.actor("dispatcher", at)) as actor:
        data = {"unit": cast.orgs["qinghe"].pk, "tier": "general"}
        fire(no=filed, transition="dispatch", actor=actor, now=at, data=data)
    return filed


WAYS: dict[str, tuple[str, Callable[[Client, str, Cast], object]]] = {
    "page": ("zhou", lambda c, no, _cast: c.get(f"/desk/{no}/")),
    "print": ("zhou", lambda c, no, _cast: c.get(f"/desk/{no}/?print=1")),
    "preview": ("zhou", lambda c, no, _cast: c.get(f"/desk/{no}/preview/")),
    "auditor": ("auditor", lambda c, no, _cast: c.get(f"/desk/{no}/")),
    "api": ("zhou", lambda c, no, _cast: c.get(f"/api/v1/cases/{no}")),
    "timeline": ("zhou", lambda c, no, _cast: c.get(f"/api/v1/cases/{no}/timeline")),
    "known": ("agent", lambda c, no, _cast: c.post("/desk/register/", {"phone": "13800000001", "find": "1"})),
    "reveal": ("zhou", lambda c, no, cast: c.post(
        f"/desk/{no}/reveal/", {"person": cast.person_id("alice"), "field": "phone", "purpose": "call back"},
        headers={"HX-Request": ""},
    )),
}  # fmt: skip
"""Each way a member of staff comes to see a name, a mask, a story or a number, and who goes it."""


@pytest.mark.parametrize("way", WAYS)
def test_each_way_to_personal_data_leaves_one_entry(enter: Enter, cast: Cast, no: str, way: str) -> None:
    who, go = WAYS[way]
    client = enter(who)
    assert go(client, no, cast).status_code == 200  # type: ignore[attr-defined]
    reads = Entry.objects.filter(person_id=cast.person_id("alice"), actor_id=cast.accounts[who].pk).exclude(purpose="")
    by_act = sorted(reads.values_list("act", flat=True))
    assert by_act == (["case.viewed", "person.revealed"] if way == "reveal" else ["case.viewed"])
    go(client, no, cast)
    assert reads.filter(act="case.viewed").count() == 1  # within the hour it is one look
    with clock.at(NOW + timedelta(hours=2)):
        go(client, no, cast)
    assert reads.filter(act="case.viewed").count() == 2


def test_known_worker_without_an_open_case_is_a_look_too(enter: Enter, cast: Cast, no: str) -> None:
    Case.objects.filter(no=no).update(closed_at=NOW, state="closed")
    enter("agent").post("/desk/register/", {"phone": "13800000001", "find": "1"})
    looked = Entry.objects.get(act="person.looked_up")
    assert (looked.person_id, looked.purpose) == (cast.person_id("alice"), "Looked up by phone to file a case")


def test_lists_hold_no_names_and_leave_no_entry(enter: Enter, cast: Cast, no: str) -> None:
    client = enter("zhou")
    for url in ("/desk/", "/desk/?view=all", "/api/v1/cases", f"/desk/?q={no}"):
        page = client.get(url)
        assert (page.status_code, "Alice" in page.content.decode()) == (200, False)
    assert Entry.objects.filter(act="case.viewed").count() == 0


def test_own_look_and_strangers_refused_look_are_none(enter: Enter, cast: Cast, no: str) -> None:
    assert enter("alice").get(f"/api/v1/cases/{no}").status_code == 200
    assert enter("lin").get(f"/desk/{no}/").status_code == 404
    assert enter("lin").get(f"/api/v1/cases/{no}").status_code == 404
    assert Entry.objects.filter(person_id=cast.person_id("alice")).exclude(purpose="").count() == 0


def test_refusals_are_in_the_security_log(enter: Enter, cast: Cast, no: str) -> None:
    lin = enter("lin")
    lin.get(f"/desk/{no}/", REMOTE_ADDR="203.0.113.9")
    lin.get("/audit/")
    lin.get("/nothing-here/")
    Client(enforce_csrf_checks=True).post("/desk/register/", {"phone": "x"})
    Client().get("/api/v1/cases", headers={"Authorization": "Bearer no"})
    rows = Security.objects.order_by("id").values_list("kind", "account_id", "address", "detail__route")
    mine = cast.accounts["lin"].pk
    assert list(rows) == [
        ("access.unknown", mine, "203.0.113.0/24", "desk/<slug:no>/"),
        ("access.refused", mine, "127.0.0.0/24", "audit/"),
        ("request.forged", None, "127.0.0.0/24", None), ("access.token_refused", None, "127.0.0.0/24", "api/v1/cases"),
    ]  # fmt: skip
