"""Handing over: a terminal shows what it was shown, the platform says whether, and owes the outlet for it.

Every handing-over is one transaction: the entitlement is used (once, by the ledger's own function), a redemption row
names offer, outlet and moment, and one ledger entry turns it into an expense owed to the outlet. One entry for each
and not one a day: then a redemption that is taken back has an entry of its own to reverse, and at 55,000 a day
nationwide (a few dozen a second at noon) balances, which are sharded, are in nobody's way.

Everything here runs as the platform: a terminal is no person and has no database role.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, FieldProblem, Invalid, NotFound, Verdict
from zhijia.kernel.ledger import entitlements
from zhijia.kernel.ledger.entries import Leg, NewEntry, post_many, reverse
from zhijia.kernel.ledger.models import Entitlement
from zhijia.kernel.org.regions import ancestors
from zhijia.kernel.people.actors import Actor

from . import accounts, pickup, rules, tokens, words
from .eligibility import may_manage
from .models import How, Offer, Outlet, Redemption, Terminal

LONGEST_KEY = 40


@dataclass(frozen=True)
class Handed:
    """What the counter must know: whether, what, and where and when it was handed over before. No name, no phone."""

    code: str
    verdict: Verdict
    title: str = ""
    kind: str = ""
    at: datetime | None = None
    outlet: str = ""
    """Where it was handed over, this time or before."""
    redemption_id: int | None = None


def redeem(*, terminal: Terminal, shown: str, key: str, now: datetime) -> Handed:
    """Hand over what this token or these eight digits stand for. The same key of the same terminal is done once.

    Codes: used, again; and already_used (with where and when), refunded, not_yet, expired, suspended, wrong_city,
    outlet_inactive, bad_token, bad_code, not_found, too_many (wrong digits too often).
    """
    if not 0 < len(key) <= LONGEST_KEY:
        raise Invalid(FieldProblem("key", "length", _("A key has 1 to 40 characters.")))
    if not terminal.outlet.active:
        return refused("outlet_inactive")
    if terminal.locked_until is not None and terminal.locked_until > now:
        return refused("too_many")
    code, found = _resolve(terminal, shown, now)
    if found is None:
        return refused(code)
    with transaction.atomic():
        return hand_over(
            entitlement_id=found, outlet=terminal.outlet, terminal=terminal, key=f"t{terminal.id}:{key}", at=now,
            now=now, how=How.ONLINE,
        )  # fmt: skip


def hand_over(
    *, entitlement_id: int, outlet: Outlet, key: str, at: datetime, now: datetime, how: How,
    terminal: Terminal | None = None, actor: Actor | None = None,
) -> Handed:  # fmt: skip
    """Check the offer's rules again, use the entitlement, owe the outlet for it. Runs in the caller's transaction."""
    held = Entitlement.objects.filter(pk=entitlement_id, scope__startswith="vouchers:").first()
    offer = Offer.objects.filter(quota_id=held.quota_id).first() if held else None
    if held is None or offer is None:
        return refused("not_found")
    if code := stands(offer, outlet, at):
        return refused(code, offer)
    acted = entitlements.use(entitlement_id=held.id, key=key, by=f"outlet:{outlet.id}", at=at)
    if acted.code == "used":
        (made,) = record(
            [Use(held.id, offer, at)], outlet=outlet, terminal=terminal, how=how, now=now,
            actor_id=actor.account_id if actor else None,
        )  # fmt: skip
        return Handed("used", words.verdict("used"), offer.title, offer.kind, at, outlet.name, made.id)
    return explained(acted.code, offer, held.id)


def stands(offer: Offer, outlet: Outlet, at: datetime) -> str:
    """Whether the offer may be handed over here at that moment: "" or the code of the refusal."""
    if not outlet.active:
        return "outlet_inactive"
    if offer.region not in ancestors(outlet.region):
        return "wrong_city"
    if offer.suspended_at is not None and at >= offer.suspended_at:
        return "suspended"
    return ""


@dataclass(frozen=True)
class Use:
    """An entitlement that was used just now."""

    entitlement_id: int
    offer: Offer
    at: datetime


def record(
    uses: list[Use], *, outlet: Outlet, terminal: Terminal | None, how: How, now: datetime, actor_id: int | None = None
) -> list[Redemption]:  # fmt: skip
    """Redemption rows and ledger entries of what was used: a handful of statements however many there are."""
    entries = post_many(
        [
            NewEntry(
                kind="vouchers.redeemed", subject=f"entitlement:{use.entitlement_id}", actor_id=actor_id,
                key=f"vouchers.redeemed:{use.entitlement_id}", memo=how,
                legs=[
                    Leg(accounts.spent(use.offer.programme_id), use.offer.fen),
                    Leg(accounts.payable(outlet.id), -use.offer.fen),
                ],
            )
            for use in uses
        ],
        at=now,
    )  # fmt: skip
    return Redemption.objects.bulk_create(
        Redemption(
            entitlement_id=use.entitlement_id, offer=use.offer, outlet=outlet, terminal=terminal, how=how, at=use.at,
            day=use.at.astimezone(CHINA).date(), received_at=now, fen=use.offer.fen, entry_id=entry.id,
        )
        for use, entry in zip(uses, entries, strict=True)
    )  # fmt: skip


def explained(code: str, offer: Offer, entitlement_id: int) -> Handed:
    """A refusal (or a repetition) with where and when it was handed over, if it was."""
    first = Redemption.objects.select_related("outlet").filter(entitlement_id=entitlement_id, undoes=None).first()
    if first is None:
        return refused(code, offer)
    where = (first.at, first.outlet.name, first.id)
    return Handed(code, words.verdict(code), offer.title, offer.kind, *where)


def refused(code: str, offer: Offer | None = None) -> Handed:
    """A refusal in words."""
    return Handed(code, words.verdict(code), offer.title if offer else "", offer.kind if offer else "")


@transaction.atomic
def take_back(*, redemption_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """An officer takes a redemption back: the entry is reversed, the place returns to its quota, the person may claim
    anew. What was settled already is deducted from the outlet's next settlement.

    `reason` is a code. Raises NotFound, Forbidden for whoever is no officer of the outlet's union, Conflict the second
    time.
    """
    held = Redemption.objects.select_related("outlet", "offer").filter(pk=redemption_id)
    found = held.select_for_update(of=("self",), no_key=True).first()
    if found is None or found.undoes_id is not None:
        raise NotFound(_("There is no such redemption."))
    may_manage(actor, found.outlet.org_id)
    if found.void or Redemption.objects.filter(undoes=found).exists():
        raise Conflict(_("It was taken back already."), code="taken_back")
    back = reverse(
        entry_id=found.entry_id, at=now, kind="vouchers.taken_back", key=f"vouchers.taken_back:{found.entitlement_id}",
        actor_id=actor.account_id, memo=reason[:40],
    )  # fmt: skip
    entitlements.refund(entitlement_id=found.entitlement_id, now=now, why=reason[:40], used_too=True)
    if found.settlement_id is None:
        Redemption.objects.filter(pk=found.pk).update(void=True, reason=reason[:40])
    else:
        Redemption.objects.create(
            entitlement_id=found.entitlement_id, offer=found.offer, outlet=found.outlet, how=How.TAKEN_BACK, at=now,
            day=now.astimezone(CHINA).date(), received_at=now, fen=-found.fen, entry_id=back.id, undoes=found,
            reason=reason[:40],
        )  # fmt: skip
    append(
        chain=f"outlet:{found.outlet_id}", act="vouchers.taken_back", subject=f"redemption:{found.id}", actor=actor,
        now=now, data={"redemption": found.id, "reason": reason[:40]},
    )  # fmt: skip


def _resolve(terminal: Terminal, shown: str, now: datetime) -> tuple[str, int | None]:
    """The entitlement behind a token or eight digits; wrong digits are counted."""
    if shown.strip().upper().startswith(tokens.VERSION):
        try:
            return "", tokens.verify(shown).entitlement_id
        except tokens.BadToken:
            return "bad_token", None
    found = by_code(shown, region=terminal.outlet.region, day=now.astimezone(CHINA).date())
    if found is None:
        _count_failure(terminal, now)
        return "bad_code", None
    if terminal.failures:
        Terminal.objects.filter(pk=terminal.pk).update(failures=0)
    return "", found


def by_code(shown: str, *, region: str, day: date) -> int | None:
    """The id of the entitlement that these eight digits stand for in this region's city on that day."""
    city = city_of(region)
    read = pickup.read_code(shown, city=city, day=day)
    if read is None:
        return None
    slot, serial = read
    quota = Offer.objects.filter(day=day, city=city, slot=slot).values_list("quota_id", flat=True).first()
    return entitlements.by_serial(quota_id=quota, serial=serial) if quota else None


def city_of(region: str) -> str:
    """The city's code above a county; a province stands for itself."""
    return f"{region[:4]}00"


def _count_failure(terminal: Terminal, now: datetime) -> None:
    """Ten wrong codes, and the terminal waits: eight digits of thousands are guessed in hours otherwise."""
    most = rules.number("code_failures", region=terminal.outlet.region, now=now)
    pause = timedelta(minutes=rules.number("code_pause", region=terminal.outlet.region, now=now))
    mine = Terminal.objects.filter(pk=terminal.pk)
    mine.update(failures=F("failures") + 1)
    mine.filter(failures__gte=most).update(failures=0, locked_until=now + pause)
