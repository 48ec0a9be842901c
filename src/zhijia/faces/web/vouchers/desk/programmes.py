"""Programmes: what is given out again and again, its terms, and the phones on its list."""

from datetime import datetime
from uuid import uuid4

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhijia.faces.web.pages import before
from zhijia.kernel.base import money
from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.bound import campaigns
from zhijia.modules.vouchers.eligibility import RULES, clear_list, import_list
from zhijia.modules.vouchers.models import Kind, Programme
from zhijia.modules.vouchers.organisers import current_of, programmes_of, theirs
from zhijia.modules.vouchers.programmes import add_programme, change_programme

from .frame import Typed, hosts, manages, number, orgs_for, page, voucher_desk

SHOWN = 50


@require_safe
@voucher_desk
def programmes(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/vouchers/programmes/: every programme, newest first; any union may read how others do it. An organiser
    has their own."""
    rows = programmes_of(actor) if campaigns(actor) else Programme.objects.all()
    found = list(before(rows.select_related("org"), request)[: SHOWN + 1])
    context = {
        "programmes": found[:SHOWN], "older": found[SHOWN - 1].pk if len(found) > SHOWN else None,
        "rules": {key: rule.title for key, rule in RULES.items()},
    }  # fmt: skip
    return page(request, actor, now, "programmes", context, tab="programmes")


@require_http_methods(["GET", "HEAD", "POST"])
@voucher_desk
def add(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """/desk/vouchers/programmes/new/: add one."""
    form = Typed()
    if request.method == "POST":
        try:
            made = _add(request, actor, now)
        except Invalid as error:
            form = Typed.wrong(request.POST, error.problems)
        else:
            messages.success(request, _("Added. Plan its first cycle next."))
            return redirect("vouchers:programme", pk=made.pk)
    context = {
        "form": form, "orgs": orgs_for(actor), "kinds": Kind.choices,
        "key": form.values.get("key") or f"p{uuid4().hex[:8]}",
        "rules": [(key, rule.title) for key, rule in RULES.items()],
    }  # fmt: skip
    return page(request, actor, now, "programme_new", context, tab="programmes", status=422 if form.problems else 200)


def _add(request: HttpRequest, actor: Actor, now: datetime) -> Programme:
    typed, problems, fen = request.POST, list[FieldProblem](), 0
    org = number(typed.get("org", ""))
    if org is None:
        problems.append(FieldProblem("org", "required", _("Choose the union that runs it.")))
    try:
        fen = money.fen(typed.get("yuan", ""))
    except ValueError:
        problems.append(FieldProblem("yuan", "format", _("Write the amount in digits, for example 15.")))
    kind = typed.get("kind", "")
    if kind not in Kind.values:
        problems.append(FieldProblem("kind", "required", _("Choose what is given.")))
    if problems or org is None:
        raise Invalid(*problems)
    try:
        return add_programme(
            key=typed.get("key", ""), title=typed.get("title", ""), kind=Kind(kind), org_id=org, fen=fen,
            rule=typed.get("rule", "anyone"), terms=typed.get("terms", ""), actor=actor, now=now,
        )  # fmt: skip
    except Invalid as error:
        for problem in error.problems:
            problem.field = "yuan" if problem.field == "fen" else problem.field
        raise


@require_http_methods(["GET", "HEAD", "POST"])
@voucher_desk
def programme(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """/desk/vouchers/programmes/<id>/: one programme; POST changes title and terms, or `active`."""
    found = _programme(pk, actor)
    if request.method != "POST":
        return _page(request, actor, now, found)
    typed = request.POST
    try:
        if "active" in typed:
            change_programme(programme=found, active=typed["active"] == "1", actor=actor, now=now)
            words = _("It runs again: new cycles can be planned.") if found.active else _("Suspended: no new cycles.")
        else:
            change_programme(
                programme=found, title=typed.get("title", ""), terms=typed.get("terms", ""), actor=actor, now=now
            )
            words = _("Changed. Cycles that were submitted keep what they had.")
    except Invalid as error:
        return _page(request, actor, now, _programme(pk, actor), Typed.wrong(typed, error.problems), status=422)
    messages.success(request, words)
    return redirect("vouchers:programme", pk=pk)


@require_POST
@sensitive_post_parameters("phones")
@voucher_desk
def listed(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """POST /desk/vouchers/programmes/<id>/list/: put phones on the list, or clear it."""
    found = _programme(pk, actor)
    if "clear" in request.POST:
        gone = clear_list(programme=found, actor=actor, now=now)
        words = ngettext("%(n)s phone was taken off.", "%(n)s phones were taken off.", gone) % {"n": gone}
        messages.success(request, words)
        return HttpResponseRedirect(_list(pk))
    lines = request.POST.get("phones", "").splitlines()
    given = [(no, line.strip()) for no, line in enumerate(lines, 1) if line.strip()]
    if not given:
        problem = FieldProblem("phones", "required", _("Write one phone number a line."))
        return _page(request, actor, now, found, Typed.wrong(request.POST, [problem]), status=422)
    try:
        made = import_list(programme=found, phones=[phone for _no, phone in given], actor=actor, now=now)
    except Invalid as error:
        return _page(request, actor, now, found, Typed.wrong(request.POST, error.problems), status=422)
    words = _("%(added)s were put on the list, %(known)s were on it.") % {"added": made.added, "known": made.known}
    if made.malformed:
        wrong = [given[n - 1] for n in made.malformed]
        where = ", ".join(str(no) for no, _phone in wrong[:20]) + (" …" if len(wrong) > 20 else "")
        said = _("No phone number in these lines: %(lines)s.") % {"lines": where}
        problem = FieldProblem("phones", "malformed", said)
        typed = Typed.wrong(request.POST.copy(), [problem])
        typed.values["phones"] = "\n".join(phone for _no, phone in wrong)
        messages.success(request, words)
        return _page(request, actor, now, found, typed, status=422)
    messages.success(request, words)
    return HttpResponseRedirect(_list(pk))


def _list(pk: int) -> str:
    return reverse("vouchers:programme", args=[pk]) + "#list"


def _programme(pk: int, actor: Actor) -> Programme:
    found = Programme.objects.select_related("org").filter(pk=pk).first()
    if found is None or not theirs(actor, found.pk):
        raise NotFound(code="no_such_programme")
    return found


def _page(
    request: HttpRequest, actor: Actor, now: datetime, found: Programme, form: Typed | None = None, status: int = 200
) -> HttpResponse:
    counted = Programme.objects.filter(pk=found.pk).aggregate(n=Count("listed"))["n"]
    context = {
        "programme": found, "form": form or Typed(), "manages": manages(actor, found.org, found.pk),
        "hosts": hosts(actor, found.org), "organisers": current_of(found, now),
        "rule": RULES[found.rule].title, "listed": counted, "takes_list": found.rule == "listed",
    }  # fmt: skip
    return page(request, actor, now, "programme", context, tab="programmes", status=status)
