"""Openings: asking for a confidential case, the emergency, what waits for me, what I asked, what must be reviewed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhijia.faces.access import seen_by
from zhijia.faces.web.desk.case import withheld
from zhijia.kernel.base.errors import Conflict, Forbidden, Invalid, NotFound, Text
from zhijia.kernel.base.text import clean
from zhijia.kernel.cases import openings
from zhijia.kernel.people.actors import Actor, Permission
from zhijia.kernel.people.models import Opening, OpeningKind
from zhijia.kernel.service import disclosure

from .frame import Form, admin_page, page

PAGE = 30
STATES: dict[str, Text] = {}


@dataclass(frozen=True)
class Line:
    """One opening as the reader may know it."""

    opening: Opening
    kind: Text
    state: str
    """waits, half, open, over, refused or lapsed."""
    security: bool = False
    work: bool = False
    known: bool = True
    """Whether there is a case with this number; told only to who decides."""


@require_safe
@admin_page(Permission.READ, Permission.SECURITY, Permission.AUDIT)
def overview(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/openings/: what waits for me, what I asked, what is to be reviewed."""
    return _overview(request, actor, now)


def _overview(
    request: HttpRequest, actor: Actor, now: datetime, *, form: Form | None = None, status: int = 200
) -> HttpResponse:
    last = request.GET.get("before", "")
    own, whole = openings.mine(actor), openings.on_record(actor)
    if last.isascii() and last.isdigit() and len(last) <= 18:
        own, whole = own.filter(pk__lt=int(last)), whole.filter(pk__lt=int(last))
    asked, log = list(_rows(own)[: PAGE + 1]), []
    if actor.may(Permission.SECURITY, Permission.AUDIT):
        log = list(_rows(whole)[: PAGE + 1])
    context: dict[str, Any] = {
        "waiting": [_line(o, now) for o in _rows(openings.waiting_for(actor, now=now))[:PAGE]],
        "asked": [_line(o, now) for o in asked[:PAGE]], "log": [_line(o, now) for o in log[:PAGE]],
        "reviews": [_line(o, now) for o in _rows(openings.to_review(actor, now=now))[:PAGE]],
        "older": max([rows[PAGE - 1].pk for rows in (asked, log) if len(rows) > PAGE], default=None),
        "form": form or Form(), "paged": bool(last), "acts": actor.may(Permission.ACT),
        "decides": actor.may(Permission.CONFIDENTIAL, Permission.SECURITY),
    }  # fmt: skip
    return page(request, actor, now, "openings", context, current="openings", status=status)


@require_POST
@admin_page(Permission.READ)
def ask(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """POST /desk/openings/ask/: ask for one confidential case, from the page that withheld it."""
    no, reason = clean(request.POST.get("no", ""))[:32], request.POST.get("reason", "")
    try:
        disclosure.ask(no=no, reason=reason, actor=actor, now=now)
    except Invalid as error:
        try:
            with seen_by(actor):
                openings.refuse(actor, no)
        except Forbidden as refused:
            words = refused.reason
        return withheld(request, actor, now, no, words, typed=reason, problem=error.problems[0].message)
    except Conflict:
        return redirect("desk:case", no=no)
    messages.success(request, _("Asked. You are told here and in your messages as soon as somebody has decided."))
    return redirect("admin:openings")


@require_http_methods(["GET", "HEAD", "POST"])
@admin_page(Permission.ACT)
def emergency(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """/desk/emergency/: ask for any case by its number, because somebody is in danger."""
    form = Form()
    if request.method == "POST":
        typed = request.POST
        try:
            disclosure.ask_emergency(
                no=typed.get("no", ""), reason=typed.get("reason", ""), danger=typed.get("danger", ""), actor=actor,
                now=now,
            )  # fmt: skip
        except Invalid as error:
            form = Form.wrong(typed, error.problems)
        else:
            messages.success(request, _("Asked. Two people must agree; call them if minutes count."))
            return redirect("admin:openings")
    context = {"form": form, "least": openings.LEAST_EMERGENCY, "no": form.values.get("no", request.GET.get("no", ""))}
    return page(request, actor, now, "emergency", context, current="emergency", status=422 if form.problems else 200)


@require_POST
@admin_page(Permission.READ, Permission.SECURITY)
def act(request: HttpRequest, actor: Actor, now: datetime, pk: int, what: str) -> HttpResponse:
    """POST /desk/openings/<id>/<agree|refuse|end|review>/: decide what another asked for."""
    try:
        if what == "agree":
            opening = disclosure.agree(opening_id=pk, actor=actor, now=now)
            said = _("Agreed: it is open.") if opening.until else _("Agreed. The second person is told.")
        elif what == "refuse":
            disclosure.refuse(opening_id=pk, actor=actor, now=now)
            said = _("Refused. The asker is told.")
        elif what == "end":
            openings.end_early(opening_id=pk, actor=actor, now=now)
            said = _("Closed again.")
        else:
            justified, words = request.POST.get("justified", ""), request.POST.get("review", "")
            if justified not in ("yes", "no"):
                words = ""
            openings.review(opening_id=pk, justified=justified == "yes", words=words, actor=actor, now=now)
            said = _("Recorded.")
    except Invalid as error:
        form = Form.wrong(request.POST, error.problems)
        form.problems[f"review-{pk}"] = form.problems.pop("review", "")
        return _overview(request, actor, now, form=form, status=422)
    except NotFound:
        raise
    except Conflict as error:
        messages.warning(request, str(error.reason))
        return redirect("admin:openings")
    messages.success(request, said)
    return redirect("admin:openings")


def _rows(found: QuerySet[Opening]) -> QuerySet[Opening]:
    return found.select_related("account", "agreed_by", "second_by", "refused_by", "reviewed_by")


def _line(opening: Opening, now: datetime) -> Line:
    kind = OpeningKind(opening.kind).title
    return Line(
        opening, kind, _state(opening, now), security=opening.agreed_by_id is not None,
        work=opening.second_by_id is not None, known=opening.case_id != 0,
    )  # fmt: skip


def _state(opening: Opening, now: datetime) -> str:
    if opening.refused_at is not None:
        return "refused"
    if opening.until is not None:
        return "open" if opening.until > now else "over"
    if opening.lapses_at is not None and opening.lapses_at <= now:
        return "lapsed"
    return "half" if opening.agreed_by_id or opening.second_by_id else "waits"
