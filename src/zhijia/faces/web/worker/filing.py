"""A matter of any service as the worker fills it in: read, checked as a whole, and filed once. No HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from zhijia.faces.web import employers
from zhijia.faces.web import files as kept
from zhijia.faces.web.problems import choose_again, noting
from zhijia.kernel.base.errors import FieldProblem, Invalid
from zhijia.kernel.base.text import clean
from zhijia.kernel.cases.models import Case
from zhijia.kernel.org.employers import find_or_add_employer
from zhijia.kernel.org.models import Employer, Region
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.numbers import normalise_phone
from zhijia.kernel.service import inputs
from zhijia.kernel.service.declare import Ask, Kind, Service
from zhijia.kernel.service.engine import Fired, open_case

from . import asking, places
from .places import Places

PHONE, NAME = "worker_phone", "worker_name"
OWN = ("province", "city", "county", "region", NAME, PHONE, "key")
"""Fields of the form that no service asks: where, who, and which form it is."""
STAFF_ONLY = (Kind.UNIT, Kind.CASE)
"""What a worker cannot know."""
EMPLOYER = "employer_name"


@dataclass
class Form:
    """A form in the hands of the worker: every typed word, and what is wrong with it."""

    service: Service
    values: dict[str, str]
    places: Places
    problems: dict[str, Any] = field(default_factory=dict)

    @property
    def asks(self) -> list[Ask]:
        """What the worker is asked."""
        return asks_of(self.service)

    @property
    def first(self) -> list[Ask]:
        """What has to be said, and yes-or-no questions: always in sight."""
        return [a for a in self.asks if a.required or a.kind == Kind.FLAG]

    @property
    def more(self) -> list[Ask]:
        """What may be left out."""
        return [a for a in self.asks if not (a.required or a.kind == Kind.FLAG)]

    @property
    def more_open(self) -> bool:
        """Whether what may be left out stands open: few questions, or one that was answered."""
        return len(self.more) < 3 or any(self.values[a.name] or a.name in self.problems for a in self.more)

    @property
    def labels(self) -> dict[str, Any]:
        """What each field is called, for the list of what must be mended."""
        return {a.name: a.title for a in self.asks}

    @property
    def drafted(self) -> str:
        """Names of what is kept on the phone until it is sent; never a phone number."""
        return " ".join(a.name for a in self.asks if a.kind != Kind.PHONE)


def asks_of(service: Service) -> list[Ask]:
    """What the intake asks and a worker may answer."""
    return [a for a in service.intake.asks if a.public and a.kind not in STAFF_ONLY]


def blank(service: Service, *, region: str = "") -> Form:
    """An empty form that remembers the last place."""
    names = [a.name for a in asks_of(service)]
    return Form(service, dict.fromkeys((*OWN, *names), "") | {"key": str(uuid4())}, places.choose(county=region))


def read(service: Service, data: Mapping[str, str]) -> Form:
    """A posted form, every word kept."""
    values = {name: data.get(name, "") for name in (*OWN, *(a.name for a in asks_of(service)))}
    values["key"] = asking.key_of(values["key"])
    return Form(service, values, asking.place_of(values))


def file_it(form: Form, files: Sequence[Any], actor: Actor | None, now: datetime) -> Fired:
    """File the matter for the signed-in worker, or as the platform for whoever gave their phone.

    Raises Invalid with every field that must be mended; then nothing is stored. The same form twice is one matter.
    """
    checked = _checked(form, files, signed_in=actor is not None)
    names = [a.name for a in form.asks]
    with transaction.atomic():
        who = {"phone": form.values[PHONE], "name": form.values[NAME]}
        person, _new = asking.person_of(who, actor, now)
        himself = actor or Actor(person_id=person.pk, name=person.name)
        employer = _employer(form, himself, now)
        found = {a.name: employer.pk for a in form.asks if a.kind == Kind.EMPLOYER and employer}
        fired = open_case(
            service=form.service.key, actor=actor or Actor.platform(), now=now, region=form.places.region,
            data={name: form.values[name] for name in names} | found, applicant_id=person.pk,
            employer_id=employer.pk if employer else None,
            key=asking.content_key(form.values, ("key", PHONE, *names)),
        )  # fmt: skip
        if checked:
            kept.attach(case=Case.objects.get(no=fired.no), files=checked, actor=himself, now=now)
        return fired


def _checked(form: Form, files: Sequence[Any], *, signed_in: bool) -> list[kept.Checked]:
    """Everything that can be wrong at once, so that the worker mends it once. Returns the files that may be kept."""
    problems, checked = list[FieldProblem](), list[kept.Checked]()
    named = [a for a in form.asks if a.kind == Kind.EMPLOYER]
    with noting(problems):
        inputs.read(tuple(a for a in form.asks if a not in named), form.values)
    for ask in named:
        if ask.required and not clean(form.values[ask.name]):
            problems.append(FieldProblem(ask.name, "required", _("Please fill this in.")))
    with noting(problems, renamed=PHONE):
        if not signed_in:
            normalise_phone(form.values[PHONE])
    with noting(problems):
        checked = kept.check(files)
    if not form.places.region:
        problems.append(FieldProblem("place", "required", _("Choose where it happened: at least the city.")))
    choose_again(problems, checked)
    if problems:
        raise Invalid(*problems)
    return checked


def _employer(form: Form, actor: Actor, now: datetime) -> Employer | None:
    """The employer that is meant. One that a service asks for as such is added when it is new; a name among the facts
    stays words unless it is exactly that of an employer we know."""
    asked = next((a.name for a in form.asks if a.kind == Kind.EMPLOYER), "")
    name = " ".join(clean(form.values.get(asked or EMPLOYER, "")).split())
    if asked and name:
        region = Region.objects.get(pk=form.places.region)
        return employers.known(name, region.pk) or find_or_add_employer(name=name, region=region, now=now, actor=actor)
    return employers.known(name, form.places.region)
