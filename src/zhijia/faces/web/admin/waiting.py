"""What waits for a second administrator, one by one or many at once, and what one proposed oneself."""

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from zhijia.kernel.base.errors import Invalid, Text, ZhijiaError
from zhijia.kernel.notify import posts as telling
from zhijia.kernel.people import proposals
from zhijia.kernel.people.actors import Actor, Permission, Role
from zhijia.kernel.people.models import Proposal, ProposalKind

from .frame import admin_page, page

PAGE = 100


@require_safe
@admin_page(Permission.ACCOUNTS, Permission.POSTS, Permission.SECURITY)
def waiting(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/admin/waiting/: what the reader may decide, and what they proposed."""
    return show(request, actor, now)


def show(
    request: HttpRequest, actor: Actor, now: datetime, *, problems: dict[int, Text] | None = None, link: str = "",
    whose: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page, with what was refused beside its line and a link that is shown this once."""
    found = list(_rows(proposals.waiting_for(actor))[: PAGE + 1])
    own = _rows(Proposal.objects.filter(made_by_id=actor.account_id).order_by("-id"))
    context = {
        "rows": [(p, *_words(p), (problems or {}).get(p.pk, "")) for p in found[:PAGE]], "more": len(found) > PAGE,
        "own": [(p, *_words(p)) for p in own[:30]], "link": link, "whose": whose,
        "decides": actor.may(Permission.POSTS, Permission.SECURITY),
    }  # fmt: skip
    return page(request, actor, now, "waiting", context, tab="waiting", status=status)


@require_POST
@admin_page()
def decide(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """POST /desk/admin/waiting/decide/: `agree` or `refuse` (with `words`) the chosen ones, or `withdraw` one's own.
    Each stands for itself: what cannot be done stays and says why."""
    chosen = [int(pk) for pk in request.POST.getlist("id") if pk.isascii() and pk.isdigit() and len(pk) <= 18][:PAGE]
    back = "admin:substitutes" if request.POST.get("from") == "substitutes" else "admin:waiting"
    what, problems, done, link, whose = request.POST.get("do", ""), dict[int, Text](), 0, "", ""
    for pk in chosen:
        try:
            with transaction.atomic():
                if what == "withdraw":
                    proposals.withdraw(proposal_id=pk, actor=actor, now=now)
                elif what == "refuse":
                    telling.refuse(proposal_id=pk, words=request.POST.get("words", ""), actor=actor, now=now)
                else:
                    made = telling.agree(proposal_id=pk, actor=actor, now=now)
                    if isinstance(made, str):
                        link = request.build_absolute_uri(reverse("sign_in_link", args=[made]))
                        whose = str(Proposal.objects.select_related("account").get(pk=pk).account)
        except Invalid as error:
            problems[pk] = error.problems[0].message
        except ZhijiaError as error:
            problems[pk] = error.reason or _("This cannot be decided any more.")
        else:
            done += 1
    if done:
        messages.success(request, ngettext("%(n)s decided.", "%(n)s decided.", done) % {"n": done})
    elif not chosen:
        messages.warning(request, _("Choose at least one line first."))
    if (problems or link) and back == "admin:waiting" and actor.may(*_LOOKS):
        return show(request, actor, now, problems=problems, link=link, whose=whose, status=422 if problems else 200)
    for words in problems.values():
        messages.warning(request, str(words))
    return redirect(back)


_LOOKS = (Permission.ACCOUNTS, Permission.POSTS, Permission.SECURITY)


def _rows(found: QuerySet[Proposal]) -> QuerySet[Proposal]:
    return found.select_related("account", "org", "post__account", "made_by", "decided_by")


def _words(proposal: Proposal) -> tuple[Text, Text]:
    """What is proposed, and the role in words."""
    role = Role(proposal.role).title if proposal.role else ""
    return ProposalKind(proposal.kind).title, role
