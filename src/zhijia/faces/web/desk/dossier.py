"""Everything that hangs on one case, read in one statement, and the context that guards are asked with."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text
from zhijia.kernel.cases import openings
from zhijia.kernel.cases.access import ONCE, VIEWED, record_view
from zhijia.kernel.cases.models import Attachment, Case, Event, LinkKind, Note, PartyRole, PartyStatus, Reckoning
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.contact import ContactPlan, contact_plans
from zhijia.kernel.people.models import Person
from zhijia.kernel.people.sealed import open_for
from zhijia.kernel.service import engine, prepared, registry
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.declare import Service

RELATIONS: dict[tuple[LinkKind, bool], Text] = {
    (LinkKind.SPAWNED, True): _("this case arose from it"),
    (LinkKind.SPAWNED, False): _("arose from this case"),
    (LinkKind.DUPLICATE, True): _("this case was joined to it"),
    (LinkKind.DUPLICATE, False): _("was joined to this case"),
    (LinkKind.CHILD, True): _("this case is part of it"),
    (LinkKind.CHILD, False): _("is part of this case"),
}
"""How a linked case belongs to this one: the kind, and whether this case is the one that is <kind> of the other."""
PEOPLE = 20
"""Workers of a collective case that the page shows; only these are recorded as looked at."""
SIMILAR = 6
NEARBY = timedelta(days=90)
"""How far back the same kind of matter in the same region is looked for."""
LOOKED_AT = 300
"""Newest cases of a unit among which it is looked for: an index answers that, however many there are."""

_HANGS_ON = f"""
WITH people AS (
  SELECT p.id, p.person_id, p.role, p.status, s.no AS source, n.name, n.phone_masked AS phone
  FROM cases_party p JOIN people_person n ON n.id = p.person_id LEFT JOIN cases_case s ON s.id = p.source_id
  WHERE p.case_id = %(case)s ORDER BY p.id LIMIT {PEOPLE})
