"""The shredder: what belongs to a case or a person, found from the models, is deleted; what the figures, the books and
the audit chain need stays without a word of it.

Runs as the owner of the database. Each call is one transaction; files go after its commit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict
from zhijia.kernel.cases.models import Case, Party
from zhijia.kernel.documents.models import Letter
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Account, Person
from zhijia.kernel.service import registry
from zhijia.kernel.sheets.models import Job

from . import files, tombstones
from .models import Destroyed, Disposal, Due, Ground, Hold
from .owned import Rows, by_index, loosened, needing, of_cases, to_account, to_person

CARRY = """
INSERT INTO retention_carried AS k (service, indicator, region, month, category, n, amount)
SELECT e.data->>'service', f.key, r.region, date_trunc('month', e.at AT TIME ZONE 'Asia/Shanghai')::date,
       c.category, count(*), sum(f.amount)
FROM cases_event e
CROSS JOIN LATERAL jsonb_to_recordset(e.data->'counted') AS f(key text, amount numeric)
CROSS JOIN LATERAL (VALUES (''), (e.data->>'category')) AS c(category)
CROSS JOIN LATERAL (VALUES (e.data->>'region'), (left(e.data->>'region', 2))) AS r(region)
WHERE e.case_id = ANY(%(cases)s) AND jsonb_array_length(coalesce(e.data->'counted', '[]')) > 0
GROUP BY 1, 2, 3, 4, 5
ON CONFLICT (service, indicator, region, month, category)
DO UPDATE SET n = k.n + excluded.n, amount = k.amount + excluded.amount
"""
"""As `service.rebuild` counts: what the events of the cases said, kept without the cases."""
TRAILS = """
WITH gone AS (DELETE FROM events_outgoing WHERE subject = ANY(%(subjects)s) RETURNING id)
DELETE FROM events_consumed WHERE event IN (SELECT id FROM gone)
"""


@dataclass(frozen=True, kw_only=True)
class Why:
    """By which right something is destroyed."""

    ground: Ground
    basis: str = ""
    disposal: Disposal | None = None


@dataclass
class Shredded:
    """What was done."""

    cases: int = 0
    rows: int = 0
    places: set[str] = field(default_factory=set)
    persons: list[int] = field(default_factory=list)
    """Persons nobody needed any more, who went with their cases."""


@transaction.atomic
def destroy(*, case_ids: Sequence[int], why: Why, actor: Actor, now: datetime) -> Shredded:
    """Destroy these closed cases with everything that belongs to them. Raises Conflict for one that is open or held."""
    cases = list(Case.objects.select_for_update(of=("self",)).filter(pk__in=case_ids).order_by("id"))
    ids = [case.pk for case in cases]
    if any(case.closed_at is None for case in cases):
        raise Conflict(_("An open case cannot be destroyed."), code="open")
    if Hold.objects.filter(case_id__in=ids, lifted_at=None).exists():
        raise Conflict(_("A case is on hold, so it stays."), code="held")
    done, bound = Shredded(cases=len(cases)), _needed(ids)
    people = set(Party.objects.filter(case_id__in=ids).values_list("person_id", flat=True))
    people |= {case.applicant_id for case in cases if case.applicant_id}
    letters = list(Letter.objects.filter(case_id__in=ids).values_list("pk", flat=True))
    jobs = list(Job.objects.filter(about__case__in=[case.no for case in cases]))
    done.places = files.of_cases(ids) | files.of_jobs(jobs)
    free = [pk for pk in ids if pk not in bound]
    _run(CARRY, cases=free)
    for case in cases:
        _stub(case, why, actor, now, rows=0, stays=case.pk in bound)
        tombstones.lay(kind="case", subject=case.pk, value=case.no, now=now)
    for rows in loosened():
        _run(f'UPDATE "{rows.table}" SET "{rows.column}" = NULL WHERE {rows.where}', cases=free)
    done.rows = sum(_run(f'DELETE FROM "{rows.table}" WHERE {rows.where}', cases=free) for rows in of_cases())
    if bound:
        done.rows += strip([case for case in cases if case.pk in bound])
    _run(TRAILS, subjects=[*(f"case:{pk}" for pk in free), *(f"letter:{pk}" for pk in letters)])
    Job.objects.filter(pk__in=[job.pk for job in jobs]).delete()
    Due.objects.filter(case_id__in=ids).delete()
    for person_id in sorted(people):
        if not Account.objects.filter(person_id=person_id).exists() and not needed(person_id):
            erase_person(person_id=person_id, actor=actor, now=now)
            done.persons.append(person_id)
    transaction.on_commit(partial(files.remove, set(done.places)))
    return done


@transaction.atomic
def erase_person(*, person_id: int, actor: Actor, now: datetime) -> bool:
    """Erase a person who has no case any more: numbers, wishes, messages, packages, ways to sign in. Returns whether
    the row is gone too; where the books need it (a meal that was handed out), a row without a word stays.

    Staff keep their account, without the person behind it. Raises Conflict while cases need the person.
    """
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None:
        return True
    if Case.objects.filter(applicant_id=person_id).exists() or Party.objects.filter(person_id=person_id).exists():
        raise Conflict(_("There are still cases that need this person."), code="needed")
    indexes = [bytes(index) for index in (person.phone_index, person.id_index) if index]
    tombstones.lay(kind="person", subject=person_id, value=tombstones.marked(person), now=now)
    for account in Account.objects.filter(person_id=person_id):
        _close(account, now)
    for pointer in (p for p in to_person() if p.goes):
        _run(f'DELETE FROM "{pointer.table}" WHERE "{pointer.column}" = %(person)s', person=person_id)
    for table, column in by_index():
        _run(f'DELETE FROM "{table}" WHERE "{column}" = ANY(%(indexes)s)', indexes=indexes)
    subject = f"person:{person_id}"
    append(chain=subject, act="person.erased", subject=subject, actor=actor, now=now, person_id=person_id)
    _run(TRAILS, subjects=[subject])
    if needed(person_id):
        Person.objects.filter(pk=person_id).update(**EMPTY)
        return False
    _run('DELETE FROM "people_person" WHERE id = %(person)s', person=person_id)
    return True


EMPTY = {
    "name": None, "phone_sealed": None, "phone_index": None, "phone_masked": None, "id_sealed": None, "id_index": None,
    "id_masked": None, "bank_sealed": None, "bank_masked": None,
}  # fmt: skip
"""A person's row that says nothing."""


