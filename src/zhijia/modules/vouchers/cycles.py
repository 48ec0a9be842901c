"""Conditions and effects of a cycle: planned by one, approved by another, published as quotas, ended, released."""

from datetime import date, datetime, time, timedelta
from hashlib import sha256

from django.db.models import Max
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, Verdict, no, yes
from zhijia.kernel.base.money import LARGEST, shown
from zhijia.kernel.ledger import quotas
from zhijia.kernel.ledger.models import Entitlement, Quota, Status
from zhijia.kernel.ledger.sql import rows
from zhijia.kernel.org.models import Region
from zhijia.kernel.org.regions import ancestors, is_code
from zhijia.kernel.people.actors import Role
from zhijia.kernel.people.bound import campaigns
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.prepared import as_platform

from . import accounts, organisers
from .models import SLOTS, Cycle, Offer, Once, Place, Programme, Redemption

C = Ctx[Cycle]
MOST_A_DAY = 1_000_000


def prefix(case_id: int) -> str:
    """How the keys of a cycle's quotas begin."""
    return f"vouchers:{case_id}:"


def moment(day: date, hour: time) -> datetime:
    """An hour of a day in China."""
    return datetime.combine(day, hour, CHINA)


# --- planning ---------------------------------------------------------------------------------------------------


def draft(c: C) -> None:
    """Whoever drafts it does not approve it."""
    c.facts.drafted_by = c.actor.account_id
    choose_programme(c)


def choose_programme(c: C) -> None:
    """The programme that was named, or the only one of this kind that the unit runs; an organiser's is their own. Its
    mark on the case is what an organiser sees the cycle by."""
    named = _programme(c) or _organised(c)
    if named is None and c.facts.programme_id is None:
        own = Programme.objects.filter(org_id=c.case.unit_id, kind=c.facts.kind, active=True)[:2]
        named = own[0] if len(own) == 1 else None
    if named is not None:
        c.facts.programme = named
        c.case.marks["campaign"] = organisers.campaign_of(named.pk)


def programme_known(c: C) -> Verdict:
    """The named programme exists, runs, gives this kind, and belongs to this union or one above it.

    An organiser need not name theirs, and can name no other.
    """
    if not c.data.get("programme"):
        if campaigns(c.actor) and _organised(c) is None:
            return no("kind", _("The programme that you organise gives something else."))
        return yes()
    named, kind = _programme(c), c.data.get("kind") or c.facts.kind
    if named is not None and not organisers.theirs(c.actor, named.pk):
        return no("programme", _("This programme belongs to another union."))
    if named is None or not named.active or named.kind != kind:
        return no("programme", _("There is no such programme of this kind."))
    if c.case.unit_lft < named.org.lft or c.case.unit_lft > named.org.rgt:
        return no("programme", _("This programme belongs to another union."))
    return yes()


def _organised(c: C) -> Programme | None:
    """The programme of this kind that the actor organises here, if they organise any."""
    kind = c.data.get("kind") or c.facts.kind
    found = organisers.programmes_of(c.actor).filter(kind=kind, active=True) if campaigns(c.actor) else ()
    return next((p for p in found if p.org_id == c.case.unit_id), None)


def _programme(c: C) -> Programme | None:
    key = str(c.data.get("programme") or "")
    return Programme.objects.select_related("org").filter(key=key).first() if key else None


def days_sensible(c: C) -> Verdict:
    """The last day does not come before the first, and the cycle is not endless."""
    first, last = c.data.get("first_day") or c.facts.first_day, c.data.get("last_day") or c.facts.last_day
    if last < first:
        return no("last_day", _("The last day is before the first."))
    most = int(c.number("vouchers.most_days"))
    if (last - first).days >= most:
        return no("last_day", format_lazy(_("A cycle lasts at most {days} days."), days=most))
    return yes()


def worth_sensible(c: C) -> Verdict:
    """One is worth something."""
    fen = c.data.get("fen")
    return yes() if fen is None or fen > 0 else no("fen", _("Write what one is worth, for example 15."))


