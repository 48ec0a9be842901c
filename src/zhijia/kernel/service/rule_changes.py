"""Values of rules as administrators set them for their region: seen beforehand, from a day to come, on record, taken
back until that day.

A clock keeps the amount it was started under (kernel/deadlines/store.py), so a new value reaches the clocks that
begin, or are extended, from its first day on. The preview asks the engine itself: it sets the value, computes, and
rolls all of it back.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound, Text
from zhijia.kernel.base.text import clean
from zhijia.kernel.cases.models import Case
from zhijia.kernel.deadlines import store
from zhijia.kernel.deadlines.models import Deadline, DeadlineState
from zhijia.kernel.notify.staff import inform
from zhijia.kernel.org.models import Org, OrgKind, Region
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.holders import holders_above
from zhijia.kernel.people.permissions import Permission
from zhijia.kernel.people.regions import demand_region, regions_of, stem_of
from zhijia.kernel.rules.models import NATIONAL, Rule
from zhijia.kernel.rules.units import TIME, Unit, phrase
from zhijia.kernel.rules.values import RuleValue, in_force, set_rule, withdraw_rule

from . import registry
from .rule_uses import Declared, declared_rule

SHOWN, ASKED = 6, 200
"""Clocks that a preview shows, and those for which it asks the engine whether they move."""
ACTIVE = (DeadlineState.RUNNING, DeadlineState.SUSPENDED)
TOLD = (Role.AUDITOR, Role.LEADER, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Proposed:
    """A value as somebody typed it."""

    key: str
    region: str
    value: str
    basis: str
    verified: bool
    valid_from: date
    last_day: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Sample:
    """One running clock: its date, which stays, and where it would end had it begun under the new value; for an
    extension, its date with every extension still allowed, before and after."""

    no: str
    clock: Text
    due_at: datetime
    after: datetime
    anew: datetime
    latest_at: datetime
    latest_after: datetime


@dataclass(frozen=True)
class Preview:
    """What saving would change, as the engine computes it."""

    old: RuleValue | None
    new: RuleValue
    cases: int
    """Open cases there with a running clock that counts by it."""
    clocks: int
    moved: int
    """Of these clocks, those whose date the engine moves: none, unless the engine changes its mind."""
    samples: list[Sample]
    waiting: int
    """Open cases of its services there, whose next clock may begin under the new value."""
    own: list[str]
    """Regions below that have a value of their own, which stays."""
    extends: bool
    example: tuple[datetime, datetime, datetime] | None
    """A clock that begins on the first day at nine, where it would end before, and where it would end then."""


def preview_rule(*, given: Proposed, actor: Actor, now: datetime) -> Preview:
    """Set the value, compute, and undo it all. Raises what `change_rule` raises."""
    rule, old = declared_rule(given.key), in_force(given.key, region=given.region, on=given.valid_from)
    with transaction.atomic():
        _set(given, actor, now)
        new = in_force(given.key, region=given.region, on=given.valid_from)
        assert new is not None
        found = _seen(rule, given, new, old)
        transaction.set_rollback(True)
    return found


@transaction.atomic
def change_rule(*, given: Proposed, actor: Actor, now: datetime) -> Rule:
    """Let the value hold from its first day, on record, and tell the auditors, leaders and administrators there.

    Raises Forbidden beyond the actor's region, NotFound for a rule that nobody declares, Invalid for bad fields, a day
    that is not to come, a value beyond the law's own limit, and for a region where only the nation's value is read.
    """
    made = _set(given, actor, now)
    _record("rule.set", made, actor, now)
    data = {
        "rule": given.key, "region": region_name(given.region), "from": str(given.valid_from),
        "value": str(worded(made)),
    }  # fmt: skip
    inform(template="rules.changed", data=data, now=now, accounts=told_of(given.region, actor, now))
    return made


@transaction.atomic
def take_back(*, rule_id: int, actor: Actor, now: datetime) -> Rule:
    """Take back a value before its first day. Raises NotFound for one that the actor does not set, Conflict once it is
    in force."""
    rule = Rule.objects.filter(pk=rule_id).exclude(key__startswith="text.").first()
    if rule is None or not regions_of(actor, Permission.SETTINGS).hold(rule.region):
        raise NotFound(code="no_such_rule")
    withdraw_rule(rule=rule, on=_today(now))
    _record("rule.withdrawn", rule, actor, now)
    data = {"rule": rule.key, "region": region_name(rule.region), "from": str(rule.in_force.lower)}
    inform(template="rules.withdrawn", data=data, now=now, accounts=told_of(rule.region, actor, now))
    return rule


def worded(rule: Rule | RuleValue) -> Text:
    """A value as people say it: 15 working days, 60%, or its words."""
    unit = Unit(rule.unit)
    if rule.value is None:
        return rule.text or ""
    if unit in TIME:
        return phrase(int(rule.value), unit)
    number = f"{rule.value.normalize():f}"
    return f"{number} {unit.label}" if unit == Unit.YUAN else number


def cases_of(region: str, prefix: str = "") -> Q:
    """Rows whose region is this one or lies below it; `prefix` leads to them, as "case__" does."""
    return Q(**{f"{prefix}region__startswith": stem_of(region)})


def _set(given: Proposed, actor: Actor, now: datetime) -> Rule:
    demand_region(actor, given.region)
    rule, problems = declared_rule(given.key), []
    if rule.national and given.region != NATIONAL:
        reason = _("This value is read for the whole country only; a region's own would change nothing.")
        problems.append(FieldProblem("region", "national", reason))
    if given.valid_from <= _today(now):
        reason = _("Choose a day to come: what is in force or past is never rewritten.")
        problems.append(FieldProblem("valid_from", "past", reason))
    if rule.unit == Unit.TEXT and not _alike(clean(given.value), str(rule.defaults[0].value)):
        reason = _("Write it as the default is written: {example}.")
        problems.append(FieldProblem("value", "shape", format_lazy(reason, example=str(rule.defaults[0].value))))
    if problems:
        raise Invalid(*problems)
    until = None if given.last_day is None else given.last_day + timedelta(days=1)
    return set_rule(
        key=given.key, region=given.region, value=given.value, unit=rule.unit, basis=given.basis,
        verified=given.verified, valid_from=given.valid_from, valid_to=until, actor_id=actor.account_id, now=now,
        note=given.note,
    )  # fmt: skip


def _alike(words: str, default: str) -> bool:
    """Whether words that a program reads look like the default: the name of a role, or digits where it has digits."""
    if default in set(Role):
        return words in set(Role)
    return re.sub(r"\d", "0", words) == re.sub(r"\d", "0", default)


def _seen(rule: Declared, given: Proposed, new: RuleValue, old: RuleValue | None) -> Preview:
    own = _own_below(given)
    there = cases_of(given.region)
    for code in own:
        there &= ~cases_of(code)
    running = _running(rule).filter(case__in=Case.objects.filter(there, closed_at=None))
    asked = list(running.select_related("case").order_by("due_at", "id")[:ASKED])
    samples = [_sample(deadline, rule, new) for deadline in asked]
    services = [service.key for service in rule.services]
    return Preview(
        old=old, new=new, cases=running.values("case").distinct().count(), clocks=running.count(),
        moved=sum(s.after != s.due_at for s in samples), samples=samples[:SHOWN],
        waiting=Case.objects.filter(there, closed_at=None, service__in=services).count(), own=own,
        extends=any(use.how == "extension" for use in rule.uses), example=_example(old, new, given),
    )  # fmt: skip


def _running(rule: Declared) -> QuerySet[Deadline]:
    found = Q(rule=rule.key)
    for use in rule.uses:
        if use.how == "extension":
            found |= Q(case__service=use.service.key, key=use.clock.key)
    return Deadline.objects.filter(found, state__in=ACTIVE)


def _sample(deadline: Deadline, rule: Declared, new: RuleValue) -> Sample:
    """What the engine makes of one clock under the new value. The row is changed in memory only."""
    service = registry.service(deadline.case.service)
    clock = service.clock(deadline.key)
    due, latest, start = deadline.due_at, deadline.latest_at, deadline.started_at
    extends = clock.extension == rule.key
    store.place(
        deadline, extension=store.limit_of(new) if extends else None, extensions=clock.extensions,
        region=deadline.case.region,
    )  # fmt: skip
    anew = due
    if deadline.rule == rule.key:
        anew = store.begin(
            key=clock.key, title_rule=new, started_by=deadline.started_by, case_id=deadline.case_id, round=1, now=start,
            region=deadline.case.region,
        ).due_at  # fmt: skip
    after = deadline.latest_at if extends else latest
    return Sample(deadline.case.no, clock.title, due, deadline.due_at, anew, latest, after)


def _example(old: RuleValue | None, new: RuleValue, given: Proposed) -> tuple[datetime, datetime, datetime] | None:
    if new.unit not in TIME or old is None or old.unit not in TIME:
        return None
    start = datetime.combine(given.valid_from, time(9), CHINA)
    ends = [
        store.begin(key="", title_rule=value, started_by="", case_id=0, round=1, now=start, region=given.region).due_at
        for value in (old, new)
    ]
    return start, ends[0], ends[1]


def _own_below(given: Proposed) -> list[str]:
    """Regions below with a value of their own on the first day: theirs goes before."""
    rows = Rule.objects.filter(cases_of(given.region), key=given.key, in_force__contains=given.valid_from)
    return sorted(rows.exclude(region=given.region).values_list("region", flat=True))


def _record(act: str, rule: Rule, actor: Actor, now: datetime) -> None:
    append(
        chain=f"rule:{rule.key}", act=act, subject=f"rule:{rule.key}", actor=actor, now=now,
        data={
            "rule": rule.pk or 0, "region": rule.region, "from": str(rule.in_force.lower),
            "to": str(rule.in_force.upper or ""), "value": str(rule.value if rule.value is not None else rule.text),
        },
    )  # fmt: skip


def told_of(region: str, actor: Actor, now: datetime) -> list[int]:
    """Who hears of a change of the region's values: its nearest auditors, leaders and administrators but the actor."""
    union = Org.objects.filter(kind=OrgKind.FEDERATION, region_id=region, active=True).order_by("level", "lft").first()
    if union is None:
        return []
    found = {pk for role in TOLD for pk in holders_above(role=role, org_id=union.pk, now=now)}
    return sorted(found - {actor.account_id or 0})


def region_name(code: str) -> str:
    """The region as a message names it."""
    return Region.objects.filter(code=code).values_list("name", flat=True).first() or code


def _today(now: datetime) -> date:
    return now.astimezone(CHINA).date()
