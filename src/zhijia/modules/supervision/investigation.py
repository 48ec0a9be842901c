"""The investigation: two supervisors of the roster who show their cards, who stands aside, what was found and copied."""

# ruff: noqa: E501 (a declaration reads as a table)

from collections.abc import Sequence
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Conflict, FieldProblem, Invalid, Text, Verdict, no, yes
from zhijia.kernel.cases.models import Party
from zhijia.kernel.people.models import Account
from zhijia.kernel.service import rota
from zhijia.kernel.service.declare import Keep
from zhijia.kernel.service.habits import REASON, UNIT
from zhijia.kernel.service.prepared import as_platform
from zhijia.kernel.service.terms import day, flag, handed, line, listed, number, pick, step, words

from .models import Inquiry, InquiryKind, Investigator
from .rules import C, did_not_help, has_come
from .states import S

ROSTER = "supervision.supervisor"
TWO = 2
MOST_COPIES = 10_000
CARD = {"limit": 40, "help": _("Number of the supervisor's card, which is shown.")}


def named(case_id: int) -> list[Investigator]:
    """Everybody who was ever named to investigate a case, with their account's name and nothing else of it."""
    found = Investigator.objects.filter(case_id=case_id).select_related("account").order_by("no")
    return list(found.only("case_id", "no", "card", "named_at", "left_at", "reason", "account__name"))


def acting(case_id: int) -> list[Investigator]:
    """The investigators of a case who have not left it."""
    return [row for row in named(case_id) if row.left_at is None]


def conflict(c: C, account_id: int) -> Verdict:
    """Who has a part of their own in it does not investigate: they stood aside, or it is their own matter."""
    if Investigator.objects.filter(case_id=c.case.pk, account_id=account_id).exclude(reason=None).exists():
        return no("recused", _("They stood aside on this case."))
    with as_platform():
        person = Account.objects.filter(pk=account_id).values("person_id")
        if Party.objects.filter(case_id=c.case.pk, person_id__in=person).exists():
            return no("own_case", _("It is their own matter."))
    return yes()


def two_on_roster(c: C) -> Verdict:
    """At least two of the unit's supervisors can investigate."""
    seats = rota.seats(ROSTER, org_id=c.case.unit_id, now=c.now)
    if sum(not s.away and bool(s.weight) for s in seats) >= TWO:
        return yes()
    return no(
        "no_roster", _("An investigation needs two supervisors; the unit's roster has fewer."),
        _("The head of the unit enters who takes turns."),
    )  # fmt: skip


def chosen_fit(c: C) -> Verdict:
    """Two different people without a part of their own."""
    first, second = c.data["first"], c.data["second"]
    if first is not None and first == second:
        return no("second", _("Two different supervisors investigate."))
    for name, account_id in (("first", first), ("second", second)):
        if account_id is not None and not (verdict := conflict(c, account_id)):
            return no(name, verdict.reason)
    return yes()


def name_two(c: C) -> None:
    """Write down who investigates, with their cards. Who is named by nobody is whose turn it is."""
    Investigator.objects.filter(case_id=c.case.pk, left_at=None).update(left_at=c.now)  # an earlier round's
    chosen: list[int] = [pk for name in ("first", "second") if (pk := c.data[name]) is not None]
    for place, name in enumerate(("first", "second")):
        account_id = c.data[name]
        if account_id is None:
            account_id = rota.turn(c, ROSTER, skip=chosen, conflict=conflict)
            if account_id is None:
                raise Conflict(_("Nobody else on the roster can investigate it."), code="nobody_free")
            chosen.insert(place, account_id)
        _name(c, account_id, c.data[f"{name}_card"])
    c.data = {**c.data, "first": chosen[0], "second": chosen[1]}
    c.case.assignee_id = chosen[0]


def _name(c: C, account_id: int, card: str) -> None:
    Investigator.objects.create(
        case=c.case, no=_next(Investigator, c), account_id=account_id, card=card, named_at=c.now
    )
    rota.took(ROSTER, account_id, org_id=c.case.unit_id, now=c.now)


def _next(table: Any, c: C) -> int:
    return int(table.objects.filter(case_id=c.case.pk).aggregate(n=Max("no"))["n"] or 0) + 1


def those_acting(c: C) -> Sequence[tuple[int, Text]]:
    """The investigators by their number on the case."""
    return [(row.no, row.account.name) for row in acting(c.case.pk)]


def stand_aside(c: C) -> None:
    """One of them has a part of their own in it."""
    row = Investigator.objects.get(case_id=c.case.pk, no=c.data["aside"])
    row.left_at, row.reason = c.now, c.data["why"]
    row.save(update_fields=["left_at", "reason"])


def one_missing(c: C) -> Verdict:
    """Somebody stood aside."""
    if len(acting(c.case.pk)) < TWO:
        return yes()
    return no("two_act", _("Two supervisors investigate it already."))


