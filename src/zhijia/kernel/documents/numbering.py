"""Numbers of letters, 机关代字〔year〕n号: without gaps per organisation, year and series, given with the issue.

Kinds whose numbers are written alike are one series: no organisation gives a number twice.
"""

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import FieldProblem, Invalid
from zhijia.kernel.base.text import clean
from zhijia.kernel.org.models import Org
from zhijia.kernel.rules.models import NATIONAL, Rule
from zhijia.kernel.rules.texts import fill, override_of, set_text

from .kinds import LetterKind

COUNT = "{n}"
LONGEST = 30
"""Characters of an organisation's code."""
_NEXT = """
INSERT INTO documents_counter (org_id, series, year, last) VALUES (%(org)s, %(series)s, %(year)s, 1)
ON CONFLICT (org_id, series, year) DO UPDATE SET last = documents_counter.last + 1 RETURNING last
"""
"""Locks the counter until the transaction ends: a number that is rolled back is given to the next letter."""


def next_number(kind: LetterKind, org: Org, now: datetime) -> tuple[str, int, int]:
    """(number as written, year, count) of the next letter: no leading zeros, no 第 (GB/T 9704-2012, 7.2.5)."""
    day = now.astimezone(CHINA).date()
    series = fill(kind.number, {"code": code_of(org, now), "year": str(day.year), "n": COUNT})
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, {"org": org.pk, "series": series, "year": day.year})
        count = int(cursor.fetchone()[0])
    return series.replace(COUNT, str(count)), day.year, count


def rule_of(org: Org) -> str:
    """The key of the rules row that holds an organisation's code."""
    return f"text.code.{org.pk}"


def code_of(org: Org, now: datetime) -> str:
    """The organisation's code (机关代字), as the operator set it; its own name until then: long, but its own."""
    found = override_of(rule_of(org), region=NATIONAL, on=now.astimezone(CHINA).date())
    return (found.text if found else None) or org.short_name or org.name


def set_code(*, org: Org, code: str, basis: str, actor_id: int | None, now: datetime) -> Rule:
    """Let letters of `org` be numbered under `code` from today. Raises Invalid, also when another one has it."""
    words = clean(code)
    if not 1 <= len(words) <= LONGEST or any(mark in words for mark in "〔〕[]{}\n"):
        reason = _("A code has 1 to %(most)s characters and no brackets, for example 青禾工.") % {"most": LONGEST}
        raise Invalid(FieldProblem("code", "format", reason))
    if Rule.objects.filter(key__startswith="text.code.", text=words).exclude(key=rule_of(org)).exists():
        raise Invalid(FieldProblem("code", "taken", _("Another organisation has this code.")))
    return set_text(
        key=rule_of(org), words=words, offered=(), region=NATIONAL, basis=basis,
        valid_from=now.astimezone(CHINA).date(), actor_id=actor_id, now=now,
    )  # fmt: skip
