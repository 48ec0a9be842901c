"""Calculations put into a case: kept as they were worked out, summed to the range that the law gives, set aside.

The kernel knows no calculator: whoever calculates hands over words, sums and articles. What is kept is an estimate on
what people said and decides nothing.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base import money
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid, NotFound
from zhijia.kernel.people.actors import Actor

from .models import Case, Party
from .reckoning_models import Reckoning
from .visibility import changes

KEPT, ASIDE = "case.reckoned", "case.reckoning_set_aside"
MOST = 200
"""Calculations of one case: one for each worker of a large collective case; more is a slip."""

Sums = tuple[int, int]
"""Fen at least and at most."""


@dataclass(frozen=True, kw_only=True)
class Reckoned:
    """A calculation that is done, as a face hands it over."""

    calculator: str
    family: str
    region: str
    day: date
    content: Mapping[str, Any]
    """`given` as it was typed, and for each language title, inputs, lines, notes and values."""
    low: int = 0
    """Fen."""
    high: int = 0
    article: str
    version: str


def of(case_id: int) -> list[Reckoning]:
    """What was worked out for the case and stands, the newest first; a worker finds what is theirs to see."""
    return list(Reckoning.objects.filter(case_id=case_id, set_aside_at=None).order_by("-id")[:MOST])


def settlement_range(case_id: int) -> Sums:
    """Fen that the law gives at least and at most, by what was worked out for the case and stands; (0, 0) when nothing
    was. See `range_of`."""
    rows = Reckoning.objects.filter(case_id=case_id, set_aside_at=None, high__gt=0)
    return range_of(rows.defer("content").order_by("id"))


def range_of(rows: Iterable[Reckoning]) -> Sums:
    """Fen at least and at most of these calculations, in any order.

    Of calculations of one family (N, N+1, 2N) one is due: the range goes from the lowest to the highest. Families and
    workers add up; parts of a family ("injury.once") add up to one more way in which it may be due. A newer calculation
    with the same calculator for the same worker takes the place of the older.
    """
    newest = {(row.person_id, row.calculator): row for row in sorted(rows, key=lambda row: row.pk) if row.high}
    ways: dict[tuple[int | None, str], list[Sums]] = {}
    parts: dict[tuple[int | None, str], list[Sums]] = {}
    for row in newest.values():
        stem, _dot, part = row.family.partition(".")
        (parts if part else ways).setdefault((row.person_id, stem), []).append((row.low, row.high))
    for claim, sums in parts.items():
        ways.setdefault(claim, []).append((sum(low for low, _high in sums), sum(high for _low, high in sums)))
    return (
        sum(min(low for low, _high in sums) for sums in ways.values()),
        sum(max(high for _low, high in sums) for sums in ways.values()),
    )


def said(case_id: int) -> str:
    """One line for each calculation, in the platform's language: for a paper."""
    with translation.override(settings.LANGUAGE_CODE):
        return "；".join(_said(found) for found in reversed(of(case_id)))


@transaction.atomic
def keep(
    *, case: Case, reckoned: Reckoned, actor: Actor, now: datetime, person_id: int | None = None, key: str = ""
) -> Reckoning:
    """Put a calculation into the case; sent twice by one actor with one `key` it is kept once.

    An officer who may work on the case keeps it for a worker of it or for the case as a whole; a worker keeps their
    own. Raises Forbidden and Invalid.
    """
    person_id = _whose(case, actor, person_id)
    ref = hashlib.sha256(f"{case.pk}/{actor.account_id}/{key}".encode()).hexdigest()[:32] if key else ""
    if ref and (found := Reckoning.objects.filter(ref=ref, case=case).first()):
        return found
    if Reckoning.objects.filter(case=case).count() >= MOST:
        message = _("This case has %(most)s calculations already. Set some aside.") % {"most": MOST}
        raise Invalid(FieldProblem("calculator", "too_many", message))
    made = Reckoning(
        case=case, person_id=person_id, calculator=reckoned.calculator, family=reckoned.family, region=reckoned.region,
        day=reckoned.day, content=dict(reckoned.content), low=reckoned.low, high=reckoned.high,
        article=reckoned.article[:300], version=reckoned.version[:60], at=now, account_id=actor.account_id,
        public=person_id is not None or Party.objects.filter(case=case).count() <= 1,
    )  # fmt: skip
    if ref:
        made.ref = ref
    made.save(force_insert=True)
    _record(made, KEPT, actor, now)
    return made


@transaction.atomic
def set_aside(*, case: Case, reckoning_id: int, actor: Actor, now: datetime) -> Reckoning:
    """Let a calculation of the case count no more; it stays on record. Raises NotFound and Forbidden."""
    found = Reckoning.objects.filter(pk=reckoning_id, case=case).first()
    if found is None:
        raise NotFound(code="no_such_reckoning")
    _whose(case, actor, found.person_id)
    if found.set_aside_at is None:
        found.set_aside_at = now
        found.save(update_fields=["set_aside_at"])
        _record(found, ASIDE, actor, now)
    return found


def may_keep(case: Case, actor: Actor) -> bool:
    """Whether the actor may put a calculation into this case."""
    return actor.system or (changes(actor, case) if actor.is_staff else actor.person_id is not None)


def _whose(case: Case, actor: Actor, person_id: int | None) -> int | None:
    """Whose claim it is. Raises Forbidden and Invalid."""
    if not may_keep(case, actor):
        raise Forbidden(_("Your right to work on cases does not reach this one."), code="out_of_reach")
    if not actor.is_staff and not actor.system:
        return actor.person_id
    if person_id is not None and not Party.objects.filter(case=case, person_id=person_id).exists():
        message = _("Choose one of the workers of this case.")
        raise Invalid(FieldProblem("person", "choice", message))
    return person_id


def _said(found: Reckoning) -> str:
    sums = [money.shown(fen) for fen in dict.fromkeys((found.low, found.high))]
    amount = f" {'–'.join(sums)} 元" if found.high else ""
    return f"{found.title}{amount}（{found.article}）"


def _record(found: Reckoning, act: str, actor: Actor, now: datetime) -> None:
    data = {"calculator": found.calculator, "reckoning": found.pk}
    append(chain=f"case:{found.case_id}", act=act, subject=f"case:{found.case_id}", actor=actor, now=now, data=data)
