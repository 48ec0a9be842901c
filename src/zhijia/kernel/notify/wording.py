"""Other words for a message, as an operator sets them: checked, and shown on sample values before they are used."""

import re
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound
from zhijia.kernel.rules.models import Rule
from zhijia.kernel.rules.texts import check, fill, holes, set_text

from .render import LANGUAGES, NEUTRAL, Template, key_of, shown, templates
from .sms import NEUTRAL_SIGNATURE

SAMPLES = {
    "no": "ZJ2611160000012", "unit": "青禾区总工会", "due": "2026-12-07T23:59:59+08:00", "code": "428613",
    "device": "Chrome，Windows", "place": "203.0.113.0/24", "at": "2026-12-01T09:30:00+08:00", "holder": "周敏",
    "substitute": "林溪", "post": "经办人，青禾区总工会", "first": "2026-12-01",
    "from": "2026-12-01", "last": "2026-12-15", "until": "2026-12-15",
    "who": "林溪", "name": "周敏", "n": "3", "words": "已另有安排", "why": "有人处于危险",
    "permission": "办理案件", "reach": "本单位", "rule": "hotline.sign", "region": "青禾区", "value": "1",
    "day": "2026-12-01",
}  # fmt: skip
PRIVATE = re.compile(r"\d{7,}|@|https?:|www\.", re.IGNORECASE)
"""What no message may spell out, since a lock screen shows it: numbers of people, addresses, links. What is about one
person comes by a declared placeholder alone, and those hold numbers of cases, units and dates."""
TELLING = ("工会", "union", "12351", "{no}", "{unit}")
"""What neutral words must not hold: whoever looks over the person's shoulder would learn who writes."""


def template_of(key: str) -> Template:
    """The registered message. Raises NotFound."""
    found = templates().get(key)
    if found is None:
        raise NotFound(_("There is no such text. `zhijia texts list` names them all."), code="no_such_text")
    return found


def set_words(
    *, template: str, language: str, words: str, region: str, basis: str, valid_from: date,
    valid_to: date | None = None, actor_id: int | None, now: datetime,
) -> Rule:  # fmt: skip
    """Let a message say `words` in `language` and `region` from `valid_from`. Raises NotFound, Invalid."""
    check_words(template, language, words)
    return set_text(
        key=key_of(template, language), words=words, offered=template_of(template).offers, region=region, basis=basis,
        valid_from=valid_from, valid_to=valid_to, actor_id=actor_id, now=now,
    )  # fmt: skip


def check_words(template: str, language: str, words: str) -> None:
    """Raises Invalid for a placeholder that is not offered, and for neutral words that give the union away."""
    found = template_of(template)
    if language not in LANGUAGES:
        reason = _("Choose the language: zh-hans or en.")
        raise Invalid(FieldProblem("language", "choice", reason, {"choices": list(LANGUAGES)}))
    if template in (NEUTRAL, NEUTRAL_SIGNATURE) and any(word in words.lower() for word in TELLING):
        reason = _("These words go to people whose phone others may read: name neither the union nor the matter.")
        raise Invalid(FieldProblem("value", "telling", reason))
    if PRIVATE.search(words):
        reason = _("Leave out phone and identity numbers, addresses and links: a lock screen shows this to anybody.")
        raise Invalid(FieldProblem("value", "private", reason))
    check(words, found.offers)


def preview(words: str, language: str) -> str:
    """The words with sample values in their placeholders."""
    return fill(words, {name: shown(SAMPLES.get(name, "…"), language) for name in holes(words)})
