"""Messages obey the safe-contact profile when they are written and again when they are sent."""

from datetime import datetime, time, timedelta

import pytest

from tests.cast import NOW, PLATFORM, Cast
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.notify import render, send
from zhijia.kernel.notify.compose import Audience, compose
from zhijia.kernel.notify.models import Channel, Message, MessageState
from zhijia.kernel.people.contact import set_safe_contact
from zhijia.kernel.people.models import Person
from zhijia.kernel.people.persons import find_or_add_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(cast: Cast) -> Person:
    return Person.objects.get(pk=cast.person_id("alice"))


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What the adapter was given."""
    got: list[tuple[str, str]] = []
    monkeypatch.setitem(send._adapters, Channel.SMS, lambda number, words: got.append((number, words)))
    return got


def write(person: Person, template: str = "clock.late_worker") -> Message:
    data = {"no": "ZJ1", "unit": "澜江市总工会"}
    made = compose(template=template, audience=Audience(persons=[person.pk]), data=data, sms=True, now=NOW)
    rows = Message.objects.bulk_create(Message(created_at=NOW, **m.as_row()) for m in made)
    return rows[-1]


def state(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.state, message.reason


def test_open_person_gets_the_words_on_their_own_phone(alice: Person, sent: list[tuple[str, str]]) -> None:
    message = write(alice)
    assert send.send_waiting(now=NOW) == 1
    assert sent == [("13800000001", "您的事 ZJ1 我们办晚了，已报澜江市总工会督办。")]
    assert (state(message), send.send_waiting(now=NOW)) == ((MessageState.SENT, ""), 0)


def test_who_may_not_be_announced_gets_neutral_words_in_their_language_at_the_safe_number(
    alice: Person, sent: list[tuple[str, str]]
) -> None:
    set_safe_contact(person=alice, actor=PLATFORM, now=NOW, number="13900000009", language="en")
    write(alice)
    send.send_waiting(now=NOW)
    assert sent[0] == ("13900000009", "There is news for you. Open the app to read it.")
    assert all("ZJ1" not in words and "总工会" not in words for _number, words in sent[:1])


def test_sign_in_code_goes_to_the_own_phone_only_and_is_erased(alice: Person, sent: list[tuple[str, str]]) -> None:
    set_safe_contact(person=alice, actor=PLATFORM, now=NOW, number="13900000009", may_sms=False)
    code = Message.objects.create(
        person=alice, channel=Channel.SMS, template="people.code", secret="424242", created_at=NOW
    )
    assert send.send_waiting(now=NOW) == 1
    assert [number for number, _words in sent] == ["13800000001"]
    assert "424242" in sent[0][1]
    code.refresh_from_db()
    assert (code.state, code.secret) == (MessageState.SENT, "")


def test_announced_profile_gets_full_words_in_its_language(alice: Person, sent: list[tuple[str, str]]) -> None:
    set_safe_contact(person=alice, actor=PLATFORM, now=NOW, announce=True, language="en")
    write(alice)
    send.send_waiting(now=NOW)
    assert sent == [("13800000001", "We are late with your matter ZJ1. 澜江市总工会 now supervises it.")]


def test_wish_changed_after_writing_is_obeyed_when_sending(alice: Person, sent: list[tuple[str, str]]) -> None:
    message = write(alice)
    set_safe_contact(person=alice, actor=PLATFORM, now=NOW, may_sms=False)
    assert send.send_waiting(now=NOW) == 0
    assert (state(message), sent) == ((MessageState.HELD, "not_wanted"), [])


def test_hours_changed_after_writing_are_waited_for(alice: Person, sent: list[tuple[str, str]]) -> None:
    message = write(alice)
    set_safe_contact(person=alice, actor=PLATFORM, now=NOW, hours_from=time(20), hours_to=time(21))
    evening = datetime(2026, 11, 16, 20, tzinfo=CHINA)
    assert [send.send_waiting(now=at) for at in (NOW, evening - timedelta(minutes=1), evening)] == [0, 0, 1]
    assert state(message) == (MessageState.SENT, "")


def test_person_without_a_number_is_held_back_with_the_reason(cast: Cast, sent: list[tuple[str, str]]) -> None:
    nobody = find_or_add_person(name="无号", phone="", now=NOW)
    message = write(nobody)
    assert state(message) == (MessageState.HELD, "no_number")
    assert str(render.reason("no_number")) == "没有登记电话号码。"


def test_failing_adapter_is_tried_five_times_and_holds_up_nobody(
    alice: Person, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    got: list[str] = []

    def adapter(number: str, _words: str) -> None:
        if number.endswith("1"):
            raise ConnectionError("not today")
        got.append(number)

    monkeypatch.setitem(send._adapters, Channel.SMS, adapter)
    message = write(alice)
    write(Person.objects.get(pk=cast.person_id("bob")))
    now = NOW
    for _try in range(7):
        send.send_waiting(now=now)
        now += timedelta(hours=1)
    assert (state(message), message.tries, got) == ((MessageState.FAILED, "ConnectionError"), 5, ["13800000002"])


def test_message_to_an_account_by_text_holds_up_nobody(cast: Cast, alice: Person, sent: list[tuple[str, str]]) -> None:
    Message.objects.create(account=cast.accounts["zhou"], channel=Channel.SMS, template="clock.soon", created_at=NOW)
    write(alice)
    assert send.send_waiting(now=NOW) == 1


@pytest.mark.parametrize("data", [{}, {"no": "{0.__class__}"}, {"no": "<b>", "unit": "%s"}])
def test_message_that_cannot_be_worded_stops_nothing(data: dict[str, str]) -> None:
    shown = render.render("clock.late_worker", data, "en", at=NOW)
    assert shown == "clock.late_worker" if "unit" not in data and "no" not in data else shown


def test_dates_are_shown_as_people_say_them() -> None:
    data = {"no": "ZJ1", "due": "2026-11-16T07:10:00+00:00"}
    assert render.render("clock.soon", data, "zh-hans", at=NOW) == "ZJ1 快到期了：11 月 16 日 15:10。"
    assert render.render("clock.soon", data, "en", at=NOW) == "The clock of case ZJ1 ends soon: 11/16 15:10."
    assert render.render("unknown", data, "en", at=NOW) == "unknown"
