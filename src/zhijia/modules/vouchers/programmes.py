"""Programmes and outlets and their terminals: what an officer sets up before anything can be given out."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid, NotFound, Text
from zhijia.kernel.base.text import clean
from zhijia.kernel.org.models import Region
from zhijia.kernel.people.actors import Actor

from . import accounts
from .eligibility import RULES, may_manage
from .models import Kind, Outlet, Programme, Terminal
from .shops import OutletKind


@transaction.atomic
def add_programme(
    *, key: str, title: str, kind: Kind, org_id: int, fen: int, actor: Actor, now: datetime, rule: str = "anyone",
    terms: str = "",
) -> Programme:  # fmt: skip
    """A programme of this union. Raises Forbidden for whoever is no officer there, Invalid for bad fields."""
    may_manage(actor, org_id)
    problems = [
        *_required(key=key, title=title),
        *([FieldProblem("fen", "positive", _("Write what one is worth, for example 15."))] if fen <= 0 else []),
        *([FieldProblem("rule", "choice", _("Choose one of the listed values."))] if rule not in RULES else []),
    ]
    if problems:
        raise Invalid(*problems)
    try:
        with transaction.atomic():
            made = Programme.objects.create(
                key=key.strip()[:40], title=_line(title, 100), kind=kind, org_id=org_id, fen=fen, rule=rule,
                terms=clean(terms),
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(FieldProblem("key", "taken", _("This key is taken. Choose another."))) from error
    accounts.open_for_programme(made.id, org_id)
    _record("vouchers.programme_added", f"programme:{made.id}", actor, now)
    return made


@transaction.atomic
def change_programme(
    *, programme: Programme, actor: Actor, now: datetime, title: str | None = None, terms: str | None = None,
    active: bool | None = None,
) -> Programme:  # fmt: skip
    """Change what later cycles take over; cycles that were submitted keep theirs. Raises as `add_programme` does."""
    may_manage(actor, programme.org_id, programme_id=programme.pk)
    given = {"title": title, "terms": terms, "active": active}
    if title is not None and (problems := _required(title=title)):
        raise Invalid(*problems)
    for name, value in given.items():
        if value is not None:
            setattr(programme, name, clean(value) if isinstance(value, str) else value)
    programme.save(update_fields=[name for name, value in given.items() if value is not None])
    fields = [name for name, value in given.items() if value is not None]
    _record("vouchers.programme_changed", f"programme:{programme.id}", actor, now, {"fields": fields})
    return programme


@transaction.atomic
def add_outlet(
    *, name: str, kind: OutletKind, org_id: int, region: str, address: str, payee: str, actor: Actor, now: datetime,
    opening: str = "",
) -> Outlet:  # fmt: skip
    """A shop or station that hands out. Raises Forbidden for whoever is no officer of its union, Invalid."""
    may_manage(actor, org_id)
    problems = _required(name=name, address=address, payee=payee)
    if not Region.objects.filter(pk=region, retired_in=None).exists():
        problems.append(FieldProblem("region", "region", _("Choose a county from the list.")))
    if problems:
        raise Invalid(*problems)
    made = Outlet.objects.create(
        name=_line(name, 100), kind=kind, org_id=org_id, region=region, address=_line(address, 200),
        opening=_line(opening, 200), payee=_line(payee, 100),
    )  # fmt: skip
    accounts.open_for_outlet(made.id, org_id, region)
    _record("vouchers.outlet_added", f"outlet:{made.id}", actor, now)
    return made


@transaction.atomic
def set_outlet_active(*, outlet: Outlet, active: bool, actor: Actor, now: datetime) -> Outlet:
    """Let an outlet take part or not; what it handed out before is still owed. Raises Forbidden."""
    may_manage(actor, outlet.org_id)
    outlet.active = active
    outlet.save(update_fields=["active"])
    _record("vouchers.outlet_opened" if active else "vouchers.outlet_closed", f"outlet:{outlet.id}", actor, now)
    return outlet


@dataclass(frozen=True)
class Enrolled:
    """A new terminal and its secret, which is shown this once and kept nowhere."""

    terminal: Terminal
    secret: str


@transaction.atomic
def enroll_terminal(*, outlet: Outlet, label: str, actor: Actor, now: datetime) -> Enrolled:
    """A device of this outlet. Raises Forbidden for whoever is no officer of its union, Invalid without a label."""
    may_manage(actor, outlet.org_id)
    if problems := _required(label=label):
        raise Invalid(*problems)
    secret = secrets.token_urlsafe(32)
    made = Terminal(
        outlet=outlet, label=_line(label, 60), secret_hash=_hash(secret), enrolled_at=now, enrolled_by=actor.account_id
    )
    made.save(force_insert=True)
    _record("vouchers.terminal_enrolled", f"outlet:{outlet.id}", actor, now, {"terminal": made.id})
    return Enrolled(made, f"{made.id}.{secret}")


@transaction.atomic
def revoke_terminal(*, terminal: Terminal, actor: Actor, now: datetime) -> None:
    """Trust it no more, from now on. Raises Forbidden."""
    may_manage(actor, terminal.outlet.org_id)
    Terminal.objects.filter(pk=terminal.pk, revoked_at=None).update(revoked_at=now)
    data = {"terminal": terminal.id}
    _record("vouchers.terminal_revoked", f"outlet:{terminal.outlet_id}", actor, now, data)


def terminal_of(given: str) -> Terminal:
    """The terminal that presents this secret, with its outlet. Raises Forbidden for a wrong or revoked one, alike.

    For the platform, not within a request's scope: no role may read the hashes.
    """
    number, _dot, secret = given.partition(".")
    known = None
    if number.isascii() and number.isdigit() and len(number) < 19:
        known = Terminal.objects.select_related("outlet").filter(pk=int(number)).first()
    right = known is not None and hmac.compare_digest(bytes(known.secret_hash), _hash(secret))
    if known is None or not right or known.revoked_at is not None:
        raise Forbidden(_("This terminal is not enrolled, or no longer."), code="terminal")
    return known


def outlet_for(outlet_id: int) -> Outlet:
    """The outlet, as far as the caller may see it. Raises NotFound."""
    found = Outlet.objects.filter(pk=outlet_id).first()
    if found is None:
        raise NotFound(_("There is no such outlet."))
    return found


def _hash(secret: str) -> bytes:
    """The secret has 256 random bits, so one round is enough."""
    return hashlib.sha256(f"zhijia/terminal/{secret}".encode()).digest()


def _line(text: str, most: int) -> str:
    return " ".join(clean(text).split())[:most]


def _required(**fields: str) -> list[FieldProblem]:
    missing: Text = _("Please fill this in.")
    return [FieldProblem(name, "required", missing) for name, value in fields.items() if not clean(value)]


def _record(act: str, subject: str, actor: Actor, now: datetime, data: Mapping[str, object] | None = None) -> None:
    append(chain=subject, act=act, subject=subject, actor=actor, now=now, data=data)
