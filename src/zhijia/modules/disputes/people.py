"""The workers of a dispute: listed from a workbook or one by one, their representatives, and what each says of the
agreement. Set-based."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Invalid, Verdict, no, yes
from zhijia.kernel.cases.models import PartyStatus
from zhijia.kernel.people import vault
from zhijia.kernel.people.persons_bulk import NewPerson, find_or_add_persons
from zhijia.kernel.service.prepared import as_platform

from . import money
from .models import Claimant, Outcome, Say
from .rules import C, mark_people

MOST = 10**9
"""Fen that one worker claims at most: more is a slip of the keyboard."""
Line = Mapping[str, Any]
"""One line of a list: name, phone, job, claimed, agreed."""


def problem_of(line: Line) -> FieldProblem | None:
    """What is wrong with a line across its columns, if anything."""
    if (line.get("claimed") or 0) > MOST or (line.get("agreed") or 0) > MOST:
        return FieldProblem("claimed", "too_much", _("This is more than one worker can claim. Look again."))
    return None


# --- conditions -------------------------------------------------------------------------------------------------


def lines_given(c: C) -> Verdict:
    """There are lines, and each makes sense."""
    if not c.rows:
        return no("rows", _("Send the list as a workbook."))
    wrong = next((problem for line in c.rows if (problem := problem_of(line))), None)
    return no(wrong.field, wrong.message) if wrong else yes()


def line_fits(c: C) -> Verdict:
    """The one line that was typed makes sense."""
    wrong = problem_of(c.data)
    return no(wrong.field, wrong.message) if wrong else yes()


def lines_named(c: C) -> Verdict:
    """Numbers of listed workers, apart by blanks or commas."""
    wanted = numbers(c)
    found = staying(c).filter(line__in=wanted).count()
    if wanted and found == len(wanted):
        return yes()
    return no("lines", _("Write numbers from the list of workers: 1 2 5."))


def enough_for_representatives(c: C) -> Verdict:
    """Ten or more workers with a common claim may choose some to speak for all (LDMAL 7)."""
    least = int(c.number("disputes.mass_people"))
    if staying(c).count() >= least:
        return yes()
    reason = _("Representatives are chosen where %(least)s workers or more are listed (LDMAL 7).") % {"least": least}
    return no("too_few", reason, _("List the workers first."))


def three_to_five(c: C) -> Verdict:
    """As many representatives as the rules allow."""
    least, most = (int(c.number(f"disputes.representatives_{end}")) for end in ("least", "most"))
    if least <= len(numbers(c)) <= most:
        return yes()
    return no("lines", _("Choose %(least)s to %(most)s representatives.") % {"least": least, "most": most})


def mine(c: C) -> Verdict:
    """The worker has a part in it that is not taken back."""
    found = c.actor.person_id and staying(c).filter(person_id=c.actor.person_id).exists()
    return yes() if found else no("no_line", _("You are not on the list of workers yet."))


def all_listed(c: C) -> Verdict:
    """What is agreed is agreed by people: each of them is listed."""
    here = staying(c).count()
    if here and here >= c.facts.people:
        return yes()
    listed = _("%(here)s of %(people)s workers are listed.") % {"here": here, "people": c.facts.people}
    return no("not_listed", listed, _("List the workers first."))


def all_have_said(c: C) -> Verdict:
    """Everybody on the list said whether they agree, and the money goes to those who do, and to nobody else."""
    with c.fellows():
        rows = list(staying(c).values_list("say", "agreed", "paid"))
    if len(rows) <= 1:
        return yes()
    silent = sum(say == Say.ASKED for say, _agreed, _paid in rows)
    if silent:
        missing = _("%(n)s workers have not said yet whether they agree.") % {"n": silent}
        return no("not_all", missing, _("Ask them, or record what they said."))
    given = sum(agreed - paid for say, agreed, paid in rows if say == Say.AGREED)
    if not any(say == Say.AGREED for say, _agreed, _paid in rows) or given != c.facts.agreed - c.facts.paid:
        reason = _("The money is not shared out among those who agree.")
        return no("shares_stale", reason, _("Write the agreement anew."))
    return yes()


def somebody_refused(c: C) -> Verdict:
    """At least one worker did not agree."""
    if c.last_event("part_ways") is not None:
        return no("parted", _("Those who did not agree have gone on already."))
    if staying(c).filter(say=Say.REFUSED).exists():
        return yes()
    return no("nobody_refused", _("Nobody on the list refused the agreement."))


# --- listing ----------------------------------------------------------------------------------------------------


def list_parties(c: C) -> None:
    """Whoever the case begins with is listed at once; who claims alone, with the amount told."""
    alone = c.facts.people == 1
    for line, party in enumerate(c.applicants(), 1):
        row = Claimant(case_id=c.case.pk, line=line, person_id=party.person_id)
        row.claimed = c.facts.amount if alone else 0
        row.save(force_insert=True)


def list_lines(c: C) -> None:
    """A workbook's lines become workers of the case, or correct those who are."""
    _add(c, c.rows)


