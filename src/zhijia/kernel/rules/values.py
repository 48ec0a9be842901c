"""Values the law sets: which one is in force for a key, in a region, on a day; and how a new one is set.

A missing value is an error that names it, never a guess. All rows are kept in memory and loaded again when the
version of the rules changes (version.py): the engine passes the version it read, so a look-up costs no query.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Conflict, FieldProblem, Invalid, Misconfigured
from zhijia.kernel.base.text import clean

from . import bounds
from .models import NATIONAL, Rule
from .units import Unit
from .version import Versioned, note_change, refresh, refresh_if, version

__all__ = ["NATIONAL", "RuleDefault", "RuleValue", "Unit", "declare_bounds", "in_force", "load_defaults", "refresh",
           "refresh_if", "set_rule", "value_of", "version", "withdraw_rule"]  # fmt: skip

LARGEST = Decimal(10) ** 14
"""Numbers must be smaller: numeric(18,4)."""


@dataclass(frozen=True)
class RuleValue:
    """A value in force from `in_force_from` until the day before `in_force_to` (None: still)."""

    key: str
    region: str
    value: Decimal | None
    text: str | None
    unit: Unit
    basis: str
    verified: bool
    in_force_from: date
    in_force_to: date | None
    id: int

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on `day`."""
        return self.in_force_from <= day and (self.in_force_to is None or day < self.in_force_to)


@dataclass(frozen=True)
class RuleDefault:
    """A national value that a service declares, stored once by `load_defaults`; operators override it by region."""

    key: str
    value: Decimal | int | str | None
    """None: the nation has no value, only places have; whoever needs it asks for it where a place has none."""
    unit: Unit
    basis: str
    verified: bool = True
    note: str = ""
    valid_from: date = date(2020, 1, 1)
    bound: bounds.Bound | None = None
    """The limit that the law itself sets to this value, if it does."""


Table = Mapping[tuple[str, str], tuple[RuleValue, ...]]


def in_force(key: str, *, region: str, on: date) -> RuleValue | None:
    """As `value_of`, or None."""
    table = _rules.get()
    for code in dict.fromkeys((region, region[:4] + "00", region[:2] + "0000", NATIONAL)):
        for row in table.get((key, code), ()):
            if row.holds_on(on):
                return row
    return None


def value_of(key: str, *, region: str, on: date) -> RuleValue:
    """The value of `key` in force on `on`, of the most specific region that has one: county, city, province, nation.

    `region` is a GB/T 2260 code of six digits. Raises Misconfigured, naming key, region and day, when none is in force.
    """
    found = in_force(key, region=region, on=on)
    if found is not None:
        return found
    reason = _("No value of the rule “{key}” is in force in region {region} on {day}. Set it, with its legal basis.")
    raise Misconfigured(format_lazy(reason, key=key, region=region, day=on.isoformat()), code="rule_missing")


def _load() -> tuple[int, Table]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT v.number, r.key, r.region, r.value, r.text, r.unit, r.basis, r.verified, lower(r.in_force), "
            "upper(r.in_force), r.id FROM rules_version v LEFT JOIN rules_rule r ON true ORDER BY lower(r.in_force)"
        )
        rows = cursor.fetchall()
    table: dict[tuple[str, str], tuple[RuleValue, ...]] = {}
    for _number, key, region, value, text, unit, *rest in rows:
        if key is not None:
            row = RuleValue(key, region, value, text, Unit(unit), *rest)
            table[key, region] = (*table.get((key, region), ()), row)
    return (int(rows[0][0]) if rows else 0), table


_rules: Versioned[Table] = Versioned(_load)


def set_rule(
    *, key: str, region: str, value: Decimal | int | str, unit: Unit, basis: str, verified: bool, valid_from: date,
    valid_to: date | None = None, actor_id: int | None, now: datetime, note: str = "",
) -> Rule:  # fmt: skip
    """Let `value` hold from `valid_from` until the day before `valid_to` (None: until further notice).

    The value in force on `valid_from` ends there, and goes on from `valid_to` if it was to last longer. A value that
    starts inside the new days is not overwritten: raises Invalid, as for bad fields; Conflict when two set it at once.
    """
    number, words = _checked(key, region, value, unit, basis, valid_from, valid_to)
    try:
        with transaction.atomic():
            _make_room(key, region, valid_from, valid_to)
            rule = Rule.objects.create(
                key=key, region=region, in_force=DateRange(valid_from, valid_to), value=number, text=words, unit=unit,
                basis=clean(basis), verified=verified, note=clean(note), created_at=now, created_by=actor_id,
            )  # fmt: skip
            note_change()
    except IntegrityError as error:
        raise Conflict(_("Somebody else set this rule at the same moment. Look again.")) from error
    return rule


@transaction.atomic
def withdraw_rule(*, rule: Rule, on: date) -> None:
    """Take back a value that is not in force yet on `on`; what it would have ended goes on instead.

    Raises Conflict once it is in force, and for what no operator set: then a new value is set, and both stay on record.
    """
    found = Rule.objects.select_for_update().filter(pk=rule.pk).first()
    if found is None or found.created_by is None or found.in_force.lower <= on:
        raise Conflict(_("This value is in force already, or was taken back. Set a new one instead."))
    found.delete()
    before = Rule.objects.select_for_update().filter(
        key=found.key, region=found.region, in_force__endswith=found.in_force.lower
    )
    for row in before:
        row.in_force = DateRange(row.in_force.lower, found.in_force.upper)
        row.save(update_fields=["in_force"])
    note_change()


