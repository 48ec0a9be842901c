"""Single cases that are opened for somebody for a while: a confidential one in their own range, or any one when
somebody is in danger (docs/adr/0015). Asked for, agreed to by others, ended by the clock, told and reviewed afterwards.

Runs as the owner of the database: whoever asks cannot see the case, and must not learn whether there is one.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NoReturn

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit.chain import append
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.database import Ranges
from zhijia.kernel.base.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from zhijia.kernel.base.limits import Limit
from zhijia.kernel.base.text import clean
from zhijia.kernel.people.actors import Actor, Permission, Role
from zhijia.kernel.people.models import Account, Opening, OpeningKind, Post
from zhijia.kernel.people.posts import actor_of
from zhijia.kernel.rules.models import NATIONAL
from zhijia.kernel.rules.units import Unit
from zhijia.kernel.rules.values import RuleDefault, value_of

from .models import Case, Party
from .visibility import inside, sees

RULES = (
    RuleDefault("opening.confidential", 24, Unit.HOURS, "(?)", verified=False),
    RuleDefault("opening.emergency", 4, Unit.HOURS, "(?)", verified=False),
    RuleDefault("opening.waits", 24, Unit.HOURS, "(?)", verified=False),
)
"""How long each kind is open, and how long it may be agreed to."""
LEAST_REASON, LEAST_EMERGENCY, MOST_REASON = 4, 20, 500
SECONDS = (Role.SUPERVISOR, Role.LEADER)
"""Whose working post agrees to an emergency, beside a security administrator."""
ASKED = Limit("opening.asked", most=20, seconds=24 * 3600)
"""Emergencies that one account may ask for in a day: numbers must not be tried out."""
WITHHELD = _("Confidential: only the officer in charge may read it. State why and ask the team lead.")


def refuse(actor: Actor, no: str) -> NoReturn:
    """Raise what `actor` is told of a case that they may not see: Forbidden ("confidential") for an insider in whose
    range it lies, NotFound for everybody else, as for a number that nobody has. Inside the actor's database scope."""
    if actor.is_staff and not actor.system:
        with connection.cursor() as cursor:
            cursor.execute("SELECT cases_withheld(%s)", [no[:32]])
            if cursor.fetchone()[0]:
                raise Forbidden(WITHHELD, code="confidential")
    raise NotFound(code="no_such_case")


@transaction.atomic
def ask(*, no: str, reason: str, actor: Actor, now: datetime) -> Opening:
    """Ask for a confidential case in one's own range. What was asked twice is one.

    Raises NotFound as for no case at all when it lies elsewhere (or is no secret), Invalid for a reason that says
    nothing, Conflict when it is open for the actor already.
    """
    reason = _words("reason", reason, LEAST_REASON)
    case = Case.objects.filter(no=clean(no)).first()
    if case is None or not case.confidential or not _in_range(actor, case):
        raise NotFound(code="no_such_case")
    if sees(actor, case):
        raise Conflict(_("You may read this case already."), code="open_already")
    return _asked(OpeningKind.CONFIDENTIAL, case.pk, case.no, reason, "", actor, now)


@transaction.atomic
def ask_emergency(*, no: str, reason: str, danger: str, actor: Actor, now: datetime) -> Opening:
    """Ask for any case by its exact number because somebody is in danger. The answer is the same whether there is
    such a case or not.

    Raises Forbidden for who holds no post that works on cases, Invalid for fewer than 20 characters, TooSoon beyond
    what one account may ask in a day.
    """
    if not actor.may(Permission.ACT):
        raise Forbidden(_("Only who works on cases may ask for one."), code="no_permission")
    reason, danger = _words("reason", reason, LEAST_EMERGENCY), _words("danger", danger, LEAST_REASON)
    number = clean(no).upper()[:32]
    if not number:
        raise Invalid(FieldProblem("no", "required", _("Write the number of the case.")))
    ASKED.hit(actor.account_id, now=now)
    found = Case.objects.filter(no=number).values_list("pk", flat=True).first()
    return _asked(OpeningKind.EMERGENCY, found or 0, number, reason, danger, actor, now)


