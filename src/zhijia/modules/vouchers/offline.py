"""What a terminal handed out without a connection: uploaded as one closed batch, answered row by row, owed once.

The terminal had checked signature, day and hour with the public key. What it could not know, the platform says now:
used elsewhere, given back, suspended, too many, too late. A refused row is a conflict that an officer looks at; the
second of two handings-over of one code is never paid.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.errors import Conflict as Refused
from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound
from zhijia.kernel.base.text import clean
from zhijia.kernel.ledger import entitlements
from zhijia.kernel.ledger.models import Entitlement
from zhijia.kernel.people.actors import Actor

from . import rules, tokens
from .eligibility import may_manage
from .models import Batch, Conflict, How, Offer, Redemption, Terminal
from .redeem import Use, record, stands

MOST_ROWS = 500
SKEW = timedelta(minutes=5)
"""How far a terminal's clock may be ahead."""


@dataclass(frozen=True)
class Row:
    """One handing-over as the terminal noted it; `key` is the one it had tried to redeem online with, if it had."""

    token: str
    at: datetime
    key: str = ""


@dataclass(frozen=True)
class Answer:
    """What became of a row: used, again, or the code of the refusal; and where and when it had been used before."""

    code: str
    at: str = ""
    outlet: str = ""


@dataclass(frozen=True)
class Answered:
    """The answers in the order of the rows; `again` when the batch had been uploaded before."""

    answers: tuple[Answer, ...]
    again: bool


@transaction.atomic
def upload(*, terminal: Terminal, key: str, rows: Sequence[Row], count: int, now: datetime) -> Answered:
    """Take in a closed batch. The same key again gives the same answers; each code is owed once, whatever is sent.

    `count` is how many the terminal says there are: a batch cut short on its way is refused whole. Raises Invalid for
    that and for more than 500 rows, Conflict for a key that was used for other rows.
    """
    _refuse_torn(key, rows, count)
    Terminal.objects.select_for_update(no_key=True).get(pk=terminal.pk)  # one upload of a terminal at a time
    digest = _digest(rows)
    if earlier := Batch.objects.filter(terminal=terminal, key=key).first():
        if earlier.digest != digest:
            raise Refused(_("This key was already used for another batch."), code="key_reused")
        return Answered(tuple(Answer(**answer) for answer in earlier.answers), again=True)
    judged = _judge(terminal, rows, now)
    batch = Batch(terminal=terminal, key=key, digest=digest, received_at=now, answers=[])
    answers = _use(terminal, rows, judged, now)
    batch.answers = [vars(answer) for answer in answers]
    batch.save(force_insert=True)
    _list_conflicts(batch, terminal, rows, judged, answers)
    return Answered(tuple(answers), again=False)


@dataclass(frozen=True)
class _Judged:
    """A row before anything is used: the code of its refusal, or the offer it is for."""

    code: str
    entitlement_id: int | None = None
    offer: Offer | None = None


def _judge(terminal: Terminal, rows: Sequence[Row], now: datetime) -> list[_Judged]:
    """What can be said of each row before it is used; two queries in all."""
    read = [_read(row) for row in rows]
    ids = [token.entitlement_id for token in read if token]
    quotas = dict(Entitlement.objects.filter(pk__in=ids, scope__startswith="vouchers:").values_list("id", "quota_id"))
    offers = {offer.quota_id: offer for offer in Offer.objects.filter(quota_id__in=set(quotas.values()))}
    region = terminal.outlet.region
    window = timedelta(hours=rules.number("offline_hours", region=region, now=now))
    left = rules.number("offline_most", region=region, now=now) - _handed_offline(terminal, now - window)
    judged = []
    for token, row in zip(read, rows, strict=True):
        offer = offers.get(quotas.get(token.entitlement_id, 0)) if token else None
        if token is None or offer is None:
            judged.append(_Judged("not_found" if token else "bad_token"))
            continue
        code = "in_future" if row.at > now + SKEW else "too_late" if row.at < now - window else ""
        code = code or stands(offer, terminal.outlet, row.at) or ("over_limit" if left <= 0 else "")
        left -= not code
        judged.append(_Judged(code, token.entitlement_id, offer))
    return judged