_HOURS = ("opens", "closes", "use_from", "use_to")


def hours_sensible(c: C) -> Verdict:
    """Hours are hours, claims open before they close, and what is claimed can still be collected."""
    try:
        opens, closes, use_from, use_to = (
            time.fromisoformat(str(c.data.get(name) or getattr(c.facts, name))) for name in _HOURS
        )
    except ValueError:
        return no("opens", _("Write an hour such as 10:00."))
    if opens >= closes or use_from >= use_to or closes > use_to or opens > use_from:
        return no("closes", _("Claims open first and close last before the hour until which it is handed out."))
    return yes()


def place_sensible(c: C) -> Verdict:
    """A city or county inside the unit's own, and a whole number a day."""
    region, per_day = str(c.data.get("region") or ""), c.data.get("per_day")
    if not is_code(region) or not Region.objects.filter(pk=region, retired_in=None).exists():
        return no("region", _("Choose a county from the list."))
    if c.case.region not in ancestors(region):
        return no("region", _("This place is outside your reach."))
    if per_day is None or per_day != int(per_day) or not 0 <= per_day <= MOST_A_DAY:
        return no("per_day", _("Write a whole number, 0 to 1,000,000."))
    return yes()


def set_place(c: C) -> None:
    """So many a day in this place; none takes it out of the plan."""
    region, per_day = str(c.data["region"]), int(c.data["per_day"])
    if per_day:
        Place.objects.update_or_create(cycle=c.facts, region=region, defaults={"per_day": per_day})
    else:
        Place.objects.filter(cycle=c.facts, region=region).delete()


def complete(c: C) -> Verdict:
    """A programme, places, days to come, and an amount that can be meant."""
    if c.facts.programme_id is None:
        return no("no_programme", _("No programme has been chosen."), _("Choose one under “Change”."))
    budget = _budget(c.facts)
    if budget == 0:
        return no("no_places", _("No place has a number yet."), _("Plan how many a day for each place."))
    if budget >= LARGEST:
        return no("too_much", _("That is more money than can be meant. Look at the numbers again."))
    if c.facts.first_day < c.now.astimezone(CHINA).date():
        return no("past", _("The first day has passed."), _("Change the days."))
    return yes()


def submit(c: C) -> None:
    """Fix the terms and the budget that are to be approved."""
    assert c.facts.programme is not None
    c.facts.terms = c.facts.programme.terms
    c.facts.budget_fen = _budget(c.facts)
    c.facts.submitted_by = c.actor.account_id


def _budget(facts: Cycle) -> int:
    a_day = sum(place.per_day for place in Place.objects.filter(cycle_id=facts.case_id))
    return a_day * facts.days * facts.fen


# --- approving --------------------------------------------------------------------------------------------------


def other_person(c: C) -> Verdict:
    """Nobody approves what they drafted or submitted themselves."""
    if c.actor.account_id in (c.facts.drafted_by, c.facts.submitted_by):
        return no("own_draft", _("Somebody else must approve what you drafted or submitted."))
    return yes()


def high_enough(c: C) -> Verdict:
    """A large budget is approved by a leader."""
    most = int(c.number("vouchers.leader_above") * 100)
    leads = c.post is not None and c.post.role == Role.LEADER
    if c.facts.budget_fen <= most or leads:
        return yes()
    return no("needs_leader", format_lazy(_("Above {yuan} yuan a leader approves."), yuan=shown(most)))


def funded(c: C) -> Verdict:
    """The union has the money."""
    if c.facts.budget_fen <= 0:
        return no("no_places", _("No place has a number yet."), _("Plan how many a day for each place."))
    have = accounts.held(accounts.funds(c.case.unit_id))
    if have >= c.facts.budget_fen:
        return yes()
    words = _("The union's funds hold {have} yuan; {need} are needed.")
    return no("no_funds", format_lazy(words, have=shown(have), need=shown(c.facts.budget_fen)))