@transaction.atomic
def agree(*, opening_id: int, actor: Actor, now: datetime) -> Opening:
    """Agree to what another has asked for; the case is open when everybody who must has.

    Raises NotFound for what is not this actor's to decide, Forbidden for one's own, Conflict when it is decided.
    """
    opening, case = _locked(opening_id, actor, now)
    confidential = opening.kind == OpeningKind.CONFIDENTIAL
    if confidential or (opening.agreed_by_id is None and decides_security(actor, case)):
        changes = {"agreed_by_id": actor.account_id, "agreed_at": now}
    elif opening.second_by_id is None and decides_work(actor, case):
        changes = {"second_by_id": actor.account_id, "second_at": now}
    else:
        raise Conflict(_("One from your side has agreed already; the other is missing."), code="half_agreed")
    for name, value in changes.items():
        setattr(opening, name, value)
    if confidential or (opening.agreed_by_id and opening.second_by_id):
        opening.until = now + _hours(f"opening.{opening.kind}", case.region, now)
    opening.save(update_fields=[*changes, "until"])
    _record("opening.agreed", opening, actor, now, open=opening.until is not None)
    return opening


@transaction.atomic
def refuse_opening(*, opening_id: int, actor: Actor, now: datetime) -> Opening:
    """Refuse what another has asked for. Raises as `agree`."""
    opening, _case = _locked(opening_id, actor, now, or_unknown=True)
    opening.refused_by_id, opening.refused_at = actor.account_id, now
    opening.save(update_fields=["refused_by", "refused_at"])
    _record("opening.refused", opening, actor, now)
    return opening


@transaction.atomic
def end_early(*, opening_id: int, actor: Actor, now: datetime) -> Opening:
    """Close before its time what is open for oneself, or what one may decide. Raises NotFound, Conflict."""
    opening = Opening.objects.select_for_update().filter(pk=opening_id).first()
    if opening is None or not (opening.account_id == actor.account_id or _may_decide(actor, opening)):
        raise NotFound(code="no_such_opening")
    if opening.until is None or opening.until <= now:
        raise Conflict(_("It is not open any more."), code="not_open")
    opening.until = now
    opening.save(update_fields=["until"])
    _record("opening.ended", opening, actor, now)
    return opening


@transaction.atomic
def review(*, opening_id: int, justified: bool, words: str, actor: Actor, now: datetime) -> Opening:
    """A security administrator says, of an emergency that is over, whether it was one. Raises NotFound, Forbidden for
    one's own, Conflict for what is open still or was reviewed, Invalid without words."""
    words = _words("review", words, LEAST_REASON)
    opening = Opening.objects.select_for_update().filter(pk=opening_id, kind=OpeningKind.EMERGENCY).first()
    case = None if opening is None else Case.objects.filter(pk=opening.case_id).first()
    if opening is None or case is None or not decides_security(actor, case):
        raise NotFound(code="no_such_opening")
    if opening.account_id == actor.account_id:
        raise Forbidden(OWN, code="own_request")
    if opening.until is None or opening.until > now or opening.reviewed_at is not None:
        raise Conflict(_("Only what is over, and was not looked at yet, is reviewed."), code="not_reviewable")
    opening.reviewed_by_id, opening.reviewed_at = actor.account_id, now
    opening.justified, opening.review = justified, words
    opening.save(update_fields=["reviewed_by", "reviewed_at", "justified", "review"])
    _record("opening.reviewed", opening, actor, now, justified=justified)
    return opening


def mine(actor: Actor) -> QuerySet[Opening]:
    """What the actor asked for, newest first."""
    return Opening.objects.filter(account_id=actor.account_id or 0).order_by("-id")


def waiting_for(actor: Actor, *, now: datetime) -> QuerySet[Opening]:
    """What others asked for and this actor may decide now, the oldest first."""
    open_ = Opening.objects.filter(until=None, refused_at=None, lapses_at__gt=now).exclude(
        account_id=actor.account_id or 0
    )
    confidential = Q(kind=OpeningKind.CONFIDENTIAL) & _of(actor.within(Permission.CONFIDENTIAL))
    if not actor.may(Permission.ACT):
        confidential = Q(pk__in=[])
    security = Q(agreed_by=None) & (_of(actor.within(Permission.SECURITY)) | _unknown(actor))
    work = Q(second_by=None) & _of(_work_ranges(actor))
    return open_.filter(confidential | Q(kind=OpeningKind.EMERGENCY) & (security | work)).order_by("id")


def to_review(actor: Actor, *, now: datetime) -> QuerySet[Opening]:
    """Emergencies that are over and that nobody has judged, the oldest first."""
    over = Opening.objects.filter(kind=OpeningKind.EMERGENCY, until__lte=now, reviewed_at=None)
    return over.filter(_of(actor.within(Permission.SECURITY))).exclude(account_id=actor.account_id or 0).order_by("id")


