"""What hangs on an arbitration: the claims one by one, the evidence, who speaks for many workers."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Max, Sum
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base import money
from zhijia.kernel.base.errors import Text, Verdict, no, yes
from zhijia.kernel.cases import reckonings
from zhijia.kernel.cases.models import Party, PartyStatus
from zhijia.kernel.cases.reckoning_models import Reckoning
from zhijia.kernel.rules.values import in_force

from .finality import PAY, Decided, Finding, of_award, of_item
from .models import ClaimItem, Declared, Evidence, Item, Representative
from .rules import C, today

MINIMUM_WAGE = "calculators.minimum_wage_month"
"""The rule under which regions keep their monthly minimum wage, in yuan; there is no national value."""
MOST = 200
"""Claims or pieces of evidence of one case."""
USUAL: dict[str, str] = {
    Item.WAGES: "劳动合同法第三十条", Item.OVERTIME: "劳动法第四十四条", Item.DOUBLE: "劳动合同法第八十二条",
    Item.NOTICE: "劳动合同法第四十条", Item.INJURY_COST: "工伤保险条例第三十条",
    Item.SEVERANCE: "劳动合同法第四十六条、第四十七条", Item.DAMAGES: "劳动合同法第八十七条",
    Item.HOURS: "劳动法第三十六条", Item.LEAVE: "职工带薪年休假条例第五条", Item.INSURANCE: "社会保险法第五十八条",
    Item.RELATION: "劳动合同法第七条", Item.GO_ON: "劳动合同法第四十八条",
}  # fmt: skip
"""The article on which a claim usually rests, where the officer names none."""
YES, NO = frozenset({"支持", "是", "yes"}), frozenset({"驳回", "否", "no"})


# --- who is meant -----------------------------------------------------------------------------------------------


def workers(c: C) -> list[tuple[int, Text]]:
    """The workers of the case by their person's number, in the order in which they joined."""
    found = Party.objects.filter(case_id=c.case.pk).exclude(status=PartyStatus.WITHDRAWN).select_related("person")
    return [(party.person_id, party.person.name or f"#{n}") for n, party in enumerate(found.order_by("id"), start=1)]


def reckoned(c: C) -> list[tuple[int, Text]]:
    """The calculations of sums that were put into the case."""
    return [(each.pk, f"{each.title} {money.shown(each.high)}") for each in reckonings.of(c.case.pk) if each.high]


def claims(c: C) -> list[ClaimItem]:
    """The claims that stand, in the order of the application."""
    return list(ClaimItem.objects.filter(case_id=c.case.pk, dropped=False).select_related("person").order_by("no"))


def open_claims(c: C) -> list[tuple[int, Text]]:
    """The claims that nothing was decided on yet, by number."""
    found = [claim for claim in claims(c) if claim.granted is None]
    return [(claim.no, f"{claim.no} {Item(claim.item).label} {claim.said}".strip()) for claim in found]


# --- claims -----------------------------------------------------------------------------------------------------


def money_given(c: C) -> Verdict:
    """Money is claimed wherever the kind of claim is one for money."""
    if c.data["item"] in PAY and not (c.data.get("fen") or c.data.get("reckoning")):
        return no("fen", _("Write how much is claimed."))
    return yes()


def basis_given(c: C) -> Verdict:
    """A claim rests on an article: the usual one of its kind, or the one that is named."""
    if c.data.get("basis") or c.data.get("reckoning") or c.data["item"] in USUAL:
        return yes()
    return no("basis", _("Name the law and the article on which this claim rests."))


def room_left(c: C) -> Verdict:
    """A case has not more claims than an application can say."""
    if ClaimItem.objects.filter(case_id=c.case.pk).count() < MOST:
        return yes()
    return no("full", _("No more fit on one case. Begin another one."))


