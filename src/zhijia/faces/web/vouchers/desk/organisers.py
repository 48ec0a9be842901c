"""The organisers of one programme: handed over from one day to another, and taken back."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid, NotFound
from zhijia.kernel.base.text import clean
from zhijia.kernel.people.accounts import staff_accounts
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Account, Post
from zhijia.modules.vouchers.models import Programme
from zhijia.modules.vouchers.organisers import appoint_organiser, end_organiser, organisers_of

from .frame import Typed, day_or, hosts, number, page, voucher_desk
from .outside import outside_scope

READ = ("role", "org_id", "campaign", "from_day", "to_day", "account__name")
"""What every scope may read of a post."""


@require_http_methods(["GET", "HEAD", "POST"])
def organisers(request: HttpRequest, pk: int) -> HttpResponseBase:
    """/desk/vouchers/programmes/<id>/organisers/: who organises it and until when; POST appoints, or ends (`end`)."""
    return _change(request, pk=pk) if request.method == "POST" else _show(request, pk=pk)


@voucher_desk
def _show(request: HttpRequest, actor: Actor, now: datetime, pk: int, form: Typed | None = None) -> HttpResponse:
    found = _programme(actor, pk)
    today = now.astimezone(CHINA).date()
    context = {
        "programme": found, "form": form or Typed(), "today": today,
        "posts": list(organisers_of(found).only(*READ)[:50]),
    }  # fmt: skip
    status = 422 if form is not None and form.problems else 200
    return page(request, actor, now, "organisers", context, tab="programmes", status=status)


@outside_scope
def _change(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponseBase:
    found, typed = _programme(actor, pk), request.POST
    try:
        if "end" in typed:
            post = organisers_of(found).filter(pk=number(typed.get("end", "")) or 0).first()
            if post is None:
                raise NotFound(code="no_such_post")
            _end(post, actor, now)
            messages.success(request, _("It ends today; they are told."))
        else:
            _appoint(request, found, actor, now)
            messages.success(request, _("Handed over; they are told. You keep every right of yours."))
    except Invalid as error:
        return _show(request, pk=pk, form=Typed.wrong(typed, error.problems))
    return redirect("vouchers:organisers", pk=pk)


def _appoint(request: HttpRequest, found: Programme, actor: Actor, now: datetime) -> None:
    typed, problems = request.POST, list[FieldProblem]()
    first, last = day_or(typed.get("from_day", ""), None), day_or(typed.get("to_day", ""), None)
    account = _account(typed.get("account", ""))
    if account is None:
        problems.append(FieldProblem("account", "unknown", _("Nobody of staff has this login.")))
    if first is None:
        problems.append(FieldProblem("from_day", "format", _("Choose a day.")))
    if last is None:
        problems.append(FieldProblem("to_day", "format", _("Choose a day: a campaign has an end.")))
    if problems or account is None or first is None:
        raise Invalid(*problems)
    try:
        appoint_organiser(programme=found, account=account, from_day=first, to_day=last, actor=actor, now=now)
    except Invalid as error:
        for problem in error.problems:
            problem.field = "account" if problem.field in ("role", "reach") else problem.field
        raise


def _end(post: Post, actor: Actor, now: datetime) -> None:
    today = now.astimezone(CHINA).date()
    end_organiser(post=post, last_day=max(today, post.from_day), actor=actor, now=now)


def _account(words: str) -> Account | None:
    login = clean(words).casefold()[:31]
    return staff_accounts().filter(login=login, is_active=True).first() if login else None


def _programme(actor: Actor, pk: int) -> Programme:
    found: Programme | None = Programme.objects.select_related("org").filter(pk=pk).first()
    if found is None:
        raise NotFound(code="no_such_programme")
    if not hosts(actor, found.org):
        words = _("Only a leader or head whose programmes it is hands it over, or a security administrator.")
        raise Forbidden(words, code="wrong_role")
    return found
