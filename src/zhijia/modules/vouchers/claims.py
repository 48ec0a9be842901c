"""Claiming: what is offered in a place, getting one, giving it back, and what a person has.

The claim itself is one statement of the kernel's ledger (`ledger.entitlements.claim`): one per person and scope, no
oversell, idempotent under its key. Around it: the person's rule, the limit of tries, the proof of work.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import NotFound, Verdict
from zhijia.kernel.base.limits import Limit
from zhijia.kernel.ledger import entitlements
from zhijia.kernel.ledger.models import Entitlement, Status
from zhijia.kernel.ledger.quotas import figures
from zhijia.kernel.ledger.sql import prepared
from zhijia.kernel.org.regions import ancestors

from . import pickup, puzzle, rules, tokens, words
from .eligibility import eligible
from .models import Offer


@dataclass(frozen=True)
class Shown:
    """An offer as a page shows it before anybody claims."""

    offer: Offer
    opens_at: datetime
    closes_at: datetime
    left: int
    """Places that are free at this moment; a hint, gone in a second."""
    verdict: Verdict
    """Whether it can be claimed now, as far as hours and places go."""


@dataclass(frozen=True)
class Claimed:
    """What came of a claim. `verdict` is yes for `granted` and `again`; otherwise it says why not. `voucher_id` is what
    the person has, also when they had it already."""

    code: str
    verdict: Verdict
    voucher_id: int | None = None


@dataclass(frozen=True)
class Voucher:
    """One that a person has, with what their screen needs; code and token only while it can be used."""

    id: int
    status: str
    title: str
    kind: str
    region: str
    day: date
    fen: int
    use_from: datetime
    use_to: datetime
    granted_at: datetime
    used_at: datetime | None
    used_at_outlet: int | None
    code: str
    token: str


def offers_in(region: str, *, now: datetime) -> list[Shown]:
    """What people in this county (or city) can claim today, the soonest first. Two statements, usable in any request.

    Raises ValueError for what is no region code.
    """
    today = now.astimezone(CHINA).date()
    found = list(Offer.objects.filter(region__in=ancestors(region), day=today).order_by("use_from", "id"))
    stands = {f.id: f for f in figures(ids=[offer.quota_id for offer in found])}
    shown = []
    for offer in found:
        quota = stands[offer.quota_id]
        code = "paused" if quota.paused else "not_open" if now < quota.opens_at else ""
        code = code or ("closed" if now >= quota.closes_at else "sold_out" if quota.room == 0 else "granted")
        shown.append(Shown(offer, quota.opens_at, quota.closes_at, quota.room, words.verdict(code)))
    return shown


def claim(
    *, offer_id: int, person_id: int, account_id: int, key: str, now: datetime, solution: str = ""
) -> Claimed:  # fmt: skip
    """Claim one for this person. The same key gives the same answer again.

    Codes beside the ledger's: too_many, puzzle_needed, puzzle_wrong, puzzle_old, puzzle_spent, not_listed, no_phone.
    Raises NotFound for an unknown offer. Runs in a worker's scope, where the database lets nobody claim for another,
    or as the platform with an authenticated person.
    """
    offer = offer_for(offer_id)
    most = rules.number("tries_per_minute", region=offer.region, now=now)
    if not Limit("vouchers.claim", most=most, seconds=60).allows(account_id, now=now):
        return _refused("too_many")
    code = puzzle.check(solution, person_id=person_id, key=key, region=offer.region, now=now)
    if code and not _claimed_before(offer, person_id, key):  # who asks again after a lost answer needs no new puzzle
        return _refused(code)
    return grant(offer=offer, person_id=person_id, key=key, now=now)


def _claimed_before(offer: Offer, person_id: int, key: str) -> bool:
    return Entitlement.objects.filter(scope=offer.scope, person_id=person_id, key=key).exists()


def grant(*, offer: Offer, person_id: int, key: str, now: datetime) -> Claimed:
    """The claim after limit and puzzle: the rule that was published, then the ledger. Helpers come in here."""
    verdict = eligible(rule=offer.rule, programme_id=offer.programme_id, person_id=person_id)
    if not verdict:
        return Claimed(verdict.code, verdict)
    made = entitlements.claim(
        quota_id=offer.quota_id, scope=offer.scope, person_id=person_id, key=key, fen=offer.fen,
        valid_from=offer.use_from, valid_to=offer.use_to, snapshot=snapshot(offer), now=now,
    )  # fmt: skip
    return Claimed(made.code, words.verdict(made.code), made.id)


def snapshot(offer: Offer) -> dict[str, Any]:
    """The rules as they are now, kept with the entitlement for as long as it lives."""
    return {
        "offer": offer.id, "programme": offer.programme_id, "kind": offer.kind, "title": offer.title,
        "region": offer.region, "city": offer.city, "day": offer.day.isoformat(), "slot": offer.slot,
        "rule": offer.rule, "terms": offer.terms,
    }  # fmt: skip


def give_back(*, voucher_id: int, person_id: int, now: datetime) -> Verdict:
    """The worker gives back their own, unused; its place can be claimed by others while claims are open.

    Twice is once. Codes: not_found, already_used, expired.
    """
    acted = entitlements.refund(entitlement_id=voucher_id, person_id=person_id, now=now, why="given_back")
    return words.verdict("refunded" if acted.code == "again" else acted.code)


def mine(*, person_id: int, now: datetime, before_id: int | None = None, limit: int = 20) -> list[Voucher]:
    """What this person has or had, newest first; the next page starts before the last id of this one."""
    found = Entitlement.objects.filter(person_id=person_id, scope__startswith="vouchers:")
    if before_id is not None:
        found = found.filter(id__lt=before_id)
    return [voucher(e, now=now) for e in found.order_by("-id")[:limit]]


def one_of(*, person_id: int, voucher_id: int, now: datetime) -> Voucher:
    """One that this person has. Raises NotFound."""
    found = Entitlement.objects.filter(person_id=person_id, pk=voucher_id, scope__startswith="vouchers:").first()
    if found is None:
        raise NotFound(words.REASONS["not_found"][0], code="not_found")
    return voucher(found, now=now)


def voucher(held: Entitlement, *, now: datetime) -> Voucher:
    """What the person's screen shows of it."""
    frozen = held.snapshot
    day = date.fromisoformat(frozen["day"])
    usable = held.status == Status.GRANTED and now < held.valid_to
    status = Status.EXPIRED if held.status == Status.GRANTED and not usable else Status(held.status)
    _by, _colon, outlet = held.used_by.partition(":")
    return Voucher(
        id=held.id, status=status.value, title=frozen["title"], kind=frozen["kind"], region=frozen["region"], day=day,
        fen=held.fen, use_from=held.valid_from, use_to=held.valid_to, granted_at=held.granted_at, used_at=held.used_at,
        used_at_outlet=int(outlet) if outlet.isdigit() else None,
        code=pickup.code_of(city=frozen["city"], day=day, slot=frozen["slot"], serial=held.serial) if usable else "",
        token=token_of(held) if usable else "",
    )  # fmt: skip


def token_of(held: Entitlement) -> str:
    """Its signed token."""
    frozen = held.snapshot
    return tokens.sign(
        tokens.Token(
            held.id, frozen["programme"], frozen["region"], date.fromisoformat(frozen["day"]), held.valid_to
        )
    )  # fmt: skip


@cache
def _fields() -> tuple[str, ...]:
    return tuple(f.attname for f in Offer._meta.concrete_fields)


def offer_for(offer_id: int) -> Offer:
    """One offer, by a prepared statement: thousands ask at the same minute. Raises NotFound."""
    found = prepared(f"SELECT {', '.join(_fields())} FROM vouchers_offer WHERE id = $1::bigint", [offer_id])
    if not found:
        raise NotFound(words.REASONS["no_quota"][0], code="no_offer")
    return Offer.from_db(None, list(_fields()), list(found[0]))


def _refused(code: str) -> Claimed:
    return Claimed(code, words.verdict(code))
