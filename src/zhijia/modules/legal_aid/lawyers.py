"""Who works on a case: the check for conflicts, the rota, and another lawyer in somebody's place."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text, Verdict, no, yes
from zhijia.kernel.cases.sitting_models import Sitting, SittingState
from zhijia.kernel.people.models import Account
from zhijia.kernel.service import rota
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.prepared import as_platform

from .models import LawyerTie, TieCheck
from .rules import C, today
from .words import Aside, TieKind

ROSTER = "legal_aid.lawyer"
REASONS: dict[str, Text] = {
    "acted": _("This lawyer acts or has acted for the employer."),
    "counsel": _("This lawyer is the employer's standing counsel."),
    "family": _("A close relative of this lawyer leads or owns the employer."),
    "share": _("This lawyer has an interest in the employer."),
    "former": _("Another lawyer has taken this lawyer's place on this case."),
    "own_work": _("Nobody reviews their own work."),
}


def key_of(name: str) -> str:
    """A firm's name as it is compared: without blanks, with marks of one width."""
    return "".join(name.split()).replace("（", "(").replace("）", ")").casefold()


def conflict(c: C, account_id: int) -> Verdict:
    """Whether this lawyer may act against the employer of the case."""
    if account_id in c.facts.former:
        return no("former", REASONS["former"])
    tie = ties(c, [account_id]).get(account_id, "")
    return no(tie, REASONS[tie]) if tie else yes()


def ties(c: Ctx[Any], lawyers: Iterable[int]) -> dict[int, str]:
    """What binds these lawyers to the employer of the case; who has no tie is left out. One query."""
    since = today(c) - timedelta(days=int(c.number("legal_aid.tie_days")))
    same = Q(key=key_of(c.facts.employer_name)) if c.facts.employer_name else Q(pk__in=[])
    with as_platform():
        if c.case.employer is not None:
            same |= Q(employer=c.case.employer)
            same |= Q(uscc=c.case.employer.uscc) if c.case.employer.uscc else Q()
        found = LawyerTie.objects.filter(same, lawyer_id__in=lawyers).filter(Q(until=None) | Q(until__gte=since))
        return dict(found.order_by("-kind").values_list("lawyer_id", "kind"))


def assign(c: C) -> None:
    """The chosen lawyer, or whose turn it is, is in charge; who was checked, and why not, is kept."""
    passed = _passed_over(c) if c.data.get("lawyer") is None else []
    rota.assign("lawyer", ROSTER, conflict=conflict)(c)
    chosen: int = c.data["lawyer"]
    c.facts.lawyer_id = chosen
    checks = [*passed, (chosen, "")]
    with as_platform():
        TieCheck.objects.bulk_create(
            TieCheck(case_id=c.case.pk, lawyer_id=who, at=c.now, code=why) for who, why in checks
        )


def _passed_over(c: C) -> list[tuple[int, str]]:
    """Those before whom the turn passed, with the reason."""
    found = []
    for seat in rota.seats(ROSTER, org_id=c.case.unit_id, now=c.now):
        if seat.away or not seat.weight:
            continue
        verdict = conflict(c, seat.account_id)
        if verdict:
            break
        found.append((seat.account_id, verdict.code))
    return found


def keep_lawyer(c: C) -> None:
    """The lawyer who gave first aid stays in charge."""
    if c.facts.lawyer_id:
        c.case.assignee_id = c.facts.lawyer_id


def free_hours(c: C) -> None:
    """What was set with this lawyer does not take place: the hour is free for others."""
    with as_platform():
        Sitting.objects.filter(case_id=c.case.pk, state=SittingState.PLANNED).update(state=SittingState.OFF)


def make_way(c: C) -> None:
    """The present lawyer is not chosen again for this case, and is free at the hours that were set."""
    free_hours(c)
    if c.facts.lawyer_id and c.facts.lawyer_id not in c.facts.former:
        c.facts.former = [*c.facts.former, c.facts.lawyer_id]


def note_tie(c: C) -> None:
    """A lawyer who steps aside because of a conflict has a tie from then on; the next case finds it."""
    if c.data["why"] != Aside.CONFLICT or not c.facts.lawyer_id:
        return
    employer = c.case.employer
    with as_platform():
        LawyerTie.objects.get_or_create(
            lawyer_id=c.facts.lawyer_id, key=key_of(c.facts.employer_name), kind=TieKind.ACTED, since=today(c),
            defaults={
                "org_id": c.case.unit_id, "name": c.facts.employer_name, "employer": employer,
                "uscc": (employer.uscc or "") if employer else "",
            },
        )  # fmt: skip


def is_lawyer(c: C) -> Verdict:
    """Only the lawyer of the case does it."""
    if c.facts.lawyer_id is not None and c.facts.lawyer_id == c.actor.account_id:
        return yes()
    return no("not_lawyer", _("Only the lawyer who has this case does this."))


def not_lawyer(c: C) -> Verdict:
    """Who did the work does not decide on it."""
    if c.facts.lawyer_id is not None and c.facts.lawyer_id == c.actor.account_id:
        return no("own_work", _("You did the work on this case, so somebody else decides this."))
    return yes()


# --- review by another lawyer -----------------------------------------------------------------------------------


def may_review(c: C, account_id: int) -> Verdict:
    """Neither the lawyer of the case nor one before them."""
    if account_id == c.facts.lawyer_id or account_id in c.facts.former:
        return no("own_work", REASONS["own_work"])
    return conflict(c, account_id)


def assign_reviewer(c: C) -> None:
    """The case is another lawyer's for as long as they review it."""
    rota.assign("reviewer", ROSTER, conflict=may_review)(c)
    c.facts.reviewer_id = c.case.assignee_id


def is_reviewer(c: C) -> Verdict:
    """Only the reviewer says what the review found."""
    if c.facts.reviewer_id is not None and c.facts.reviewer_id == c.actor.account_id:
        return yes()
    return no("not_reviewer", _("Only the lawyer who was asked to review it does this."))


def give_back(c: C) -> None:
    """After the review the case is its own lawyer's again."""
    c.case.assignee_id = c.facts.lawyer_id


def forget_lawyer(c: C) -> None:
    """One level up somebody else begins anew."""
    make_way(c)
    c.facts.lawyer_id = c.facts.reviewer_id = None


def names(ids: Iterable[int | None]) -> dict[int, str]:
    """Account id -> name."""
    with as_platform():
        return dict(Account.objects.filter(pk__in=[i for i in ids if i]).values_list("pk", "name"))


def name_of(account_id: int | None) -> str:
    """The name of one account; "" for nobody."""
    return names([account_id]).get(account_id or 0, "")
