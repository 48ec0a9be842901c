"""What the platform does at once for a person's own data: each is a request with its case, done in the same moment or
by a task that is deferred with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from zhijia.kernel.base.errors import Conflict, Forbidden
from zhijia.kernel.base.queue import enqueue
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people import vault
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Account, Person
from zhijia.kernel.people.persons import change_person
from zhijia.kernel.retention import consents, packages, people
from zhijia.kernel.retention.shred import erase_person, needed
from zhijia.kernel.service.engine import fire, open_case
from zhijia.kernel.service.prepared import as_platform

from .models import Right, Wrong

OWN = frozenset({Wrong.NAME, Wrong.ID_NUMBER, Wrong.BANK_CARD, Wrong.PHONE})
"""What a person sets right by themselves, at once."""


@transaction.atomic
def ask(*, right: Right, actor: Actor, now: datetime, region: str, key: str = "", **facts: Any) -> str:
    """Begin a request of the signed-in person about their own data; its number. Raises Forbidden for anybody without a
    person, and Invalid."""
    if actor.person_id is None or actor.is_staff:
        raise Forbidden(code="not_yours")
    return open_case(
        service="data_right", actor=actor, now=now, data={"right": str(right), **facts}, region=region,
        applicant_id=actor.person_id, key=key or None,
    ).no  # fmt: skip


def copy(*, actor: Actor, now: datetime, region: str, language: str, key: str = "") -> str:
    """Have everything that is held about the person put into one file."""
    no = ask(right=Right.COPY, actor=actor, now=now, region=region, key=key)
    packages.order(person_id=actor.person_id or 0, request_no=no, language=language, now=now)
    return no


@transaction.atomic
def set_right(*, field: Wrong, value: str, actor: Actor, now: datetime, region: str, key: str = "") -> str:
    """Correct an own name or number at once. Raises Invalid as `change_person` does; then there is no request."""
    no = ask(right=Right.CORRECTION, actor=actor, now=now, region=region, key=key, wrong=str(field))
    with as_platform():
        if Case.objects.filter(no=no, closed_at__isnull=False).exists():
            return no  # sent twice
        person = Person.objects.select_for_update().get(pk=actor.person_id or 0)
        if field == Wrong.PHONE:
            _free_number(value, person, now)
        change_person(person=person, actor=actor, now=now, **{str(field): value})
        _answer(no, "do_at_once", _("It is changed everywhere from now on."), now)
    return no


@transaction.atomic
def take_back(*, consent: str, actor: Actor, now: datetime, region: str, key: str = "") -> str:
    """Take a consent back at once. Raises NotFound for one that there is not."""
    found = consents.consent(consent)
    no = ask(right=Right.CONSENT, actor=actor, now=now, region=region, key=key)
    with as_platform():
        consents.withdraw(key=consent, person_id=actor.person_id or 0, actor=actor, now=now)
        if Case.objects.filter(no=no, closed_at=None).exists():
            _answer(no, "do_at_once", f"{found.title}. {found.after}", now)
    return no


@transaction.atomic
def delete(*, actor: Actor, now: datetime, region: str, language: str, key: str = "") -> str:
    """Have everything erased that can go; a task does it, and the request's page says what stays."""
    no = ask(right=Right.DELETION, actor=actor, now=now, region=region, key=key)
    enqueue("erase_data", request=no, language=language)
    return no


@transaction.atomic
def erase(*, no: str, language: str, now: datetime) -> None:
    """The work behind `delete`: erase, answer, and let the person go when nothing is left. Nothing happens when it
    is answered, taken back or with an officer; runs as owner of the database."""
    case = Case.objects.select_for_update(of=("self",)).filter(no=no, service="data_right").first()
    if case is None or case.state != "received" or case.applicant_id is None:
        return
    person = Person.objects.select_for_update().get(pk=case.applicant_id)
    actor = Actor(person_id=person.pk, name="")
    with override(language):
        made = people.erase(person=person, request=case, actor=actor, now=now)
        _answer(no, "do_at_once" if made.whole else "do_in_part", in_words(made), now)
    if made.whole:
        people.finish(person=person, actor=actor, now=now)


def in_words(made: people.Plan) -> str:
    """What a deletion did, and what stays, until when and on which ground: one sentence a line."""
    lines = [_("Erased: %(no)s") % {"no": case.no} for case in made.erased]
    lines += [_("Erased: %(what)s") % {"what": people.FIELDS[name]} for name in made.fields]
    lines += [f"{stay.case.no}{_(': ')}{reason(stay)}" for stay in made.stays]
    if made.whole:
        lines.append(_("Your name, your number and your account are erased."))
    return "\n".join(lines) or _("Nothing could be erased today.")


def reason(stay: people.Stays) -> str:
    """Why one case stays, in a sentence that says how it can go."""
    if stay.why == "open":
        return _("still open; take it back, or ask again when it is closed.")
    if stay.why == "held":
        return _("on hold because of a dispute or an inspection; ask again when the hold is lifted.")
    if stay.why == "shared":
        return _("shared with other workers; it goes with the disposal of the whole case.")
    kept = stay.until
    day = f"{kept.until:%Y-%m-%d}" if kept else ""
    return _("kept until %(day)s (%(ground)s); until then it is only stored.") % {
        "day": day, "ground": kept.words if kept else "",
    }  # fmt: skip


def copied(*, no: str, now: datetime) -> None:
    """The package of a request is ready: the request is answered, unless somebody has decided it meanwhile."""
    try:
        _answer(no, "do_at_once", _("Your file is ready. You can fetch it for 7 days on the page “My data”."), now)
    except Conflict:
        return


def _free_number(phone: str, person: Person, now: datetime) -> None:
    """Whoever was made only because a code was sent to this number is let go, so that its owner can have it."""
    made = Person.objects.filter(phone_index=vault.blind(phone, purpose="phone")).exclude(pk=person.pk).first()
    if made and not made.name and not Account.objects.filter(person=made).exists() and not needed(made.pk):
        erase_person(person_id=made.pk, actor=Actor.platform(), now=now)


def _answer(no: str, transition: str, words: str, now: datetime) -> None:
    answer: Mapping[str, Any] = {"answer": words}
    fire(no=no, transition=transition, actor=Actor.platform(), now=now, data=answer, key=f"{transition}:{no}")
