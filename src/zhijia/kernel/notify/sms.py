"""Text messages: how many segments a network counts, and the signature 【…】 before the words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .render import NEUTRAL, register, render

ALONE, JOINED = 70, 67
"""UCS-2 characters of a message that travels alone, and of each part of a longer one."""
SIGNATURE, NEUTRAL_SIGNATURE = "sms.signature", "sms.neutral_signature"
"""Texts of an operator's signatures; none is declared. A message in neutral words must not be signed by the union, so
it has a signature of its own: networks refuse messages without one."""

for _key in (SIGNATURE, NEUTRAL_SIGNATURE):
    register(_key, "", offers=frozenset())


def signed(template: str, data: Mapping[str, Any], language: str, *, at: datetime) -> str:
    """The whole text message of `template`, with the signature of its region where one is set."""
    return _signature(template, data, language, at) + render(template, data, language, at=at)


def signed_words(template: str, words: str, region: str, language: str, *, at: datetime) -> str:
    """Words as they would be signed in this region: for previews."""
    return _signature(template, {"region": region}, language, at) + words


def _signature(template: str, data: Mapping[str, Any], language: str, at: datetime) -> str:
    sign = NEUTRAL_SIGNATURE if template == NEUTRAL else SIGNATURE
    name = render(sign, data, language, at=at).strip("【】 ")
    return f"【{name}】" if name else ""


def segments(words: str) -> int:
    """How many parts a network counts: one up to 70 characters, then 67 to a part. A rare character counts as two."""
    units = len(words.encode("utf-16-be")) // 2
    return 1 if units <= ALONE else -(-units // JOINED)