def _use(terminal: Terminal, rows: Sequence[Row], judged: list[_Judged], now: datetime) -> list[Answer]:
    """Use what may be used and owe the outlet for it."""
    going = [n for n, each in enumerate(judged) if not each.code]
    uses = [
        (judged[n].entitlement_id or 0, f"t{terminal.id}:{rows[n].key or rows[n].at.timestamp()}", rows[n].at)
        for n in going
    ]
    acted = dict(zip(going, entitlements.use_many(uses=uses, by=f"outlet:{terminal.outlet_id}"), strict=True))
    new = [
        Use(each.entitlement_id, each.offer, rows[n].at)
        for n, each in enumerate(judged)
        if n in acted and acted[n].code == "used" and each.entitlement_id and each.offer
    ]
    if new:
        record(new, outlet=terminal.outlet, terminal=terminal, how=How.OFFLINE, now=now)
    codes = [str(acted[n].code) if n in acted else each.code for n, each in enumerate(judged)]
    firsts = _firsts(each.entitlement_id for each in judged if each.entitlement_id)
    return [_answer(code, firsts.get(each.entitlement_id or 0)) for code, each in zip(codes, judged, strict=True)]


def _answer(code: str, first: Redemption | None) -> Answer:
    if first is None or code not in ("used", "again", "already_used"):
        return Answer(code)
    return Answer(code, first.at.isoformat(), first.outlet.name)


def _list_conflicts(
    batch: Batch, terminal: Terminal, rows: Sequence[Row], judged: list[_Judged], answers: list[Answer]
) -> None:
    refused = [n for n, answer in enumerate(answers) if answer.code not in ("used", "again")]
    firsts = _firsts(each.entitlement_id for each in judged if each.entitlement_id)
    Conflict.objects.bulk_create(
        Conflict(
            batch=batch, row=n, outlet_id=terminal.outlet_id, at=rows[n].at, code=answers[n].code,
            entitlement_id=judged[n].entitlement_id,
            first=firsts.get(judged[n].entitlement_id or 0) if answers[n].code == "already_used" else None,
        )
        for n in refused
    )  # fmt: skip


def open_conflicts(*, outlet_ids: Sequence[int], before_id: int | None = None, limit: int = 50) -> list[Conflict]:
    """Refused rows that no officer has looked at, newest first, within what the caller may see."""
    found = Conflict.objects.select_related("outlet", "first__outlet", "batch").filter(
        seen_at=None, outlet_id__in=outlet_ids
    )
    return list((found.filter(id__lt=before_id) if before_id else found).order_by("-id")[:limit])


@transaction.atomic
def settle_conflict(*, conflict_id: int, note: str, actor: Actor, now: datetime) -> None:
    """An officer has looked at it and says what was agreed with the outlet. Nothing is paid by it.

    Raises NotFound, Forbidden for whoever is no officer of the outlet's union, Invalid without a note.
    """
    found = Conflict.objects.select_related("outlet").filter(pk=conflict_id).first()
    if found is None:
        raise NotFound(_("There is no such conflict."))
    may_manage(actor, found.outlet.org_id)
    if not clean(note):
        raise Invalid(FieldProblem("note", "required", _("Please fill this in.")))
    Conflict.objects.filter(pk=conflict_id, seen_at=None).update(
        seen_at=now, seen_by=actor.account_id, note=clean(note)[:200]
    )
    append(
        chain=f"outlet:{found.outlet_id}", act="vouchers.conflict_seen", subject=f"conflict:{found.id}", actor=actor,
        now=now, data={"conflict": found.id, "code": found.code},
    )  # fmt: skip


def _refuse_torn(key: str, rows: Sequence[Row], count: int) -> None:
    problems = []
    if not 0 < len(key) <= 64:
        problems.append(FieldProblem("key", "length", _("A key has 1 to 64 characters.")))
    if len(rows) != count:
        problems.append(FieldProblem("count", "torn", _("Not all rows have arrived. Send the batch again.")))
    if not 0 < len(rows) <= MOST_ROWS:
        message = _("A batch has 1 to 500 rows.")
        problems.append(FieldProblem("rows", "too_many", message, {"limit": MOST_ROWS}))
    if any(len(row.key) > 40 or row.at.tzinfo is None for row in rows):
        problems.append(FieldProblem("rows", "malformed", _("A row has a moment with its time zone and a short key.")))
    if problems:
        raise Invalid(*problems)


def _digest(rows: Sequence[Row]) -> str:
    lines = (f"{row.token}|{row.at.timestamp()}|{row.key}" for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _read(row: Row) -> tokens.Token | None:
    try:
        return tokens.verify(row.token)
    except tokens.BadToken:
        return None


def _handed_offline(terminal: Terminal, since: datetime) -> int:
    return Redemption.objects.filter(terminal=terminal, how=How.OFFLINE, at__gte=since).count()


def _firsts(ids: Any) -> dict[int, Redemption]:
    """The first redemption of each entitlement, with its outlet."""
    found = Redemption.objects.select_related("outlet").filter(entitlement_id__in=list(ids), undoes=None)
    return {redemption.entitlement_id: redemption for redemption in found}