SELECT
  (SELECT coalesce(json_agg(x ORDER BY x.id), '[]') FROM people x),
  (SELECT count(*) FROM cases_party WHERE case_id = %(case)s),
  (SELECT coalesce(json_object_agg(status, n), '{{}}') FROM
    (SELECT status, count(*) AS n FROM cases_party WHERE case_id = %(case)s GROUP BY status) x),
  (SELECT coalesce(json_agg(x ORDER BY x.seq DESC), '[]') FROM (
    SELECT e.seq, e.transition, e.source, e.target, e.at, e.actor_id, a.name AS actor, e.actor_role, e.actor_org_id,
      o.name AS org, e.stands_for, e.public, e.data
    FROM cases_event e LEFT JOIN people_account a ON a.id = e.actor_id LEFT JOIN org_org o ON o.id = e.actor_org_id
    WHERE e.case_id = %(case)s) x),
  (SELECT coalesce(json_agg(x ORDER BY x.id), '[]') FROM
    (SELECT id, event_seq, field, text, public FROM cases_note WHERE case_id = %(case)s) x),
  (SELECT coalesce(json_agg(x ORDER BY x.id), '[]') FROM
    (SELECT id, name, kind, size, public, sha256, added_at FROM cases_attachment WHERE case_id = %(case)s) x),
  (SELECT coalesce(json_agg(kind), '[]') FROM cases_task WHERE case_id = %(case)s AND state = 'open'),
  EXISTS (SELECT 1 FROM cases_watch WHERE case_id = %(case)s AND account_id = %(account)s),
  (SELECT coalesce(json_agg(x ORDER BY x.no), '[]') FROM (
    SELECT l.kind, c.no, c.title, c.state, c.service, l.case_id = %(case)s AS mine FROM cases_link l
    JOIN cases_case c ON c.id = CASE WHEN l.case_id = %(case)s THEN l.other_id ELSE l.case_id END
    WHERE l.case_id = %(case)s OR l.other_id = %(case)s) x),
  (SELECT coalesce(json_agg(x), '[]') FROM (
    SELECT c.no, c.title, c.state, c.service, c.created_at, u.name AS unit,
      c.applicant_id = %(applicant)s AS same_person
    FROM cases_case c JOIN org_org u ON u.id = c.unit_id
    WHERE c.id IN (
        SELECT id FROM cases_case WHERE employer_id = %(employer)s AND closed_at IS NULL
        UNION SELECT id FROM cases_case WHERE applicant_id = %(applicant)s AND closed_at IS NULL)
      AND c.id <> %(case)s AND c.lead_id IS NULL AND c.closed_at IS NULL ORDER BY c.id DESC LIMIT {SIMILAR}) x),
  (SELECT coalesce(json_agg(x), '[]') FROM (
    SELECT c.no, c.title, c.state, c.service, c.created_at, u.name AS unit
    FROM (SELECT %(unit)s AS lft UNION SELECT lft FROM org_org WHERE region_id = %(region)s AND kind = 'federation') p
    CROSS JOIN LATERAL (SELECT * FROM cases_case WHERE unit_lft = p.lft ORDER BY id DESC LIMIT {LOOKED_AT}) c
    JOIN org_org u ON u.id = c.unit_id
    WHERE c.service = %(service)s AND c.category = %(category)s AND c.region = %(region)s AND c.created_at > %(recent)s
      AND c.id <> %(case)s AND c.lead_id IS NULL AND coalesce(c.employer_id <> %(employer)s, true)
      AND coalesce(c.applicant_id <> %(applicant)s, true) ORDER BY c.id DESC LIMIT {SIMILAR}) x),
  (SELECT json_build_object('times', count(*),
      'officers', count(DISTINCT actor_id) FILTER (WHERE actor_id <> %(account)s),
      'mine', coalesce(json_agg(DISTINCT person_id) FILTER (
        WHERE act = %(viewed)s AND actor_id = %(account)s AND at > %(since)s), '[]'))
    FROM audit_entry WHERE person_id IN (SELECT person_id FROM people) AND purpose <> '' AND subject = %(subject)s),
  (SELECT name FROM org_org WHERE region_id = %(region)s AND kind = 'federation' AND active
    ORDER BY level, lft LIMIT 1),
  (SELECT name FROM people_account WHERE id = %(assignee)s),
  EXISTS (SELECT 1 FROM people_account a WHERE a.id = %(account)s AND (a.person_id = %(applicant)s
    OR a.person_id IN (SELECT person_id FROM cases_party WHERE case_id = %(case)s))),
  (SELECT coalesce(json_agg(x), '[]') FROM (
    SELECT m.event_seq, a.name FROM cases_mention m JOIN people_account a ON a.id = m.account_id
    WHERE m.case_id = %(case)s ORDER BY m.event_seq, a.name) x),
  (SELECT coalesce(json_agg(x ORDER BY x.id DESC), '[]') FROM (
    SELECT r.id, r.person_id, r.ref, r.calculator, r.family, r.content, r.low, r.high, r.public, r.at, r.account_id,
      a.name AS account
    FROM cases_reckoning r LEFT JOIN people_account a ON a.id = r.account_id
    WHERE r.case_id = %(case)s AND r.set_aside_at IS NULL) x)
"""


@dataclass(frozen=True)
class Worker:
    """One worker of a case, as staff see them: numbers are masked."""

    person_id: int
    name: str
    phone: str
    role: PartyRole
    status: PartyStatus
    source: str
    """Number of their own case, when it was joined to this one."""
    plan: ContactPlan | None


@dataclass(frozen=True)
class Kept:
    """One calculation of the case, and who put it in."""

    found: Reckoning
    by: str
    whom: str
    """The worker whose claim it is, where it is not that of the case."""


@dataclass(frozen=True)
class Dossier:
    """One case with what hangs on it."""

    case: Case
    service: Service
    ctx: Ctx[Any]
    people: list[Worker]
    people_count: int
    statuses: dict[str, int]
    events: list[Event]
    notes: dict[int, list[Note]]
    names: dict[int, str]
    files: list[dict[str, Any]]
    watching: bool
    links: list[dict[str, Any]]
    similar: list[dict[str, Any]]
    nearby: list[dict[str, Any]]
    """The same kind of matter in the same region, lately."""
    looked: dict[str, Any]
    unit: str
    """Name of the federation of the case's county: the usual unit to dispatch to."""
    assignee: str
    named: dict[int, list[str]]
    """Colleagues whom a note names, by the step that it belongs to."""
    reckonings: list[Kept]
    """Calculations that were put into the case, the newest first."""


class Read(Ctx[Any]):
    """A context whose history came with the dossier, so that guards ask the database nothing."""

    history: list[Event]

    def acted(self, *transitions: str, account_id: int | None) -> bool:
        return any(e.transition in transitions and e.actor_id == account_id for e in self.history)

    def last_event(self, *transitions: str) -> Event | None:
        return next((e for e in self.history if e.transition in transitions), None)


