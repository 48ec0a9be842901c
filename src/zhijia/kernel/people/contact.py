"""The safe-contact profile: written by the person or for them, and obeyed by every call and message."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import FieldProblem, Invalid, Text
from zhijia.kernel.base.memo import known
from zhijia.kernel.base.text import clean

from .actors import Actor
from .models import LANGUAGE, AnsweredBy, Person, SafeContact
from .numbers import mask, normalise_phone
from .persons import Field, seal_field


@dataclass(frozen=True)
class ContactPlan:
    """How to reach one person at one moment."""

    may_call_now: bool
    not_before: datetime | None
    """When calling is allowed next, in China's time; None when it is allowed now, or when there is no number."""
    number_field: Field
    """Which field to `reveal` for the number."""
    number_masked: str
    answered_by: AnsweredBy
    may_leave_message: bool
    may_sms: bool
    announce: bool
    """Whether the caller may say that it is the union."""
    has_pass_phrase: bool
    """Whether to ask for the pass phrase (`reveal` it first) before saying anything."""
    language: str
    reason: Text


@transaction.atomic
def set_safe_contact(
    *,
    person: Person,
    actor: Actor,
    now: datetime,
    number: str = "",
    hours_from: time | None = None,
    hours_to: time | None = None,
    answered_by: AnsweredBy = AnsweredBy.SELF_ONLY,
    may_leave_message: bool = False,
    may_sms: bool = True,
    announce: bool = False,
    pass_phrase: str | None = None,
    language: str = LANGUAGE,
    note: str = "",
) -> SafeContact:
    """Store the whole profile of `person`; `pass_phrase` None keeps the one there is, "" erases it.

    Raises Invalid for a malformed number or when only one end of the hours is given.
    """
    if (hours_from is None) != (hours_to is None):
        raise Invalid(FieldProblem("hours_to", "incomplete", _("Give both hours, or neither.")))
    plain = normalise_phone(number) if number.strip() else ""
    columns: dict[str, object] = {
        "number_sealed": seal_field(person.pk, "safe_number", plain) if plain else None,
        "number_masked": mask("phone", plain) if plain else "",
        "hours_from": hours_from,
        "hours_to": hours_to,
        "answered_by": answered_by,
        "may_leave_message": may_leave_message,
        "may_sms": may_sms,
        "announce": announce,
        "language": language,
        "note": clean(note)[:200],
    }
    if pass_phrase is not None:
        phrase = clean(pass_phrase)
        columns["pass_phrase_sealed"] = seal_field(person.pk, "pass_phrase", phrase) if phrase else None
    profile, _made = SafeContact.objects.update_or_create(person=person, defaults=columns)
    subject = f"person:{person.pk}"
    append(
        chain=subject, act="person.contact_set", subject=subject, actor=actor, now=now, person_id=person.pk,
        data={"fields": sorted(columns)},
    )  # fmt: skip
    return profile


def contact_plan(person: Person, now: datetime) -> ContactPlan:
    """How `person` wants to be reached at `now`. Without a profile: on their own phone, at any time, openly."""
    return _plan(person, SafeContact.objects.filter(person=person).first(), now)


def contact_plans(person_ids: Collection[int], *, now: datetime) -> dict[int, ContactPlan]:
    """The plans of many persons at once, by id; one query however many there are."""
    people = known("people.contact", person_ids, _people).values()
    return {person.pk: _plan(person, getattr(person, "safe_contact", None), now) for person in people}


def _people(person_ids: Collection[int]) -> dict[int, Person]:
    """The persons with their profiles and nothing else."""
    profile = [f"safe_contact__{f.name}" for f in SafeContact._meta.concrete_fields]
    people = Person.objects.filter(pk__in=person_ids).select_related("safe_contact")
    return {person.pk: person for person in people.only("phone_masked", "language", *profile)}


def _plan(person: Person, profile: SafeContact | None, now: datetime) -> ContactPlan:
    safe_number = bool(profile and profile.number_sealed)
    masked = profile.number_masked if profile and safe_number else person.phone_masked
    opens = _opens(profile, now) if profile else None
    return ContactPlan(
        may_call_now=bool(masked) and not opens,
        not_before=opens if masked else None,
        number_field="safe_number" if safe_number else "phone",
        number_masked=masked,
        answered_by=AnsweredBy(profile.answered_by) if profile else AnsweredBy.SELF_ONLY,
        may_leave_message=profile.may_leave_message if profile else False,
        may_sms=bool(masked) and (profile.may_sms if profile else True),
        announce=profile.announce if profile else True,
        has_pass_phrase=bool(profile and profile.pass_phrase_sealed),
        language=profile.language if profile else person.language,
        reason=_reason(profile, masked, opens),
    )


def _opens(profile: SafeContact, now: datetime) -> datetime | None:
    """When the person's hours begin next; None while they last or where there are none."""
    begin, end = profile.hours_from, profile.hours_to
    if begin is None or end is None or begin == end:
        return None
    local = now.astimezone(CHINA)
    clock = local.time()
    if begin <= clock < end if begin < end else clock >= begin or clock < end:
        return None
    opens = datetime.combine(local.date(), begin, CHINA)
    return opens if opens > local else opens + timedelta(days=1)


def _reason(profile: SafeContact | None, masked: str, opens: datetime | None) -> Text:
    if not masked:
        return _("No phone number is on record.")
    if profile is None:
        return _("No wishes are on record; the own phone may be called.")
    if opens and profile.hours_from and profile.hours_to:
        return format_lazy(
            _("Calls are wanted only from {begin} to {end}."),
            begin=profile.hours_from.strftime("%H:%M"),
            end=profile.hours_to.strftime("%H:%M"),
        )
    return _("Calling now is as the person wishes.")
