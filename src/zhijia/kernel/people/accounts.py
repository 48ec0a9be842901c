"""Accounts of staff as administrators look after them: found, added, closed, opened again, unlocked.

Runs as the owner of the database. What it means to be in reach is asked here: an account belongs to its home
organisation and to those of its posts, and whoever changes it must reach all of them.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.audit import security
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.database import Ranges
from zhijia.kernel.base.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from zhijia.kernel.base.text import clean
from zhijia.kernel.org.models import Org

from . import devices
from .actors import EVERYWHERE, Actor, Permission
from .auth import add_account
from .models import Account, Post
from .persons import find_or_add_person
from .trail import record

WORKERS = r"^([0-9a-f]{32}|former-[0-9]+)$"
"""Logins of workers' own accounts, which no administrator looks after."""


def staff_accounts() -> QuerySet[Account]:
    """Every account of staff, whether it holds a post today or not; never a worker's own and never a partner's."""
    held = Exists(Post.objects.filter(account_id=OuterRef("pk")))
    return Account.objects.filter(held | Q(home__isnull=False) | ~Q(login__regex=WORKERS), is_partner=False)


def in_reach(actor: Actor, *permissions: Permission) -> QuerySet[Account]:
    """The accounts of staff that one of these permissions reaches by home or by any post."""
    found = Q(pk__in=[])
    for permission in permissions:
        reach = Ranges((EVERYWHERE,)) if actor.system else actor.within(permission)
        if not reach:
            continue
        held = Post.objects.filter(account_id=OuterRef("pk"), org__in=orgs_in(reach))
        found |= Q(home__in=orgs_in(reach)) | Q(Exists(held))
        if not Org.objects.filter(parent=None).exclude(pk__in=orgs_in(reach)).exists():  # the whole house
            found |= Q(home=None) & ~Q(Exists(Post.objects.filter(account_id=OuterRef("pk"))))
    return staff_accounts().filter(found)


def orgs_in(ranges: Ranges) -> QuerySet[Org]:
    """The organisations that lie in the ranges."""
    inside = Q(pk__in=[])
    for lft, rgt in ranges.region:
        inside |= Q(lft__range=(lft, rgt))
    low, high = ranges.industry
    return Org.objects.filter(inside | Q(industry_lft__range=(low, high)) if low <= high else inside)


def account_in_reach(actor: Actor, account_id: int, *permissions: Permission) -> Account:
    """The account, which one of the permissions reaches. Raises NotFound."""
    found = in_reach(actor, *permissions).select_related("person", "home").filter(pk=account_id).first()
    if found is None:
        raise NotFound(_("There is no such account in your reach."), code="no_such_account")
    return found


def demand(actor: Actor, account: Account, *permissions: Permission, now: datetime) -> None:
    """Raises Forbidden unless one of the permissions reaches everything the account belongs to today or later, and for
    one's own account."""
    actor.require(*permissions)
    if actor.account_id == account.pk:
        raise Forbidden(_("Nobody does this to their own account. Ask another administrator."), code="own_account")
    if actor.system:
        return
    today = now.astimezone(CHINA).date()
    posts = Post.objects.filter(Q(to_day=None) | Q(to_day__gte=today), account=account)
    places = Org.objects.filter(Q(pk__in=posts.values("org_id")) | Q(pk=account.home_id or 0))
    reached = [actor.within(permission) for permission in permissions]
    for lft, industry in places.values_list("lft", "industry_lft"):
        if not any(reach.hold(lft, industry) for reach in reached):
            raise Forbidden(
                _("This account also belongs to an organisation beyond your reach. Ask the level above."),
                code="out_of_reach",
            )
    if not in_reach(actor, *permissions).filter(pk=account.pk).exists():
        raise NotFound(_("There is no such account in your reach."), code="no_such_account")


@transaction.atomic
def add_staff(
    *, login: str, name: str, home_id: int, actor: Actor, now: datetime, phone: str = "", password: str | None = None
) -> Account:  # fmt: skip
    """An account for somebody of `home_id`, linked to the person with this phone when one is given.

    Raises Forbidden unless the actor may manage accounts there, Invalid for a bad login, name or phone.
    """
    actor.require(Permission.ACCOUNTS)
    home = Org.objects.filter(pk=home_id, active=True).first()
    if home is None or not (actor.system or actor.reaches(Permission.ACCOUNTS, home.lft, home.industry_lft)):
        raise Invalid(FieldProblem("home", "out_of_reach", _("Choose an organisation in your reach.")))
    if not clean(name):
        raise Invalid(FieldProblem("name", "required", _("Write the name as colleagues know it.")))
    person = find_or_add_person(name=name, phone=phone, now=now, actor=actor) if phone.strip() else None
    if person is not None and staff_accounts().filter(person=person).exists():
        raise Invalid(FieldProblem("phone", "taken", _("Somebody of staff has an account with this phone already.")))
    account = add_account(login=login, name=name, actor=actor, now=now, person=person, password=password)
    Account.objects.filter(pk=account.pk).update(home=home)
    account.home = home
    return account


@transaction.atomic
def close_account(*, account: Account, actor: Actor, now: datetime) -> list[str]:
    """Let nobody sign in with it any more, from this moment; the keys of the sessions that the face deletes. Its posts
    stay as they are, for the security administrator to end. Raises Forbidden, Conflict when it is closed."""
    demand(actor, account, Permission.ACCOUNTS, now=now)
    if not Account.objects.filter(pk=account.pk, is_active=True).update(is_active=False):
        raise Conflict(_("This account is closed already."), code="closed")
    account.is_active = False
    record(account, "account.closed", now, actor)
    _log(account, actor, now, "closed")
    return devices.end_all(account=account, keep=None, now=now)


@transaction.atomic
def reopen_account(*, account: Account, actor: Actor, now: datetime) -> None:
    """Let its owner sign in again. Raises Forbidden, Conflict when it is open."""
    demand(actor, account, Permission.ACCOUNTS, now=now)
    if not Account.objects.filter(pk=account.pk, is_active=False).update(is_active=True):
        raise Conflict(_("This account is open already."), code="open")
    account.is_active = True
    record(account, "account.reopened", now, actor)
    _log(account, actor, now, "reopened")


@transaction.atomic
def unlock_account(*, account: Account, actor: Actor, now: datetime) -> None:
    """Let its owner try their password again before the lockout is over. Raises Forbidden."""
    demand(actor, account, Permission.SECURITY, now=now)
    Account.objects.filter(pk=account.pk).update(failures=0, locked_until=None)
    account.failures, account.locked_until = 0, None
    record(account, "account.unlocked", now, actor)
    _log(account, actor, now, "unlocked")


@transaction.atomic
def end_sessions(*, account: Account, actor: Actor, now: datetime) -> list[str]:
    """Sign it out everywhere; the keys of the sessions that the face deletes. Raises Forbidden."""
    demand(actor, account, Permission.SECURITY, now=now)
    record(account, "account.sessions_ended", now, actor)
    return devices.end_all(account=account, keep=None, now=now)


def _log(account: Account, actor: Actor, now: datetime, what: str) -> None:
    security.log(
        kind="account.changed", now=now, account_id=account.pk, detail={"by": actor.account_id or 0, "what": what}
    )