def list_one(c: C) -> None:
    """One typed line becomes a worker of the case."""
    _add(c, [c.data])


def set_claim(c: C) -> None:
    """Each of these workers claims this much."""
    staying(c).filter(line__in=numbers(c)).update(claimed=c.data["claimed"])
    recount(c)


def _add(c: C, lines: Sequence[Line]) -> None:
    with as_platform():  # who is listed for the first time is on no case that this actor may see
        ids = find_or_add_persons(
            [NewPerson(line["name"], line["phone"]) for line in lines], now=c.now, actor=c.actor
        )  # fmt: skip
        _refuse_doubles(c, lines, ids)
        given: dict[str, Any] = {
            "case": c.case.pk, "persons": ids, "jobs": [(line.get("job") or "")[:50] for line in lines],
            "claimed": [line.get("claimed") for line in lines], "agreed": [line.get("agreed") for line in lines],
            "now": c.now,
        }  # fmt: skip
        with connection.cursor() as cursor:
            for statement in (_STORE, _ADD, _JOIN):
                cursor.execute(statement, given)
    recount(c)


def _refuse_doubles(c: C, lines: Sequence[Line], ids: list[int]) -> None:
    """Raises Invalid for a worker named twice or who took back their part."""
    left = set(Claimant.objects.filter(case_id=c.case.pk, withdrawn_at__isnull=False).values_list("person_id", flat=True))  # fmt: skip  # noqa: E501
    seen: set[int] = set()
    for line, person in zip(lines, ids, strict=True):
        number = getattr(line, "no", None)
        field = f"{number}.phone" if number else "phone"
        if person in seen:
            raise Invalid(FieldProblem(field, "twice", _("This phone stands in two lines. Write one line for each worker.")))  # fmt: skip  # noqa: E501
        if person in left:
            raise Invalid(FieldProblem(field, "left", _("This worker took back their part; only they can ask again.")))
        seen.add(person)


def forbidden_lines(case_id: int, lines: Sequence[Line]) -> dict[int, FieldProblem]:
    """What the case's own rows forbid, by the place of the line; one query, nobody is added."""
    indexes = [vault.blind(line["phone"], purpose="phone") for line in lines]
    left = Claimant.objects.filter(case_id=case_id, withdrawn_at__isnull=False, person__phone_index__in=indexes)
    gone = {bytes(index) for index in left.values_list("person__phone_index", flat=True) if index}
    problem = FieldProblem("phone", "left", _("This worker took back their part; only they can ask again."))
    return {n: problem for n, index in enumerate(indexes) if index in gone}


_GIVEN = """
WITH given AS (
  SELECT * FROM unnest(%(persons)s::bigint[], %(jobs)s::text[], %(claimed)s::bigint[], %(agreed)s::bigint[])
    WITH ORDINALITY AS g (person, job, claimed, agreed, n))
"""
_STORE = f"""{_GIVEN}
UPDATE disputes_claimant w SET job = coalesce(nullif(g.job, ''), w.job), claimed = coalesce(g.claimed, w.claimed),
  agreed = coalesce(g.agreed, w.agreed)
FROM given g WHERE w.case_id = %(case)s AND w.person_id = g.person
"""
_ADD = f"""{_GIVEN}
INSERT INTO disputes_claimant (case_id, line, person_id, job, claimed, agreed, paid, say, representative)
SELECT %(case)s, (SELECT coalesce(max(w.line), 0) FROM disputes_claimant w WHERE w.case_id = %(case)s)
  + row_number() OVER (ORDER BY g.n), g.person, g.job, coalesce(g.claimed, 0), coalesce(g.agreed, 0), 0, 'asked', false
FROM given g
WHERE NOT EXISTS (SELECT 1 FROM disputes_claimant w WHERE w.case_id = %(case)s AND w.person_id = g.person)
"""
_JOIN = """
INSERT INTO cases_party (case_id, person_id, role, status, joined_at)
SELECT %(case)s, g.person, 'applicant', 'waiting', %(now)s FROM unnest(%(persons)s::bigint[]) AS g (person)
ON CONFLICT (case_id, person_id) DO NOTHING
"""


