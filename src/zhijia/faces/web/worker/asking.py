"""What was typed on the ask page: read, understood, checked as a whole, and filed once. No HTML."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from zhijia.faces.web import files as kept
from zhijia.faces.web.problems import choose_again, noting
from zhijia.kernel.base.errors import Conflict, FieldProblem, Invalid
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people import vault
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Person, SafeContact
from zhijia.kernel.people.numbers import normalise_phone
from zhijia.kernel.people.persons import find_or_add_person
from zhijia.kernel.service import inputs
from zhijia.kernel.service.engine import fire, open_case
from zhijia.modules.hotline.classify import Suggestion, suggest
from zhijia.modules.hotline.models import Category, Ticket
from zhijia.modules.hotline.service import HOTLINE

from . import contact, places
from .places import Places

FIELDS = (
    "story", "category", "guessed", "province", "city", "county", "region", "employer_name", "people", "wish", "urgent",
    "confidential", "name", "phone", "key",
)  # fmt: skip
_KEY = re.compile(r"[0-9a-f-]{16,40}")
TWICE_WITHIN, TWICE_LIKE = timedelta(days=1), 0.9
"""The same words again within this time, or words as like as this (Jaccard, of trigrams), are the same matter."""


@dataclass
class Asked:
    """A form in the hands of the worker: every typed word, and what is wrong with it."""

    values: dict[str, str]
    places: Places
    before: contact.Wishes = contact.PLAIN
    """How the worker wants to be reached as far as we knew."""
    problems: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def suggestion(self) -> Suggestion:
        """What the rules make of the story."""
        return suggest(self.values["story"])

    @property
    def category(self) -> str:
        """The worker's own choice, else the guess; "" before anything was said."""
        chosen = self.values["category"]
        if chosen in Category.values and chosen != self.values["guessed"]:
            return chosen
        return self.suggestion.category.value if self.values["story"].strip() else ""


@dataclass(frozen=True)
class Filed:
    """What came of it."""

    no: str
    twice: bool = False
    """It was told before today: nothing new was filed."""


def blank(*, region: str = "", profile: SafeContact | None = None) -> Asked:
    """An empty form that remembers the last place and the contact wishes."""
    values = dict.fromkeys(FIELDS, "") | contact.typed(profile) | {"key": str(uuid4())}
    return Asked(values, places.choose(county=region), contact.read(contact.typed(profile)))


def read(data: Mapping[str, str], profile: SafeContact | None = None) -> Asked:
    """A posted form, every word kept; a key that is none of ours is replaced."""
    values = {name: data.get(name, "") for name in FIELDS}
    values |= contact.typed(profile) | {name: data.get(name, "") for name in contact.FIELDS if "reach" in data}
    values["key"] = key_of(values["key"])
    return Asked(values, place_of(values), contact.read(contact.typed(profile)))


def key_of(sent: str) -> str:
    """The key of a form; one that is none of ours is replaced."""
    return sent if _KEY.fullmatch(sent) else str(uuid4())


def place_of(values: Mapping[str, str]) -> Places:
    """The chosen place. The one long list (no JavaScript) sends `region`, the three short ones their own names."""
    county = values["region"] or values["county"]
    city = "" if values["region"] else values["city"]
    return places.choose(province=values["province"], city=city, county=county)


def file_it(asked: Asked, files: Sequence[Any], actor: Actor | None, now: datetime) -> Filed:
    """File the matter for the signed-in worker, or as the platform for whoever gave their phone.

    Raises Invalid with every field that must be mended; then nothing is stored. The same form twice, or nearly the
    same story on the same day, is one matter.
    """
    answers, wishes, checked = _checked(asked, files, signed_in=actor is not None)
    with transaction.atomic():
        person, is_new = person_of(asked.values, actor, now)
        himself = actor or Actor(person_id=person.pk, name=person.name)
        key = content_key(asked.values, ("key", "story", "employer_name", "phone"))
        if earlier := _told_today(person, asked.values["story"], key, now):
            _add_words(earlier, asked.values["story"], himself, now)
            kept.attach(case=earlier, files=checked, actor=himself, now=now)
            return Filed(earlier.no, twice=True)
        if wishes != asked.before:
            if actor or is_new:
                contact.store(person=person, wishes=wishes, actor=himself, now=now)
            else:  # whoever types a phone must not change how its owner is reached
                answers["wish"] = f"{answers['wish']}\n{_('How to reach me')}: {wishes.in_words()}".strip()
        fired = open_case(
            service=HOTLINE.key, actor=actor or Actor.platform(), now=now, data=answers, region=asked.places.region,
            applicant_id=person.pk, key=key,
        )  # fmt: skip
        if checked:
            kept.attach(case=Case.objects.get(no=fired.no), files=checked, actor=himself, now=now)
        return Filed(fired.no)