def needed(person_id: int) -> bool:
    """Whether a row that does not go with the person (and is no account) still points to them."""
    return any(
        _exists(f'SELECT 1 FROM "{p.table}" WHERE "{p.column}" = %(person)s LIMIT 1', person=person_id)
        for p in to_person() if not p.goes and p.model is not Account
    )  # fmt: skip


def _close(account: Account, now: datetime) -> None:
    """A worker's account ends; one that holds or held a post only loses its person."""
    if account.posts.exists() or account.is_partner:
        Account.objects.filter(pk=account.pk).update(person=None)
        return
    jobs = list(Job.objects.filter(account_id=account.pk))
    transaction.on_commit(partial(files.remove, files.of_jobs(jobs)))
    _run("DELETE FROM sheets_chunk WHERE job_id = ANY(%(jobs)s)", jobs=[job.pk for job in jobs])
    for pointer in (p for p in to_account() if p.goes):
        _run(f'DELETE FROM "{pointer.table}" WHERE "{pointer.column}" = %(account)s', account=account.pk)
    subject = f"account:{account.pk}"
    append(chain=subject, act="account.erased", subject=subject, actor=Actor.platform(), now=now)
    account.set_unusable_password()  # ends every session
    Account.objects.filter(pk=account.pk).update(
        login=f"erased-{account.pk}", name="", person=None, is_active=False, password=account.password, failures=0,
        locked_until=None,
    )  # fmt: skip


def _needed(case_ids: Sequence[int]) -> set[int]:
    """Cases whose row must stay, because the books or another row cannot do without it."""
    if not any(_held_by(rows, case_ids) for rows in needing()):
        return set()
    return {pk for pk in case_ids if any(_held_by(rows, [pk]) for rows in needing())}


def _held_by(rows: Rows, case_ids: Sequence[int]) -> bool:
    return _exists(f'SELECT 1 FROM "{rows.table}" WHERE {rows.where} LIMIT 1', cases=list(case_ids))


def strip(cases: Sequence[Case]) -> int:
    """Take what is personal out of cases whose rows must stay."""
    ids, rows = [case.pk for case in cases], 0
    gone = {"cases_note", "cases_words", "cases_party", "notify_message", "cases_attachment", "documents_line"}
    gone |= {"cases_bundle", "cases_mention", "cases_reckoning"}
    for owned in of_cases():
        if owned.table in gone:
            rows += _run(f'DELETE FROM "{owned.table}" WHERE {owned.where}', cases=ids)
    for case in cases:
        service = registry.service(case.service)
        for personal in (f for f in service.facts._meta.concrete_fields if f.name in service.personal):
            empty = "NULL" if personal.null else "''"
            table = service.facts._meta.db_table
            _run(f'UPDATE "{table}" SET "{personal.column}" = {empty} WHERE case_id = %(case)s', case=case.pk)
    Case.objects.filter(pk__in=ids).update(title=None, applicant=None, filed_key=None)
    return rows


def _stub(case: Case, why: Why, actor: Actor, now: datetime, *, rows: int, stays: bool) -> None:
    chain, disposal = f"case:{case.pk}", why.disposal
    last = append(
        chain=chain, act="case.destroyed", subject=chain, actor=actor, now=now,
        data={"no": case.no, "ground": str(why.ground), "disposal": disposal.pk if disposal else None},
    )  # fmt: skip
    Destroyed.objects.update_or_create(
        no=case.no,
        defaults={
            "service": case.service, "unit_id": case.unit_id, "unit_lft": case.unit_lft, "region": case.region,
            "filed_on": case.created_at.astimezone(CHINA).date(), "at": now, "ground": why.ground,
            "closed_on": case.closed_at.astimezone(CHINA).date() if case.closed_at else None,
            "basis": why.basis or registry.service(case.service).keep.basis[:300], "disposal": disposal,
            "proposer": disposal.proposer if disposal else "", "approver": disposal.decider if disposal else "",
            "chain": chain, "chain_seq": last.seq, "chain_head": last.hash, "rows": rows, "stays": stays,
        },
    )  # fmt: skip


def _run(sql: str, **params: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def _exists(sql: str, **params: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone() is not None
