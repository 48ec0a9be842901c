"""My data: a copy, a correction, a deletion, a consent taken back; each with a number and a date."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from zhijia.faces.access import as_worker, seen_by
from zhijia.faces.sign_in import send_code
from zhijia.faces.web import files
from zhijia.faces.web.pages import worker_page
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid, Text
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.auth import TooSoon, prove_phone
from zhijia.kernel.people.models import Account, Person
from zhijia.kernel.retention import consents, packages, people
from zhijia.kernel.service.prepared import as_platform
from zhijia.modules.privacy import doing
from zhijia.modules.privacy.models import Right, Wrong

from . import places
from .ask import last_region
from .mine import matters_of, own_cases

SHOWN = 10


@dataclass(frozen=True)
class Line:
    """One case that stays, with the sentence that says why."""

    no: str
    title: Text
    why: str


@require_safe
@worker_page
def data(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /me/data/: what I can ask for, what I asked for, and the files that are ready."""
    if actor.person_id is None:
        return redirect("me")
    asked = own_cases(actor).filter(service="data_right").order_by("-pk")[:SHOWN]
    context = {
        "tab": "me", "packages": packages.mine(actor), "consents": consents.given_by(actor.person_id), "now": now,
        "requests": matters_of(asked, actor, now), "key": str(uuid4()), **_places(actor, request),
    }  # fmt: skip
    return render(request, "web/worker/data.html", context)