def _checked(
    asked: Asked, files: Sequence[Any], *, signed_in: bool
) -> tuple[dict[str, Any], contact.Wishes, list[kept.Checked]]:
    """Everything that can be wrong at once, so that the worker mends it once."""
    values, problems = asked.values, list[FieldProblem]()
    answers: dict[str, Any] = {
        "story": values["story"], "category": asked.category or Category.OTHER, "wish": values["wish"],
        "employer_name": values["employer_name"], "people": values["people"], "urgent": bool(values["urgent"]),
        "confidential": bool(values["confidential"]), "channel": "app",
    }  # fmt: skip
    checked, wishes = list[kept.Checked](), contact.PLAIN
    with noting(problems):
        inputs.read(HOTLINE.intake.asks, answers)
    with noting(problems):
        if not signed_in:
            normalise_phone(values["phone"])
    with noting(problems):
        checked = kept.check(files)
    with noting(problems):
        # Who is not signed in has just given the one number; another would be somebody else's to give.
        wishes = contact.read(values if signed_in else values | {"reach": contact.OWN})
    for problem in problems:
        if problem.field == "story" and problem.code == "required":
            problem.message = _("Say in a few words what happened.")
    if not asked.places.region:
        problems.append(FieldProblem("place", "required", _("Choose where it happened: at least the city.")))
    choose_again(problems, checked)
    if problems:
        raise Invalid(*problems)
    return answers, wishes, checked


def person_of(values: Mapping[str, str], actor: Actor | None, now: datetime) -> tuple[Person, bool]:
    """Whose matter it is (the signed-in worker, or whoever has the typed phone), and whether we hear of them for the
    first time."""
    if actor is not None:
        return Person.objects.get(pk=actor.person_id or 0), False
    index = vault.blind(values["phone"], purpose="phone")
    known = Person.objects.filter(phone_index=index).exists()
    return find_or_add_person(name=values["name"], phone=values["phone"], now=now), not known


def content_key(values: Mapping[str, str], names: Iterable[str]) -> str:
    """One per form and content: pressed twice it is one matter, changed and sent again it is another."""
    content = "\x1f".join(values[name] for name in names)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:48]


def _told_today(person: Person, story: str, key: str, now: datetime) -> Case | None:
    """An open matter of this person from the last day that says the same; None for the very form sent again."""
    since = now - TWICE_WITHIN
    recent = Case.objects.filter(applicant=person, service=HOTLINE.key, closed_at=None, created_at__gt=since)
    tickets = Ticket.objects.filter(case__in=recent).select_related("case")
    for ticket in tickets.order_by("-case_id")[:20]:
        if (ticket.case.filed_key or "").endswith(f":{key}"):
            return None
        if likeness(ticket.story, story) > TWICE_LIKE:
            return ticket.case
    return None


def _add_words(case: Case, story: str, actor: Actor, now: datetime) -> None:
    """Nothing is lost: words that differ from the first telling are added to it."""
    if _plain(Ticket.objects.get(case=case).story) == _plain(story):
        return
    no = case.lead.no if case.lead else case.no
    try:
        fire(no=no, transition="supplement", actor=actor, now=now, data={"words": story[:4000]})
    except Conflict:  # closed between the two: then the first telling stands alone
        return


def likeness(a: str, b: str) -> float:
    """How alike two texts are, from 0 to 1: equal but for blanks and punctuation, or by their trigrams."""
    a, b = _plain(a), _plain(b)
    if a == b:
        return 1.0 if a else 0.0
    one, two = ({text[i : i + 3] for i in range(max(1, len(text) - 2))} for text in (a, b))
    return len(one & two) / len(one | two)


def _plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
