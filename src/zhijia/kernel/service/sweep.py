"""What happens when nobody acts: reminders before a date, and reports one level up after it."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from zhijia.kernel.cases.models import Case
from zhijia.kernel.deadlines.models import Deadline, DeadlineState
from zhijia.kernel.notify.compose import Audience, compose
from zhijia.kernel.notify.models import Message as Sent
from zhijia.kernel.org.queries import parent_unit
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.holders import accounts_holding
from zhijia.kernel.rules.values import value_of
from zhijia.kernel.base.clock import CHINA

from . import clockwork, engine, registry
from .writer import Change, write

BATCH = 500
REMIND, ESCALATE = "clock.remind_hours", "clock.escalate_days"


def remind(*, now: datetime) -> int:
    """Tell the unit once about every running clock that ends within the reminder time; returns how many.

    The clocks are taken with SKIP LOCKED, so two sweeps at once remind nobody twice.
    """
    soon = now + timedelta(hours=float(_national(REMIND, now)))
    with transaction.atomic():
        due = list(
            Deadline.objects.select_for_update(skip_locked=True)
            .filter(state=DeadlineState.RUNNING, reminded=False, due_at__gt=now, due_at__lte=soon)
            .order_by("id")[:BATCH]
        )
        cases = Case.objects.in_bulk([d.case_id for d in due])
        rows = []
        for deadline in due:
            case = cases[deadline.case_id]
            clock = registry.service(case.service).clock(deadline.key)
            people = [case.assignee_id] if case.assignee_id else _heads(case.unit_id, now)
            data = {"no": case.no, "clock": str(clock.key), "due": deadline.due_at.isoformat()}
            composed = compose(
                template="clock.soon", audience=Audience(accounts=people), data=data, sms=False, now=now
            )
            rows += [Sent(case_id=case.pk, created_at=now, **m.as_row()) for m in composed]
        Sent.objects.bulk_create(rows)
        Deadline.objects.filter(id__in=[d.pk for d in due]).update(reminded=True)
    return len(due)


def report_late(*, now: datetime, limit: int = BATCH) -> int:
    """Report every clock that is over one level further up, each in its own transaction; returns how many.

    A clock is reported when it passes, and again one level higher after every escalation period.
    """
    period = float(_national(ESCALATE, now))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM deadlines_deadline WHERE state = 'running' AND due_at < %s "
            "AND due_at + level * make_interval(secs => %s) < %s AND level < 4 ORDER BY due_at LIMIT %s",
            [now, period * 86400, now, limit],
        )
        ids = [row[0] for row in cursor.fetchall()]
    return sum(_report(deadline_id, now) for deadline_id in ids)


def _report(deadline_id: int, now: datetime) -> bool:
    with transaction.atomic():
        case_id = Deadline.objects.filter(pk=deadline_id).values_list("case_id", flat=True).first()
        case = Case.objects.select_related("unit").select_for_update(of=("self",)).get(pk=case_id)
        service = registry.service(case.service)
        ctx = engine.context(service, case, Actor.platform(), now)
        deadline = next(d for d in ctx.deadlines if d.pk == deadline_id)
        if deadline.state != DeadlineState.RUNNING or deadline.due_at >= now:
            return False
        deadline.level += 1
        clock = service.clock(deadline.key)
        above = case.unit
        for _level in range(deadline.level):
            above = parent_unit(above) or above
        case.seq += 1
        clockwork.show_on_case(service, ctx)
        people = accounts_holding(role=clock.late, org_id=above.pk, now=now) or _heads(above.pk, now)
        data = {"no": case.no, "clock": clock.key, "unit": case.unit.name, "due": deadline.due_at.isoformat()}
        messages = compose(template="clock.late", audience=Audience(accounts=people), data=data, sms=False, now=now)
        if case.applicant_id and deadline.level == 1:
            told = {"no": case.no, "unit": above.name, "clock": clock.key}
            messages += compose(
                template="clock.late_worker", audience=Audience(persons=[case.applicant_id]), data=told, sms=False, now=now
            )
        write(
            Change(
                case=case, transition="late", source=case.state, target=case.state, now=now, actor_id=None,
                actor_name="platform", actor_role=Role.SYSTEM, actor_org_id=None, stands_for="", public=True,
                version=case.version, person_id=case.applicant_id, deadlines=[deadline], messages=messages,
                data={"clock": clock.key, "level": deadline.level, "told": above.pk, "told_name": above.name},
                counts=engine._counts(service, f"late.{clock.key}", ctx),
            )  # fmt: skip
        )
    return True


def _heads(org_id: int, now: datetime) -> list[int]:
    return accounts_holding(role=Role.UNIT_HEAD, org_id=org_id, now=now)


def _national(key: str, now: datetime) -> float:
    return float(value_of(key, region="000000", on=now.astimezone(CHINA).date()).value or 0)
