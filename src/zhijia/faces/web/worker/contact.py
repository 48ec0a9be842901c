"""The safe-contact questions: as the worker answers them on the ask page and on their own page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.contact import set_safe_contact
from zhijia.kernel.people.models import LANGUAGE, AnsweredBy, Person, SafeContact
from zhijia.kernel.people.numbers import normalise_phone
from zhijia.kernel.people.persons import number_to_reach

FIELDS = (
    "reach", "number", "hours_from", "hours_to", "answered_by", "announce", "may_leave_message", "may_sms",
    "pass_phrase", "forget_phrase", "contact_language",
)  # fmt: skip
OWN, KEEP, OTHER = "own", "keep", "other"


@dataclass(frozen=True)
class Wishes:
    """The answers, checked."""

    reach: str = OWN
    number: str = ""
    hours_from: time | None = None
    hours_to: time | None = None
    answered_by: AnsweredBy = AnsweredBy.SELF_ONLY
    announce: bool = True
    may_leave_message: bool = False
    may_sms: bool = True
    pass_phrase: str | None = None
    language: str = LANGUAGE

    def in_words(self) -> str:
        """For an officer to read, where the wishes cannot be stored as a profile."""
        hours = f"{self.hours_from:%H:%M}–{self.hours_to:%H:%M}" if self.hours_from and self.hours_to else ""
        parts = [
            str(self.answered_by.title), hours,
            "" if self.announce else str(_("Do not say that it is the union")),
            "" if self.may_sms else str(_("No text messages")),
        ]  # fmt: skip
        return "; ".join(part for part in parts if part)


PLAIN = Wishes()


def typed(profile: SafeContact | None) -> dict[str, str]:
    """A stored profile as form values; the defaults where there is none."""
    if profile is None:
        profile = SafeContact(announce=True)
    return {
        "reach": KEEP if profile.number_sealed else OWN, "number": "", "number_masked": profile.number_masked,
        "hours_from": f"{profile.hours_from:%H:%M}" if profile.hours_from else "",
        "hours_to": f"{profile.hours_to:%H:%M}" if profile.hours_to else "",
        "answered_by": profile.answered_by, "announce": "on" if profile.announce else "",
        "may_leave_message": "on" if profile.may_leave_message else "", "may_sms": "on" if profile.may_sms else "",
        "has_phrase": "on" if profile.pass_phrase_sealed else "", "contact_language": profile.language,
    }  # fmt: skip


def read(data: Mapping[str, str]) -> Wishes:
    """The wishes in a posted form. Raises Invalid with every field that must be mended."""
    problems: list[FieldProblem] = []
    hours = {name: _time(name, data.get(name, ""), problems) for name in ("hours_from", "hours_to")}
    if (data.get("hours_from", "") == "") != (data.get("hours_to", "") == ""):
        problems.append(FieldProblem("hours_to", "incomplete", _("Give both hours, or neither.")))
    reach = data.get("reach", OWN)
    number = data.get("number", "").strip()
    if reach == OTHER:
        try:
            number = normalise_phone(number)
        except Invalid as error:
            problems += [FieldProblem("number", p.code, p.message) for p in error.problems]
    if problems:
        raise Invalid(*problems)
    known = {a.value: a for a in AnsweredBy}
    languages = dict(settings.LANGUAGES)
    language = data.get("contact_language", LANGUAGE)
    phrase = "" if data.get("forget_phrase") else (data.get("pass_phrase", "").strip()[:100] or None)
    return Wishes(
        reach=reach if reach in (OWN, KEEP, OTHER) else OWN, number=number if reach == OTHER else "",
        hours_from=hours["hours_from"], hours_to=hours["hours_to"],
        answered_by=known.get(data.get("answered_by", ""), AnsweredBy.SELF_ONLY), announce=bool(data.get("announce")),
        may_leave_message=bool(data.get("may_leave_message")), may_sms=bool(data.get("may_sms")), pass_phrase=phrase,
        language=language if language in languages else LANGUAGE,
    )  # fmt: skip


def store(*, person: Person, wishes: Wishes, actor: Actor, now: datetime) -> SafeContact:
    """Keep the wishes as the person's whole profile."""
    number = wishes.number
    if wishes.reach == KEEP:
        try:
            number = number_to_reach(person)
        except NotFound:
            number = ""
    return set_safe_contact(
        person=person, actor=actor, now=now, number=number, hours_from=wishes.hours_from, hours_to=wishes.hours_to,
        answered_by=wishes.answered_by, may_leave_message=wishes.may_leave_message, may_sms=wishes.may_sms,
        announce=wishes.announce, pass_phrase=wishes.pass_phrase, language=wishes.language,
    )  # fmt: skip


def context(values: Mapping[str, str], problems: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields' template needs."""
    languages = [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]
    return {
        "contact": values, "contact_problems": {k: v for k, v in problems.items() if k in FIELDS},
        "answers": [(a.value, a.title) for a in AnsweredBy], "languages": languages,
    }  # fmt: skip


def _time(name: str, text: str, problems: list[FieldProblem]) -> time | None:
    if not text:
        return None
    try:
        return time.fromisoformat(text)
    except ValueError:
        problems.append(FieldProblem(name, "malformed", _("Write the hour like 18:30.")))
        return None
