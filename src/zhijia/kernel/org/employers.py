"""Employers: found by credit code or name, added when new, searched by the first characters or sounds of a name."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Invalid
from zhijia.kernel.base.text import clean

from . import uscc as codes
from .acting import Acting
from .models import Employer, Region
from .pinyin import initials, spell

NAME_LIMIT = 200
_LAST = chr(0x10FFFF)
"""Sorts after every character, so [q, q + _LAST) is "begins with q": a plain index range, no pattern to escape."""


@dataclass(frozen=True)
class EmployerPage:
    """A page of employers and the place after which the next one begins; None when this was the last."""

    items: list[Employer]
    after: tuple[str, int] | None


@transaction.atomic
def find_or_add_employer(*, name: str, uscc: str = "", region: Region, now: datetime, actor: Acting) -> Employer:
    """The employer with this credit code, or without a code the one of this name in this region; added if new.

    A stored name is never overwritten by what somebody typed. `actor` is for the caller's audit row. Raises Invalid
    for a wrong code, an empty or too long name.
    """
    del actor
    name, code = " ".join(clean(name).split()), codes.normalise(uscc) or None
    if code and not (verdict := codes.explain_problem(code)):
        raise Invalid(FieldProblem("uscc", verdict.code, f"{verdict.reason} {verdict.mend}".strip()))
    same = Q(uscc=code) if code else Q(uscc__isnull=True, name=name, region=region)
    if (found := Employer.objects.filter(same).first()) is not None:
        return found
    if not name:
        raise Invalid(FieldProblem("name", "required", _("Write the employer's name.")))
    if len(name) > NAME_LIMIT:
        raise Invalid(
            FieldProblem("name", "too_long", _("The name is longer than 200 characters."), {"max": NAME_LIMIT})
        )
    row = Employer(
        uscc=code,
        name=name,
        name_pinyin=spell(name)[:1200],
        initials=initials(name)[:NAME_LIMIT],
        region=region,
        created_at=now,
    )
    # Two people may add the same employer at once: the second insert does nothing and the first row is read.
    Employer.objects.bulk_create([row], ignore_conflicts=True)
    return Employer.objects.get(same)


def search_employers(
    text: str, *, region: Region | None = None, after: tuple[str, int] | None = None, limit: int = 25
) -> EmployerPage:
    """Employers whose name or initials begin with `text`, or the one with that credit code; keyset-paged.

    Letters are taken as initials (mtkj -> 美团科技), which also finds names that begin with Latin letters.
    An empty text finds nothing.
    """
    text = clean(text)
    if not text:
        return EmployerPage([], None)
    if codes.is_valid(code := codes.normalise(text)):
        return EmployerPage(list(Employer.objects.filter(uscc=code).select_related("region")), None)
    column = "initials" if text.isascii() else "name"
    if column == "initials":
        text = text.lower()
    found = Employer.objects.filter(**{f"{column}__gte": text, f"{column}__lt": text + _LAST})
    if region is not None:
        found = found.filter(region=region)
    if after is not None:
        key, last_id = after
        found = found.filter(**{f"{column}__gte": key}).exclude(**{column: key, "id__lte": last_id})
    rows = list(found.select_related("region").order_by(column, "id")[: limit + 1])
    page = rows[:limit]
    last = page[-1] if len(rows) > limit else None
    return EmployerPage(page, (getattr(last, column), last.pk) if last else None)
