"""What else is kept on a claim: the chain of contractors, the list of evidence, the acts that stop time from running;
and the cases of other services that begin from it."""

from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text, Verdict, no, yes
from zhijia.kernel.base.money import yuan
from zhijia.kernel.cases.models import Attachment
from zhijia.kernel.deadlines.acts import ActKind
from zhijia.kernel.org.employers import find_or_add_employer
from zhijia.kernel.org.models import Region
from zhijia.kernel.org.uscc import explain_problem
from zhijia.kernel.service.limiting import Limiting

from . import payments
from .models import Category, Contractor, ContractorKind, EvidenceItem, LimitationAct, Track, WorkerClaim
from .rules import C

MOST_LINKS = 12


# --- limitation -------------------------------------------------------------------------------------------------


def limit_start(c: C) -> date | None:
    """The end of the employment; not known yet: nobody left before the last day without pay."""
    return None if c.facts.employed else c.facts.ended or c.facts.owed_until


def end_assumed(c: C) -> Text:
    """What is said while the end of the employment is not known."""
    if c.facts.ended:
        return ""
    return _("Counted from the last day without pay, until the last day of employment is recorded.")


LIMIT = Limiting(
    acts=LimitationAct, start=limit_start, rule="wage_arrears.limitation", warn="wage_arrears.limitation_warn",
    unlimited=_(
        "While the employment lasts there is no time limit for wages. Record its end: one year counts from that day."
    ),
    assumed=end_assumed,
)  # fmt: skip


def act_demand(c: C) -> None:
    """A served demand letter is a demand, and the proof of service proves it."""
    _act(c, ActKind.DEMAND, proved=True, evidence=str(c.data.get("proof") or ""))


def act_promise(c: C) -> None:
    """A plan that was agreed is the payer's promise; signed, it proves itself."""
    _act(c, ActKind.PROMISE, proved=c.data["signed"], evidence="")


def act_part(c: C) -> None:
    """Who pays a part admits the debt."""
    if payments.paid_by_payer(c):
        _act(c, ActKind.PART, proved=bool(c.data.get("proof")), evidence=c.data.get("proof") or "")


def doubt_part(c: C) -> None:
    """Money that did not come proves nothing any more: the act stays, but the worker does not rely on it."""
    payment = payments.payment_of(c)
    if payment is not None:
        acts = LimitationAct.objects.filter(case_id=c.case.pk, kind=ActKind.PART, day=payment.day)
        same = [act.pk for act in acts if act.evidence == payment.evidence]
        acts.filter(pk__in=same).update(proved=False)


def act_authority(c: C) -> None:
    """A complaint to an authority, or the application for arbitration."""
    kind = ActKind.COMPLAINT if c.data["track"] == Track.INSPECTION else ActKind.ARBITRATION
    _act(c, kind, proved=bool(c.data.get("track_no")), evidence=c.data.get("track_no") or "")


def _act(c: C, kind: str, *, proved: bool, evidence: str) -> None:
    LIMIT.keep(c, kind, day=c.data["day"], proved=proved, evidence=evidence)


# --- the chain --------------------------------------------------------------------------------------------------


def link_fits(c: C) -> Verdict:
    """A place in the chain, and a credit code that is one."""
    place = c.data["place"]
    if place != int(place) or not 1 <= place <= MOST_LINKS:
        return no("place", _("Write its place in the chain: 1 for the top, one more for each below."))
    code = c.data.get("uscc")
    if code and not (verdict := explain_problem(code)):
        return no("uscc", verdict.reason, verdict.mend)
    if c.data["individual"] and code:
        return no("uscc", _("A person has no credit code."))
    return yes()


