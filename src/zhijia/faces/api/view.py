"""What a caller may read of a case: a worker their own, staff all, a partner words and names of what it filed."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from zhijia.faces import present
from zhijia.kernel.base.money import yuan
from zhijia.kernel.cases.models import Case, Party, PartyStatus
from zhijia.kernel.deadlines.models import Deadline
from zhijia.kernel.service import registry
from zhijia.kernel.service.declare import Ask, Kind, Service

from .auth import Caller


def filed_by(caller: Caller, case: Case) -> bool:
    """Whether this account filed the case."""
    return bool(case.filed_key) and str(case.filed_key).startswith(f"account-{caller.account.pk}:")


def words_shown(caller: Caller, case: Case) -> bool:
    """Whether the caller reads what was told: a partner, and a worker whose case was joined to another's, do not read
    a stranger's words."""
    if caller.is_partner:
        return filed_by(caller, case)
    return caller.is_staff or case.applicant_id == caller.actor.person_id


def line(case: Case, caller: Caller, now: datetime) -> dict[str, Any]:
    """One case in a list: no query."""
    service = registry.service(case.service)
    category = _category(service, case)
    chip = present.case_chip(case, now, desk=caller.is_staff)
    return {
        "no": case.no, "service": case.service, "state": case.state,
        "state_title": str(service.state_titles[case.state]), "category": case.category, "category_title": category,
        "title": case.title if words_shown(caller, case) else category,
        "unit": {"id": case.unit_id, "name": case.unit.name}, "region": case.region, "urgent": case.urgent,
        "confidential": case.confidential, "marks": case.marks, "created_at": case.created_at,
        "changed_at": case.changed_at, "closed_at": case.closed_at, "clock": _chip(chip) if chip else None,
        "late": case.closed_at is None and case.due_at is not None and case.due_at < now, "seq": case.seq,
    }  # fmt: skip


def whole(case: Case, caller: Caller, now: datetime) -> dict[str, Any]:
    """The case with facts, clocks, why and parties. Three queries beside the case's own."""
    service = registry.service(case.service)
    facts = service.facts._default_manager.get(pk=case.pk)
    deadlines = list(Deadline.objects.filter(case_id=case.pk).order_by("id"))
    chips = present.chips(service, deadlines, now, desk=caller.is_staff, region=case.region)
    leading = next((c.deadline for c in chips if c.deadline and c.key == case.due_key), None)
    return line(case, caller, now) | {
        "facts": list(_facts(service, case, facts, caller)),
        "clocks": [_chip(chip) for chip in chips],
        "why": [str(s) for s in present.why(service, leading, now, region=case.region).sentences] if leading else [],
        "parties": list(_parties(case, caller)),
        "lead": case.lead.no if case.lead_id and case.lead else None,
    }


def timeline(case: Case, caller: Caller) -> list[dict[str, Any]]:
    """The lines of the timeline, newest first. A partner reads the public ones, with words only where it filed."""
    entries = present.timeline(case, desk=caller.is_staff)
    words: dict[int, tuple[tuple[str, str], ...]] = {e.seq: e.notes for e in entries}
    if caller.is_partner:
        entries = [e for e in entries if e.public]
        words = {e.seq: e.notes for e in present.timeline(case, desk=False)} if filed_by(caller, case) else {}
    return [
        {
            "seq": e.seq, "at": e.at, "transition": e.transition, "what": str(e.what), "who": e.who, "public": e.public,
            "notes": [{"title": str(title), "words": text} for title, text in words.get(e.seq, ())],
        }
        for e in entries
    ]  # fmt: skip


def _facts(service: Service, case: Case, facts: Any, caller: Caller) -> Iterator[dict[str, Any]]:
    words = words_shown(caller, case)
    for fact in present.facts_of(service, facts):
        ask = fact.ask
        if (not words and ask.name in service.personal) or (not caller.is_staff and not ask.public):
            continue
        yield {"name": ask.name, "title": str(ask.title), "value": _plain(ask, fact.value), "words": fact.words}


def _plain(ask: Ask, value: Any) -> Any:
    """The value for programs: money as yuan with two places in a string, as it is sent; days as ISO text."""
    if ask.kind == Kind.MONEY and value is not None:
        return str(yuan(int(value)))
    if isinstance(value, str | int | bool | None):
        return value
    return float(value) if isinstance(value, Decimal) else str(getattr(value, "pk", value))


def _parties(case: Case, caller: Caller) -> Iterator[dict[str, Any]]:
    words = words_shown(caller, case)
    for party in Party.objects.filter(case_id=case.pk).select_related("person").order_by("id"):
        mine = party.person_id == caller.actor.person_id
        if not caller.is_staff and not mine:
            continue
        named = words or mine
        yield {
            "person": party.person_id if named else None, "name": party.person.name if named else "",
            "phone": party.person.phone_masked if named else "", "role": party.role, "status": party.status,
            "status_title": str(PartyStatus(party.status).label), "mine": mine,
        }  # fmt: skip


def _category(service: Service, case: Case) -> str:
    ask = next((a for a in service.intake.asks if a.name == service.intake.category), None)
    return str(dict(ask.choices).get(case.category, case.category)) if ask else case.category


def _chip(chip: present.Chip) -> dict[str, Any]:
    return {
        "key": chip.key, "title": str(chip.title), "state": chip.state, "words": str(chip.word), "due_at": chip.due_at,
        "provisional": chip.provisional, "basis": chip.basis, "verified": chip.verified,
    }  # fmt: skip
