"""My own page: name, language, how to reach me, who read my data, sign out."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from zhijia.faces.web.pages import worker_page
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base.errors import Invalid, Text
from zhijia.kernel.cases.access import VIEWED
from zhijia.kernel.cases.attachments import READ
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.models import Person, SafeContact
from zhijia.kernel.people.persons import accesses_to, change_person

from . import contact as wishes
from .messages import unread

PAGE = 20


@dataclass(frozen=True)
class Reading:
    """Somebody read something of mine."""

    id: int
    at: datetime
    who: str
    what: str
    purpose: str
    no: str
    """Number of the case it was for; "" when none."""


@worker_page
def me(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /me/ shows what we hold; POST changes name and language."""
    person = _person(actor)
    if person is None:
        return render(request, "web/worker/me.html", {"tab": "me", "person": None})
    problems: dict[str, Text] = {}
    if request.method == "POST":
        language = request.POST.get("language", "")
        try:
            change_person(
                person=person, actor=actor, now=now, name=request.POST.get("name", ""),
                language=language if language in dict(settings.LANGUAGES) else None,
            )  # fmt: skip
        except Invalid as error:
            problems = {p.field: p.message for p in error.problems}
            person.name = request.POST.get("name", "")
        else:
            messages.success(request, _("Kept."))
            return redirect("me")
    return _page(request, person, actor, problems=problems)


@require_POST
@worker_page
def contact(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """POST /me/contact/: how to reach me without harm."""
    person = _person(actor)
    if person is None:
        return redirect("me")
    try:
        wishes.store(person=person, wishes=wishes.read(request.POST), actor=actor, now=now)
    except Invalid as error:
        return _page(request, person, actor, problems={p.field: p.message for p in error.problems}, typed=True)
    messages.success(request, _("Kept. Every call and every message goes by it from now on."))
    return redirect("me")


@worker_page
def access(request: HttpRequest, actor: Actor, _now: datetime) -> HttpResponse:
    """GET /me/access/: who read my data, when, what and why; newest first."""
    last = request.GET.get("before", "")
    last_id = int(last) if last.isascii() and last.isdigit() and len(last) <= 18 else None
    entries = accesses_to(actor.person_id or 0, last_id, PAGE + 1)
    ids = [int(_case(entry)) for entry in entries if _case(entry)]
    numbers = dict(Case.objects.visible_to(actor).filter(pk__in=ids).values_list("pk", "no"))
    readings = [_reading(entry, numbers) for entry in entries[:PAGE]]
    older = readings[-1].id if len(entries) > PAGE else None
    return render(request, "web/worker/access.html", {"tab": "me", "readings": readings, "older": older})


def _case(entry: Entry) -> str:
    """The id of the case an entry is about, as digits; "" for none."""
    digits = entry.subject.removeprefix("case:")
    return digits if entry.subject != digits and digits.isdigit() and len(digits) <= 18 else ""


def _reading(entry: Entry, numbers: dict[int, str]) -> Reading:
    fields = _(", ").join(str(_FIELDS.get(f, f)) for f in entry.data.get("fields", ()))
    no = numbers.get(int(_case(entry) or 0), "")
    what = fields or (_("A file of the matter") if entry.act == READ else _("The whole matter"))
    return Reading(entry.pk, entry.at, in_words(entry.actor), what, _purpose(entry), no)


def _purpose(entry: Entry) -> str:
    """What for, as it was kept; where the platform wrote it itself, in the reader's language."""
    usual = _USUAL.get(entry.act)
    if usual is None:
        return entry.purpose
    about = {"no": entry.data.get("no", "")}
    with translation.override(settings.LANGUAGE_CODE):
        kept = str(usual) % about
    return str(usual) % about if entry.purpose == kept else entry.purpose


def in_words(signature: str) -> str:
    """ "Zhou Min (officer, Qinghe Union)" with the role in the reader's language; the platform and oneself by word."""
    if signature.startswith("person:"):
        return _("yourself")
    name, _open, posts = signature.partition(" (")
    for role in Role:
        posts = posts.replace(f"{role.value}, ", f"{role.title}{_(', ')}", 1) if posts.startswith(role.value) else posts
    return f"{posts.removesuffix(')')} {name}" if posts else name


def _page(
    request: HttpRequest, person: Person, actor: Actor, *, problems: dict[str, Text], typed: bool = False
) -> HttpResponse:
    profile = SafeContact.objects.filter(person=person).first()
    values = wishes.typed(profile)
    if typed:
        values |= {name: request.POST.get(name, "") for name in wishes.FIELDS}
    context = {
        "tab": "me", "person": person, "problems": problems, "profile": profile, "unread": unread(actor),
        **wishes.context(values, problems),
    }  # fmt: skip
    return render(request, "web/worker/me.html", context, status=422 if problems else 200)


def _person(actor: Actor) -> Person | None:
    return Person.objects.filter(pk=actor.person_id).first() if actor.person_id else None


_USUAL: dict[str, Text] = {
    VIEWED: gettext_lazy("Handling case %(no)s"),
    READ: gettext_lazy("Reading a file of case %(no)s"),
}
"""Purposes that the platform writes itself, by act."""
_FIELDS: dict[str, Text] = {
    "phone": gettext_lazy("Phone number"),
    "id_number": gettext_lazy("ID number"),
    "bank_card": gettext_lazy("Bank card"),
    "safe_number": gettext_lazy("Number to reach you"),
    "pass_phrase": gettext_lazy("Pass phrase"),
    "name": gettext_lazy("Name"),
    "posts": gettext_lazy("Posts"),
    "sign_in": gettext_lazy("Sign-in, without your name"),
}
"""Names of sealed fields, for people."""