def add_claim(c: C) -> None:
    """One claim more, at the end of the application; what was left empty is taken from the calculation it rests on."""
    d, known = c.data, ClaimItem.objects.filter(case_id=c.case.pk)
    found = Reckoning.objects.filter(case_id=c.case.pk, pk=d["reckoning"]).first() if d.get("reckoning") else None
    fen, article, whose = (found.high, found.article[:200], found.person_id) if found else (0, "", None)
    claim = ClaimItem(
        case_id=c.case.pk, no=(known.aggregate(last=Max("no"))["last"] or 0) + 1, item=d["item"], said=d["said"],
        amount=d.get("fen") or fen, basis=d.get("basis") or article or USUAL[d["item"]],
        person_id=d.get("worker") or whose,
    )  # fmt: skip
    claim.save(force_insert=True)
    recount(c)


def drop_claim(c: C) -> None:
    """A claim is taken out; its number is not given again."""
    ClaimItem.objects.filter(case_id=c.case.pk, no=c.data["claim_no"]).update(dropped=True)
    recount(c)


def recount(c: C) -> None:
    """The amount of the case is the sum of its claims."""
    known = ClaimItem.objects.filter(case_id=c.case.pk, dropped=False)
    c.facts.amount = known.aggregate(sum=Sum("amount"))["sum"] or 0


def has_claims(c: C) -> Verdict:
    """An application without claims says nothing."""
    if ClaimItem.objects.filter(case_id=c.case.pk, dropped=False).exists():
        return yes()
    return no("no_claims", _("No claim is written down yet."), _("Write down the claims first, one by one."))


# --- what an award decides --------------------------------------------------------------------------------------


def minimum_wage(c: C) -> int | None:
    """Fen a month: the value on record where the case lies, else what was given; None: to be asked for."""
    rule = in_force(MINIMUM_WAGE, region=c.case.region, on=c.facts.award_on or today(c))
    if rule is not None and rule.value is not None:
        return money.fen(rule.value)
    return c.data.get("minimum_wage") or c.facts.minimum_wage


def limit(c: C) -> int | None:
    """Fen up to which an item of money is final; None while the minimum wage is not known."""
    wage = minimum_wage(c)
    return None if wage is None else wage * int(c.number("arbitration.final_months"))


def tested(c: C, found: list[ClaimItem]) -> list[Finding]:
    """The test of each claim as it stands."""
    most, people = limit(c), c.facts.people
    return [
        of_item(_decided(claim, people), most)
        for claim in found
    ]  # fmt: skip


def _decided(claim: ClaimItem, people: int) -> Decided:
    awarded = None if claim.granted is None else claim.awarded
    return Decided(claim.item, awarded, 1 if claim.person_id else people)


def results_of(text: str) -> dict[int, int | bool]:
    """Number -> fen awarded, or whether it was granted, as typed one a line: "1 16800", "3 支持". Raises ValueError."""
    found: dict[int, int | bool] = {}
    for number, said in _pairs(text):
        if not number.isdecimal() or int(number) in found:
            raise ValueError(number)
        found[int(number)] = True if said in YES else False if said in NO else _fen(said)
    return found


def results_fit(c: C) -> Verdict:
    """Each claim that is open has one result, in money where money is claimed, and nothing else has one."""
    try:
        results = results_of(c.data["results"])
    except ValueError:
        return no("results", _("Write one claim a line, its number and the amount awarded: 1 16800."))
    waiting = {claim.no: claim for claim in claims(c) if claim.granted is None}
    if missing := sorted(set(waiting) - set(results)):
        return no("results", _("Claim %(no)s has no result yet.") % {"no": missing[0]})
    if unknown := sorted(set(results) - set(waiting)):
        return no("results", _("There is no open claim of number %(no)s.") % {"no": unknown[0]})
    for number, claim in waiting.items():
        if claim.amount and results[number] is True:
            return no("results", _("Write how much claim %(no)s was awarded.") % {"no": number})
    return yes()


