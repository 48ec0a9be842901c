"""Serving people without a smartphone: a helper at the station finds or adds them by phone, claims and hands over in
one step, under the same rule of one a day. The person reads it in their own record of access."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.errors import FieldProblem, Invalid
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.persons import find_or_add_person

from . import words
from .claims import grant, offer_for
from .eligibility import may_manage
from .models import How, Outlet
from .redeem import LONGEST_KEY, Handed, hand_over

HAVE = frozenset({"granted", "again", "already"})
"""Codes of a claim after which the person has one that can be handed over: also the one they claimed themselves."""


def serve(
    *, phone: str, name: str, offer_id: int, outlet_id: int, key: str, actor: Actor, now: datetime
) -> Handed:  # fmt: skip
    """Hand one over to the person with this phone. All of it happens or nothing does; the same key is done once.

    No proof of work and no limit of tries: the helper answers for it, by name, in the trail. Codes as of a claim and of
    a redemption. Raises Forbidden for whoever is no officer of the outlet's union, Invalid without a phone. Call it
    outside a request's scope: no role may look for a stranger by their phone.
    """
    outlet = Outlet.objects.get(pk=outlet_id)
    may_manage(actor, outlet.org_id)
    if not phone.strip():
        raise Invalid(FieldProblem("phone", "required", _("Write the phone number of the person.")))
    if not 0 < len(key) <= LONGEST_KEY:
        raise Invalid(FieldProblem("key", "length", _("A key has 1 to 40 characters.")))
    with transaction.atomic():
        offer = offer_for(offer_id)
        person = find_or_add_person(name=name, phone=phone, now=now, actor=actor)
        claimed = grant(offer=offer, person_id=person.pk, key=f"served:{key}", now=now)
        if claimed.code not in HAVE or claimed.voucher_id is None:
            transaction.set_rollback(True)
            return Handed(claimed.code, claimed.verdict, offer.title, offer.kind)
        handed = hand_over(
            entitlement_id=claimed.voucher_id, outlet=outlet, key=f"served:{key}", at=now, now=now, how=How.SERVED,
            actor=actor,
        )  # fmt: skip
        if handed.code == "used":
            _record(person.pk, claimed.voucher_id, outlet, actor, now)
        elif handed.code not in words.DONE:
            transaction.set_rollback(True)
        return handed


def _record(person_id: int, voucher_id: int, outlet: Outlet, actor: Actor, now: datetime) -> None:
    append(
        chain=f"person:{person_id}", act="vouchers.served", subject=f"entitlement:{voucher_id}", actor=actor, now=now,
        data={"outlet": outlet.id}, person_id=person_id, purpose=str(_("Served at a station")),
    )  # fmt: skip
