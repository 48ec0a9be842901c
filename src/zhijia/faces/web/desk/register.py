"""Register a call (接听登记): who calls, how they may be reached, what happened; then answer, dispatch or refer."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhijia.faces.web import employers
from zhijia.faces.web.pages import desk_page
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.contact import set_safe_contact
from zhijia.kernel.people.models import AnsweredBy, Person
from zhijia.kernel.people.persons import find_or_add_person
from zhijia.kernel.service import registry
from zhijia.kernel.service.engine import open_case
from zhijia.kernel.service.prepared import as_platform
from zhijia.modules.hotline import classify

from . import filing
from .nav import desk_page_of

SERVICE = "hotline"
THEN = ("answer", "dispatch", "refer")
"""What can be done right after filing: the form of that step stands open on the case page."""
_FLAGS = ("may_sms", "announce", "may_leave_message")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def register(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """/desk/register/: POST with `find` looks the caller up, with `read` asks what it is about, else it files."""
    if Role.AGENT not in actor.roles():
        raise Forbidden(_("Only these may do it here: %(roles)s.") % {"roles": Role.AGENT.title}, code="wrong_role")
    if request.method != "POST":
        return _page(request, actor, now, QueryDict())
    typed = request.POST
    try:
        known = filing.known(typed.get("phone", ""), actor, now)
        if "find" in typed or "read" in typed:
            return _page(request, actor, now, typed, known=known, looked="find" in typed)
        no = file_call(typed, actor, now)
    except Invalid as error:
        bad = any(p.field == "phone" for p in error.problems)
        known = None if bad else filing.known(typed.get("phone", ""), actor, now)
        return _page(request, actor, now, typed, known=known, problems=error.problems, status=error.status)
    messages.success(request, _("Filed as %(no)s.") % {"no": no})
    then = typed.get("then", "")
    opened = f"?open={then}#do-{then}" if then in THEN else ""
    return HttpResponseRedirect(reverse("desk:case", args=[no]) + opened)


def _page(
    request: HttpRequest, actor: Actor, now: datetime, typed: Mapping[str, Any], *, known: filing.Known | None = None,
    looked: bool = False, problems: tuple[FieldProblem, ...] = (), status: int = 200,
) -> HttpResponse:  # fmt: skip
    asks = {ask.name: ask for ask in registry.service(SERVICE).intake.asks}
    story = str(typed.get("story", ""))
    context = {
        "typed": typed, "known": known, "looked": looked, "asks": asks, "then": THEN,
        "answered_by": [(a.value, a.title) for a in AnsweredBy],
        "problems": {p.field: p.message for p in problems}, "guess": classify.suggest(story) if story.strip() else None,
        "counties": filing.counties(actor, {Role.AGENT}), "key": typed.get("key") or uuid4().hex,
    }  # fmt: skip
    return desk_page_of(request, actor, now, "web/desk/register.html", context, current="register", status=status)


@transaction.atomic
def file_call(typed: QueryDict, actor: Actor, now: datetime) -> str:
    """The number of the case that was filed. Raises Invalid; then nothing is stored."""
    problems = [
        FieldProblem(name, "required", _("Please fill this in."))
        for name in ("phone", "region") if not typed.get(name, "").strip()
    ]  # fmt: skip
    if problems:
        raise Invalid(*problems)
    region = filing.region_of(typed.get("region", ""))
    with as_platform():  # whoever calls for the first time is on no case that this agent may see
        person = find_or_add_person(name=typed.get("name", ""), phone=typed["phone"], now=now, actor=actor)
        if typed.get("wishes"):
            _keep_wishes(person, typed, actor, now)
    employer, name = employers.meant(typed.get("employer_name", ""), typed.get("uscc", ""), region, actor, now)
    data = {ask.name: typed.get(ask.name, "") for ask in registry.service(SERVICE).intake.asks}
    data |= {"channel": "phone", "employer_name": name}
    filed = open_case(
        service=SERVICE, actor=actor, now=now, data=data, region=region.pk, applicant_id=person.pk,
        employer_id=employer.pk if employer else None, key=typed.get("key") or None,
    )  # fmt: skip
    return filed.no


def _keep_wishes(person: Person, typed: QueryDict, actor: Actor, now: datetime) -> None:
    """Store the safe-contact profile that the agent asked for."""
    answered = typed.get("answered_by", "")
    set_safe_contact(
        person=person, actor=actor, now=now, number=typed.get("safe_number", ""),
        hours_from=_hour(typed, "hours_from"), hours_to=_hour(typed, "hours_to"),
        answered_by=AnsweredBy(answered) if answered in set(AnsweredBy) else AnsweredBy.SELF_ONLY,
        pass_phrase=typed.get("pass_phrase", "") or None, note=typed.get("contact_note", ""),
        **{flag: bool(typed.get(flag)) for flag in _FLAGS},
    )  # fmt: skip


def _hour(typed: QueryDict, name: str) -> time | None:
    raw = typed.get(name, "").strip()
    try:
        return time.fromisoformat(raw) if raw else None
    except ValueError:
        raise Invalid(FieldProblem(name, "time", _("Write the hour like 18:30."))) from None
