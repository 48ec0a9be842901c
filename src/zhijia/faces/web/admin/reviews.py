"""Rounds in which every post is kept or ended: what waits for a head, and how far each unit has come."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, Invalid, NotFound
from zhijia.kernel.notify import reviews as telling
from zhijia.kernel.people import reviews
from zhijia.kernel.people.actors import Actor, Permission, Role

from .frame import Form, admin_page, one_day, org_named, orgs_seen, page

PAGE = 100


@require_safe
@admin_page()
def listed(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/admin/reviews/: posts that wait for the reader's decision, and the rounds in reach."""
    reviews.demand_heads(actor)
    return _show(request, actor, now, form=Form())


@require_POST
@admin_page(*reviews.DECIDES)
def begin(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """POST /desk/admin/reviews/begin/: ask the heads about every post at an organisation and below."""
    try:
        org = org_named(actor, request.POST.get("org", ""), *reviews.DECIDES, field="org")
        made = telling.begin(org_id=org.pk, due_day=one_day(request.POST, "due_day"), actor=actor, now=now)
    except Invalid as error:
        return _show(request, actor, now, form=Form.wrong(request.POST, error.problems), status=422)
    except Conflict as error:
        messages.warning(request, str(error.reason))
        return redirect("admin:reviews")
    messages.success(request, _("Begun. The head of each unit is told, and reminded a week and a day before."))
    return redirect("admin:review", pk=made.pk)


@require_POST
@admin_page()
def decide(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """POST /desk/admin/reviews/decide/: `keep` the chosen posts, or `end` them with a reason."""
    chosen = [int(pk) for pk in request.POST.getlist("id") if pk.isascii() and pk.isdigit() and len(pk) <= 18][:PAGE]
    keep = request.POST.get("do") == "keep"
    try:
        lines = telling.decide(line_ids=chosen, keep=keep, words=request.POST.get("words", ""), actor=actor, now=now)
    except Invalid as error:
        return _show(request, actor, now, form=Form.wrong(request.POST, error.problems), status=422)
    except Conflict as error:
        messages.warning(request, str(error.reason))
        return redirect("admin:reviews")
    n = len(lines)
    said = ngettext("%(n)s post is kept.", "%(n)s posts are kept.", n) if keep else ngettext(
        "%(n)s post ends today; its holder is told.", "%(n)s posts end today; their holders are told.", n
    )  # fmt: skip
    messages.success(request, said % {"n": n})
    return redirect("admin:reviews")


@require_safe
@admin_page(*reviews.DECIDES, Permission.AUDIT)
def review(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """GET /desk/admin/reviews/<id>/: how far each unit has come, and what was decided."""
    found = reviews.reviews_of(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(code="no_such_review")
    progress = reviews.progress_of(found)
    decided = (
        found.lines.exclude(kept=None).select_related("post__account", "org", "decided_by").order_by("-decided_at")
    )
    context = {
        "review": found, "progress": progress, "all": sum(p.all for p in progress),
        "done": sum(p.decided for p in progress), "today": now.astimezone(CHINA).date(),
        "decided": [(line, Role(line.post.role).title) for line in decided[:PAGE]],
    }  # fmt: skip
    return page(request, actor, now, "review", context, tab="reviews")


def _show(request: HttpRequest, actor: Actor, now: datetime, *, form: Form, status: int = 200) -> HttpResponse:
    waiting = reviews.waiting_for(actor).select_related("post__account", "org", "review")
    found = list(waiting[: PAGE + 1])
    begins = actor.may(*reviews.DECIDES)
    own = orgs_seen(actor, *reviews.DECIDES).first() if begins else None
    context = {
        "rows": [(line, Role(line.post.role).title) for line in found[:PAGE]], "more": len(found) > PAGE, "form": form,
        "rounds": [(r, r.all, r.decided) for r in reviews.reviews_of(actor)[:20]],
        "begins": begins, "top": form.values.get("org") or (own.name if own else ""),
        "today": now.astimezone(CHINA).date(),
    }  # fmt: skip
    tab = "reviews" if actor.may(*reviews.DECIDES, Permission.AUDIT) else ""
    current = "admin" if tab else "reviews"
    return page(request, actor, now, "reviews", context, tab=tab, current=current, status=status)
