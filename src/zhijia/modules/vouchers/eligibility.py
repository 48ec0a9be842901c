"""Who may have it: named rules, each a function that answers with a reason. Nothing here looks at conduct, opinions or
use of other services, and no answer is kept."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid, Text, Verdict, yes
from zhijia.kernel.ledger.sql import prepared, rows
from zhijia.kernel.people import vault
from zhijia.kernel.people.actors import Actor, Permission, Role

from . import words
from .models import Programme, campaign_of

MOST_LISTED = 100_000
"""Phones in one import."""


@dataclass(frozen=True)
class Rule:
    """A rule by name: its words for the page, and the question."""

    title: Text
    ask: Callable[[int, int], Verdict]
    """Of programme and person; one query at most."""


def _anyone(_programme_id: int, _person_id: int) -> Verdict:
    """Whoever has signed in, which takes a phone of one's own."""
    return yes()


def _listed(programme_id: int, person_id: int) -> Verdict:
    """Whoever's phone is on the programme's list."""
    found = prepared("SELECT vouchers_is_listed($1::bigint, $2::bigint)", [programme_id, person_id])[0][0]
    return words.verdict("no_phone") if found is None else yes() if found else words.verdict("not_listed")


RULES: Mapping[str, Rule] = {
    "anyone": Rule(_("Anybody who has signed in"), _anyone),
    "listed": Rule(_("Those on the programme's list"), _listed),
}


def eligible(*, rule: str, programme_id: int, person_id: int) -> Verdict:
    """Whether this person may have it. The rule is the one that was published, not the programme's present one."""
    return RULES[rule].ask(programme_id, person_id)


@dataclass(frozen=True)
class Imported:
    """What came of a list of phones; `malformed` are the numbers of the lines that hold no phone."""

    added: int
    known: int
    malformed: tuple[int, ...]


@transaction.atomic
def import_list(*, programme: Programme, phones: Iterable[str], actor: Actor, now: datetime) -> Imported:
    """Put phones on the programme's list, as blind indexes and nothing else, in one statement.

    Raises Forbidden unless the actor is an officer above the programme's union, Invalid for more than a hundred
    thousand. The trail holds how many, never which.
    """
    may_manage(actor, programme.org_id, programme_id=programme.pk)
    indexes, malformed = set(), []
    for line, phone in enumerate(phones, 1):
        if line > MOST_LISTED:
            message = _("At most 100,000 phones fit into one list. Send it in parts.")
            raise Invalid(FieldProblem("phones", "too_many", message, {"limit": MOST_LISTED}))
        try:
            indexes.add(vault.blind(phone, purpose="phone"))
        except Invalid:
            malformed.append(line)
    added = rows(
        "WITH made AS (INSERT INTO vouchers_listed (programme_id, phone_index) SELECT %s, * FROM unnest(%s::bytea[]) "
        "ON CONFLICT DO NOTHING RETURNING 1) SELECT count(*) FROM made",
        [programme.id, list(indexes)],
    )[0][0]
    _record("vouchers.list_imported", programme, actor, now, {"added": added, "lines": len(indexes) + len(malformed)})
    return Imported(added, len(indexes) - added, tuple(malformed))


@transaction.atomic
def clear_list(*, programme: Programme, actor: Actor, now: datetime) -> int:
    """Empty the list, as its retention demands; returns how many were on it. Raises Forbidden as `import_list` does."""
    may_manage(actor, programme.org_id, programme_id=programme.pk)
    gone, _by = programme.listed.all().delete()
    _record("vouchers.list_cleared", programme, actor, now, {"gone": gone})
    return gone


def may_manage(
    actor: Actor, org_id: int, *, by: frozenset[Role] = frozenset({Role.OFFICER, Role.UNIT_HEAD}),
    programme_id: int | None = None,
) -> None:  # fmt: skip
    """Raise Forbidden unless the actor holds one of these posts at the union (or, for a leader, above it) and its right
    to programmes reaches the union; `programme_id`: its organiser may too."""
    from zhijia.kernel.org.models import Org

    if actor.system:
        return
    place = Org.objects.filter(pk=org_id).values_list("lft", "industry_lft").first()
    allowed = by | {Role.LEADER}
    if place and any(
        (post.role in allowed or (programme_id is not None and post.campaign == campaign_of(programme_id)))
        and post.covers(org_id, *place, Permission.PROGRAMMES)
        for post in actor.posts
    ):
        return
    raise Forbidden(_("Only an officer of the union that runs it may do this."))


def _record(act: str, programme: Programme, actor: Actor, now: datetime, data: dict[str, int]) -> None:
    subject = f"programme:{programme.id}"
    append(chain=subject, act=act, subject=subject, actor=actor, now=now, data=data)
