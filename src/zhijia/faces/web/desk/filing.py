"""What filing for somebody needs, by phone or at the counter: who they are, where it happened, what may be chosen."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.errors import FieldProblem, Invalid, Text
from zhijia.kernel.cases.access import record_view
from zhijia.kernel.cases.models import Case
from zhijia.kernel.org.models import Level, Region
from zhijia.kernel.people import vault
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.models import Person
from zhijia.kernel.people.numbers import normalise_phone

from . import queries
from .inbox import Row, row


@dataclass(frozen=True)
class Known:
    """Somebody who has told us something before: masked, with the cases that are open now."""

    person: Person
    cases: list[Row] = field(default_factory=list)


def known(phone: str, actor: Actor, now: datetime, *, closed: bool = False) -> Known | None:
    """Who has this number among those whose cases the actor may see; that these were shown is on record. With `closed`
    the cases that are over are shown too.

    Makes nobody. Raises Invalid for a malformed number.
    """
    if not phone.strip():
        return None
    index = vault.blind(normalise_phone(phone), purpose="phone")
    person = Person.objects.filter(phone_index=index).first()
    if person is None:
        return None
    among = Case.objects.visible_to(actor) if closed else queries.open_cases(actor)
    mine = among.filter(parties__person=person)
    cases = list(queries.rows(mine).order_by("-id")[:10])
    for case in cases:
        record_view(case, [person.pk], actor=actor, now=now)
    if not cases:
        with translation.override(settings.LANGUAGE_CODE):  # kept as text: the worker's language, not the officer's
            purpose = _("Looked up by phone to file a case")
        append(
            chain=f"person:{person.pk}", act="person.looked_up", subject=f"person:{person.pk}", actor=actor, now=now,
            person_id=person.pk, purpose=purpose,
        )  # fmt: skip
    return Known(person, [row(case, now) for case in cases])


def region_of(code: str) -> Region:
    """The chosen county. Raises Invalid when none was, or one that is not there today."""
    if not code.strip():
        raise Invalid(FieldProblem("region", "required", _("Please fill this in.")))
    found = Region.objects.filter(pk=code, retired_in=None).first()
    if found is None:
        raise Invalid(FieldProblem("region", "choice", _("Choose one of the listed values.")))
    return found


def counties(actor: Actor, roles: Collection[Role]) -> list[tuple[Text, list[Region]]]:
    """The counties in the reach of the actor's posts with these roles, by city: one query."""
    reach = [post for post in actor.posts if post.role in roles]
    found = Region.objects.raw(
        """SELECT c.*, p.name AS city FROM org_region c LEFT JOIN org_region p ON p.code = c.parent_id
        WHERE c.level = %s AND c.retired_in IS NULL AND EXISTS (
          SELECT 1 FROM org_org o, org_region r WHERE r.code = o.region_id AND (o.id = ANY(%s) OR o.lft = ANY(%s))
          AND (r.level = 0 OR left(r.code, 2 * r.level) = left(c.code, 2 * r.level)))
        ORDER BY c.code""",
        [int(Level.COUNTY), [p.org_id for p in reach if p.industry], [p.lft for p in reach if not p.industry]],
    )
    groups: dict[str, list[Region]] = {}
    for county in found:
        groups.setdefault(county.city or "", []).append(county)
    return list(groups.items())
