"""Messages to the worker, worded in the reader's language when they are read."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from zhijia.faces.web.pages import before, worker_page
from zhijia.kernel.notify.models import Channel, Message
from zhijia.kernel.notify.render import render as worded
from zhijia.kernel.people.actors import Actor

PAGE = 20


@dataclass(frozen=True)
class Line:
    """One message as it is shown."""

    id: int
    at: datetime
    text: str
    no: str
    """Number of the case it is about; "" for none."""
    unread: bool


@worker_page
def messages(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /messages/: newest first; what was shown counts as read from then on."""
    rows = list(before(_mine(actor), request)[: PAGE + 1])
    lines = [_line(row) for row in rows[:PAGE]]
    context = {"tab": "messages", "lines": lines, "older": lines[-1].id if len(rows) > PAGE else None}
    response = render(request, "web/worker/messages.html", context)
    _mine(actor).filter(pk__in=[line.id for line in lines if line.unread]).update(read_at=now)
    return response


def unread(actor: Actor) -> int:
    """How many messages wait to be read; one query."""
    return _mine(actor).filter(read_at=None).count()


def _mine(actor: Actor) -> QuerySet[Message]:
    return Message.objects.filter(person_id=actor.person_id or 0, channel=Channel.APP)


def _line(row: Message) -> Line:
    text = worded(row.template, row.data, get_language() or "", at=row.created_at)
    return Line(row.pk, row.created_at, text, str(row.data.get("no", "")), row.read_at is None)