def on_record(actor: Actor) -> QuerySet[Opening]:
    """Every opening in the reach of who looks after security or audits, newest first."""
    reach = actor.within(Permission.SECURITY if actor.may(Permission.SECURITY) else Permission.AUDIT)
    return Opening.objects.filter(_of(reach)).order_by("-id")


def untold(*, now: datetime, limit: int = 100) -> list[int]:
    """Ids of emergencies that are over and whose workers do not know yet."""
    over = Opening.objects.filter(kind=OpeningKind.EMERGENCY, until__lte=now, told_at=None)
    return list(over.order_by("until").values_list("pk", flat=True)[:limit])


def take_to_tell(opening_id: int, *, now: datetime) -> tuple[Opening, Case, list[int]] | None:
    """The opening, its case and the persons to tell, marked as told in the caller's transaction; None when somebody
    else has told them."""
    locked = Opening.objects.select_for_update(skip_locked=True, of=("self",))
    opening = locked.select_related("account").filter(pk=opening_id, told_at=None, until__lte=now).first()
    case = None if opening is None else Case.objects.filter(pk=opening.case_id).first()
    if opening is None or case is None:
        return None
    people = set(Party.objects.filter(case_id=case.pk).values_list("person_id", flat=True))
    if case.applicant_id is not None:
        people.add(case.applicant_id)
    Opening.objects.filter(pk=opening.pk).update(told_at=now)
    _record("opening.told", opening, Actor.platform(), now, people=len(people))
    return opening, case, sorted(people)


def deciders(opening: Opening, *, now: datetime, most: int = 20) -> list[int]:
    """Accounts to tell that something waits: who may decide it, those nearest to the case first."""
    case = Case.objects.filter(pk=opening.case_id).first()
    found = []
    for account in _candidates(opening, case, now):
        if _may_decide(actor_of(account, now=now), opening, case=case):
            found.append(account.pk)
        if len(found) == most:
            break
    return found


def decides_confidential(actor: Actor, case: Case) -> bool:
    """Whether the actor reads such cases where this one lies, as more than their own, and works on cases."""
    reach = actor.within(Permission.CONFIDENTIAL).hold(case.unit_lft, case.industry_lft)
    return reach and actor.may(Permission.ACT)


def decides_security(actor: Actor, case: Case) -> bool:
    """Whether the actor looks after security where the case lies."""
    return actor.within(Permission.SECURITY).hold(case.unit_lft, case.industry_lft)


def decides_work(actor: Actor, case: Case) -> bool:
    """Whether the actor supervises or leads where the case lies."""
    return _work_ranges(actor).hold(case.unit_lft, case.industry_lft)


OWN = _("Somebody else must decide what you asked for.")


def _asked(kind: OpeningKind, case_id: int, no: str, reason: str, danger: str, actor: Actor, now: datetime) -> Opening:
    same = Opening.objects.filter(
        account_id=actor.account_id or 0, no=no, kind=kind, until=None, refused_at=None, lapses_at__gt=now
    )
    _one_at_a_time(actor)
    if (earlier := same.first()) is not None:
        return earlier
    opening = Opening.objects.create(
        case_id=case_id, no=no, account_id=actor.account_id or 0, kind=kind, reason=reason, danger=danger, asked_at=now,
        lapses_at=now + _hours("opening.waits", NATIONAL, now),
    )  # fmt: skip
    _record("opening.asked", opening, actor, now, kind=str(kind))
    return opening


def _one_at_a_time(actor: Actor) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [0x5A4F, int(actor.account_id or 0) % 2**31])


def _locked(opening_id: int, actor: Actor, now: datetime, *, or_unknown: bool = False) -> tuple[Opening, Case]:
    """The opening that this actor may decide now, locked, and its case."""
    opening = Opening.objects.select_for_update().filter(pk=opening_id).first()
    if opening is None:
        raise NotFound(code="no_such_opening")
    if opening.account_id == actor.account_id:
        raise Forbidden(OWN, code="own_request")
    case = Case.objects.filter(pk=opening.case_id).first()
    if not _may_decide(actor, opening, case=case):
        raise NotFound(code="no_such_opening")
    if case is None and not or_unknown:
        raise Conflict(_("There is no case with this number; refuse it."), code="no_such_case")
    if opening.until is not None or opening.refused_at is not None:
        raise Conflict(_("This has been decided."), code="decided")
    if opening.lapses_at is not None and opening.lapses_at <= now:
        raise Conflict(_("This was asked too long ago. It must be asked again."), code="lapsed")
    return opening, case  # type: ignore[return-value]


