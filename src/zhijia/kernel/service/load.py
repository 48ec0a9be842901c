"""Reading one case for the engine and for pages: the row with its lock, the facts, the clocks."""

from datetime import datetime
from functools import lru_cache
from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Forbidden, NotFound
from zhijia.kernel.base.text import clean
from zhijia.kernel.cases.models import Case
from zhijia.kernel.cases.visibility import changes, sees
from zhijia.kernel.deadlines.models import Deadline
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.rules.values import refresh_if

from .context import Ctx
from .declare import Service
from .prepared import columns, instance, role_of, run

_KEYED = "SELECT transition, target, seq FROM cases_event WHERE case_id = %(case)s AND key = %(key)s"


def lock(no: str, actor: Actor) -> tuple[Case, bool]:
    """The case, locked until the transaction ends, if the actor may see it; and whether they are one of its workers.

    Row-level security has hidden a stranger's case already; the scope is checked here once more, in Python. Raises
    NotFound, so that a stranger learns nothing, and Forbidden for who may read it but change nothing here. Tells the
    caches of rules and calendar which version is in force.
    """
    no = clean(no)
    params = {"no": no, "person": actor.person_id, "account": actor.account_id}
    row = run(_locking(), params, role=role_of(actor)).fetchone()
    if row is None:
        _refuse(actor, no)
    width = len(Case._meta.concrete_fields)
    *unit, version, party = row[width:]
    case = instance(Case, row[:width])
    case.unit = instance(Org, tuple(unit))
    if not (actor.system or (sees(actor, case) if actor.is_staff else party and actor.person_id is not None)):
        raise NotFound(code="no_such_case")
    demand_reach(actor, case)
    if version is not None:
        refresh_if(int(version))
    return case, bool(party)


def demand_reach(actor: Actor, case: Case) -> None:
    """Raises Forbidden when staff may read the case but their right to work on cases does not reach it."""
    if actor.is_staff and not changes(actor, case):
        raise Forbidden(READ_ONLY, code="wrong_role")


READ_ONLY = _("You may read this case; working on it lies with others.")


def _refuse(actor: Actor, no: str) -> NoReturn:
    """What to say where nothing could be locked: the database hides what an actor may not change as well."""
    if actor.is_staff and Case.objects.visible_to(actor).filter(no=no).exists():
        raise Forbidden(READ_ONLY, code="wrong_role")
    raise NotFound(code="no_such_case")


def used_key(case: Case, key: str, actor: Actor) -> tuple[str, str, int] | None:
    """(transition, target, seq) of the event of this case that was fired with this idempotency key, if there is one."""
    found = run(_KEYED, {"case": case.pk, "key": key}, role=role_of(actor)).fetchone()
    return None if found is None else (found[0], found[1], found[2])


def context(service: Service, case: Case, actor: Actor, now: datetime) -> Ctx[Any]:
    """The case with its facts and clocks, as guards and pages see it. Raises NotFound when the facts are hidden."""
    role = role_of(actor)
    found = run(_facts(service.facts), {"case": case.pk}, role=role).fetchone()
    if found is None:
        raise NotFound(code="no_such_case")
    clocks = [instance(Deadline, row) for row in run(_clocks(), {"case": case.pk}, role=role)]
    *facts, place, head = found
    trail = None if place is None else (int(place), bytes(head))
    return Ctx(case, instance(service.facts, tuple(facts)), actor, None, now, deadlines=clocks, trail=trail)


@lru_cache(maxsize=1)
def _locking() -> str:
    return (
        f"SELECT {columns(Case, 'c')}, {columns(Org, 'o')}, (SELECT number FROM rules_version), EXISTS (SELECT 1 FROM "
        "cases_party p WHERE p.case_id = c.id AND p.person_id = coalesce(%(person)s::bigint, "
        "(SELECT a.person_id FROM people_account a WHERE a.id = %(account)s::bigint))) "
        "FROM cases_case c JOIN org_org o ON o.id = c.unit_id WHERE c.no = %(no)s FOR UPDATE OF c"
    )


@lru_cache(maxsize=64)
def _facts(facts: type[models.Model]) -> str:
    return (
        f"SELECT {columns(facts, 'f')}, h.seq, h.head FROM {facts._meta.db_table} f "
        "LEFT JOIN audit_chain h ON h.key = 'case:' || f.case_id WHERE f.case_id = %(case)s"
    )


@lru_cache(maxsize=1)
def _clocks() -> str:
    return f"SELECT {columns(Deadline, 'd')} FROM deadlines_deadline d WHERE d.case_id = %(case)s ORDER BY d.id"
