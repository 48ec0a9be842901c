"""Who may read one case today: the rule of `visibility.condition`, asked of all staff at once in one statement.

Runs as the owner of the database: logins and reaches of others are nothing that a request may read. What it gives away
are colleagues who may read the case themselves, and nobody else, so nobody learns of accounts elsewhere.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.people.permissions import BY_ROLE, Permission, Reach
from zhijia.kernel.people.roles import Role

from .models import Case

SHOWN = 8
"""Colleagues that are suggested at once."""
MOST = 50
"""Colleagues who are named in one note."""

_ASKED = (Permission.READ, Permission.CONFIDENTIAL, Permission.ACT)
_GIVEN = [(str(r), str(p), str(BY_ROLE.get(r, {}).get(p, Reach.NONE))) for r in Role for p in _ASKED]

_READERS = """
WITH c AS (SELECT * FROM cases_case WHERE id = %(case)s),
near AS (
  SELECT o.id FROM org_org o, c WHERE c.unit_lft BETWEEN o.lft AND o.rgt
  UNION SELECT o.id FROM org_org o, c WHERE c.industry_lft BETWEEN o.industry_lft AND o.industry_rgt),
opened AS (SELECT n.account_id AS who FROM people_opening n WHERE n.case_id = %(case)s AND n.until > %(now)s),
held AS (
  SELECT p.id, p.account_id AS who, p.role, p.org_id, p.reach_id, p.industry FROM people_post p
  WHERE p.from_day <= %(day)s AND coalesce(p.to_day, %(day)s) >= %(day)s
  UNION
  SELECT p.id, s.substitute_id, p.role, p.org_id, p.reach_id, p.industry
  FROM people_substitution s JOIN people_post p ON p.id = s.post_id
  WHERE s.from_day <= %(day)s AND s.to_day >= %(day)s AND p.from_day <= %(day)s
    AND coalesce(p.to_day, %(day)s) >= %(day)s),
placed AS (
  SELECT h.who, h.id, h.role, o.name AS org, o.lft = c.unit_lft AS here,
    coalesce(CASE WHEN h.industry THEN c.industry_lft BETWEEN r.industry_lft AND r.industry_rgt
      ELSE c.unit_lft BETWEEN r.lft AND r.rgt END, false) AS below
  FROM held h JOIN org_org o ON o.id = h.org_id JOIN org_org r ON r.id = coalesce(h.reach_id, h.org_id), c
  WHERE h.org_id IN (SELECT id FROM near) OR h.reach_id IN (SELECT id FROM near)
    OR h.who = c.assignee_id OR h.who IN (SELECT who FROM opened)
    OR EXISTS (SELECT 1 FROM people_right x WHERE x.post_id = h.id AND x.reach IN ('all', 'chosen'))),
given AS (
  SELECT role, permission, reach
  FROM unnest(%(roles)s::text[], %(permissions)s::text[], %(reaches)s::text[]) AS g(role, permission, reach)),
reaching AS (
  SELECT p.who, g.permission, coalesce(x.reach, g.reach) AS reach,
    CASE coalesce(x.reach, g.reach) WHEN 'all' THEN true WHEN 'below' THEN p.below WHEN 'unit' THEN p.here
      WHEN 'chosen' THEN EXISTS (
        SELECT 1 FROM org_org o, c WHERE o.id = ANY(x.orgs) AND c.unit_lft BETWEEN o.lft AND o.rgt)
      ELSE false END AS inside
  FROM placed p JOIN given g ON g.role = p.role
  LEFT JOIN people_right x ON x.post_id = p.id AND x.permission = g.permission),
seen AS (
  SELECT who,
    coalesce(bool_or(inside) FILTER (WHERE permission = 'case.read'), false) AS reads,
    coalesce(bool_or(reach = 'own') FILTER (WHERE permission = 'case.read'), false) AS reads_own,
    coalesce(bool_or(inside) FILTER (WHERE permission = 'case.confidential'), false) AS keeps,
    coalesce(bool_or(reach = 'own') FILTER (WHERE permission = 'case.confidential'), false) AS keeps_own,
    coalesce(bool_or(inside) FILTER (WHERE permission = 'case.act'), false) AS works
  FROM reaching GROUP BY who)
SELECT a.id, a.login, a.name,
  (SELECT p.org FROM placed p WHERE p.who = a.id ORDER BY p.here DESC, p.below DESC, p.id LIMIT 1),
  (SELECT p.role FROM placed p WHERE p.who = a.id ORDER BY p.here DESC, p.below DESC, p.id LIMIT 1)
FROM seen s JOIN people_account a ON a.id = s.who, c
WHERE a.is_active AND NOT a.is_partner AND a.id <> %(but)s
  AND (a.id IN (SELECT who FROM opened)
    OR ((s.reads OR (s.reads_own AND c.assignee_id = a.id))
      AND (NOT c.confidential OR c.assignee_id = a.id OR s.keeps
        OR (c.assignee_id IS NULL AND s.keeps_own AND s.works))))
  AND (a.person_id IS NULL OR (a.person_id IS DISTINCT FROM c.applicant_id
    AND NOT EXISTS (SELECT 1 FROM cases_party y WHERE y.case_id = c.id AND y.person_id = a.person_id)))
  AND {matching}
ORDER BY c.assignee_id IS NOT DISTINCT FROM a.id DESC,
  EXISTS (SELECT 1 FROM placed p WHERE p.who = a.id AND p.here) DESC, a.name, a.id
LIMIT %(most)s
"""
_BEGINS = "(a.login LIKE %(login)s OR a.name ILIKE %(name)s)"
_CALLED = """(a.login = ANY(%(logins)s)
    OR EXISTS (SELECT 1 FROM unnest(%(words)s::text[]) w WHERE a.name <> '' AND starts_with(w, a.name)))"""


@dataclass(frozen=True)
class Reader:
    """A colleague who may read the case, with the post by which the list names them."""

    account_id: int
    login: str
    name: str
    org: str
    role: str

    @property
    def title(self) -> str:
        """The role in words."""
        return str(Role(self.role).title) if self.role else ""


def suggested(case: Case, typed: str, *, but: int | None, now: datetime, most: int = SHOWN) -> list[Reader]:
    """Colleagues whose login begins with what was typed, or whose name holds it; who is in charge first, then their
    unit. One query."""
    words = typed.replace("\\", "").replace("%", "").replace("_", "\\_")
    return _readers(case, _BEGINS, but, now, most, login=f"{words.lower()}%", name=f"%{words}%")


def called(
    case: Case, words: Collection[str], logins: Collection[str], *, but: int | None, now: datetime
) -> list[Reader]:
    """Colleagues with one of these logins, or with whose name one of the words begins. One query."""
    if not words and not logins:
        return []
    return _readers(case, _CALLED, but, now, MOST, words=list(words), logins=list(logins))


def _readers(case: Case, matching: str, but: int | None, now: datetime, most: int, **asked: Any) -> list[Reader]:
    roles, permissions, reaches = (list(column) for column in zip(*_GIVEN, strict=True))
    asked |= {
        "case": case.pk, "now": now, "day": now.astimezone(CHINA).date(), "but": but or 0, "most": most,
        "roles": roles, "permissions": permissions, "reaches": reaches,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_READERS.replace("{matching}", matching), asked)
        return [Reader(pk, login, name, org or "", role or "") for pk, login, name, org, role in cursor.fetchall()]
