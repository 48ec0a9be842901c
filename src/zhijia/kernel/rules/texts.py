"""Words that operators set in place of declared ones: rows of rules with unit TEXT, by region and day.

A text has {named} placeholders and nothing else: it is filled, never evaluated. Which names there are is declared; a
text that asks for another one is refused when it is set, so that nobody finds out on a letter.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Invalid, Misconfigured
from zhijia.kernel.base.text import clean

from .models import Rule
from .units import Unit
from .values import RuleValue, set_rule, value_of
from .version import note_change

_HOLE = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def holes(words: str) -> list[str]:
    """Names of the placeholders, in order. Raises ValueError for a brace that belongs to none."""
    if any(mark in _HOLE.sub("", words) for mark in "{}"):
        raise ValueError("a brace that is no placeholder")
    return _HOLE.findall(words)


def fill(words: str, given: Mapping[str, str]) -> str:
    """The text with its placeholders filled; what was put in is not read again. Raises KeyError for a missing one."""
    return _HOLE.sub(lambda found: given[found[1]], words)


def override_of(key: str, *, region: str, on: date) -> RuleValue | None:
    """The operator's words for `key` in force on `on` in the most specific region, or None. No query: see values.py."""
    try:
        found = value_of(key, region=region, on=on)
    except Misconfigured:
        return None
    return found if found.unit == Unit.TEXT else None


def words_of(key: str, *, region: str, on: date, declared: str) -> str:
    """The operator's words, or else the declared ones."""
    found = override_of(key, region=region, on=on)
    return found.text or declared if found else declared


def check(words: str, offered: Iterable[str]) -> None:
    """Raises Invalid for the field "value": an unknown placeholder is named, with those that there are."""
    known = sorted(set(offered))
    try:
        asked = holes(words)
    except ValueError:
        reason = _("Write a placeholder as {name}, in small letters; other braces are not possible.")
        raise Invalid(FieldProblem("value", "brace", reason)) from None
    unknown = sorted(set(asked) - set(known))
    if unknown:
        reason = _("There is no {unknown} here. These can be used: {known}.")
        shown = {"unknown": _named(unknown), "known": _named(known) or "—"}
        raise Invalid(FieldProblem("value", "placeholder", format_lazy(reason, **shown), {"offered": known}))


def set_text(
    *, key: str, words: str, offered: Iterable[str], region: str, basis: str, valid_from: date,
    valid_to: date | None = None, actor_id: int | None, now: datetime,
) -> Rule:  # fmt: skip
    """Let these words hold from `valid_from`; words set for the same region and first day are replaced.

    Raises Invalid as `check` and `set_rule` do, Conflict when two set it at once.
    """
    check(clean(words), offered)
    with transaction.atomic():
        Rule.objects.filter(key=key, region=region, in_force__startswith=valid_from).delete()
        return set_rule(
            key=key, region=region, value=words, unit=Unit.TEXT, basis=basis, verified=True, valid_from=valid_from,
            valid_to=valid_to, actor_id=actor_id, now=now,
        )  # fmt: skip


@transaction.atomic
def unset_text(*, key: str, region: str, on: date) -> int:
    """End the operator's words for exactly this region from `on`, later ones too; returns how many rows that changed.

    What was in force before `on` stays on record.
    """
    rows = Rule.objects.select_for_update().filter(key=key, region=region)
    gone, _by_model = rows.filter(in_force__startswith__gte=on).delete()
    ended = 0
    for row in rows.filter(Q(in_force__contains=on)):
        ended += rows.filter(pk=row.pk).update(in_force=DateRange(row.in_force.lower, on))
    if gone or ended:
        note_change()
    return gone + ended


def texts_set(prefix: str) -> list[Rule]:
    """Every row of words whose key begins with `prefix`, by key, region and day: for lists. One query."""
    return list(Rule.objects.filter(key__startswith=prefix, unit=Unit.TEXT).order_by("key", "region", "in_force"))


def _named(names: Iterable[str]) -> str:
    return " ".join(f"{{{name}}}" for name in names)
