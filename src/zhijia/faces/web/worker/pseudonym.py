"""Complaining under a pseudonym, and coming back with the pick-up code: without an account, and without a session.

The code travels with each form of the page and stands in no address, cookie or session; nothing on these pages is kept
on the phone. What is counted against guessing is a keyed mark of the network, forgotten within the hour.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from zhijia.faces import pickup as course
from zhijia.faces import present
from zhijia.faces.address import client_address
from zhijia.faces.web import files
from zhijia.faces.web.problems import choose_again, noting, status_of
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Conflict, FieldProblem, Forbidden, Invalid, Text, ZhijiaError
from zhijia.kernel.cases.models import Attachment, Case
from zhijia.kernel.people import pseudonyms
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.people.models import Pseudonym
from zhijia.kernel.people.persons import accesses_to
from zhijia.kernel.service import engine, inputs, pseudonymous, registry
from zhijia.kernel.service.declare import Transition
from zhijia.modules.hotline.models import Category
from zhijia.modules.hotline.service import HOTLINE

from . import places

FIELDS = (
    "story", "category", "wish", "employer_name", "province", "city", "county", "region", "urgent",
    "name", "phone", "code",
)  # fmt: skip
_SALT, _DAY = "zhijia.pickup", 24 * 3600


@dataclass(frozen=True)
class Act:
    """One thing that may be done now, with what was typed for it."""

    transition: Transition
    values: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, Text] = field(default_factory=dict)


@never_cache
@sensitive_post_parameters("code", "words", "story", "name", "phone")
def pickup(request: HttpRequest) -> HttpResponse:
    """GET /pickup/ asks for the code; POST shows the complaint behind it, and with act=… does something to it."""
    now = clock.now()
    if request.method != "POST":
        return render(request, "web/worker/pickup.html", {"problems": {}})
    typed = request.POST.get("code", "")
    try:
        found = pseudonyms.find(typed, place=client_address(request), now=now)
    except Invalid as error:
        return _enter(request, typed, {p.field: p.message for p in error.problems}, status_of(error))
    except ZhijiaError as error:  # a wrong code, or too many of them
        return _enter(request, typed, {"code": error.reason}, error.status)
    if act := request.POST.get("act", ""):
        return _do(request, found, act, now)
    return _page(request, found, now)


@never_cache
@sensitive_post_parameters("code", "story", "name", "phone")
def new(request: HttpRequest) -> HttpResponse:
    """GET /pickup/new/ shows the form, with a code that nobody has yet; POST files and shows the code, this once."""
    now = clock.now()
    if request.method != "POST":
        return _form(request, dict.fromkeys(FIELDS, "") | {"code": _fresh()}, {})
    values = {name: request.POST.get(name, "") for name in FIELDS}
    try:
        code = signing.loads(values["code"], salt=_SALT, max_age=_DAY)
    except signing.BadSignature:  # the form lay open for more than a day
        values["code"] = _fresh()
        late = _("This form was open for too long. Your words are still here; send it once more.")
        return _form(request, values, {"story": late}, status=409)
    try:
        made = _file(request, values, code, now)
    except Invalid as error:
        return _form(request, values, {p.field: p.message for p in error.problems}, status=status_of(error))
    except ZhijiaError as error:
        return _form(request, values, {"story": error.reason}, status=error.status)
    return render(request, "web/worker/pickup_code.html", {"made": made, "code": code, "groups": code.split("-")})


def _file(request: HttpRequest, values: dict[str, str], code: str, now: datetime) -> pseudonymous.Complaint:
    """Raises Invalid with everything that must be mended, TooSoon."""
    place, problems = places.choose(**_place(values)), list[FieldProblem]()
    answers: dict[str, Any] = {
        "story": values["story"], "category": values["category"], "wish": values["wish"], "confidential": True,
        "employer_name": values["employer_name"], "urgent": bool(values["urgent"]), "channel": "app",
    }  # fmt: skip
    told, checked = pseudonyms.Told(), list[files.Checked]()
    with noting(problems):
        inputs.read(HOTLINE.intake.asks, answers)
    with noting(problems):
        told = pseudonyms.checked(name=values["name"], phone=values["phone"])
    with noting(problems):
        checked = files.check(request.FILES.getlist("files"))
    if not place.region:
        problems.append(FieldProblem("place", "required", _("Choose where it happened: at least the city.")))
    choose_again(problems, checked)
    if problems:
        raise Invalid(*problems)
    course.FILED.hit(client_address(request), now=now)
    made = pseudonymous.file_complaint(
        service=HOTLINE.key, data=answers, region=place.region, code=code, told=told, now=now
    )
    if checked and not made.again:
        files.attach(case=Case.objects.get(no=made.no), files=checked, actor=Actor(name=made.name), now=now)
    return made


def _do(request: HttpRequest, found: Pseudonym, act: str, now: datetime) -> HttpResponse:
    """Fire one transition by the worker's right; on refusal every word is kept."""
    own, data = pseudonymous.case_of(found), request.POST.dict()
    himself = pseudonymous.actor_of(found)
    sent = request.FILES.getlist("files") if act == "supplement" else []
    try:
        kept = files.check(sent, kept=Attachment.objects.filter(case=own).count() if sent else 0)
        if kept and not data.get("words", "").strip():
            data["words"] = _("Files: %(names)s") % {"names": ", ".join(file.name for file in kept)}
        shown = own.lead or own
        engine.fire(no=shown.no, transition=act, actor=himself, now=now, data=data, key=data.get("key") or None)
        files.attach(case=own, files=kept, actor=himself, now=now)
    except Invalid as error:
        problems = {p.field: p.message for p in error.problems}
        return _page(request, found, now, tried=act, problems=problems, status=status_of(error))
    except (Conflict, Forbidden) as error:
        return _page(request, found, now, tried=act, refused=error, status=error.status)
    declared = registry.service(shown.service).transition(act)
    return _page(request, found, now, done=str(declared.done) if declared else "")


