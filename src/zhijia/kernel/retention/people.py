"""What of a person's data can be erased now, what must stay, until when and why; and erasing it (PIPL 47)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text
from zhijia.kernel.cases.models import Case, Party
from zhijia.kernel.ledger.models import Entitlement
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Account, Person, SafeContact
from zhijia.kernel.people.persons import change_person
from zhijia.kernel.service import registry

from . import due, files, packages, shred, tombstones
from .models import Ground, Hold, Package
from .shred import Why, destroy, erase_person

DETACHED: set[str] = set()
"""Services whose cases say only that a person used a right over their data: their link to the person goes with it."""
FIELDS: dict[str, Text] = {
    "id_number": _("ID number"), "bank_card": _("Bank card"), "contact": _("How to reach me safely"),
}  # fmt: skip
"""What can go before the person does, as soon as no open case needs it."""


@dataclass(frozen=True)
class Stays:
    """One case that cannot be erased now."""

    case: Case
    title: Text
    why: str
    """"open", "held", "kept" or "shared"."""
    until: due.Kept | None = None


@dataclass
class Plan:
    """What a deletion would do today."""

    erased: list[Case] = field(default_factory=list)
    stays: list[Stays] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    books: int = 0
    """Meals and packs in the books: they stay as numbers, without the person."""
    staff: bool = False
    """The account holds or held a post, so it stays, without the person behind it."""

    @property
    def whole(self) -> bool:
        """Nothing needs the person any more: name, number and account go as well."""
        return not self.stays

    @property
    def nothing(self) -> bool:
        """Not one thing can go today."""
        return not self.whole and not self.erased and not self.fields


def plan(person: Person, *, now: datetime, but: str = "") -> Plan:
    """Judge every case of the person; `but` is the number of the request itself. Run it as owner: what others share
    is seen too."""
    made = Plan()
    ids = Party.objects.filter(person_id=person.pk).values("case_id")
    cases = Case.objects.filter(pk__in=ids).exclude(no=but).order_by("id")
    cases |= Case.objects.filter(applicant_id=person.pk).exclude(no=but)
    held = set(Hold.objects.filter(case__in=cases, lifted_at=None).values_list("case_id", flat=True))
    for case in cases.distinct().order_by("id"):
        service = registry.service(case.service)
        if case.closed_at is None:
            made.stays.append(Stays(case, service.title, "open"))
        elif case.pk in held:
            made.stays.append(Stays(case, service.title, "held"))
        elif case.service in DETACHED:
            continue
        elif not due.over(service, case.closed_at, now):
            made.stays.append(Stays(case, service.title, "kept", due.kept(service, case.closed_at)))
        elif Party.objects.filter(case=case).exclude(person=person).exists():
            made.stays.append(Stays(case, service.title, "shared"))
        else:
            made.erased.append(case)
    if not any(stay.why == "open" for stay in made.stays):
        profile = SafeContact.objects.filter(person=person).exists()
        given = {"id_number": person.id_masked, "bank_card": person.bank_masked, "contact": profile}
        made.fields = [name for name, there in given.items() if there]
    made.books = Entitlement.objects.filter(person=person).count()
    made.staff = Account.objects.filter(person=person, posts__isnull=False).exists()
    return made


@transaction.atomic
def erase(*, person: Person, request: Case, actor: Actor, now: datetime) -> Plan:
    """Erase what the plan of today allows; returns the plan. When nothing is left, `finish` lets the person go too."""
    made = plan(person, now=now, but=request.no)
    if made.erased:
        destroy(case_ids=[case.pk for case in made.erased], why=Why(ground=Ground.REQUEST), actor=actor, now=now)
    clear(person=person, fields=made.fields, actor=actor, now=now)
    return made


@transaction.atomic
def finish(*, person: Person, actor: Actor, now: datetime) -> None:
    """Let the person go after `erase` left nothing: requests lose their link, then the person is erased."""
    kept = Package.objects.filter(person=person).exclude(file="").values_list("file", flat=True)
    transaction.on_commit(partial(files.remove, [packages.place(name) for name in kept]))
    for case in Case.objects.filter(applicant=person, service__in=DETACHED):
        detach(case=case)
    erase_person(person_id=person.pk, actor=actor, now=now)


def clear(*, person: Person, fields: Sequence[str], actor: Actor, now: datetime) -> int:
    """Erase single fields of a person; returns how many."""
    gone = [name for name in FIELDS if name in fields]
    numbers = {name: "" for name in ("id_number", "bank_card") if name in gone}
    if numbers:
        change_person(person=person, actor=actor, now=now, **numbers)
    if "contact" in gone:
        SafeContact.objects.filter(person=person).delete()
    if gone:
        tombstones.lay(kind="fields", subject=person.pk, value=tombstones.marked(person), fields=gone, now=now)
    return len(gone)


def detach(*, case: Case) -> None:
    """Take the person and every word out of a closed request; its dates and outcome stay for the figures."""
    places = files.of_cases([case.pk])
    shred.strip([case])
    transaction.on_commit(partial(files.remove, places))
