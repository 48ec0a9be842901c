"""Generated from the registry: every transition of every service, in every state, by every role."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation

from tests.cast import NOW, QINGHE, Cast
from zhijia.kernel.base.errors import Conflict, Forbidden, Invalid, NotFound, ZhijiaError
from zhijia.kernel.cases.models import Case, Task
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.models import Account, Post
from zhijia.kernel.people.permissions import BY_ROLE, Permission
from zhijia.kernel.people.posts import actor_of
from zhijia.kernel.service import registry
from zhijia.kernel.service.declare import Ask, Kind, Service, Transition
from zhijia.kernel.service.engine import Fired, fire, open_case
from zhijia.kernel.service.permission import NO_RIGHT

EVERY = [(service.key, state) for service in registry.services() for state in service.states]


class Undo(Exception):
    """Takes an attempt back."""


def sample(ask: Ask, cast: Cast, case: Case | None) -> Any:
    """An answer that the field accepts."""
    return {
        Kind.CHOICE: ask.choices[0][0] if ask.choices else "", Kind.FLAG: True, Kind.NUMBER: 1,
        Kind.CASE: case.no if case else "", Kind.MONEY: "1.00", Kind.DATE: f"{NOW:%Y-%m-%d}",
        Kind.UNIT: cast.orgs["beiling"].pk, Kind.EMPLOYER: 1, Kind.PHONE: "13800000009",
    }.get(ask.kind, "说明")  # fmt: skip


def begin(service: Service, cast: Cast) -> str:
    """The number of a new case of this service: told by a worker, or begun by an officer where workers may not."""
    by_worker = Role.WORKER in service.intake.by
    data = {ask.name: sample(ask, cast, None) for ask in service.intake.asks if ask.required}
    return open_case(
        service=service.key, actor=cast.actor("alice" if by_worker else "zhou"), now=NOW, data=data, region=QINGHE,
        applicant_id=cast.person_id("alice") if by_worker else None,
    ).no  # fmt: skip


def actors(cast: Cast) -> dict[Role, Actor]:
    """One actor of each role who covers the case, and no more than that role."""
    found = {Role.WORKER: cast.actor("alice"), Role.SYSTEM: Actor.platform()}
    for role in set(Role) - set(found):
        account = Account.objects.create(login=f"c-{role}", name=role, created_at=NOW)
        Post.objects.create(
            account=account, role=role, org=cast.orgs["qinghe"], from_day=date(2020, 1, 1),
            campaign="vouchers.programme:1" if role == Role.ORGANISER else "",
        )  # fmt: skip
        found[role] = actor_of(account, now=NOW)
    return found


def attempt(case: Case, t: Transition, actor: Actor, data: dict[str, Any], *, may: bool) -> Fired | ZhijiaError:
    """What came of it; nothing stays: what is refused takes itself back, and whatever `may` not be is refused."""
    if not may:
        try:
            return fire(no=case.no, transition=t.key, actor=actor, now=NOW, data=data)
        except ZhijiaError as error:
            return error
    outcome: list[Fired | ZhijiaError] = []
    try:
        with transaction.atomic():
            try:
                outcome.append(fire(no=case.no, transition=t.key, actor=actor, now=NOW, data=data))
            except ZhijiaError as error:
                outcome.append(error)
            raise Undo
    except Undo:
        return outcome[0]


def check(service: Service, t: Transition, state: str, role: Role, outcome: Fired | ZhijiaError) -> None:
    """Allowed exactly as declared; every refusal is typed and says why."""
    stranger = role == Role.WORKER and Role.WORKER not in service.intake.by  # no worker has such a case
    if Permission.ACT not in BY_ROLE.get(role, {Permission.ACT: None}):
        assert isinstance(outcome, Forbidden | NotFound)
    elif t.inner or stranger:
        assert isinstance(outcome, NotFound)
    elif state not in t.source:
        assert isinstance(outcome, Conflict)
        assert outcome.code == "wrong_state"
    elif role not in t.by:
        assert isinstance(outcome, Forbidden)
        assert outcome.code == "wrong_role"
    else:
        assert isinstance(outcome, Fired | Conflict | Invalid)
        assert not isinstance(outcome, Conflict) or outcome.code not in {"wrong_state", *NO_RIGHT}
    if isinstance(outcome, Forbidden | Conflict | Invalid):
        with translation.override("zh-hans"):
            reasons = [p.message for p in outcome.problems] if isinstance(outcome, Invalid) else [outcome.reason]
            for reason in reasons:
                assert any("\u4e00" <= letter <= "\u9fff" for letter in str(reason)), f"{t.key}: {reason!r}"


@pytest.mark.parametrize(("key", "state"), EVERY, ids=lambda value: str(value))
def test_every_transition_by_every_role(key: str, state: str, cast: Cast) -> None:
    service = registry.service(key)
    no = begin(service, cast)
    unit = cast.orgs["qinghe"]
    Case.objects.filter(no=no).update(
        state=state, unit=unit, unit_lft=unit.lft, closed_at=NOW if state in service.final else None, confidential=False
    )
    case = Case.objects.get(no=no)
    for kind in ("urge", "supervise", "extension"):
        Task.objects.create(case=case, kind=kind, role=Role.OFFICER, org=unit, opened_at=NOW)
    with translation.override("zh-hans"):
        for role, actor in actors(cast).items():
            for t in service.transitions:
                data, may = {a.name: sample(a, cast, case) for a in t.ask}, state in t.source and role in t.by
                check(service, t, state, role, attempt(case, t, actor, data, may=may and not t.inner))


def test_unknown_transition_and_unknown_case_are_not_found(cast: Cast) -> None:
    for no in ("ZJ0000000000000", "", "\x00", "' OR 1=1 --"):
        with pytest.raises(NotFound):
            fire(no=no, transition="sign", actor=cast.actor("zhou"), now=NOW)