def _may_decide(actor: Actor, opening: Opening, *, case: Case | None = None) -> bool:
    if opening.account_id == actor.account_id:
        return False
    case = case or Case.objects.filter(pk=opening.case_id).first()
    if case is None:
        return Opening.objects.filter(_unknown(actor), pk=opening.pk).exists()
    if opening.kind == OpeningKind.CONFIDENTIAL:
        return decides_confidential(actor, case)
    return decides_security(actor, case) or decides_work(actor, case)


def _in_range(actor: Actor, case: Case) -> bool:
    return actor.within(Permission.READ).hold(case.unit_lft, case.industry_lft)


def _work_ranges(actor: Actor) -> Ranges:
    posts = tuple(post for post in actor.posts if post.role in SECONDS)
    return Actor(account_id=actor.account_id, posts=posts).within(Permission.READ)


def _of(ranges: Ranges) -> Q:
    """Openings of cases that lie in the ranges."""
    if not ranges:
        return Q(pk__in=[])
    return Q(Exists(Case.objects.filter(inside(ranges), pk=OuterRef("case_id"))))


def _unknown(actor: Actor) -> Q:
    """Emergencies for a number that nobody has: they wait, as any other, with who looks after the asker's security."""
    reach = actor.within(Permission.SECURITY)
    if not reach:
        return Q(pk__in=[])
    places = Q(pk__in=[])
    for lft, rgt in reach.region:
        places |= Q(org__lft__range=(lft, rgt))
    return Q(case_id=0) & Q(Exists(Post.objects.filter(places, account_id=OuterRef("account_id"))))


# Posts of today whose organisation's range holds a place, the nearest first.
_NEAR = """
    SELECT DISTINCT ON (near, who) who FROM (
      SELECT coalesce(s.substitute_id, p.account_id) AS who, r.rgt - r.lft AS near
      FROM people_post p JOIN org_org r ON r.id = coalesce(p.reach_id, p.org_id)
      LEFT JOIN people_substitution s ON s.post_id = p.id AND s.from_day <= %(day)s AND s.to_day >= %(day)s
      WHERE p.from_day <= %(day)s AND coalesce(p.to_day, %(day)s) >= %(day)s AND r.lft <= %(lft)s AND r.rgt >= %(lft)s
        AND p.role <> ALL (%(never)s) AND (p.role = ANY (%(roles)s) OR %(any)s)) x
    ORDER BY near, who LIMIT 60
"""


def _candidates(opening: Opening, case: Case | None, now: datetime) -> Iterable[Account]:
    day = now.astimezone(CHINA).date()
    lft = case.unit_lft if case else _home(opening)
    emergency = opening.kind == OpeningKind.EMERGENCY
    roles = [str(r) for r in (*SECONDS, Role.SECURITY_ADMINISTRATOR)] if emergency else []
    with connection.cursor() as cursor:
        cursor.execute(
            _NEAR,
            {"day": day, "lft": lft, "roles": roles, "any": not emergency,
             "never": [str(r) for r in (Role.AUDITOR, Role.ORGANISER, Role.PARTNER)]},
        )  # fmt: skip
        ids = [row[0] for row in cursor.fetchall()]
    known = Account.objects.in_bulk(ids)
    return [known[pk] for pk in ids if known[pk].is_active]


def _home(opening: Opening) -> int:
    first = Post.objects.filter(account_id=opening.account_id).order_by("id").values_list("org__lft", flat=True).first()
    return int(first or 0)


def _hours(key: str, region: str, now: datetime) -> timedelta:
    value = value_of(key, region=region, on=now.astimezone(CHINA).date()).value
    return timedelta(hours=float(value or 0))


def _words(field: str, raw: str, least: int) -> str:
    words = " ".join(clean(raw).split())[:MOST_REASON]
    if len(words) < least:
        message = _("Say why, in at least %(least)s characters.") % {"least": least}
        raise Invalid(FieldProblem(field, "too_short", message, {"least": least}))
    return words


def _record(act: str, opening: Opening, actor: Actor, now: datetime, **data: str | int | bool) -> None:
    """On the chain of the account that it is for; of the case too, when there is one."""
    subject = f"opening:{opening.pk}"
    append(
        chain=f"account:{opening.account_id}", act=act, subject=subject, actor=actor, now=now,
        data={"case": opening.case_id, **data},
    )  # fmt: skip