def set_aside(c: C) -> None:
    """The budget moves from the union's funds into the cycle's account."""
    c.facts.approved_by = c.actor.account_id
    own, union = accounts.cycle(c.case.pk), accounts.funds(c.case.unit_id)
    accounts.open_for_cycle(c.case.pk, c.case.unit_id, c.case.region)
    c.book("vouchers.approved", (own, c.facts.budget_fen), (union, -c.facts.budget_fen))


# --- publishing -------------------------------------------------------------------------------------------------


def still_ahead(c: C) -> Verdict:
    """The first day's claims have not been due to open."""
    if c.facts.programme_id is None:
        return no("no_programme", _("No programme has been chosen."))
    if c.now < moment(c.facts.first_day, c.facts.opens):
        return yes()
    return no("past", _("The first day has passed."), _("Withdraw it and plan it anew."))


def publish(c: C) -> None:
    """A quota and an offer for each place and day, with everything that is fixed from now on."""
    facts, programme = c.facts, c.facts.programme
    assert programme is not None
    facts.published_at = c.now
    days = [facts.first_day + timedelta(days=n) for n in range(facts.days)]
    places = list(Place.objects.filter(cycle_id=facts.case_id).order_by("region"))
    with as_platform():
        quotas.make_quotas(
            quotas.NewQuota(
                key=f"{prefix(c.case.pk)}{day}:{place.region}", total=place.per_day,
                opens_at=moment(day, facts.opens), closes_at=moment(day, facts.closes),
            )
            for day in days for place in places
        )  # fmt: skip
        _lock_slots()
        made = dict(Quota.objects.filter(key__startswith=prefix(c.case.pk)).values_list("key", "id"))
        slots = _free_slots(days)
        mark = sha256(facts.terms.encode()).hexdigest()[:16]
        Offer.objects.bulk_create(
            Offer(
                quota_id=made[f"{prefix(c.case.pk)}{day}:{place.region}"], cycle=facts, programme=programme,
                org_id=c.case.unit_id, kind=facts.kind, title=facts.title, region=place.region, day=day,
                city=f"{place.region[:4]}00", slot=_next(slots, day, f"{place.region[:4]}00"),
                scope=_scope(facts, day), fen=facts.fen, rule=programme.rule, terms=mark,
                use_from=moment(day, facts.use_from), use_to=moment(day, facts.use_to),
            )
            for day in days for place in places
        )  # fmt: skip


def _scope(facts: Cycle, day: date) -> str:
    """One a day of a programme, wherever; or one in the whole cycle."""
    return f"vouchers:c{facts.case_id}" if facts.once == Once.CYCLE else f"vouchers:p{facts.programme_id}:{day}"


def _lock_slots() -> None:
    """Two cycles that are published at once do not take the same slots."""
    rows("SELECT pg_advisory_xact_lock(%s)", [0x5A48_5653])


def _free_slots(days: list[date]) -> dict[tuple[date, str], int]:
    found = Offer.objects.filter(day__in=days).values_list("day", "city").annotate(last=Max("slot"))
    return {(day, city): last + 1 for day, city, last in found}


def _next(slots: dict[tuple[date, str], int], day: date, city: str) -> int:
    slot = slots.get((day, city), 0)
    if slot >= SLOTS:
        raise Conflict(_("Too many cycles run in this city on one day."), code="no_slot")
    slots[day, city] = slot + 1
    return slot


# --- running ----------------------------------------------------------------------------------------------------


def opened(c: C) -> Verdict:
    """The hour has come."""
    if c.now >= moment(c.facts.first_day, c.facts.opens):
        return yes()
    return no("not_open", _("Claims are not open yet."))


def quota_sensible(c: C) -> Verdict:
    """A published place and day, and a number within the budget that was approved."""
    offer = _offer(c)
    if offer is None:
        return no("region", _("Nothing was published for this place and day."))
    per_day = c.data.get("per_day")
    if per_day is None or per_day != int(per_day) or not 0 <= per_day <= MOST_A_DAY:
        return no("per_day", _("Write a whole number, 0 to 1,000,000."))
    stands = quotas.figures(prefix=prefix(c.case.pk))
    planned = sum(q.total for q in stands if q.id != offer.quota_id) + int(per_day)
    if planned * c.facts.fen > c.facts.budget_fen - c.facts.released_fen:
        return no("per_day", _("That is more than the budget that was approved."))
    return yes()


