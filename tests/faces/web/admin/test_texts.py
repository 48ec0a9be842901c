"""Words of messages by region: previewed in both languages, checked, used by the sender, and reset."""

from datetime import timedelta
from typing import Any

from tests.cast import BEILING, NOW, QINGHE, Cast
from tests.scenarios.story import Story
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.notify import send
from zhijia.kernel.notify.models import Channel
from zhijia.kernel.notify.render import templates
from zhijia.kernel.notify.wording import check_words
from zhijia.kernel.rules.models import Rule
from zhijia.kernel.service import sweep

LIST, KEY = "/desk/admin/texts/", "hotline.received"
PAGE = f"{LIST}{KEY}/"
GIVEN = {
    "region": QINGHE, "language": "zh-hans", "value": "青禾区已收到 {no}，{due} 前有人联系。",
    "valid_from": "2026-11-16", "basis": "青禾区用语 1 号",
}  # fmt: skip


def test_every_message_is_listed_and_its_declared_words_may_be_said(cast: Cast, enter: Any) -> None:
    from zhijia.kernel.notify.render import LANGUAGES, declared

    page = enter("admin").get(LIST)
    assert {line.kind.key for line in page.context["lines"]} == set(templates())
    for key in templates():
        for language in LANGUAGES:
            check_words(key, language, declared(key, language))
    texted = enter("admin").get(LIST, {"by": "sms", "service": "hotline"}).context["lines"]
    assert [line.kind.key for line in texted] == ["hotline.received", "hotline.dispatched", "hotline.result"]
    codes = {name: enter(name).get(PAGE).status_code for name in ("auditor", "guard", "zhou", "alice")}
    assert codes == {"auditor": 200, "guard": 403, "zhou": 403, "alice": 403}


def test_preview_shows_both_languages_and_counts_text_messages(cast: Cast, enter: Any) -> None:
    page = enter("admin").get(PAGE)
    zh, en = page.context["tongues"]
    assert (zh.code, "ZJ2611160000012" in zh.shown.sample, zh.segments) == ("zh-hans", True, 1)
    assert (en.code, en.length > 70, en.segments) == ("en", True, 2)
    shown = enter("admin").post(PAGE, {**GIVEN, "look": "1"})
    assert (shown.context["proposed"].words, shown.context["parts"]) == (GIVEN["value"], 1)
    assert shown.context["proposed"].sample == "青禾区已收到 ZJ2611160000012，12 月 7 日 23:59 前有人联系。"
    assert Rule.objects.filter(key__startswith="text.").count() == 0


def test_words_that_tell_too_much_are_refused(cast: Cast, enter: Any) -> None:
    client = enter("admin")
    refused = {
        words: str(client.post(PAGE, {**GIVEN, "value": words, "save": "1"}).context["form"].problems["value"])[:22]
        for words in ("{no} {phone}", "请拨 13800000001", "见 https://x.example", "{no", "")
    }
    assert refused == {
        "{no} {phone}": "There is no {phone} he", "请拨 13800000001": "Leave out phone and id",
        "见 https://x.example": "Leave out phone and id", "{no": "Write a placeholder as", "": "Write 1 to 500 charact",
    }  # fmt: skip
    other = client.post(f"{LIST}people.code/", {**GIVEN, "value": "{code}", "save": "1"})
    assert list(other.context["form"].problems) == ["region"]
    assert client.post(PAGE, {**GIVEN, "region": "110000", "save": "1"}).status_code == 403
    assert Rule.objects.filter(key__startswith="text.").count() == 0


def test_the_sender_says_what_the_region_says_and_again_the_declared_after_a_reset(cast: Cast, enter: Any) -> None:
    sent: list[str] = []
    send.use(Channel.SMS, lambda _number, words: sent.append(words))
    try:
        client = enter("admin")
        assert client.post(PAGE, {**GIVEN, "save": "1"}).status_code == 302
        first = Story(cast).tell().no
        send.send_waiting(now=NOW + timedelta(minutes=1))
        reset = {"region": QINGHE, "language": "zh-hans"}
        nothing = client.post(f"{PAGE}reset/", {**reset, "region": BEILING}, follow=True).context["messages"]
        assert [str(message) for message in nothing][-1] == "Nothing was set there."
        client.post(f"{PAGE}reset/", reset)
        Story(cast).tell(who="bob")
        send.send_waiting(now=NOW + timedelta(minutes=1))
    finally:
        send.use(Channel.SMS, send.to_log)
    assert (sent[0].startswith(f"青禾区已收到 {first}，"), len(sent), "青禾区已收到" in sent[1]) == (True, 2, False)
    acts = Entry.objects.filter(chain=f"text:{KEY}").order_by("seq").values_list("act", flat=True)
    assert list(acts) == ["text.set", "text.reset"]


def test_lateness_is_told_in_the_words_of_the_region_too(cast: Cast, enter: Any) -> None:
    given = {**GIVEN, "value": "青禾区：{no} 晚了，{unit} 督办。"}
    assert enter("admin").post(f"{LIST}clock.late_worker/", {**given, "save": "1"}).status_code == 302
    no = Story(cast).tell().no
    sweep.report_late(now=NOW + timedelta(days=1))
    page = enter("alice").get("/messages/", headers={"Accept-Language": "zh-hans"}).content.decode()
    assert f"青禾区：{no} 晚了" in page