@require_POST
@worker_page
def copy(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """POST /me/data/copy/: have everything put into one file."""
    doing.copy(actor=actor, now=now, region=_region(actor, request), language=get_language() or "", key=_key(request))
    messages.success(request, _("It is being made. You will find it here in a moment."))
    return redirect("me_data")


@require_safe
@worker_page
def progress(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """GET /me/data/copy/<pk>/: how far one file is; the page asks for it again and again."""
    return render(request, "web/worker/_package.html", {"p": packages.package_of(actor, pk), "now": now})


@require_safe
@worker_page
def fetch(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponseBase:
    """GET /me/data/copy/<pk>.zip: the file, for me alone."""
    del request
    package, content = packages.fetch(package_id=pk, actor=actor, now=now)
    response = StreamingHttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{package.request_no}.zip"'
    response["Content-Length"] = package.size
    response["X-Content-Type-Options"], response["Cache-Control"] = "nosniff", "no-store"
    return response


@sensitive_post_parameters("value")
@worker_page
def correct(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET and POST /me/data/correct/: an own name or number at once; everything else an officer looks at."""
    if actor.person_id is None:
        return redirect("me")
    if request.method != "POST":
        return _correct_page(request, actor, {"wrong": request.GET.get("wrong", "")})
    typed = {name: request.POST.get(name, "").strip() for name in ("wrong", "value", "words", "proof")}
    try:
        wrong = _wrong(typed["wrong"])
        if wrong == Wrong.PHONE:
            return redirect("me_data_phone")
        no = _corrected(request, wrong, typed, actor, now)
    except Invalid as error:
        return _correct_page(request, actor, typed, {_place(p.field): p.message for p in error.problems}, status=422)
    messages.success(
        request, _("Changed.") if wrong in doing.OWN else _("Sent. The date of the answer stands on its page.")
    )
    return redirect("matter", no=no)


@sensitive_post_parameters("phone", "code")
def phone(request: HttpRequest) -> HttpResponse:
    """GET and POST /me/data/phone/: a new phone number, proved by a code that is sent to it. Wrong codes are counted,
    so no transaction may be open around it."""
    if not isinstance(request.user, Account):
        return redirect_to_login(request.get_full_path())
    actor, now = as_worker(request.user), clock.now()
    if actor.person_id is None:
        return redirect("me")
    number, code = request.POST.get("phone", "").strip()[:40], request.POST.get("code", "").strip()[:20]
    context: dict[str, Any] = {"tab": "me", "phone": number, "sent": request.POST.get("act") == "code", "problems": {}}
    status = 200
    if request.method == "POST":
        try:
            if not context["sent"]:
                send_code(phone=number, now=now)
                context["sent"] = True
            else:
                prove_phone(phone=number, code=code, now=now)
                with seen_by(actor):
                    no = doing.set_right(
                        field=Wrong.PHONE, value=number, actor=actor, now=now, region=_region(actor, request)
                    )
                messages.success(request, _("Changed. Sign in with the new number from now on."))
                return redirect("matter", no=no)
        except TooSoon as error:
            context["sent"], context["problems"], status = True, {"code": error.reason}, 429
        except Invalid as error:
            context["problems"], status = {p.field: p.message for p in error.problems}, 422
    return render(request, "web/worker/data_phone.html", context, status=status)


@worker_page
def delete(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /me/data/delete/ says what goes today and what must stay, until when and why; POST confirms."""
    if actor.person_id is None:
        return redirect("me")
    refused = ""
    if request.method == "POST":
        if request.POST.get("agreed"):
            language = get_language() or ""
            no = doing.delete(
                actor=actor, now=now, region=_region(actor, request), language=language, key=_key(request)
            )
            return redirect("me_data_sent", no=no)
        refused = _("Tick the box first: what is erased cannot be brought back.")
    with as_platform():
        made = people.plan(Person.objects.get(pk=actor.person_id), now=now)
    context = {
        "tab": "me", "plan": made, "stays": [Line(s.case.no, s.title, doing.reason(s)) for s in made.stays],
        "fields": [people.FIELDS[name] for name in made.fields], "refused": refused, "key": str(uuid4()),
        **_places(actor, request),
    }  # fmt: skip
    return render(request, "web/worker/data_delete.html", context, status=422 if refused else 200)


@require_safe
def sent(request: HttpRequest, no: str) -> HttpResponse:
    """GET /me/data/sent/<no>/: my deletion is under way or done; who was erased with it is told so, signed out."""
    if isinstance(request.user, Account) and request.user.is_active:
        actor = as_worker(request.user)
        with seen_by(actor):
            case = own_cases(actor).filter(no=no, service="data_right").first()
        if case is not None and case.closed_at is not None:
            return redirect("matter", no=no)
    return render(request, "web/worker/data_sent.html", {"no": no})


@require_POST
@worker_page
def take_back(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """POST /me/data/consent/: one consent is not given any more from now on."""
    if actor.person_id is None:
        raise Forbidden(code="not_yours")
    doing.take_back(
        consent=request.POST.get("consent", ""), actor=actor, now=now, region=_region(actor, request), key=_key(request)
    )
    messages.success(request, _("Taken back."))
    return redirect("me_data")


def _corrected(request: HttpRequest, wrong: Wrong, typed: Mapping[str, str], actor: Actor, now: datetime) -> str:
    """Do it at once, or begin the request with what proves it; the number."""
    where = _region(actor, request)
    if wrong in doing.OWN:
        if not typed["value"]:
            raise Invalid(FieldProblem("value", "required", _("Please fill this in.")))
        return doing.set_right(field=wrong, value=typed["value"], actor=actor, now=now, region=where, key=_key(request))
    if not typed["words"]:
        raise Invalid(FieldProblem("words", "required", _("Say which matter, what is wrong and what is right.")))
    checked = files.check(request.FILES.getlist("files"))
    no = doing.ask(
        right=Right.CORRECTION, actor=actor, now=now, region=where, key=_key(request), wrong=str(wrong),
        words=typed["words"],
    )  # fmt: skip
    if checked:
        files.attach(case=Case.objects.get(no=no), files=checked, actor=actor, now=now)
    return no


def _correct_page(
    request: HttpRequest, actor: Actor, typed: Mapping[str, str], problems: Mapping[str, Text] | None = None, *,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    person = Person.objects.get(pk=actor.person_id)
    known = {
        "name": person.name,
        "id_number": person.id_masked,
        "bank_card": person.bank_masked,
        "phone": person.phone_masked,
    }
    context = {
        "tab": "me", "typed": typed, "problems": problems or {}, "wrongs": Wrong.choices, "known": known,
        "own": [str(w) for w in doing.OWN], "key": str(uuid4()), **_places(actor, request),
    }  # fmt: skip
    return render(request, "web/worker/data_correct.html", context, status=status)


def _wrong(given: str) -> Wrong:
    if given not in Wrong.values:
        raise Invalid(FieldProblem("wrong", "choice", _("Choose what is wrong.")))
    return Wrong(given)


def _place(field: str) -> str:
    """Which input of the form a problem belongs to: the own fields share one."""
    return "value" if field in Wrong.values else field


def _key(request: HttpRequest) -> str:
    given = request.POST.get("key", "")
    return given if given.replace("-", "").isalnum() and len(given) <= 40 else ""


def _region(actor: Actor, request: HttpRequest) -> str:
    """Whose union answers: that of the newest matter, or the place that was chosen. Raises Invalid."""
    region = last_region(actor) or request.POST.get("region", "") or places.choose().province
    if not region:
        raise Invalid(FieldProblem("region", "required", _("Choose where you work.")))
    return region


def _places(actor: Actor, request: HttpRequest) -> dict[str, Any]:
    """The provinces to choose from, where nothing says which union answers."""
    known = last_region(actor) or places.choose().province
    return {"provinces": [] if known else places.served(), "region": request.POST.get("region", "")}
