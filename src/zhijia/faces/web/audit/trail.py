"""Looking up who did what, and who looked at whose data."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhijia.faces.web.pages import before, desk_page
from zhijia.kernel.audit import trail as audit
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base.errors import FieldProblem, Forbidden, Invalid
from zhijia.kernel.base.text import clean
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.actors import Actor, Permission
from zhijia.kernel.people.models import Person

from .frame import accounts_asked, audit_page_of, days_asked, kept

PAGE = 50
LEAST_REASON = 4
FILTERS = ("case", "person", "account", "act", "reads", "from", "to")


@dataclass(frozen=True)
class Row:
    """One entry as the page shows it."""

    entry: Entry
    subject: str
    link: str
    detail: str


@require_safe
@desk_page(Permission.AUDIT)
def trail(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /audit/: the trail, newest first, by case, person, account, act and day."""
    no, case_id = _case_asked(request)
    person_id = _number(request.GET.get("person", ""))
    if person_id is not None and not audit.opened(actor=actor, now=now, person_id=person_id):
        raise Forbidden(_("Say for whom and why first: the person can read it."), code="reason_needed")
    name, accounts = accounts_asked(request)
    first, last = days_asked(request, now)
    asked = audit.Asked(
        case_id=case_id, person_id=person_id, account_ids=accounts, act=request.GET.get("act", "")[:40],
        reads_only=bool(request.GET.get("reads")), from_day=first, to_day=last,
    )  # fmt: skip
    found = list(before(audit.find(asked), request)[: PAGE + 1])
    audit.record_look(actor=actor, now=now, what=_what(asked, no))
    context = {
        "rows": _rows(found[:PAGE]), "older": found[PAGE - 1].pk if len(found) > PAGE else None,
        "query": kept(request, *FILTERS), "no": no, "person_id": person_id, "name": name, "first": first,
        "last": last, "acts": audit.ACTS.items(), "act": asked.act, "reads": asked.reads_only,
    }  # fmt: skip
    return audit_page_of(request, actor, now, "web/audit/trail.html", context, current="trail")


@require_POST
@desk_page(Permission.AUDIT)
def person(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """POST /audit/person/: find a person by phone; the reason is on record before anything is shown."""
    found, reason = person_by_phone(request.POST.get("phone", "")), clean(request.POST.get("reason", ""))
    if len(reason) < LEAST_REASON:
        raise Invalid(FieldProblem("reason", "too_short", _("Say what you need it for, in a few words.")))
    if found is None:
        raise Invalid(FieldProblem("phone", "unknown", _("Nobody with this phone is party to a case you can see.")))
    audit.record_person_look(actor=actor, now=now, person_id=found.pk, reason=reason)
    return HttpResponseRedirect(f"{reverse('audit:trail')}?person={found.pk}&from=2000-01-01")


@require_safe
@desk_page(Permission.AUDIT)
def readers(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /audit/readers/: which officers read personal data most. It counts officers, never workers."""
    first, last = days_asked(request, now)
    found = audit.readers(first, last)
    audit.record_look(actor=actor, now=now, what={"readers": [first.isoformat(), last.isoformat()]})
    most = max((reader.times for reader in found), default=1)
    context = {
        "readers": [(reader, round(reader.times / most * 240)) for reader in found], "first": first, "last": last,
    }  # fmt: skip
    return audit_page_of(request, actor, now, "web/audit/readers.html", context, current="readers")


def person_by_phone(phone: str) -> Person | None:
    """The person with this number, as far as this auditor sees persons. Raises Invalid for a malformed number."""
    from zhijia.kernel.people import vault

    return Person.objects.filter(phone_index=vault.blind(phone, purpose="phone")).first()


def _case_asked(request: HttpRequest) -> tuple[str, int | None]:
    """The number of `?case=` and its id; -1 for one that is not there, which finds nothing."""
    no = request.GET.get("case", "").strip()[:32]
    if not no:
        return "", None
    return no, Case.objects.filter(no=no).values_list("pk", flat=True).first() or -1


def _rows(entries: list[Entry]) -> list[Row]:
    ids = {int(e.subject[5:]) for e in entries if e.subject.startswith("case:") and e.subject[5:].isdecimal()}
    numbers = dict(Case.objects.filter(pk__in=ids).values_list("pk", "no"))
    rows = []
    for entry in entries:
        no = numbers.get(int(entry.subject[5:])) if entry.subject.startswith("case:") else None
        link = reverse("desk:case", args=[no]) if no else ""
        rows.append(Row(entry, no or entry.subject, link, _detail(entry.data)))
    return rows


def _detail(data: dict[str, Any]) -> str:
    """What an entry says beyond its columns, in one line."""
    parts = (f"{key}: {'、'.join(map(str, v)) if isinstance(v, list) else v}" for key, v in data.items() if v)
    return "，".join(parts)[:160]


def _what(asked: audit.Asked, no: str) -> dict[str, Any]:
    said = {
        "case": no, "accounts": list(asked.account_ids or []), "act": asked.act, "reads": asked.reads_only or None,
        "from": str(asked.from_day), "to": str(asked.to_day),
    }  # fmt: skip
    return {key: value for key, value in said.items() if value}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
