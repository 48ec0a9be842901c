"""Which cases an account had open lately, and who else has one open now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from zhijia.kernel.people.actors import Actor

from .desk import Seen
from .models import Case

KEPT = 20
"""Cases an account finds again."""
PRESENT = timedelta(minutes=1)
"""After this long without a sign of life a page counts as closed."""

_OPEN = """
INSERT INTO cases_seen (account_id, case_id, at) VALUES (%(account)s, %(case)s, %(now)s)
ON CONFLICT (account_id, case_id) DO UPDATE SET at = EXCLUDED.at
"""
_TRIM = """
DELETE FROM cases_seen WHERE account_id = %(account)s AND id IN (
  SELECT id FROM cases_seen WHERE account_id = %(account)s ORDER BY at DESC, id DESC OFFSET %(kept)s)
"""


@dataclass(frozen=True)
class Present:
    """A colleague who has the same case open."""

    account_id: int
    name: str
    at: datetime


@transaction.atomic
def mark_open(*, case: Case, actor: Actor, now: datetime) -> None:
    """Say that the actor has the case's page open now. The caller has found the case as this actor."""
    if actor.account_id is None:
        return
    asked: dict[str, Any] = {"account": actor.account_id, "case": case.pk, "now": now, "kept": KEPT}
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, asked)
        cursor.execute(_TRIM, asked)


def also_open(*, case: Case, actor: Actor, now: datetime) -> list[Present]:
    """Who else had the case open within the last minute, by name. Only who sees a case can mark it, and only who sees
    it reads the marks."""
    rows = Seen.objects.filter(case=case, at__gt=now - PRESENT, at__lte=now).exclude(account_id=actor.account_id or 0)
    return [Present(*row) for row in rows.order_by("account__name").values_list("account_id", "account__name", "at")]


def recent_cases(*, actor: Actor) -> list[Case]:
    """The cases that the actor had open last, newest first, as far as they may still see them."""
    at = dict(Seen.objects.filter(account_id=actor.account_id or 0).values_list("case_id", "at"))
    cases = Case.objects.visible_to(actor).filter(pk__in=at).select_related("unit")
    return sorted(cases, key=lambda case: at[case.pk], reverse=True)
