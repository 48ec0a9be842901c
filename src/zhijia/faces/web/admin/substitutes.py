"""My substitutes: everybody with a post proposes who stands in for them; a head names substitutes in their unit."""

from datetime import date, datetime

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhijia.faces.web.pages import back
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid, NotFound
from zhijia.kernel.notify import posts as telling
from zhijia.kernel.people import proposals
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.models import Account, Post, Proposal, ProposalKind, Substitution
from zhijia.kernel.people.posts import end_substitution

from .frame import Form, admin_page, one_day, page

MOST = 200


@require_http_methods(["GET", "HEAD", "POST"])
@admin_page()
def mine(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """/desk/substitutes/: who stands in for me and for whom I do; POST proposes one, or names one as head."""
    today, form = now.astimezone(CHINA).date(), Form()
    posts = _posts(actor, today)
    if request.method == "POST":
        try:
            said = _propose(request, actor, now, posts)
        except Invalid as error:
            form = Form.wrong(request.POST, error.problems)
        else:
            messages.success(request, said)
            return redirect("admin:substitutes")
    stands = Substitution.objects.filter(Q(post__account_id=actor.account_id) | Q(substitute_id=actor.account_id))
    heads = [p.org_id for p in actor.posts if p.role == Role.UNIT_HEAD]
    of_unit = Substitution.objects.filter(post__org_id__in=heads).exclude(post__account_id=actor.account_id)
    waits = proposals.waiting_for(actor).filter(kind=ProposalKind.SUBSTITUTE)
    own = Proposal.objects.filter(made_by_id=actor.account_id, kind=ProposalKind.SUBSTITUTE)
    context = {
        "posts": [(p, Role(p.role).title, p.account_id == actor.account_id) for p in posts], "form": form,
        "colleagues": _colleagues(actor, posts, today), "today": today, "me": actor.account_id,
        "stands": _lines(stands), "of_unit": _lines(of_unit), "head": bool(heads),
        "waits": [(p, Role(p.role).title) for p in waits.select_related("account", "post__account", "org")[:MOST]],
        "own": [(p, Role(p.role).title) for p in own.select_related("account", "org").order_by("-id")[:10]],
    }  # fmt: skip
    return page(
        request, actor, now, "substitutes", context, current="substitutes", status=422 if form.problems else 200
    )


@require_POST
@admin_page()
def end(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """POST /desk/admin/substitutions/<id>/end/: the holder is back; the last day is today, or the day that is typed."""
    found = Substitution.objects.select_related("post__account", "post__org", "substitute").filter(pk=pk).first()
    if found is None:
        raise NotFound(code="no_such_substitution")
    today = now.astimezone(CHINA).date()
    try:
        last = max(found.from_day, today) if not request.POST.get("last_day") else one_day(request.POST, "last_day")
        end_substitution(substitution=found, last_day=last, actor=actor, now=now)
    except Forbidden as error:
        raise NotFound(code="no_such_substitution") from error
    except Invalid as error:
        messages.warning(request, str(error.problems[0].message))
    else:
        messages.success(request, _("It ends with that day."))
    return back(request, "/desk/substitutes/")


def _propose(request: HttpRequest, actor: Actor, now: datetime, posts: list[Post]) -> str:
    typed = request.POST
    post = next((p for p in posts if str(p.pk) == typed.get("post")), None)
    chosen = typed.get("account", "")
    account = Account.objects.filter(pk=int(chosen), is_active=True).first() if chosen.isdecimal() else None
    problems = []
    if post is None:
        problems.append(FieldProblem("post", "required", _("Choose the post.")))
    if account is None:
        problems.append(FieldProblem("account", "required", _("Choose a colleague.")))
    if problems or post is None or account is None:
        raise Invalid(*problems)
    given = {
        "post": post, "account": account, "from_day": one_day(typed, "from_day"), "to_day": one_day(typed, "to_day"),
        "reason": typed.get("reason", ""), "actor": actor, "now": now,
    }  # fmt: skip
    if _is_head(actor, post):
        telling.substitute(**given)  # type: ignore[arg-type]
        return _("Recorded; both are told. Every record then says for whom they act.")
    telling.propose_substitute(**given)  # type: ignore[arg-type]
    return _("Proposed. The head of the unit decides, and both of you are told.")


def _is_head(actor: Actor, post: Post) -> bool:
    return any(p.role == Role.UNIT_HEAD and p.org_id == post.org_id for p in actor.posts)


def _posts(actor: Actor, today: date) -> list[Post]:
    """The actor's own posts, and as head those of the unit, today and to come."""
    heads = [p.org_id for p in actor.posts if p.role == Role.UNIT_HEAD]
    found = Post.objects.filter(Q(account_id=actor.account_id) | Q(org_id__in=heads))
    found = found.filter(Q(to_day=None) | Q(to_day__gte=today)).select_related("account", "org")
    return sorted(found[:MOST], key=lambda p: (p.account_id != actor.account_id, p.account.name))


def _colleagues(actor: Actor, posts: list[Post], today: date) -> list[Account]:
    """Who holds a post at the same units, or at the one above each."""
    units = {p.org_id for p in posts} | {p.org.parent_id for p in posts if p.org.parent_id}
    held = Post.objects.filter(Q(to_day=None) | Q(to_day__gte=today), org_id__in=units, from_day__lte=today)
    found = Account.objects.filter(pk__in=held.values("account_id"), is_active=True, is_partner=False)
    return list(found.exclude(pk=actor.account_id or 0 if not _heads(actor) else 0).order_by("name")[:MOST])


def _heads(actor: Actor) -> bool:
    return any(p.role == Role.UNIT_HEAD for p in actor.posts)


def _lines(found: QuerySet[Substitution]) -> list[tuple[Substitution, object]]:
    rows = found.select_related("post__account", "post__org", "substitute").order_by("-to_day", "-id")[:30]
    return [(s, Role(s.post.role).title) for s in rows]