def _make_room(key: str, region: str, valid_from: date, valid_to: date | None) -> None:
    """End the earlier row at `valid_from`, keep its rest after `valid_to`; refuse to touch rows that start later."""
    overlapping = Rule.objects.select_for_update().filter(
        key=key, region=region, in_force__overlap=DateRange(valid_from, valid_to)
    )
    for row in overlapping.order_by("in_force"):
        starts, ends = row.in_force.lower, row.in_force.upper
        if starts >= valid_from:
            field = "valid_from" if starts == valid_from else "valid_to"
            reason = _("Another value already starts on {day}. End the new one before it, or choose another day.")
            raise Invalid(FieldProblem(field, "overlap", format_lazy(reason, day=starts.isoformat())))
        row.in_force = DateRange(starts, valid_from)
        row.save(update_fields=["in_force"])
        if valid_to and (ends is None or ends > valid_to):
            row.pk = None
            row.in_force = DateRange(valid_to, ends)
            row.save(force_insert=True)


def _checked(
    key: str, region: str, value: Decimal | int | str, unit: Unit, basis: str, valid_from: date, valid_to: date | None
) -> tuple[Decimal | None, str | None]:
    """The value as number or as text. Raises Invalid with every problem at once."""
    problems = []
    if not key or len(key) > 64:
        problems.append(FieldProblem("key", "length", _("Name the rule in 1 to 64 characters."), {"max": 64}))
    if len(region) != 6 or not (region.isascii() and region.isdigit()):
        problems.append(FieldProblem("region", "format", _("Write the region as its six-digit code.")))
    if not clean(basis) or len(clean(basis)) > 300:
        reason = _("Name the legal basis in 1 to 300 characters.")
        problems.append(FieldProblem("basis", "length", reason, {"max": 300}))
    if valid_to is not None and valid_to <= valid_from:
        problems.append(FieldProblem("valid_to", "order", _("The last day must come after the first.")))
    number, words = None, None
    if unit == Unit.TEXT:
        words = clean(str(value))
        if not words:
            problems.append(FieldProblem("value", "empty", _("Write the text of the rule.")))
    else:
        number = _number(value, unit)
        if number is None:
            problems.append(FieldProblem("value", "number", _("Write the value in digits, for example 15.")))
        elif found := bounds.problem(key, number, unit):
            problems.append(found)
    if problems:
        raise Invalid(*problems)
    return number, words


def _number(value: Decimal | int | str, unit: Unit) -> Decimal | None:
    """`value` as a number that numeric(18,4) holds unchanged and that suits `unit`; None when it is not one."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    if not number.is_finite() or not 0 <= number < LARGEST or number != round(number, 4):
        return None
    return None if unit.whole and number != int(number) else number


_GIVEN = """
WITH given AS (
  SELECT key, value, text, unit, basis, verified, note, valid_from,
         lead(valid_from) OVER (PARTITION BY key ORDER BY valid_from) AS next
  FROM unnest(%s::text[], %s::numeric[], %s::text[], %s::text[], %s::text[], %s::boolean[], %s::text[], %s::date[])
       AS g (key, value, text, unit, basis, verified, note, valid_from))
"""
_CHANGED = """
UPDATE rules_rule r SET value = g.value, text = g.text, unit = g.unit, basis = g.basis, verified = g.verified,
       note = g.note, in_force = daterange(g.valid_from, least(upper(r.in_force), g.next))
FROM given g WHERE r.key = g.key AND r.region = %s AND r.created_by IS NULL AND lower(r.in_force) = g.valid_from
 AND (r.value, r.text, r.unit, r.basis, r.verified, r.note, upper(r.in_force))
     IS DISTINCT FROM (g.value, g.text, g.unit, g.basis, g.verified, g.note, least(upper(r.in_force), g.next))
"""
_NEW = """
INSERT INTO rules_rule (key, region, in_force, value, text, unit, basis, verified, note, created_at)
SELECT g.key, n.region, daterange(g.valid_from, least(g.next, (
         SELECT min(lower(r.in_force)) FROM rules_rule r
         WHERE r.key = g.key AND r.region = n.region AND lower(r.in_force) > g.valid_from))),
       g.value, g.text, g.unit, g.basis, g.verified, g.note, %s
FROM given g CROSS JOIN (SELECT %s::text AS region) n
WHERE NOT EXISTS (SELECT 1 FROM rules_rule r
                  WHERE r.key = g.key AND r.region = n.region AND r.in_force @> g.valid_from)
"""


def declare_bounds(rows: Iterable[RuleDefault]) -> None:
    """Make known the limits of law that these defaults declare, before anybody sets a value."""
    for row in rows:
        if row.bound is not None:
            bounds.declare(row.key, row.bound, row.unit)


def load_defaults(rows: Iterable[RuleDefault], *, now: datetime) -> int:
    """Store the national defaults of the declared services; returns how many rows were made or changed.

    Idempotent and set-based (two statements). What an operator set is never touched; a default that changed in code
    changes the row it made. Several rows of one key with rising `valid_from` follow each other. Raises Invalid.
    """
    given = [row for row in rows if row.value is not None]
    declare_bounds(given)
    checked = [_checked(r.key, NATIONAL, r.value or 0, r.unit, r.basis, r.valid_from, None) for r in given]
    columns: list[list[Any]] = [
        [r.key for r in given], [number for number, _words in checked], [words for _number, words in checked],
        [r.unit.value for r in given], [clean(r.basis) for r in given], [r.verified for r in given],
        [clean(r.note) for r in given], [r.valid_from for r in given],
    ]  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE rules_rule IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(_GIVEN + _CHANGED, [*columns, NATIONAL])
        touched = int(cursor.rowcount)
        cursor.execute(_GIVEN + _NEW, [*columns, now, NATIONAL])
        touched += int(cursor.rowcount)
        note_change()
    return touched
