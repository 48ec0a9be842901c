"""What happens when nobody acts: reminders before a date, and reports one level up after it."""

import logging
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from zhijia.kernel.base.clock import CHINA, written
from zhijia.kernel.cases.models import Case, PartyStatus
from zhijia.kernel.deadlines.models import Deadline, DeadlineState
from zhijia.kernel.notify.compose import Audience, compose
from zhijia.kernel.notify.models import Message as Sent
from zhijia.kernel.people.actors import OWN_UNIT_ONLY, Actor, Role
from zhijia.kernel.people.holders import accounts_holding
from zhijia.kernel.rules.values import NATIONAL, refresh, value_of

from . import clockwork, registry
from .change import Change
from .context import Ctx
from .declare import Service
from .figures import counted
from .load import context, lock
from .tell import audience, people_above
from .writer import write

log = logging.getLogger(__name__)
BATCH = 500
LEVELS = 4
"""How far up a missed clock is reported at most."""
REMIND, ESCALATE = "clock.remind_hours", "clock.escalate_days"


def remind(*, now: datetime) -> int:
    """Tell the unit once about every running clock of its own that ends within the reminder time; returns how many.

    A clock that warns (`Clock.warn`) does so days ahead, and its workers are told too: it is their right that ends.
    The clocks are taken with SKIP LOCKED, so two sweeps at once remind nobody twice. A clock that only others can
    stop (the call-back) is not the unit's, and nobody is told.
    """
    with transaction.atomic():
        due = list(
            Deadline.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("case")
            .filter(_soon(now), state=DeadlineState.RUNNING, reminded=False, due_at__gt=now)
            .order_by("id")[:BATCH]
        )
        heads: dict[int, list[int]] = {}
        rows = []
        for deadline in due:
            case = deadline.case
            service = registry.service(case.service)
            if not _is_for_unit(service, deadline.key):
                continue
            if case.assignee_id is None and case.unit_id not in heads:
                heads[case.unit_id] = _heads(case.unit_id, now)
            people = heads[case.unit_id] if case.assignee_id is None else [case.assignee_id]
            data = {"no": case.no, "due": written(deadline.due_at), "clock": deadline.key, "region": case.region}
            composed = compose(template="clock.soon", audience=Audience(accounts=people), data=data, sms=False, now=now)
            if service.clock(deadline.key).warn:
                workers = Audience(persons=[p.person_id for p in case.parties.exclude(status=PartyStatus.WITHDRAWN)])
                composed += compose(template="clock.ends", audience=workers, data=data, sms=True, now=now)
            rows += [Sent(case_id=case.pk, created_at=now, **m.as_row()) for m in composed]
        Sent.objects.bulk_create(rows)
        Deadline.objects.filter(id__in=[d.pk for d in due]).update(reminded=True)
    return len(due)


def _soon(now: datetime) -> Q:
    """Clocks that end within the usual reminder time, or within the days that they themselves warn ahead."""
    soon = Q(due_at__lte=now + timedelta(hours=float(_national(REMIND, now))))
    for service in registry.services():
        for clock in (c for c in service.clocks if c.warn):
            ahead = now + timedelta(days=float(_national(clock.warn, now)))
            soon |= Q(case__service=service.key, key=clock.key, due_at__lte=ahead)
    return soon


def _is_for_unit(service: Service, clock: str) -> bool:
    stops = service.clock(clock).stops
    if service.clock(clock).warn:  # the workers' right is everybody's business
        return True
    return any(OWN_UNIT_ONLY & t.by for t in service.transitions if t.key in stops)


def report_late(*, now: datetime, limit: int = BATCH) -> int:
    """Report every clock that is over one level further up, each in its own transaction; returns how many.

    A clock is reported when it passes, and again one level higher after every escalation period. A case that cannot
    be reported is logged and does not hold up the others.
    """
    period = timedelta(days=float(_national(ESCALATE, now)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM deadlines_deadline WHERE state = 'running' AND due_at < %s "
            "AND due_at + level * make_interval(secs => %s) < %s AND level < %s ORDER BY due_at LIMIT %s",
            [now, period.total_seconds(), now, LEVELS, limit],
        )
        ids = [row[0] for row in cursor.fetchall()]
    done = 0
    for deadline_id in ids:
        try:
            done += _report(deadline_id, period, now)
        except Exception:
            log.exception("clock %s could not be reported as late", deadline_id)
    return done


def _report(deadline_id: int, period: timedelta, now: datetime) -> bool:
    platform = Actor.platform()
    with transaction.atomic():
        case, _party = lock(Case.objects.values_list("no", flat=True).get(deadlines=deadline_id), platform)
        ctx = context(registry.service(case.service), case, platform, now)
        deadline = next(d for d in ctx.deadlines if d.pk == deadline_id)
        if deadline.state != DeadlineState.RUNNING or not deadline.due_at + deadline.level * period < now:
            return False
        write(lateness(ctx, deadline))
    return True


def lateness(ctx: Ctx[Any], deadline: Deadline) -> Change:
    """The report of one missed clock one level further up: decided, not written."""
    case, now = ctx.case, ctx.now
    service = registry.service(case.service)
    deadline.level += 1
    case.seq, case.changed_at = case.seq + 1, now
    clockwork.show_on_case(ctx)
    clock = service.clock(deadline.key)
    above, people = people_above(case.unit, clock.late, levels=deadline.level, now=now)
    place = {"no": case.no, "clock": clock.key, "due": written(deadline.due_at), "region": case.region}
    data = place | {"unit": case.unit.name}
    messages = compose(template="clock.late", audience=Audience(accounts=people), data=data, sms=False, now=now)
    if deadline.level == 1:
        told = place | {"unit": above.name}
        words = "clock.over" if clock.warn else "clock.late_worker"
        messages += compose(template=words, audience=audience(Role.WORKER, ctx), data=told, sms=False, now=now)
    return Change(
        case=case, transition="late", source=case.state, target=case.state, now=now, actor=ctx.actor, post=None,
        public=True, role="platform", trail=ctx.trail, deadlines=[deadline], messages=messages,
        data={"clock": clock.key, "level": deadline.level, "told": above.pk, "told_name": above.name},
        counts=counted(service, f"late.{clock.key}", ctx),
    )  # fmt: skip


def _heads(org_id: int, now: datetime) -> list[int]:
    return accounts_holding(role=Role.UNIT_HEAD, org_id=org_id, now=now)


def _national(key: str, now: datetime) -> Decimal:
    refresh()
    return value_of(key, region=NATIONAL, on=now.astimezone(CHINA).date()).value or Decimal(0)
