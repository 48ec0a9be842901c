"""Meetings of a case: set for a time to come, in a room that is free, moved, called off; seen by its people."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.cast import NOW, Cast
from tests.scenarios.story import Story
from zhijia.faces.access import seen_by
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, Invalid
from zhijia.kernel.cases.models import Note, Room, Sitting
from zhijia.kernel.people.actors import Role
from zhijia.kernel.service import registry, sittings
from zhijia.kernel.service.engine import choices, context
from zhijia.kernel.service.habits import UNIT
from zhijia.kernel.service.listing import offered

AT = "2026-11-18T14:30"


@pytest.fixture(autouse=True)
def meeting_service() -> Iterator[None]:
    """The hotline as it would be if its units met people."""
    registry.load()
    plain = registry.service("hotline")
    steps = sittings.steps(set(plain.states), by=UNIT | {Role.AGENT}, kind="talk", tells="received")
    personal = (*plain.personal, "minutes_text")
    registry._services["hotline"] = replace(plain, transitions=(*plain.transitions, *steps), personal=personal)
    yield
    registry._services["hotline"] = plain


@pytest.fixture
def room(cast: Cast) -> Room:
    return Room.objects.create(org_id=cast.orgs["centre"].pk, name="302", place="三楼", seats=8)


def at_centre(cast: Cast) -> Story:
    """A ticket that lies where the room is."""
    story = Story(cast).tell()
    case = story.case
    if case.unit_id != cast.orgs["centre"].pk:
        pytest.fail("tickets begin at the centre")
    return story


def shown(story: Story) -> list[tuple[str, str, str]]:
    return [(f"{s.starts_at.astimezone(CHINA):%m-%d %H:%M}", s.where, s.state) for s in sittings.of_case(story.case.pk)]


def test_a_meeting_is_set_moved_and_held_and_its_minutes_are_sealed_words(cast: Cast, room: Room) -> None:
    story = at_centre(cast)
    story.do("agent", "sit", at=AT, minutes="90", room=str(room.pk), place="带上工资条")
    meeting = Sitting.objects.get()
    assert (meeting.starts_at, meeting.ends_at - meeting.starts_at) == (
        datetime(2026, 11, 18, 14, 30, tzinfo=CHINA), timedelta(minutes=90),
    )  # fmt: skip
    story.do("agent", "sit_moved", at="2026-11-19T09:00", link="https://meet.example/1")
    story.do("agent", "sit_held", after=72, minutes_text="双方同意分期支付")
    assert shown(story) == [("11-19 09:00", "", "held"), ("11-18 14:30", "302 三楼 · 带上工资条", "off")]
    case_id = story.case.pk
    with seen_by(cast.actor("alice")):
        assert len(sittings.of_case(case_id)) == 2
        assert not Note.objects.filter(field="minutes_text").exists()
    with seen_by(cast.actor("mallory")):
        assert sittings.of_case(case_id) == []


def test_no_room_twice_at_one_time_and_it_is_free_again_when_called_off(cast: Cast, room: Room) -> None:
    first, second = at_centre(cast), at_centre(cast)
    first.do("agent", "sit", at=AT, room=str(room.pk))
    with pytest.raises(Invalid) as caught:
        second.do("agent", "sit", at="2026-11-18T15:29", room=str(room.pk))
    assert [(p.field, p.code) for p in caught.value.problems] == [("room", "taken")]
    second.do("agent", "sit", at="2026-11-18T15:30", room=str(room.pk))
    first.do("agent", "sit_off", reason="单位没有来")
    third = at_centre(cast)
    third.do("agent", "sit", at=AT, room=str(room.pk))
    with pytest.raises(Conflict) as refused:
        first.do("agent", "sit_held", minutes_text="没有开")
    assert refused.value.code == "no_sitting"


def test_nobody_leads_two_meetings_at_one_time(cast: Cast) -> None:
    first, second = at_centre(cast), at_centre(cast)
    for story in (first, second):
        type(story.case).objects.filter(no=story.no).update(assignee_id=cast.accounts["agent"].pk)
    first.do("agent", "sit", at=AT, place="大厅")
    with pytest.raises(Invalid) as caught:
        second.do("agent", "sit", at=AT, place="门口")
    assert [(p.field, p.code) for p in caught.value.problems] == [("at", "taken")]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"at": "2026-11-16T09:00", "place": "大厅"}, "at"),
        ({"at": "next Tuesday", "place": "大厅"}, "at"),
        ({"at": AT}, "room"),
        ({"at": AT, "place": "大厅", "minutes": "5"}, "minutes"),
        ({"at": AT, "link": "javascript:alert(1)"}, "link"),
        ({"at": AT, "room": "999999"}, "room"),
    ],
)
def test_what_cannot_be_is_refused_field_by_field(cast: Cast, typed: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        at_centre(cast).do("agent", "sit", **typed)
    assert [p.field for p in caught.value.problems] == [field]


def test_only_rooms_of_the_unit_are_offered(cast: Cast, room: Room) -> None:
    Room.objects.create(org_id=cast.orgs["beiling"].pk, name="别人的")
    Room.objects.create(org_id=cast.orgs["centre"].pk, name="关了的", active=False)
    story = at_centre(cast)
    ctx = context(registry.service("hotline"), story.case, cast.actor("agent"), NOW)
    (sit,) = [t for t, _verdict in choices(ctx) if t.key == "sit"]
    asked = next(ask for ask in sit.ask if ask.name == "room")
    assert offered(asked, ctx).choices == ((str(room.pk), "302 三楼"),)
