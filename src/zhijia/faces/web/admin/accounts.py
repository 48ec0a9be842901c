"""Accounts of staff: found, added, let in by a link, closed and opened again, unlocked, signed out."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhijia.faces import sessions
from zhijia.faces.web.pages import before
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, Invalid
from zhijia.kernel.base.text import clean
from zhijia.kernel.notify import posts as telling
from zhijia.kernel.people import accounts, matrix, proposals
from zhijia.kernel.people.actors import Actor, Permission, Role
from zhijia.kernel.people.factors import factors_of
from zhijia.kernel.people.models import Account, Post, Proposal, Substitution
from zhijia.kernel.people.setup import begin_setup
from zhijia.kernel.service.staff_sheet import STAFF

from . import history
from .frame import LOOK, Form, account_seen, accounts_seen, admin_page, org_named, orgs_seen, page

SHOWN = 50
STATES = ("open", "closed", "locked", "new", "idle")


@require_safe
@admin_page(*LOOK)
def home(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:  # noqa: ARG001
    """GET /desk/admin/: to what waits for the reader, else to the accounts."""
    waits = actor.may(Permission.POSTS, Permission.SECURITY) and proposals.waiting_for(actor).exists()
    return redirect("admin:waiting" if waits else "admin:accounts")


@require_safe
@admin_page(*LOOK)
def listed(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/admin/accounts/?q=&unit=&state=: the accounts in reach, newest first."""
    words, unit, state = (clean(request.GET.get(name, ""))[:60] for name in ("q", "unit", "state"))
    rows = accounts_seen(actor)
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(login__icontains=words.casefold()))
    problem = ""
    if unit:
        try:
            org = org_named(actor, unit, *LOOK, field="unit")
            held = Post.objects.filter(account_id=OuterRef("pk"), org__lft__range=(org.lft, org.rgt))
            rows = rows.filter(Q(Exists(held)) | Q(home__lft__range=(org.lft, org.rgt)))
        except Invalid as error:
            problem, rows = str(error.problems[0].message), rows.none()
    rows = _in_state(rows, state, now)
    found = list(before(rows.select_related("home"), request)[: SHOWN + 1])
    shown = found[:SHOWN]
    posts = posts_today([a.pk for a in shown], now)
    context = {
        "rows": [(account, posts.get(account.pk, []), _state(account, now)) for account in shown], "q": words,
        "unit": unit, "state": state, "states": _states(), "unit_problem": problem,
        "older": found[SHOWN - 1].pk if len(found) > SHOWN else None, "filtered": bool(words or unit or state),
        "sheet": STAFF.key,
    }  # fmt: skip
    return page(request, actor, now, "accounts", context, tab="accounts")


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("phone")
@admin_page(Permission.ACCOUNTS)
def add(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """/desk/admin/accounts/new/: add one; what comes next is the link by which its owner sets a password."""
    form = Form()
    if request.method == "POST":
        typed = request.POST
        try:
            home = org_named(actor, typed.get("home", ""), Permission.ACCOUNTS, field="home")
            made = accounts.add_staff(
                login=typed.get("login", ""), name=typed.get("name", ""), home_id=home.pk, actor=actor, now=now,
                phone=typed.get("phone", ""),
            )  # fmt: skip
        except Invalid as error:
            form = Form.wrong(typed, error.problems)
        else:
            messages.success(request, _("Added. Make the link by which they set their password next."))
            return redirect("admin:account", pk=made.pk)
    own = orgs_seen(actor, Permission.ACCOUNTS).first()
    context = {"form": form, "home": form.values.get("home") or (own.name if own else "")}
    return page(request, actor, now, "account_new", context, tab="accounts", status=422 if form.problems else 200)


@require_safe
@admin_page(*LOOK)
def account(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """GET /desk/admin/accounts/<id>/: what it holds over time, what can be done; an auditor reads its history."""
    return show(request, actor, now, account_seen(actor, pk))


@require_POST
@admin_page(*LOOK)
def act(request: HttpRequest, actor: Actor, now: datetime, pk: str, what: str) -> HttpResponse:
    """POST /desk/admin/accounts/<id>/<link|close|reopen|unlock|sessions|factors>/: do it and show the account again."""
    found = account_seen(actor, int(pk))
    try:
        if what == "link":
            accounts.demand(actor, found, Permission.ACCOUNTS, now=now)
            return show(
                request, actor, now, found, link=_link(request, begin_setup(account=found, actor=actor, now=now))
            )
        said = _do(what, request, found, actor, now)
    except Invalid as error:
        return show(request, actor, now, found, form=Form.wrong(request.POST, error.problems), status=422)
    except Conflict as error:
        messages.warning(request, str(error.reason))
    else:
        messages.success(request, said)
    return redirect("admin:account", pk=found.pk)


def _do(what: str, request: HttpRequest, found: Account, actor: Actor, now: datetime) -> str:
    if what == "close":
        sessions.delete_sessions(accounts.close_account(account=found, actor=actor, now=now))
        return _("Closed, and signed out everywhere. Its posts stay until a security administrator ends them.")
    if what == "reopen":
        accounts.reopen_account(account=found, actor=actor, now=now)
        return _("Open again.")
    if what == "unlock":
        accounts.unlock_account(account=found, actor=actor, now=now)
        return _("Unlocked: they may try their password again now.")
    if what == "sessions":
        sessions.delete_sessions(accounts.end_sessions(account=found, actor=actor, now=now))
        return _("Signed out everywhere.")
    telling.propose_factors(account=found, reason=request.POST.get("reason", ""), actor=actor, now=now)
    return _("Proposed. A security administrator makes the link.")


def show(
    request: HttpRequest, actor: Actor, now: datetime, found: Account, *, form: Form | None = None, link: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """One account's page, with a link that is shown this once."""
    today = now.astimezone(CHINA).date()
    posts = matrix.posts_of([found.pk])
    seen = {org.pk for org in orgs_seen(actor, *LOOK)} if len(posts) else set()
    stands = Substitution.objects.filter(Q(substitute=found) | Q(post__account=found))
    stands = stands.select_related("post__org", "post__account", "substitute").order_by("-to_day", "-id")
    context: dict[str, Any] = {
        "account": found, "state": _state(found, now), "link": link, "form": form or Form(),
        "posts": [(post, Role(post.role).title, matrix.state_of(post, today), post.org_id in seen) for post in posts],
        "stands": [(s, Role(s.post.role).title, s.to_day >= today) for s in stands[:SHOWN]],
        "waits": Proposal.objects.filter(account=found, agreed=None).select_related("org", "made_by"),
        "mine": found.pk == actor.account_id, "factors": factors_of(found), "today": today,
        "devices": sessions.open_devices(found, now=now) if found.is_active else [],
    }  # fmt: skip
    if actor.may(Permission.AUDIT):
        context |= history.of_account(found, request)
    return page(request, actor, now, "account", context, tab="accounts", status=status)


def _link(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("sign_in_link", args=[token]))


def posts_today(ids: list[int], now: datetime) -> dict[int, list[str]]:
    """The posts that these accounts hold today, in words."""
    day = now.astimezone(CHINA).date()
    held = Post.objects.filter(Q(to_day=None) | Q(to_day__gte=day), account_id__in=ids, from_day__lte=day)
    found: dict[int, list[str]] = {}
    for post in held.select_related("org").order_by("id"):
        found.setdefault(post.account_id, []).append(f"{Role(post.role).title}，{post.org.short_name or post.org.name}")
    return found


def _in_state(rows: QuerySet[Account], state: str, now: datetime) -> QuerySet[Account]:
    day = now.astimezone(CHINA).date()
    held = Post.objects.filter(Q(to_day=None) | Q(to_day__gte=day), account_id=OuterRef("pk"), from_day__lte=day)
    kinds = {
        "open": Q(is_active=True), "closed": Q(is_active=False), "locked": Q(locked_until__gt=now),
        "new": Q(last_login=None), "idle": Q(is_active=True) & ~Q(Exists(held)),
    }  # fmt: skip
    return rows.filter(kinds[state]) if state in kinds else rows


def _state(account: Account, now: datetime) -> str:
    """closed, locked or open, for a word on the page."""
    if not account.is_active:
        return "closed"
    return "locked" if account.locked_until is not None and account.locked_until > now else "open"


def _states() -> list[tuple[str, str]]:
    words = (pgettext("account", "open"), _("closed"), _("locked out"), _("never signed in"), _("without a post today"))
    return list(zip(STATES, words, strict=True))
