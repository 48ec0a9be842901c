"""The worker's pages: what can be claimed today, claiming it, showing it at the counter, giving it back."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhijia.faces.web.pages import before, open_page, worker_page
from zhijia.kernel.base.errors import Forbidden
from zhijia.kernel.org.models import Region
from zhijia.kernel.people.actors import Actor
from zhijia.modules.vouchers import claims, puzzle
from zhijia.modules.vouchers.models import Outlet
from zhijia.modules.vouchers.shops import OutletKind

from . import county, shown

PAGE = 20
PLACES = 50
STATUS = {"too_many": 429, "busy": 503}
"""Codes of a refusal that are not a plain 409."""
AGAIN = frozenset({"busy", "too_many", "puzzle_needed", "puzzle_wrong", "puzzle_old", "puzzle_spent"})
"""Refusals after which the same person may simply try once more."""


@require_safe
@open_page
def today(request: HttpRequest, actor: Actor | None, now: datetime) -> HttpResponse:
    """GET /vouchers/: what can be claimed today in my county; `?county=` chooses it for this device."""
    wanted = county.known(request.GET.get("county", ""))
    if wanted is not None:
        return county.remember(redirect("vouchers:today"), wanted, secure=request.is_secure())
    chosen = county.chosen(request, actor)
    context: dict[str, Any] = {"tab": "home", "actor": actor, "chosen": chosen, "now": now, "key": uuid4().hex}
    if chosen.region is not None:
        code, person = chosen.region.code, actor.person_id if actor else None
        cards = shown.cards(code, person_id=person, now=now)
        context |= {
            "cards": cards, "busy": any(card.state in ("open", "soon") for card in cards), "person": person,
            "next": shown.next_opening(code, now=now), "helped_at": county.helped_at(code),
        }  # fmt: skip
    return render(request, "web/vouchers/today.html", context)


@require_POST
def claim(request: HttpRequest, offer: int) -> HttpResponse:
    """POST /vouchers/<offer>/claim/: one for me. The form's key makes a double tap one claim."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("vouchers:today"))
    response: HttpResponse = _claim(request, offer)  # type: ignore[assignment]
    return response


@worker_page
def _claim(request: HttpRequest, actor: Actor, now: datetime, offer: int) -> HttpResponse:
    if actor.person_id is None:
        raise Forbidden(_("You are signed in as union staff. Workers claim with their own phone number."), code="staff")
    made = claims.claim(
        offer_id=offer, person_id=actor.person_id, account_id=actor.account_id or 0,
        key=_key(request), now=now, solution=request.POST.get("solution", "")[: puzzle.LONGEST + 1],
    )  # fmt: skip
    if made.voucher_id is not None and made.code in ("granted", "again", "already"):
        said = {"already": _("You have one already. Here it is.")}.get(
            made.code, _("It is yours. Show this at the counter.")
        )
        messages.success(request, said)
        return redirect("vouchers:voucher", pk=made.voucher_id)
    here, again = _here(request, claims.offer_for(offer).region), made.code in AGAIN
    context = {
        "tab": "home", "verdict": made.verdict, "again": again, "helped_at": county.helped_at(here),
        "next": None if again else shown.next_opening(here, now=now),
    }  # fmt: skip
    return render(request, "web/vouchers/refused.html", context, status=STATUS.get(made.code, 409))


def _here(request: HttpRequest, region: str) -> str:
    """The county of this device, else the offer's own place."""
    found = county.known(request.COOKIES.get(county.COOKIE, ""))
    return found.code if found else region


def _key(request: HttpRequest) -> str:
    """The form's key; a form without one is a claim of its own."""
    key = request.POST.get("key", "")
    return key if 0 < len(key) <= 40 and key.isascii() and key.isalnum() else uuid4().hex


@require_safe
@worker_page
def puzzle_of(_request: HttpRequest, actor: Actor, now: datetime, offer: int) -> HttpResponse:
    """GET /vouchers/<offer>/puzzle/: what this person's device must solve before it claims, as JSON."""
    asked = puzzle.challenge(person_id=actor.person_id or 0, region=claims.offer_for(offer).region, now=now)
    response = JsonResponse(
        {"text": asked.text, "bits": asked.bits, "expires": int(asked.expires_at.timestamp() * 1000)}
    )
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@worker_page
def mine(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /vouchers/mine/: everything I have or had, newest first."""
    last = request.GET.get("before", "")
    last_id = int(last) if last.isascii() and last.isdigit() and len(last) <= 18 else None
    found = claims.mine(person_id=actor.person_id or 0, now=now, before_id=last_id, limit=PAGE + 1)
    items = shown.items(found[:PAGE], now=now)
    context = {
        "tab": "home", "actor": actor, "older": found[PAGE - 1].id if len(found) > PAGE else None,
        "usable": [item for item in items if item.usable], "past": [item for item in items if not item.usable],
        "first": last_id is None,
    }  # fmt: skip
    return render(request, "web/vouchers/mine.html", context)


@require_safe
@worker_page
def voucher(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """GET /vouchers/mine/<id>/: the code to show, until when and where."""
    return _voucher(request, actor, now, pk)


@require_POST
@worker_page
def give_back(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """POST /vouchers/mine/<id>/give-back/: somebody else may have it. Twice is once."""
    verdict = claims.give_back(voucher_id=pk, person_id=actor.person_id or 0, now=now)
    if verdict:
        messages.success(request, _("Given back. Thank you: somebody else can have it now."))
        return redirect("vouchers:mine")
    return _voucher(request, actor, now, pk, refused=verdict.reason, status=409)


def _voucher(
    request: HttpRequest, actor: Actor, now: datetime, pk: int, *, refused: object = "", status: int = 200
) -> HttpResponse:
    (item,) = shown.items([claims.one_of(person_id=actor.person_id or 0, voucher_id=pk, now=now)], now=now)
    region = item.voucher.region
    context = {
        "tab": "home", "item": item, "v": item.voucher, "now": now, "refused": refused,
        "place": Region.objects.filter(pk=region).first(), "suspended": item.usable and shown.is_suspended(pk),
        "outlets": county.outlets_in(region, most=4, home=_here(request, region)) if item.usable else [],
    }  # fmt: skip
    return render(request, "web/vouchers/voucher.html", context, status=status)


@require_safe
@open_page
def places_page(request: HttpRequest, actor: Actor | None, _now: datetime) -> HttpResponse:
    """GET /vouchers/places/: where it is handed out and where somebody helps, in my county or in `?region=`."""
    chosen = county.chosen(request, actor)
    region = county.known(request.GET.get("region", "")) or chosen.region
    context: dict[str, Any] = {"tab": "home", "actor": actor, "region": region}
    if region is not None:
        there = Outlet.objects.filter(active=True, region__startswith=county.prefix(region.code))
        shops = list(before(there.filter(kind=OutletKind.SHOP), request)[: PLACES + 1])
        context |= {
            "stations": there.filter(kind=OutletKind.STATION).order_by("id")[:PLACES], "shops": shops[:PLACES],
            "older": shops[PLACES - 1].pk if len(shops) > PLACES else None,
        }  # fmt: skip
    return render(request, "web/vouchers/places.html", context)
