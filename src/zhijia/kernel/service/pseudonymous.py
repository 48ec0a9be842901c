"""Complaints under a pseudonym: filed and followed with a code alone, and the identity behind one under two keys.

A sealed identity is opened only together: whoever is in charge of the case (or heads the unit) asks with a reason, and
two different posts agree within the time, each by another person than the asker and the other. Which posts those are is
a rule by region. The worker reads afterwards who asked, who agreed and why. Runs as the owner of the database; who may
do what is checked here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from zhijia.kernel.base.text import clean
from zhijia.kernel.cases.models import Case
from zhijia.kernel.cases.visibility import sees
from zhijia.kernel.notify.render import register
from zhijia.kernel.notify.staff import inform
from zhijia.kernel.org.queries import parent_unit
from zhijia.kernel.people import pseudonyms
from zhijia.kernel.people.actors import Actor, Held, Permission, Role
from zhijia.kernel.people.holders import holders_above
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.pseudonym_models import IdentityKey, IdentityRequest, Pseudonym, SealedIdentity
from zhijia.kernel.people.pseudonyms import Told
from zhijia.kernel.rules.units import Unit
from zhijia.kernel.rules.values import RuleDefault, value_of

from .engine import open_case

RULES = (
    RuleDefault("sealed_identity.first_post", str(Role.SECURITY_ADMINISTRATOR), Unit.TEXT, "(?)", verified=False),
    RuleDefault("sealed_identity.second_post", str(Role.LEADER), Unit.TEXT, "(?)", verified=False),
    RuleDefault("sealed_identity.waits", 72, Unit.HOURS, "(?)", verified=False),
    RuleDefault("sealed_identity.open", 24, Unit.HOURS, "(?)", verified=False),
)
"""Whose two posts must agree, how long a request waits for them, and how long the asker may then read."""
LEAST_REASON, MOST_REASON = 10, 500


@dataclass(frozen=True)
class Complaint:
    """What came of filing one."""

    no: str
    name: str
    """The pseudonym."""
    again: bool = False
    """This code had been used before: nothing was filed a second time."""


# --- filing and following -----------------------------------------------------------------------------------------


def file_complaint(
    *, service: str, data: Mapping[str, Any], region: str, code: str, told: Told, now: datetime
) -> Complaint:
    """Begin a case for somebody under a new pseudonym. The same `code` again is the same complaint again, so that a
    form that was sent twice loses nothing. Raises Invalid as `open_case`."""
    try:
        with transaction.atomic():
            return _known(code) or _file(service, data, region, code, told, now)
    except IntegrityError:  # sent twice in the same moment
        found = _known(code)
        if found is None:
            raise
        return found


def actor_of(pseudonym: Pseudonym) -> Actor:
    """The worker behind a code, as the engine knows them: a person without an account."""
    return Actor(person_id=pseudonym.person_id, name=pseudonym.person.name)


def case_of(pseudonym: Pseudonym) -> Case:
    """The complaint itself. Raises NotFound when it was destroyed after its time."""
    case = Case.objects.select_related("unit", "lead", "lead__unit").filter(pk=pseudonym.case_id).first()
    if case is None:
        raise NotFound(code="no_such_case")
    return case


def _known(code: str) -> Complaint | None:
    found = pseudonyms.known(code)
    return None if found is None else Complaint(case_of(found).no, found.person.name, again=True)


def _file(service: str, data: Mapping[str, Any], region: str, code: str, told: Told, now: datetime) -> Complaint:
    person = pseudonyms.invent(now=now)
    himself = Actor(person_id=person.pk, name=person.name)
    fired = open_case(service=service, actor=himself, now=now, data=data, region=region, applicant_id=person.pk)
    case_id = Case.objects.values_list("pk", flat=True).get(no=fired.no)
    pseudonyms.keep(person=person, code=code, case_id=case_id, told=told)
    return Complaint(fired.no, person.name)


# --- the identity behind it ---------------------------------------------------------------------------------------


def sealed(case: Case) -> bool:
    """Whether the complaint stands under a pseudonym whose identity was left here."""
    return SealedIdentity.objects.filter(pseudonym__case_id=case.pk).exists()


@transaction.atomic
def ask(*, no: str, reason: str, actor: Actor, now: datetime) -> IdentityRequest:
    """Ask that the identity behind a pseudonym be opened. What was asked twice is one request.

    Raises NotFound for a case that the actor may not see, Forbidden for who is neither in charge of it nor heads the
    unit, Conflict where no identity was left, Invalid for a reason that says nothing.
    """
    case = Case.objects.filter(no=clean(no)).first()
    if case is None or not sees(actor, case):
        raise NotFound(code="no_such_case")
    post = _in_charge(actor, case)
    words = " ".join(clean(reason).split())
    if not LEAST_REASON <= len(words) <= MOST_REASON:
        message = _("Say why, in 10 to 500 characters. The worker will read it.")
        raise Invalid(FieldProblem("reason", "length", message, {"least": LEAST_REASON, "max": MOST_REASON}))
    identity = SealedIdentity.objects.select_for_update().filter(pseudonym__case_id=case.pk).first()
    if identity is None:
        raise Conflict(_("Nobody left an identity with this case."), code="no_identity")
    mine = IdentityRequest.objects.filter(pseudonym_id=identity.pseudonym_id, asked_by_id=actor.account_id or 0)
    going = mine.filter(opened_at=None, refused_at=None).first()
    if going is not None and going.lapses_at > now:
        return going
    if going is not None:  # it lapsed: it is closed before another begins
        IdentityRequest.objects.filter(pk=going.pk).update(refused_at=going.lapses_at)
    made = IdentityRequest.objects.create(
        pseudonym_id=identity.pseudonym_id, case_no=case.no, unit_lft=case.unit_lft, industry_lft=case.industry_lft,
        reason=words, asked_by_id=actor.account_id or 0, asked_as=_signed(actor, post), asked_at=now,
        lapses_at=now + _hours("sealed_identity.waits", case.region, now),
    )  # fmt: skip
    _record("identity.asked", made, actor, now)
    inform(template="identity.asked", data={"no": case.no}, now=now, accounts=_deciders(case, now))
    return made


@transaction.atomic
def agree(*, request_id: int, actor: Actor, now: datetime) -> IdentityRequest:
    """Turn one of the two keys; with the second the identity is open for the asker. Raises as `_to_decide`."""
    request, role, post = _to_decide(request_id, actor, now)
    _turn(request, role, post, actor, now, agrees=True)
    if request.turned.filter(agrees=True).count() < 2:
        return request
    case = _case(request)
    request.opened_at, request.until = now, now + _hours("sealed_identity.open", case.region, now)
    request.save(update_fields=["opened_at", "until"])
    _record("identity.opened", request, actor, now, purpose=request.reason)
    inform(
        template="identity.opened", data={"no": request.case_no}, now=now, accounts=[request.asked_by_id],
        persons=[request.pseudonym_id],
    )  # fmt: skip
    return request


@transaction.atomic
def refuse(*, request_id: int, actor: Actor, now: datetime) -> IdentityRequest:
    """Refuse: one of the two is enough for that. Raises as `_to_decide`."""
    request, role, post = _to_decide(request_id, actor, now)
    _turn(request, role, post, actor, now, agrees=False)
    request.refused_at = now
    request.save(update_fields=["refused_at"])
    _record("identity.refused", request, actor, now)
    inform(template="identity.refused", data={"no": request.case_no}, now=now, accounts=[request.asked_by_id])
    return request


@transaction.atomic
def read(*, request_id: int, actor: Actor, now: datetime) -> Told:
    """The identity, for who asked, while it is open; each reading is on record with the reason. Raises NotFound for
    everybody else, Conflict when it is not open."""
    request = IdentityRequest.objects.filter(pk=request_id, asked_by_id=actor.account_id or 0).first()
    if request is None:
        raise NotFound(code="no_such_request")
    if request.until is None or request.until <= now:
        raise Conflict(_("It is not open. Ask again, with a reason."), code="not_open")
    _record("identity.read", request, actor, now, purpose=request.reason)
    told = SealedIdentity.objects.get(pseudonym_id=request.pseudonym_id).told
    return Told(told.get("name", ""), told.get("phone", ""))


def waiting_for(actor: Actor, *, now: datetime) -> list[IdentityRequest]:
    """What others asked and this actor may decide now, the oldest first."""
    open_ = IdentityRequest.objects.filter(opened_at=None, refused_at=None, lapses_at__gt=now).order_by("id")
    return [request for request in open_[:200] if _key_of(request, actor, now) is not None]


def asked_by(actor: Actor) -> list[IdentityRequest]:
    """What the actor asked, the newest first."""
    return list(IdentityRequest.objects.filter(asked_by_id=actor.account_id or 0).order_by("-id")[:50])


def history(pseudonym: Pseudonym) -> list[IdentityRequest]:
    """Every request about a pseudonym, with who agreed: what the worker sees, the newest first."""
    return list(IdentityRequest.objects.filter(pseudonym=pseudonym).prefetch_related("turned").order_by("-id"))


def _in_charge(actor: Actor, case: Case) -> Held:
    """The post by whose right the actor may ask. Raises Forbidden."""
    heads = (p for p in actor.posts if p.role == Role.UNIT_HEAD and p.org_id == case.unit_id)
    found = next(heads, None)
    if found is None and case.assignee_id is not None and case.assignee_id == actor.account_id:
        found = next((p for p in actor.posts if p.reach(Permission.ACT) != "none"), None)
    if found is None:
        raise Forbidden(_("Only the officer in charge, or the head of the unit, may ask for this."), code="wrong_role")
    return found


def _to_decide(request_id: int, actor: Actor, now: datetime) -> tuple[IdentityRequest, Role, Held]:
    """The request, locked, with the role and post by which this actor turns a key of it.

    Raises NotFound for what is not theirs to decide, Forbidden for their own request or for whoever has turned one key
    already (nobody is two of the three, not with two posts and not with two accounts), Conflict when it is decided or
    was asked too long ago.
    """
    request = IdentityRequest.objects.select_for_update().filter(pk=request_id).first()
    if request is None or not _roles_of(request, actor, now):
        raise NotFound(code="no_such_request")
    if request.opened_at is not None or request.refused_at is not None:
        raise Conflict(_("This has been decided."), code="decided")
    if request.lapses_at <= now:
        raise Conflict(_("This was asked too long ago. It must be asked again."), code="lapsed")
    if _same_human(actor, [request.asked_by_id]):
        raise Forbidden(_("Somebody else must decide what you asked for."), code="own_request")
    if _same_human(actor, list(request.turned.values_list("account_id", flat=True))):
        raise Forbidden(_("You have turned one key. The other is somebody else's."), code="own_key")
    key = _key_of(request, actor, now)
    if key is None:
        raise Conflict(_("One from your side has agreed already; the other is missing."), code="half_agreed")
    return request, *key


def _key_of(request: IdentityRequest, actor: Actor, now: datetime) -> tuple[Role, Held] | None:
    """The role by which the actor may turn a key that was not turned yet; None for the asker and the first turner."""
    turned = list(request.turned.all())
    if _same_human(actor, [request.asked_by_id, *(key.account_id for key in turned)]):
        return None
    taken = {key.role for key in turned}
    return next(((role, post) for role, post in _roles_of(request, actor, now) if role not in taken), None)


def _roles_of(request: IdentityRequest, actor: Actor, now: datetime) -> list[tuple[Role, Held]]:
    """Which of the two posts the actor holds over the case: security where it lies, a leader above the unit."""
    case = _case(request)
    found = []
    for role in _posts(case, now):
        for post in actor.posts:
            above = post.org_id != case.unit_id and post.lft <= request.unit_lft <= post.rgt and not post.industry
            secures = post.reach(Permission.SECURITY) != "none" and any(
                lft <= request.unit_lft <= rgt for lft, rgt in post.regions(Permission.SECURITY)
            )
            if post.role == role and (secures if role == Role.SECURITY_ADMINISTRATOR else above):
                found.append((role, post))
                break
    return found


def _posts(case: Case, now: datetime) -> tuple[Role, Role]:
    """The two roles that must agree where the case lies."""
    day = now.astimezone(CHINA).date()
    names = [
        value_of(f"sealed_identity.{which}_post", region=case.region, on=day).text for which in ("first", "second")
    ]
    return Role(names[0] or ""), Role(names[1] or "")


def _same_human(actor: Actor, accounts: list[int]) -> bool:
    """Whether the actor is one of these accounts, or the same person with another account."""
    if actor.account_id is None or actor.account_id in accounts:
        return actor.account_id is not None
    mine = Account.objects.filter(pk=actor.account_id).values_list("person_id", flat=True).first()
    return mine is not None and Account.objects.filter(pk__in=accounts, person_id=mine).exists()


def _turn(request: IdentityRequest, role: Role, post: Held, actor: Actor, now: datetime, *, agrees: bool) -> None:
    IdentityKey.objects.create(
        request=request, account_id=actor.account_id or 0, role=str(role), signed_as=_signed(actor, post),
        agrees=agrees, at=now,
    )  # fmt: skip
    if agrees:
        _record("identity.agreed", request, actor, now, role=str(role))


def _deciders(case: Case, now: datetime) -> list[int]:
    above = parent_unit(case.unit) or case.unit
    places = {Role.SECURITY_ADMINISTRATOR: case.unit_id}  # everybody else decides from above the unit
    found = (holders_above(role=role, org_id=places.get(role, above.pk), now=now) for role in _posts(case, now))
    return sorted({account for accounts in found for account in accounts})


def _case(request: IdentityRequest) -> Case:
    return Case.objects.get(no=request.case_no)


def _hours(key: str, region: str, now: datetime) -> timedelta:
    value = value_of(key, region=region, on=now.astimezone(CHINA).date()).value
    return timedelta(hours=float(value or 0))


def _signed(actor: Actor, post: Held) -> str:
    stands = f"，{_('for')} {post.substitute_for}" if post.substitute_for else ""
    return f"{actor.name}（{post.role.title}，{post.org_name}{stands}）"[:200]


def _record(act: str, request: IdentityRequest, actor: Actor, now: datetime, *, purpose: str = "", **data: Any) -> None:
    """On the chain of the person under the pseudonym, about the case."""
    case = _case(request)
    append(
        chain=f"person:{request.pseudonym_id}", act=act, subject=f"case:{case.pk}", actor=actor, now=now,
        data={"no": case.no, "request": request.pk, **data}, person_id=request.pseudonym_id, purpose=purpose,
    )  # fmt: skip


for _key, _text in {
    "identity.asked": _("Somebody asks to open the identity behind the pseudonym of case {no}. It waits for your key."),
    "identity.opened": _(
        "The identity behind the pseudonym of case {no} was opened by two posts; who asked, and why, stands on "
        "its page."
    ),
    "identity.refused": _("The request to open the identity behind case {no} was refused."),
}.items():
    register(_key, _text, offers=frozenset())
