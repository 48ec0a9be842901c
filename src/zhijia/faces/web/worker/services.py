"""Services beside the hotline: which there are, and the form of each, which follows from its declaration."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from zhijia.faces.web.pages import open_page
from zhijia.faces.web.problems import status_of
from zhijia.kernel.base.errors import Invalid, Misconfigured, NotFound, Text
from zhijia.kernel.cases.models import Case
from zhijia.kernel.deadlines.models import Deadline
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.service import registry
from zhijia.kernel.service.declare import Service

from . import filing, places
from .ask import last_region
from .filing import Form
from .plan import Step, steps
from .receipt import picture

HOTLINE, OWN_DATA = "hotline", "data_right"
"""The service that listens to everything has a page of its own, and so have the rights over one's own data."""
SENT = "zhijia.filed"
"""The session's note of what was filed last: a passer-by has no other right to see its number."""


ICONS = {
    "vouchers": "bowl", "calculators": "calc", "wage_arrears": "doc", "disputes": "talk", "legal_aid": "law",
    "lawyer_visit": "user",
}  # fmt: skip
"""What most workers look for, in this order, each with a drawing of its own: these stand on the first page."""
SHORT: dict[str, Text] = {
    "disputes": _("Mediation"), "supervision": _("Supervision"), "access": _("Who looked"),
    "lawyer_visit": _("A lawyer"),
}  # fmt: skip
"""A name that fits under a drawing, for what has a long one."""


@dataclass(frozen=True)
class Offer:
    """One service that a worker may use, and where."""

    key: str
    title: Text
    url: str
    icon: str = "doc"

    @property
    def short(self) -> Text:
        """Its name under a drawing."""
        return SHORT.get(self.key, self.title)


def tiles(most: int) -> list[Offer]:
    """At most so many for the home page, beside asking for help, which has the large button, and one's data, which is
    under "Me": what most look for, a place nearby, a way without one's name; then other services, as many as fit."""
    listed = {offer.key: offer for offer in offers() if offer.key != HOTLINE}
    near, unnamed, *others = beside()
    first = [listed.pop(key) for key in ICONS if key in listed]
    return [*first, near, unnamed, *listed.values(), *others][:most]


def beside() -> list[Offer]:
    """What is there for every worker beside the services."""
    return [
        Offer("stations", _("Stations"), reverse("vouchers:places"), "pin"),
        Offer("pickup", _("Without my name"), reverse("pickup"), "talk"),
        Offer("access", _("Who read my data"), reverse("me_access"), "eye"),
        Offer("contact", _("Safe contact"), reverse("me") + "#contact", "lock"),
        Offer("data", _("My data"), reverse("me_data"), "user"),
        Offer("typical", _("Typical cases"), reverse("typical"), "doc"),
    ]


def offers() -> list[Offer]:
    """What a worker may file, the hotline first."""
    listed = [
        Offer(s.key, s.title, reverse("service", args=[s.key]), ICONS.get(s.key, "doc"))
        for s in _open() if s.key not in (HOTLINE, OWN_DATA)
    ]  # fmt: skip
    first = [Offer(HOTLINE, _("Ask for help"), reverse("ask"), "hand")] if registry.has_service(HOTLINE) else []
    return [
        *first, Offer("vouchers", _("Meals and packs"), reverse("vouchers:today"), ICONS["vouchers"]),
        Offer("calculators", _("What am I due?"), reverse("calculators"), ICONS["calculators"]), *listed,
    ]  # fmt: skip


@open_page
def services(request: HttpRequest, actor: Actor | None, _now: datetime) -> HttpResponse:
    """GET /services/: everything that a worker may file."""
    context = {"offers": offers(), "beside": beside(), "actor": actor, "tab": "home"}
    return render(request, "web/worker/services.html", context)


@open_page
@sensitive_post_parameters()
def service(request: HttpRequest, actor: Actor | None, now: datetime, key: str) -> HttpResponse:
    """GET /services/<key>/ shows the form; POST files it, or shows it again with every word and what is wrong."""
    declared = _service(key)
    if key == HOTLINE:
        return redirect("ask")
    if key == OWN_DATA:
        return redirect("me_data")
    if actor is not None and actor.person_id is None:
        return redirect(f"/desk/file/{key}/")  # staff file from the desk, for somebody
    if actor is None and Role.SYSTEM not in declared.intake.by:
        return redirect_to_login(request.get_full_path())
    if request.method != "POST":
        return _page(request, filing.blank(declared, region=last_region(actor)), actor, now)
    form = filing.read(declared, request.POST)
    try:
        filed = filing.file_it(form, request.FILES.getlist("files"), actor, now)
    except Invalid as error:
        form.problems = {p.field: p.message for p in error.problems}
        return _page(request, form, actor, now, status=status_of(error))
    request.session[SENT] = filed.no
    return redirect("service_sent", key=key)


@require_GET
@open_page
def plan_of(request: HttpRequest, _actor: Actor | None, now: datetime, key: str) -> HttpResponse:
    """GET /services/<key>/plan: what happens by when, for the place that was just chosen."""
    chosen = places.choose(**{name: request.GET.get(name, "") for name in ("province", "city", "county")})
    return render(request, "web/worker/_plan.html", _plan(_service(key), chosen.region, now))


@open_page
def sent(request: HttpRequest, actor: Actor | None, now: datetime, key: str) -> HttpResponse:
    """GET /services/<key>/sent/: the receipt of what this browser filed last: number, unit, what happens by when."""
    declared = _service(key)
    no = request.session.get(SENT) or ""
    case = Case.objects.filter(no=no, service=key).select_related("unit").first()
    if case is None:
        return redirect("service", key=key)
    kept = list(Deadline.objects.filter(case_id=case.pk).order_by("id"))
    context: dict[str, Any] = {
        "case": case, "service": declared, "actor": actor, "now": now, "picture": picture(request, no),
        "steps": steps(declared, region=case.region, now=case.created_at, kept=kept),
    }  # fmt: skip
    return render(request, "web/worker/service_sent.html", context)


def _open() -> list[Service]:
    return [s for s in registry.services() if Role.WORKER in s.intake.by]


def _service(key: str) -> Service:
    """The service with this key, if a worker may file it. Raises NotFound."""
    found = next((s for s in _open() if s.key == key), None)
    if found is None:
        raise NotFound(code="no_such_service")
    return found


def _page(request: HttpRequest, form: Form, actor: Actor | None, now: datetime, status: int = 200) -> HttpResponse:
    context = {
        "form": form, "service": form.service, "v": form.values, "problems": form.problems, "actor": actor,
        "places": form.places, "counties": places.counties_by_city(form.places.province),
        **_plan(form.service, form.places.region, now),
    }  # fmt: skip
    return render(request, "web/worker/service.html", context, status=status)


def _plan(declared: Service, region: str, now: datetime) -> dict[str, Any]:
    """The steps and the unit that most likely has it; no date is better than a guessed one."""
    found: list[Step] = []
    unit: Org | None = None
    try:
        found = steps(declared, region=region, now=now)
        unit = declared.intake.unit(region) if region else None
    except (Misconfigured, ValueError):
        pass
    return {"service": declared, "steps": found, "unit": unit}
