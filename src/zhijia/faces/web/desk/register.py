"""Register a call (接听登记): who calls, how they may be reached, what happened; then answer, dispatch or refer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhijia.faces.web.pages import desk_page
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid, Text
from zhijia.kernel.base.text import clean
from zhijia.kernel.cases.access import record_view
from zhijia.kernel.org import uscc
from zhijia.kernel.org.employers import find_or_add_employer, search_employers
from zhijia.kernel.org.models import Employer, Level, Region
from zhijia.kernel.people import vault
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.contact import set_safe_contact
from zhijia.kernel.people.models import AnsweredBy, Person
from zhijia.kernel.people.numbers import normalise_phone
from zhijia.kernel.people.persons import find_or_add_person
from zhijia.kernel.service import registry
from zhijia.kernel.service.engine import open_case
from zhijia.kernel.service.prepared import as_platform
from zhijia.modules.hotline import classify

from . import queries
from .inbox import Row, row
from .nav import desk_page_of

SERVICE = "hotline"
THEN = ("answer", "dispatch", "refer")
"""What can be done right after filing: the form of that step stands open on the case page."""
_FLAGS = ("may_sms", "announce", "may_leave_message")


@dataclass(frozen=True)
class Known:
    """Somebody who has called before: masked, with the cases that are open now."""

    person: Person
    cases: list[Row] = field(default_factory=list)


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
        known = _known(typed.get("phone", ""), actor, now)
        if "find" in typed or "read" in typed:
            return _page(request, actor, now, typed, known=known, looked="find" in typed)
        no = _file(typed, actor, now)
    except Invalid as error:
        known = None if any(p.field == "phone" for p in error.problems) else _known(typed.get("phone", ""), actor, now)
        return _page(request, actor, now, typed, known=known, problems=error.problems, status=error.status)
    messages.success(request, _("Filed as %(no)s.") % {"no": no})
    then = typed.get("then", "")
    opened = f"?open={then}#do-{then}" if then in THEN else ""
    return HttpResponseRedirect(reverse("desk:case", args=[no]) + opened)


def _page(
    request: HttpRequest, actor: Actor, now: datetime, typed: Mapping[str, Any], *, known: Known | None = None,
    looked: bool = False, problems: tuple[FieldProblem, ...] = (), status: int = 200,
) -> HttpResponse:  # fmt: skip
    asks = {ask.name: ask for ask in registry.service(SERVICE).intake.asks}
    story = str(typed.get("story", ""))
    context = {
        "typed": typed, "known": known, "looked": looked, "asks": asks, "then": THEN,
        "answered_by": [(a.value, a.title) for a in AnsweredBy],
        "problems": {p.field: p.message for p in problems}, "guess": classify.suggest(story) if story.strip() else None,
        "counties": _counties(actor), "key": typed.get("key") or uuid4().hex,
    }  # fmt: skip
    return desk_page_of(request, actor, now, "web/desk/register.html", context, current="register", status=status)


def _known(phone: str, actor: Actor, now: datetime) -> Known | None:
    """Who has this number among those whose cases the agent may see; that these were shown is on record.

    Makes nobody. Raises Invalid for a malformed number.
    """
    if not phone.strip():
        return None
    index = vault.blind(normalise_phone(phone), purpose="phone")
    person = Person.objects.filter(phone_index=index).first()
    if person is None:
        return None
    mine = queries.open_cases(actor).filter(parties__person=person)
    cases = list(queries.rows(mine).order_by("-id")[:10])
    for case in cases:
        record_view(case, [person.pk], actor=actor, now=now)
    return Known(person, [row(case, now) for case in cases])


@transaction.atomic
def _file(typed: QueryDict, actor: Actor, now: datetime) -> str:
    """The number of the case that was filed. Raises Invalid; then nothing is stored."""
    problems = [
        FieldProblem(name, "required", _("Please fill this in."))
        for name in ("phone", "region") if not typed.get(name, "").strip()
    ]  # fmt: skip
    region = Region.objects.filter(pk=typed.get("region", ""), retired_in=None).first()
    if region is None and not problems:
        problems.append(FieldProblem("region", "choice", _("Choose one of the listed values.")))
    if problems or region is None:
        raise Invalid(*problems)
    with as_platform():  # whoever calls for the first time is on no case that this agent may see
        person = find_or_add_person(name=typed.get("name", ""), phone=typed["phone"], now=now, actor=actor)
        if typed.get("wishes"):
            _keep_wishes(person, typed, actor, now)
    employer, name = _employer(typed, region, actor, now)
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


def _employer(typed: QueryDict, region: Region, actor: Actor, now: datetime) -> tuple[Employer | None, str]:
    """The employer that is meant, and the name as it was told. A wrong code is said; an unknown name stays words."""
    name, code = clean(typed.get("employer_name", ""))[:200], typed.get("uscc", "").strip()
    if not code and uscc.is_valid(uscc.normalise(name)):
        code = name
    if code:
        known = search_employers(code).items
        found = known[0] if known else find_or_add_employer(name=name, uscc=code, region=region, now=now, actor=actor)
        return found, found.name
    same = [e for e in search_employers(name).items if e.name == name] if name else []
    return next((e for e in same if e.region_id == region.pk or len(same) == 1), None), name


def _counties(actor: Actor) -> list[tuple[Text, list[Region]]]:
    """The counties of the provinces of the actor's posts, by city: one query."""
    own = {post.org_id for post in actor.posts if post.role == Role.AGENT}
    provinces = Region.objects.raw(
        """SELECT c.*, p.name AS city, p.level AS above, g.name AS province FROM org_region c
        LEFT JOIN org_region p ON p.code = c.parent_id LEFT JOIN org_region g ON g.code = p.parent_id
        WHERE c.level = %s AND c.retired_in IS NULL AND EXISTS (
          SELECT 1 FROM org_org o WHERE o.id = ANY(%s) AND (o.level = 0 OR left(o.region_id, 2) = left(c.code, 2)))
        ORDER BY c.code""",
        [int(Level.COUNTY), list(own)],
    )
    groups: dict[str, list[Region]] = {}
    for county in provinces:
        groups.setdefault(county.city or "", []).append(county)
    return list(groups.items())