def case_of(actor: Actor, no: str) -> Case:
    """The case with this number as pages show it. Raises NotFound when this actor may not see it, Forbidden
    ("confidential") when it lies in their range and may be asked for."""
    cases = Case.objects.visible_to(actor).select_related("unit", "employer", "lead")
    case = cases.filter(no=no).first()
    if case is None:
        openings.refuse(actor, no)
    return case


def read(case: Case, actor: Actor, now: datetime) -> Dossier:
    """What hangs on the case, and on record that this officer looked at it. Four queries, or two more for each
    worker whose case this officer opens for the first time within the hour."""
    service = registry.service(case.service)
    found = _hangs_on(case, actor, now)
    people, count, statuses, events, notes, files, tasks, watching, *others = found
    links, similar, nearby, looked, unit, assignee, party, mentions, reckoned = others
    ids = [p["person_id"] for p in people]
    looked["times"] += record_view(case, ids, actor=actor, now=now, seen=looked["mine"])
    looked["officers"] += 1  # this one
    plans = contact_plans(ids, now=now)
    history = [_event(case, e) for e in events]
    ctx = Read(**vars(engine.context(service, case, actor, now)))
    ctx.history, ctx.open_tasks, ctx.party = history, frozenset(tasks), party
    by_event: dict[int, list[Note]] = {}
    for n in notes:
        n["text"] = open_for(Note, "text", n["text"], case.pk, n["event_seq"], n["field"])
        by_event.setdefault(n["event_seq"], []).append(Note(**n))
    for file in files:
        file["name"] = open_for(Attachment, "name", file["name"], case.pk)
    workers = [_worker(p, plans) for p in people]
    return Dossier(
        case, service, ctx, workers, count, statuses, history, by_event,
        {e["actor_id"]: e["actor"] for e in events if e["actor_id"]}, files, watching,
        [_titled(x) for x in links], [_titled(x) for x in similar], [_titled(x) for x in nearby], looked,
        unit or "", assignee or "", _by_event(mentions), [_kept(row, workers) for row in reckoned],
    )  # fmt: skip


def _hangs_on(case: Case, actor: Actor, now: datetime) -> list[Any]:
    asked = {
        "case": case.pk, "account": actor.account_id, "applicant": case.applicant_id, "viewed": VIEWED,
        "employer": case.employer_id, "since": now - ONCE, "subject": f"case:{case.pk}", "region": case.region,
        "assignee": case.assignee_id, "unit": case.unit_lft, "service": case.service, "category": case.category,
        "recent": now - NEARBY,
    }  # fmt: skip
    # Prepared: planning it costs more than running it.
    found = prepared.run(_HANGS_ON, asked, role=prepared.role_of(actor)).fetchone()
    return list(found or ())


def _by_event(mentions: list[dict[str, Any]]) -> dict[int, list[str]]:
    named: dict[int, list[str]] = {}
    for mention in mentions:
        named.setdefault(mention["event_seq"], []).append(mention["name"])
    return named


def _event(case: Case, row: dict[str, Any]) -> Event:
    org, _actor = row.pop("org"), row["actor"]
    event = Event(case_id=case.pk, **{k: v for k, v in row.items() if k not in ("actor", "at")})
    event.at = datetime.fromisoformat(row["at"])
    event.actor_org = Org(pk=event.actor_org_id, name=org) if org else None
    return event


_SHOWN = (("name", "name"), ("phone_masked", "phone"))


def _worker(row: dict[str, Any], plans: dict[int, ContactPlan]) -> Worker:
    name, phone = (open_for(Person, column, row[key], row["person_id"]) for column, key in _SHOWN)
    return Worker(
        row["person_id"], name, phone, PartyRole(row["role"]), PartyStatus(row["status"]),
        row["source"] or "", plans.get(row["person_id"]),
    )  # fmt: skip


def _kept(row: dict[str, Any], workers: list[Worker]) -> Kept:
    by, at, content = row.pop("account"), row.pop("at"), row.pop("content")
    found = Reckoning(**row, at=datetime.fromisoformat(at))
    found.content = open_for(Reckoning, "content", content, row["ref"])
    whom = next((w.name or w.phone for w in workers if w.person_id == row["person_id"]), "")
    return Kept(found, by or "", whom)


def _titled(row: dict[str, Any]) -> dict[str, Any]:
    service = registry.service(row["service"])
    row["title"] = open_for(Case, "title", row["title"], row["no"])
    words = {"state": service.state_titles[row["state"]], "service_title": service.title}
    if "kind" in row:
        words["relation"] = RELATIONS[LinkKind(row["kind"]), row["mine"]]
    return row | words
