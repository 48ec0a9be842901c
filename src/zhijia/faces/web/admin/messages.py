"""Messages to the account behind the desk: about cases, posts and openings."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from zhijia.faces.web.desk.queries import messages_to
from zhijia.faces.web.pages import before
from zhijia.kernel.notify.models import Message
from zhijia.kernel.notify.render import render
from zhijia.kernel.people.actors import Actor

from .frame import admin_page, page

PAGE = 40


@dataclass(frozen=True)
class Line:
    """One message in the reader's language."""

    at: datetime
    words: str
    url: str
    new: bool


@require_safe
@admin_page()
def listed(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/messages/: newest first. What is shown counts as read from then on."""
    found = list(before(messages_to(actor), request)[: PAGE + 1])
    lines = [_line(m) for m in found[:PAGE]]
    unread = [m.pk for m in found[:PAGE] if m.read_at is None]
    if unread:
        Message.objects.filter(pk__in=unread).update(read_at=now)
    context = {"lines": lines, "older": found[PAGE - 1].pk if len(found) > PAGE else None}
    return page(request, actor, now, "messages", context, current="news")


def _line(message: Message) -> Line:
    words = render(message.template, message.data, get_language() or "zh-hans", at=message.created_at)
    return Line(message.created_at, words, _url(message), message.read_at is None)


def _url(message: Message) -> str:
    """Where it leads: the case, what waits, or nowhere."""
    if message.template in ("opening.asked", "opening.half", "opening.to_review", "opening.refused"):
        return reverse("admin:openings")
    if message.template.startswith("people.substitut"):
        return reverse("admin:substitutes")
    if message.template.startswith("review."):
        return reverse("admin:reviews")
    if message.template.startswith("rules."):
        return reverse("admin:rules")
    if message.template in ("people.posts_proposed", "people.factors_asked"):
        return reverse("admin:waiting")
    no = str(message.data.get("no") or "")
    return reverse("desk:case", args=[no]) if no.isalnum() else ""