def _page(
    request: HttpRequest, found: Pseudonym, now: datetime, *, tried: str = "", done: str = "",
    problems: Mapping[str, Text] | None = None, refused: Conflict | Forbidden | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    own = pseudonymous.case_of(found)
    shown = own.lead or own
    service = registry.service(shown.service)
    typed = request.POST.dict() if tried else {}
    acts = [
        Act(t, typed if t.key == tried else {}, (problems or {}) if t.key == tried else {})
        for t in course.choices(found, shown, now)
    ]
    code = pseudonyms.read_code(request.POST["code"])
    context = {
        "case": own, "shown": shown, "name": found.person.name, "state": service.state_titles[shown.state],
        "chip": present.case_chip(shown, now, desk=False), "acts": acts, "tried": tried, "done": done,
        "problems": problems or {}, "refused": refused, "code": code, "timeline": course.timeline(own, shown),
        "news": course.messages(found, now),
        "files": Attachment.objects.filter(case=own, public=True).order_by("id"),
        "identity": [course.told(asked) for asked in pseudonymous.history(found)],
        "left": hasattr(found, "identity"), "readings": accesses_to(found.person_id, limit=30), "now": now,
        "key": str(uuid4()),
    }  # fmt: skip
    return render(request, "web/worker/pickup_matter.html", context, status=status)


def _enter(request: HttpRequest, typed: str, problems: Mapping[str, Text], status: int) -> HttpResponse:
    return render(request, "web/worker/pickup.html", {"problems": problems, "typed": typed}, status=status)


def _form(
    request: HttpRequest, values: Mapping[str, str], problems: Mapping[str, Text], *, status: int = 200
) -> HttpResponse:
    chosen = places.choose(**_place(values))
    context = {
        "v": values, "problems": problems, "places": chosen, "counties": places.counties_by_city(chosen.province),
        "categories": Category.choices, "signed_in": request.user.is_authenticated,
    }  # fmt: skip
    return render(request, "web/worker/pickup_new.html", context, status=status)


def _place(values: Mapping[str, str]) -> dict[str, str]:
    county = values["region"] or values["county"]
    return {"province": values["province"], "city": "" if values["region"] else values["city"], "county": county}


def _fresh() -> str:
    """A code that nobody has, signed, so that the same form sent twice is one complaint and shows the same code."""
    return signing.dumps(pseudonyms.new_code(), salt=_SALT)
