"""The words of messages: declared once, set otherwise by operators where they like, rendered in the reader's language
when read or sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Text
from zhijia.kernel.rules.models import NATIONAL
from zhijia.kernel.rules.texts import fill, holes, words_of

LANGUAGES = ("zh-hans", "en")
CASE_WORDS = frozenset({"no", "unit", "due"})
"""What the engine tells with every message of a case."""
NEUTRAL = "neutral"
"""Words that name neither the union nor the matter, for somebody whose phone others may read."""


@dataclass(frozen=True)
class Template:
    """The declared words of one message, and which placeholders other words for it may use."""

    text: Text
    offers: frozenset[str]


_templates: dict[str, Template] = {}
_reasons: dict[str, Text] = {
    "no_number": _("No phone number is on record."),
    "not_wanted": _("The person does not want text messages."),
}


def reason(code: str) -> Text:
    """Why a message was held back or failed, in words; an unknown code is shown as it is."""
    return _reasons.get(code, code)


def register(key: str, text: Text, *, offers: frozenset[str] = CASE_WORDS) -> None:
    """Add the words of one message, with {named} placeholders; what they use themselves is always offered."""
    with translation.override("en"):
        _templates[key] = Template(text, offers | frozenset(holes(str(text))))


def templates() -> Mapping[str, Template]:
    """Every registered message, by key."""
    return _templates


def key_of(template: str, language: str) -> str:
    """The key of the rules row that sets other words for this message in this language."""
    return f"text.{template}.{'en' if language.startswith('en') else 'zh-hans'}"


def declared(template: str, language: str) -> str:
    """The declared words in `language`, placeholders and all. Raises KeyError for an unknown message."""
    with translation.override(language):
        return str(_templates[template].text)


def render(key: str, data: Mapping[str, Any], language: str, *, at: datetime) -> str:
    """The message in `language`, in the words that were in force when it was written (`at`) where its case lies
    (`data["region"]`).

    An unknown key or a missing placeholder gives the key itself, never an error: a message that cannot be worded must
    not stop the others.
    """
    region, on = str(data.get("region") or NATIONAL), at.astimezone(CHINA).date()
    try:
        words = words_of(key_of(key, language), region=region, on=on, declared=declared(key, language))
        return fill(words, {name: shown(data[name], language) for name in holes(words)})
    except (KeyError, ValueError):
        return key


def shown(value: Any, language: str) -> str:
    """A date as people say it in this language; everything else as it is."""
    if isinstance(value, str) and len(value) >= 19 and value[4:5] == "-" and "T" in value:
        try:
            moment = datetime.fromisoformat(value).astimezone(CHINA)
        except ValueError:
            return value
        with translation.override(language):
            return translation.gettext("%(month)s/%(day)s %(hour)02d:%(minute)02d") % {
                "month": moment.month, "day": moment.day, "hour": moment.hour, "minute": moment.minute,
            }  # fmt: skip
    return str(value)


for _key, _text in {
    "clock.soon": _("The clock of case {no} ends soon: {due}."),
    "clock.late": _("Case {no} with {unit} is late; it was due {due}. You are told as the level above."),
    "clock.ends": _("A time limit of your matter {no} ends on {due}. Its page says what keeps your right."),
    "clock.over": _("A time limit of your matter {no} ended on {due}. Ask the union what can still be done."),
    "clock.late_worker": _("We are late with your matter {no}. {unit} now supervises it."),
    NEUTRAL: _("There is news for you. Open the app to read it."),
    "people.new_device": _(
        "Signed in on a new device: {device}, network {place}, {at}. If that was not you, sign out everywhere and "
        "change your password, under “Sign-in and security”."
    ),
    "people.code": _("Your code is {code}. It is valid for five minutes. Nobody from the union will ask you for it."),
}.items():
    register(_key, _text, offers=frozenset())
