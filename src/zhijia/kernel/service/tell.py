"""Whom a transition tells what: from the declaration's message keys to rows for the outbox."""

from datetime import datetime
from typing import Any

from zhijia.kernel.base.clock import written
from zhijia.kernel.notify.compose import Audience, NewMessage, compose
from zhijia.kernel.org.models import Org
from zhijia.kernel.org.queries import parent_unit
from zhijia.kernel.people.actors import Role
from zhijia.kernel.people.holders import accounts_holding

from .context import Ctx
from .declare import Service


def told(service: Service, keys: tuple[str, ...], ctx: Ctx[Any]) -> list[NewMessage]:
    """The messages of this transition. Their data holds numbers and dates, never a story or a name."""
    data = {
        "no": ctx.case.no, "unit": ctx.case.unit.name, "category": ctx.case.category, "state": ctx.case.state,
        "due": written(ctx.case.due_at), "region": ctx.case.region,
    }  # fmt: skip
    messages: list[NewMessage] = []
    for message in (m for m in service.messages if m.key in keys and (m.when is None or m.when(ctx))):
        template = f"{service.key}.{message.key}"
        with ctx.fellows():
            messages += compose(
                template=template,
                audience=audience(message.to, ctx, above=message.above),
                data=data,
                sms=message.sms,
                now=ctx.now,
            )
    return messages


def audience(to: Role, ctx: Ctx[Any], *, above: bool = False) -> Audience:
    """Every worker on the case, or every holder of the role at the case's unit or, if `above`, over it."""
    if above:
        return Audience(accounts=people_above(ctx.case.unit, to, levels=1, now=ctx.now)[1])
    if to != Role.WORKER:
        return Audience(accounts=accounts_holding(role=to, org_id=ctx.case.unit_id, now=ctx.now))
    if ctx.shared:
        return Audience(persons=[party.person_id for party in ctx.applicants()])
    return Audience(persons=[ctx.case.applicant_id] if ctx.case.applicant_id else [])


def people_above(unit: Org, role: Role, *, levels: int, now: datetime) -> tuple[Org, list[int]]:
    """The unit so many levels up, and the accounts to tell there: holders of the role, else its heads; further up
    still where nobody holds either."""
    for _step in range(levels):
        unit = parent_unit(unit) or unit
    while True:
        people = accounts_holding(role=role, org_id=unit.pk, now=now) or accounts_holding(
            role=Role.UNIT_HEAD, org_id=unit.pk, now=now
        )
        above = None if people else parent_unit(unit)
        if above is None:
            return unit, people
        unit = above