def join(c: C) -> None:
    """Somebody else of the roster takes the place."""
    here = [row.account_id for row in acting(c.case.pk)]
    account_id = c.data["joins"]
    if account_id is None:
        account_id = rota.turn(c, ROSTER, skip=here, conflict=conflict)
    if account_id is None:
        raise Conflict(_("Nobody else on the roster can investigate it."), code="nobody_free")
    if account_id in here:
        raise Invalid(FieldProblem("joins", "same", _("Two different supervisors investigate.")))
    if not (verdict := conflict(c, account_id)):
        raise Invalid(FieldProblem("joins", verdict.code, verdict.reason))
    _name(c, account_id, c.data["card"])
    c.data = {**c.data, "joins": account_id}


def two_act(c: C) -> Verdict:
    """Two supervisors who have not stood aside."""
    if len(acting(c.case.pk)) >= TWO:
        return yes()
    return no("one_supervisor", _("Two supervisors must investigate it."), _("Name one in place of who stood aside."))


def cards_shown(c: C) -> Verdict:
    """Whoever investigates shows the card first."""
    return (
        yes() if c.data["cards"] else no("cards", _("At least two supervisors investigate, and they show their cards."))
    )


def copies_sensible(c: C) -> Verdict:
    """A whole number of copies."""
    copies = c.data["copies"]
    if copies is None or (0 <= copies <= MOST_COPIES and copies == int(copies)):
        return yes()
    return no("copies", _("Write the number of copies in digits."))


def note_inquiry(c: C) -> None:
    """One act of the investigation, with what was said and copied."""
    Inquiry.objects.create(
        case=c.case, no=_next(Inquiry, c), day=c.data["day"], kind=c.data["kind"], place=c.data["place"],
        said=c.data["said"], copies=int(c.data["copies"] or 0),
    )  # fmt: skip


def was_investigated(c: C) -> Verdict:
    """An opinion rests on what two supervisors found."""
    if not (verdict := two_act(c)):
        return verdict
    if Inquiry.objects.filter(case_id=c.case.pk).exists():
        return yes()
    return no(
        "no_inquiry", _("Nothing of the investigation is recorded yet."), _("Record what was asked, seen or copied.")
    )


FROM = frozenset({S.HEARING, S.REMINDED, S.TALKS, S.REPLIED})
SEAT = {"help": _("Left empty: whose turn it is on the roster."), "required": False}
STEPS = (
    step(
        "investigate", _("Investigate"), _("An investigation was begun"), FROM, S.INVESTIGATING, by=UNIT, guard=two_on_roster,
        check=chosen_fit, then=name_two,
        ask=(
            rota.seat("first", _("First supervisor"), ROSTER, **SEAT), *handed(line("first_card", _("Card of the first"), **CARD)),
            rota.seat("second", _("Second supervisor"), ROSTER, **SEAT), *handed(line("second_card", _("Card of the second"), **CARD)),
        ),
    ),
    step(
        "stand_aside", _("A supervisor stands aside"), _("A supervisor stood aside"), S.INVESTIGATING, by=UNIT, then=stand_aside, public=False,
        ask=(
            listed("aside", _("Who stands aside"), those_acting),
            *handed(words("why", _("Why"), limit=1000, help=_("A relative, a colleague, a part of their own, or either side asks for it."))),
        ),
    ),
    step(
        "join_investigation", _("Name another supervisor"), _("Another supervisor was named"), S.INVESTIGATING, by=UNIT,
        guard=(one_missing, two_on_roster), then=join, public=False,
        ask=(rota.seat("joins", _("Who takes the place"), ROSTER, **SEAT), *handed(line("card", _("Card"), **CARD))),
    ),
    step(
        "record_inquiry", _("Record the investigation"), _("An act of the investigation was recorded"), S.INVESTIGATING, by=UNIT, guard=two_act,
        check=(has_come("day"), cards_shown, copies_sensible), then=note_inquiry, public=False,
        ask=(
            day("day", _("Day"), keep=Keep.EVENT), pick("kind", _("How it was investigated"), InquiryKind.choices, keep=Keep.EVENT),
            flag("cards", _("They show their cards"), keep=Keep.EVENT),
            *handed(line("place", _("Where")), words("said", _("What was said, seen or copied"), limit=20_000)),
            number("copies", _("Pages copied"), required=False, keep=Keep.EVENT),
        ),
    ),
    step(
        "note_refusal", _("The employer does not cooperate"), _("The employer refused to help the investigation"),
        {S.INVESTIGATING, S.OPINION, S.REPLIED}, by=UNIT, then=did_not_help, ask=REASON,
    ),
    step(
        "draft_record", _("Draft the investigation record"), _("The investigation record was drafted"), {S.INVESTIGATING, S.OPINION}, by=UNIT,
        guard=was_investigated, letter="record", public=False,
    ),
)  # fmt: skip
