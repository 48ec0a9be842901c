"""What a person agreed to and can take back (PIPL 15): named where it is used, listed for the person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.errors import NotFound, Text
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import SafeContact


@dataclass(frozen=True, kw_only=True)
class Consent:
    """One thing that happens only because the person agreed."""

    key: str
    title: Text
    after: Text
    """What is different once it is taken back. What was done before stays lawful."""
    given: Callable[[int], bool]
    take_back: Callable[[int], None]


_consents: dict[str, Consent] = {}


def register(consent: Consent) -> None:
    """Name a consent; called when its module is loaded."""
    _consents[consent.key] = consent


def given_by(person_id: int) -> list[Consent]:
    """What this person agrees to at present."""
    return [consent for consent in _consents.values() if consent.given(person_id)]


def consent(key: str) -> Consent:
    """The consent with this key. Raises NotFound."""
    if key not in _consents:
        raise NotFound(code="no_such_consent")
    return _consents[key]


def withdraw(*, key: str, person_id: int, actor: Actor, now: datetime) -> Consent:
    """Take a consent back; from now on it is not given."""
    found = consent(key)
    found.take_back(person_id)
    subject = f"person:{person_id}"
    append(
        chain=subject, act="consent.withdrawn", subject=subject, actor=actor, now=now, person_id=person_id,
        data={"consent": key},
    )  # fmt: skip
    return found


def _profile(column: str) -> tuple[Callable[[int], bool], Callable[[int], None]]:
    def given(person_id: int) -> bool:
        return SafeContact.objects.filter(person_id=person_id, **{column: True}).exists()

    def take_back(person_id: int) -> None:
        SafeContact.objects.filter(person_id=person_id).update(**{column: False})

    return given, take_back


for _key, _column, _title, _after in (
    ("sms", "may_sms", _("Text messages to my phone"), _("We send no text messages any more; news stands in the app.")),
    (
        "voice", "may_leave_message", _("A message left with whoever answers"),
        _("Nothing is left on a machine or with others any more."),
    ),
    (
        "announce", "announce", _("Saying on the phone that it is the union"),
        _("Callers do not say any more that it is the union."),
    ),
):  # fmt: skip
    _given, _take_back = _profile(_column)
    register(Consent(key=_key, title=_title, after=_after, given=_given, take_back=_take_back))