def set_link(c: C) -> None:
    """One link of the chain, new or corrected; who hired the workers is the case's employer."""
    d, employer = c.data, None
    if not d["individual"]:
        region = Region.objects.get(pk=c.case.region)
        employer = find_or_add_employer(
            name=d["name"], uscc=d.get("uscc") or "", region=region, now=c.now, actor=c.actor
        )
    if d["hired"]:
        Contractor.objects.filter(case_id=c.case.pk).update(hired=False)
        c.case.employer = employer
    Contractor.objects.update_or_create(
        case_id=c.case.pk, place=int(d["place"]),
        defaults={
            "kind": d["contractor"], "name": d["name"], "uscc": employer.uscc or "" if employer else "",
            "employer": employer, "individual": d["individual"], "licensed": not d["unlicensed"], "lent": d["lent"],
            "transferred": d["transferred"], "unlawful": d["unlawful"], "hired": d["hired"],
            "unsettled": d["unsettled"],
        },
    )  # fmt: skip


def link_known(c: C) -> Verdict:
    """There is a link at this place."""
    found = Contractor.objects.filter(case_id=c.case.pk, place=int(min(c.data["place"], 10**4))).exists()
    return yes() if found else no("place", _("Nothing stands at this place of the chain."))


def drop_link(c: C) -> None:
    """Take a link out of the chain."""
    Contractor.objects.filter(case_id=c.case.pk, place=int(c.data["place"])).delete()


def chain_of(c: C) -> list[Contractor]:
    """The chain from the top; what was told at filing stands for it until somebody is recorded."""
    chain = list(Contractor.objects.filter(case_id=c.case.pk).order_by("place"))
    if chain:
        return chain
    return [
        Contractor(case_id=c.case.pk, place=1, kind=ContractorKind.EMPLOYER, name=c.facts.employer_name, hired=True)
    ]


def is_construction(c: C) -> bool:
    """Whether the articles on construction apply."""
    return bool(c.facts.category == Category.CONSTRUCTION)


# --- evidence ---------------------------------------------------------------------------------------------------


def evidence_fits(c: C) -> Verdict:
    """A number of the list, when one is corrected."""
    number = c.data.get("no")
    if number is None or EvidenceItem.objects.filter(case_id=c.case.pk, no=int(min(number, 10**4))).exists():
        return yes()
    return no("no", _("There is no such number in the evidence list."))


def set_evidence(c: C) -> None:
    """One line of the evidence list, new or corrected; a file of that name on the case hangs on it."""
    d = c.data
    known = EvidenceItem.objects.filter(case_id=c.case.pk)
    number = int(d["no"]) if d.get("no") else (known.aggregate(last=Max("no"))["last"] or 0) + 1
    file = (
        next((f for f in Attachment.objects.filter(case_id=c.case.pk).order_by("-id") if f.name == d["file"]), None)
        if d.get("file")
        else None
    )
    columns: dict[str, Any] = {
        "kind": d["evidence"],
        "held": d["held"],
        "state": d["standing"],
        "note": d.get("said") or "",
    }
    if file is not None:
        columns["attachment"] = file
    EvidenceItem.objects.update_or_create(case_id=c.case.pk, no=number, defaults=columns)


# --- cases that begin from it -----------------------------------------------------------------------------------


def begin_supervision(c: C) -> None:
    """The union acts in its own name: what the letter will say names no worker."""
    c.spawn("supervision", finding=c.data["finding"], category="wages", employer_name=debtor_of(c))


def mediation_wanted(c: C) -> Verdict:
    """Mediation is for workers who want it."""
    wanted = WorkerClaim.objects.filter(case_id=c.case.pk, mediation=True, withdrawn_at=None).exists()
    return yes() if wanted else no("nobody_wants", _("No worker has asked for mediation."))


def begin_mediation(c: C) -> None:
    """One mediation for all who want it."""
    wanted = WorkerClaim.objects.filter(case_id=c.case.pk, mediation=True, withdrawn_at=None)
    rows = list(wanted.values_list("person_id", "owed", "paid"))
    c.spawn(
        "disputes", persons=[person for person, _owed, _paid in rows], category="wages", employer_name=debtor_of(c),
        claim=c.data["claim"], people=len(rows), amount=str(yuan(sum(owed - paid for _p, owed, paid in rows))),
    )  # fmt: skip


def debtor_of(c: C) -> str:
    """Whoever hired the workers, by name."""
    chain = chain_of(c)
    return next((link.name for link in chain if link.hired), chain[-1].name)