def type_known(c: C) -> Verdict:
    """Where the award says nothing of itself, the test of each item needs the local minimum wage."""
    if c.data["declared"] != Declared.SILENT or not results_fit(c):
        return yes()
    found, results = claims(c), results_of(c.data["results"])
    for claim in found:
        if claim.granted is None:
            _decide(claim, results[claim.no])
    findings = tested(c, found)
    if of_award(Declared.SILENT, findings) is not None:
        return yes()
    if any(finding.why == "together" for finding in findings):
        return no("results", _("This sum is of several workers and above the limit. Write down each worker's claim by itself, then record the award."))  # fmt: skip  # noqa: E501
    return no("minimum_wage", _("Whether the award is final depends on the monthly minimum wage of the place, which is not on record. Write it in yuan."))  # fmt: skip  # noqa: E501


def keep_results(c: C) -> None:
    """What the award gives for each claim, and whether it is final."""
    results, found = results_of(c.data["results"]), claims(c)
    for claim in found:
        if claim.granted is None:
            _decide(claim, results[claim.no])
    _keep(c, found)
    c.facts.final = of_award(c.facts.declared, tested(c, found))


def keep_partial(c: C) -> None:
    """One claim is decided before the others (LDMAL 43)."""
    found = claims(c)
    for claim in found:
        if claim.no == c.data["claim_no"]:
            _decide(claim, c.data.get("fen") or bool(c.data["yes"]))
            claim.partial = True
    _keep(c, found)


def _keep(c: C, found: list[ClaimItem]) -> None:
    for claim, finding in zip(found, tested(c, found), strict=True):
        claim.final = finding.final
    ClaimItem.objects.bulk_update(found, ["granted", "awarded", "partial", "final"])
    c.facts.granted = sum(claim.awarded for claim in found)


def _decide(claim: ClaimItem, result: int | bool) -> None:
    claim.granted = bool(result)
    claim.awarded = 0 if isinstance(result, bool) else result


def _fen(said: str) -> int:
    found = money.fen(said)
    if found < 0:
        raise ValueError(said)
    return found


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Two words a line, apart by blanks or a colon of either width. Raises ValueError."""
    for line in text.splitlines():
        words: list[Any] = line.replace("：", " ").replace(":", " ").split()
        if words:
            first, second = words
            yield first, second


# --- evidence and representatives -------------------------------------------------------------------------------


def evidence_fits(c: C) -> Verdict:
    """Pages are counted in whole ones; the list has an end."""
    pages = c.data.get("pages")
    if pages is not None and (pages != int(pages) or not 0 < pages < 10_000):
        return no("pages", _("Write the number of pages, from 1 to 9,999."))
    if Evidence.objects.filter(case_id=c.case.pk).count() >= MOST:
        return no("evidence", _("No more fit on one case. Begin another one."))
    return yes()


def add_evidence(c: C) -> None:
    """One line more of the evidence list."""
    d, known = c.data, Evidence.objects.filter(case_id=c.case.pk)
    line = Evidence(
        case_id=c.case.pk, no=(known.aggregate(last=Max("no"))["last"] or 0) + 1, said=d["evidence"],
        proves=d["proves"], held=d["held"], pages=int(d["pages"]) if d.get("pages") else None,
    )  # fmt: skip
    line.save(force_insert=True)


def has_evidence(c: C) -> Verdict:
    """A list of evidence has at least one line."""
    if Evidence.objects.filter(case_id=c.case.pk).exists():
        return yes()
    return no("no_evidence", _("No evidence is on the list yet."), _("Put it on the list first."))


def many(c: C) -> Verdict:
    """Ten workers or more with one request may choose who speaks for them (LDMAL 7)."""
    least = int(c.number("arbitration.representatives"))
    if c.facts.people >= least:
        return yes()
    return no("few", _("Only %(least)s workers or more choose representatives (LDMAL 7).") % {"least": least})


def choose_representative(c: C) -> None:
    """A worker was chosen; once."""
    Representative.objects.get_or_create(
        case_id=c.case.pk, person_id=c.data["worker"], defaults={"chosen_on": c.data["day"]}
    )


def has_representatives(c: C) -> Verdict:
    """Somebody was chosen."""
    if Representative.objects.filter(case_id=c.case.pk).exists():
        return yes()
    return no("nobody_chosen", _("Nobody was chosen yet."))