def resize(c: C) -> None:
    """Change one day's number; below what is taken is refused."""
    offer = _offer(c)
    assert offer is not None
    with as_platform():
        quotas.resize(key=offer.quota.key, total=int(c.data["per_day"]))


def _offer(c: C) -> Offer | None:
    found = Offer.objects.select_related("quota").filter(cycle_id=c.case.pk, day=c.data["day"])
    return found.filter(region=str(c.data["region"])).first()


def suspend(c: C) -> None:
    """Nobody claims and nothing is handed out until it goes on."""
    with as_platform():
        quotas.set_paused(prefix=prefix(c.case.pk), paused=True)
        Offer.objects.filter(cycle_id=c.case.pk).update(suspended_at=c.now)


def resume(c: C) -> None:
    """It goes on; days that passed meanwhile are gone."""
    with as_platform():
        quotas.set_paused(prefix=prefix(c.case.pk), paused=False)
        Offer.objects.filter(cycle_id=c.case.pk).update(suspended_at=None)


def where_it_was(c: C) -> str:
    """Published before the first opening, running after it."""
    return "running" if opened(c) else "published"


# --- ending -----------------------------------------------------------------------------------------------------


def nobody_claimed(c: C) -> Verdict:
    """What somebody has been promised is not cancelled."""
    if any(q.taken for q in quotas.figures(prefix=prefix(c.case.pk))):
        return no("claimed", _("Some have been claimed."), _("Suspend it, or end it."))
    return yes()


def cancel(c: C) -> None:
    """Close whatever was published and give the money back."""
    with as_platform():
        quotas.close(prefix=prefix(c.case.pk), now=c.now)
    _release(c, accounts.held(accounts.cycle(c.case.pk)))


def days_over(c: C) -> Verdict:
    """The platform ends a cycle when its last day is over; people may end it earlier."""
    if not c.actor.system or c.now >= moment(c.facts.last_day, c.facts.use_to):
        return yes()
    return no("days_left", _("Its last day is not over."))


def end(c: C) -> None:
    """No more claims; what nobody claimed is released at once. What is claimed can be handed out until its hour."""
    with as_platform():
        quotas.close(prefix=prefix(c.case.pk), now=c.now)
    taken = sum(q.taken for q in quotas.figures(prefix=prefix(c.case.pk)))
    _release(c, c.facts.budget_fen - c.facts.released_fen - taken * c.facts.fen)


def all_settled(c: C) -> Verdict:
    """Nothing can be handed out any more, no upload is awaited, and every outlet is paid."""
    hours = int(c.number("vouchers.offline_hours"))
    if c.now < moment(c.facts.last_day, c.facts.use_to) + timedelta(hours=hours):
        return no("uploads_awaited", _("Outlets may still upload what they handed out without a connection."))
    with as_platform():
        mine = Redemption.objects.filter(offer__cycle_id=c.case.pk, void=False)
        owed = mine.exclude(settlement__case__state__in=PAID).exists()
        open_ = Entitlement.objects.filter(
            quota__in=Offer.objects.filter(cycle_id=c.case.pk).values("quota_id"), status=Status.GRANTED
        ).exists()
    if open_:
        return no("not_expired", _("Some that nobody collected have not expired yet."), _("Try again in a minute."))
    return no("not_paid", _("Not every outlet is paid."), _("Settle and pay them first.")) if owed else yes()


PAID = ("paid", "closed")
"""States of a settlement whose money has moved."""


def settle(c: C) -> None:
    """Whatever is left goes back to the union's funds."""
    _release(c, accounts.held(accounts.cycle(c.case.pk)))


def _release(c: C, fen: int) -> None:
    if fen > 0:
        c.facts.released_fen += fen
        c.book("vouchers.released", (accounts.funds(c.case.unit_id), fen), (accounts.cycle(c.case.pk), -fen))
