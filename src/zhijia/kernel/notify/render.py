"""The words of messages: registered once, rendered in the reader's language when read or sent."""

from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Text

_templates: dict[str, Text] = {
    "clock.soon": _("The clock of case {no} ends soon: {due}."),
    "clock.late": _("Case {no} with {unit} is late; it was due {due}. You are told as the level above."),
    "clock.ends": _("A time limit of your matter {no} ends on {due}. Its page says what keeps your right."),
    "clock.over": _("A time limit of your matter {no} ended on {due}. Ask the union what can still be done."),
    "clock.late_worker": _("We are late with your matter {no}. {unit} now supervises it."),
    "neutral": _("There is news for you. Open the app to read it."),
    "people.code": _("Your code is {code}. It is valid for five minutes. Nobody from the union will ask you for it."),
}


_reasons: dict[str, Text] = {
    "no_number": _("No phone number is on record."),
    "not_wanted": _("The person does not want text messages."),
}
NEUTRAL = "neutral"
"""Words that name neither the union nor the matter, for somebody whose phone others may read."""


def reason(code: str) -> Text:
    """Why a message was held back or failed, in words; an unknown code is shown as it is."""
    return _reasons.get(code, code)


def register(key: str, text: Text) -> None:
    """Add the words of one message, with {named} placeholders."""
    _templates[key] = text


def render(key: str, data: dict[str, Any], language: str) -> str:
    """The message in `language`. An unknown key or a missing placeholder gives the key itself, never an error:
    a message that cannot be worded must not stop the others."""
    with translation.override(language):
        words = {name: _shown(value) for name, value in data.items()}
        try:
            return str(_templates[key]).format(**words)
        except (KeyError, IndexError):
            return key


def _shown(value: Any) -> str:
    """Dates as people say them; everything else as it is."""
    if isinstance(value, str) and len(value) >= 19 and value[4:5] == "-" and "T" in value:
        try:
            moment = datetime.fromisoformat(value).astimezone(CHINA)
        except ValueError:
            return value
        return translation.gettext("%(month)s/%(day)s %(hour)02d:%(minute)02d") % {
            "month": moment.month, "day": moment.day, "hour": moment.hour, "minute": moment.minute,
        }  # fmt: skip
    return str(value)
