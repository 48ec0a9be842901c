"""The pages of turns and rooms: kept by the head, read by the unit, told to nobody else; and the unit's week."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.cast import NOW, Cast
from tests.scenarios.story import Story
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.cases.models import Case, Room, Sitting
from zhijia.kernel.people.models import RosterSeat
from zhijia.kernel.service import registry

pytestmark = pytest.mark.usefixtures("clock_stands")


@pytest.fixture
def roster() -> str:
    return registry.rosters()[0].key


@pytest.fixture
def clock_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhijia.kernel.base.clock.now", lambda: NOW)


def of(cast: Cast, login: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.accounts[login])
    return client


def change(client: Client, cast: Cast, **data: object) -> int:
    return client.post("/desk/rota/change/", {"unit": cast.orgs["qinghe"].pk, **data}).status_code


def test_the_head_enters_weighs_and_takes_off_and_the_page_says_whose_turn_it_is(cast: Cast, roster: str) -> None:
    head, zhou = of(cast, "head"), cast.accounts["zhou"].pk
    assert change(head, cast, roster=roster, account=zhou, weight=3, until="2026-12-31") == 302
    seat = RosterSeat.objects.get(roster=roster, account_id=zhou)
    assert (seat.weight, f"{seat.to_day}") == (3, "2026-12-31")
    page = head.get("/desk/rota/").content.decode()
    assert "Next turn: Head" in page
    assert "until 31 Dec 2026" in page.replace("\u00a0", " ")
    assert change(head, cast, roster=roster, off=zhou) == 302
    assert not RosterSeat.objects.filter(roster=roster, account_id=zhou).exists()


def test_what_is_wrong_stands_beside_the_roster_and_nothing_is_stored(cast: Cast, roster: str) -> None:
    head = of(cast, "head")
    lin = cast.accounts["lin"].pk
    data = {"unit": cast.orgs["qinghe"].pk, "roster": roster, "account": lin, "weight": "500", "until": "soon"}
    assert head.post("/desk/rota/change/", data).status_code == 422
    said = head.post("/desk/rota/change/", data | {"until": ""}).content.decode()
    assert "Only officers of this unit can take turns." in said
    assert "Write a weight from 0 to 100." in said
    assert not RosterSeat.objects.filter(account_id=lin).exists()


def test_an_officer_reads_and_a_stranger_changes_nothing(cast: Cast, roster: str) -> None:
    zhou, lin_head = of(cast, "zhou"), of(cast, "lin_head")
    page = zhou.get("/desk/rota/").content.decode()
    assert ("Zhou" in page, 'name="weight"' in page) == (True, False)
    before = set(RosterSeat.objects.values_list("roster", "account_id", "weight"))
    me = cast.accounts["zhou"].pk
    assert change(zhou, cast, roster=roster, account=me, weight=1) == 403
    assert change(lin_head, cast, roster=roster, off=me) == 403
    assert change(lin_head, cast, room_name="302") == 403
    assert set(RosterSeat.objects.values_list("roster", "account_id", "weight")) == before
    assert "Zhou" not in lin_head.get(f"/desk/rota/?unit={cast.orgs['qinghe'].pk}").content.decode()


def test_rooms_are_added_closed_and_opened_again(cast: Cast) -> None:
    head = of(cast, "head")
    assert change(head, cast, room_name=" 调解 一室 ", place="三楼", seats="8") == 302
    room = Room.objects.get()
    assert (room.name, room.seats, room.active) == ("调解 一室", 8, True)
    assert change(head, cast, close=room.pk) == 302
    assert change(head, cast, room_name="调解 一室") == 302
    room.refresh_from_db()
    assert room.active
    assert change(head, cast, room_name="") == 422
    assert change(of(cast, "lin_head"), cast, close=room.pk) == 403


def test_the_week_shows_meetings_of_cases_in_reach_and_of_others_only_that_the_room_is_taken(cast: Cast) -> None:
    room = Room.objects.create(org_id=cast.orgs["qinghe"].pk, name="302")
    starts = datetime(2026, 11, 18, 14, 0, tzinfo=CHINA)
    cases = []
    for n, confidential in enumerate((False, True)):
        case = Story(cast).tell().case
        Case.objects.filter(pk=case.pk).update(
            unit=cast.orgs["qinghe"], unit_lft=cast.orgs["qinghe"].lft, confidential=confidential,
            assignee_id=cast.accounts["head"].pk,
        )  # fmt: skip
        at = starts + timedelta(hours=2 * n)
        Sitting.objects.create(
            case=case, kind="talk", starts_at=at, ends_at=at + timedelta(hours=1), room=room, event_seq=1
        )
        cases.append(case.no)
    page = of(cast, "zhou").get("/desk/calendar/?week=2026-11-20").content.decode()
    assert [no in page for no in cases] == [True, False]
    assert page.count("16:00–17:00") == 1  # the room's line alone
    assert "No meeting in this week." in of(cast, "zhou").get("/desk/calendar/?week=2026-11-23").content.decode()
    assert "No meeting in this week." in of(cast, "zhou").get("/desk/calendar/?mine=1").content.decode()
    assert "302" not in of(cast, "lin").get("/desk/calendar/").content.decode()
    assert of(cast, "zhou").get("/desk/calendar/?week=never").status_code == 200
