"""Operators' words for messages: by region, language and day, signed, counted in segments, without a query for each."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import NOW, PLATFORM, Cast
from zhijia.kernel.base.errors import Invalid, NotFound
from zhijia.kernel.notify import render, send, sms, wording
from zhijia.kernel.notify.compose import Audience, compose
from zhijia.kernel.notify.models import Channel, Message
from zhijia.kernel.people.contact import set_safe_contact
from zhijia.kernel.people.models import Person
from zhijia.kernel.rules.models import Rule
from zhijia.kernel.rules.units import Unit

pytestmark = pytest.mark.django_db
DATA = {"no": "ZJ1", "unit": "澜江市总工会", "region": "980102"}


def put(template: str, words: str, region: str = "980000", language: str = "zh-hans", day: int = 16) -> Rule:
    return wording.set_words(
        template=template, language=language, words=words, region=region, basis="通知",
        valid_from=date(2026, 11, day), actor_id=None, now=NOW,
    )  # fmt: skip


def says(data: dict[str, str] = DATA, language: str = "zh-hans", days: int = 0) -> str:
    return render.render("clock.late_worker", data, language, at=NOW + timedelta(days=days))


def test_most_specific_region_and_the_day_of_writing_decide() -> None:
    put("clock.late_worker", "省：{no}")
    put("clock.late_worker", "市：{no}", region="980100", day=18)
    put("clock.late_worker", "Late: {no}", language="en")
    assert [says(days=days) for days in (0, 2)] == ["省：ZJ1", "市：ZJ1"]
    assert (says(days=-1)[:4], says(DATA | {"region": "970101"})[:4], says({**DATA, "region": ""})[:4]) == (
        "您的事 ", "您的事 ", "您的事 ",
    )  # fmt: skip
    assert says(language="en") == "Late: ZJ1"


def test_unknown_placeholder_is_refused_and_named_when_set() -> None:
    with pytest.raises(Invalid) as refused:
        put("clock.late_worker", "{no} {phone}")
    problem = refused.value.problems[0]
    assert (problem.field, problem.code, problem.limits) == ("value", "placeholder", {"offered": ["no", "unit"]})
    with pytest.raises(NotFound):
        put("nothing", "x")
    assert Rule.objects.filter(key__startswith="text.").count() == 0


def test_words_that_reached_the_table_otherwise_stop_nothing() -> None:
    for words in ("{phone}", "{", "{0}"):
        Rule.objects.filter(key="text.clock.late_worker.zh-hans").delete()
        put("clock.late_worker", "x")
        Rule.objects.filter(key="text.clock.late_worker.zh-hans").update(text=words)
        assert says() == "clock.late_worker"


def test_messages_cost_no_query_for_their_words(cast: Cast) -> None:
    alice = Person.objects.get(pk=cast.person_id("alice"))
    set_safe_contact(person=alice, actor=PLATFORM, now=NOW, announce=True)
    put("clock.late_worker", "晚了：{no}")

    def queries(count: int) -> int:
        made = compose(
            template="clock.late_worker", audience=Audience(persons=[alice.pk] * count), data=DATA, sms=True, now=NOW
        )
        Message.objects.bulk_create(Message(created_at=NOW, **m.as_row()) for m in made if m.channel == Channel.SMS)
        with CaptureQueriesContext(connection) as captured:
            assert send.send_waiting(now=NOW) == count
        return sum("rules_" in query["sql"] for query in captured)

    queries(1)
    assert (queries(1), queries(20)) == (1, 1)  # one for the version of the rules, however many messages


def test_signature_goes_before_the_words_but_never_gives_a_neutral_message_away(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    got: list[str] = []
    monkeypatch.setitem(send._adapters, Channel.SMS, lambda _number, words: got.append(words))
    put("sms.signature", "【江澜工会】")
    alice = Person.objects.get(pk=cast.person_id("alice"))

    def sent() -> str:
        made = compose(
            template="clock.late_worker", audience=Audience(persons=[alice.pk]), data=DATA, sms=True, now=NOW
        )
        Message.objects.bulk_create(Message(created_at=NOW, **m.as_row()) for m in made if m.channel == Channel.SMS)
        send.send_waiting(now=NOW)
        return got[-1]

    assert sent() == "【江澜工会】您的事 ZJ1 我们办晚了，已报澜江市总工会督办。"
    set_safe_contact(person=alice, actor=PLATFORM, now=NOW)
    assert sent() == "您有一条新消息，请打开应用查看。"
    put("sms.neutral_signature", "江澜服务")
    assert sent() == "【江澜服务】您有一条新消息，请打开应用查看。"


@pytest.mark.parametrize(
    ("words", "parts"),
    [("", 1), ("工" * 70, 1), ("工" * 71, 2), ("工" * 134, 2), ("工" * 135, 3), ("𠮷" * 35, 1), ("𠮷" * 36, 2)],
)  # fmt: skip
def test_segments_are_70_then_67_characters(words: str, parts: int) -> None:
    assert sms.segments(words) == parts


def test_every_declared_message_can_be_shown_on_samples_in_both_languages() -> None:
    from zhijia.kernel.service import registry

    registry.load()
    for key in render.templates():
        for language in render.LANGUAGES:
            shown = wording.preview(render.declared(key, language), language)
            assert ("{" in shown, "}" in shown) == (False, False), key
        assert len(render.key_of(key, "zh-hans")) <= 64


def test_only_texts_count_as_words() -> None:
    from zhijia.kernel.rules.values import set_rule

    set_rule(
        key="text.clock.late_worker.zh-hans", region="000000", value=3, unit=Unit.DAYS, basis="x", verified=True,
        valid_from=date(2026, 1, 1), actor_id=None, now=NOW,
    )  # fmt: skip
    assert says()[:4] == "您的事 "