def recount(c: C) -> None:
    """After any change of rows: how many there are and what they claim together."""
    with c.fellows(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE withdrawn_at IS NULL), coalesce(sum(claimed) FILTER "
            "(WHERE withdrawn_at IS NULL), 0) FROM disputes_claimant WHERE case_id = %(case)s", {"case": c.case.pk},
        )  # fmt: skip
        listed, here, claimed = cursor.fetchone()
    if listed > 1 or c.facts.people == 1:
        c.facts.newly_listed += here - c.facts.people
        c.facts.people = max(1, here)
    if claimed:
        c.facts.amount = int(claimed)
    mark_people(c)


# --- each worker's word -----------------------------------------------------------------------------------------


def say(answer: Say) -> Any:
    """An effect: the worker says this of the agreement."""

    def say_it(c: C) -> None:
        """The worker's own word."""
        staying(c).filter(person_id=c.actor.person_id).update(say=answer)

    return say_it


def record_say(c: C) -> None:
    """What workers told the unit."""
    staying(c).filter(line__in=numbers(c)).update(say=c.data["said"])


def choose_representatives(c: C) -> None:
    """These speak for all; whoever spoke before does no more."""
    chosen = numbers(c)
    rows = Claimant.objects.filter(case_id=c.case.pk)
    rows.filter(line__in=chosen).update(representative=True)
    rows.exclude(line__in=chosen).update(representative=False)


def confirm_mine(c: C) -> None:
    """All came to this worker: their part is solved. The last one's word closes the case."""
    c.set_status(c.actor.person_id, PartyStatus.SOLVED)
    if _everybody_solved(c):
        c.facts.closing_code = Outcome.KEPT


def after_word(c: C) -> str:
    """Closed when nobody is left who waits, else as it is."""
    return "closed" if _everybody_solved(c) else c.case.state


def not_said(c: C) -> Verdict:
    """The worker has not said so yet."""
    mine_ = next((party for party in c.applicants() if party.person_id == c.actor.person_id), None)
    if mine_ is not None and mine_.status == PartyStatus.SOLVED:
        return no("said_already", _("You have said so already. The others are still asked."))
    return yes()


def _everybody_solved(c: C) -> bool:
    return all(party.status in (PartyStatus.SOLVED, PartyStatus.UNSOLVED) for party in c.applicants())


def part_refusers(c: C) -> None:
    """Who did not agree is not bound: their part is not solved here."""
    for person in staying(c).filter(say=Say.REFUSED).values_list("person_id", flat=True):
        c.set_status(person, PartyStatus.UNSOLVED)


def leave(c: C) -> None:
    """One of several workers takes back their part."""
    c.set_status(c.actor.person_id, PartyStatus.WITHDRAWN)
    take_out(c, Q(person_id=c.actor.person_id))


def take_all_back(c: C) -> None:
    """Who is alone takes back all."""
    c.facts.closing_code = "withdrawn"
    c.set_status(None, PartyStatus.WITHDRAWN)
    take_out(c, Q())


def take_out(c: C, which: Q) -> None:
    """End these workers' parts."""
    with c.fellows():
        going = staying(c).filter(which)
        given_up = sum(row.due for row in going) if c.facts.booked else 0
        going.update(withdrawn_at=c.now, representative=False)
    recount(c)
    money.give_up(c, given_up)


def staying(c: C) -> Any:
    """Rows of the workers who have not taken back their part."""
    return Claimant.objects.filter(case_id=c.case.pk, withdrawn_at=None)


def numbers(c: C) -> set[int]:
    """The numbers that were typed, apart by blanks or commas; empty when they are none."""
    words = c.data["lines"].replace(",", " ").replace("，", " ").replace("、", " ").split()
    return {int(w) for w in words} if all(w.isdecimal() and len(w) < 7 for w in words) else set()
