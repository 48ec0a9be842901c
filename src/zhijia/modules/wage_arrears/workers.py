"""The workers of a claim: listed from a workbook or one by one, verified, corrected, taken out. Set-based."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Invalid, Verdict, no, yes
from zhijia.kernel.base.money import shown
from zhijia.kernel.cases.models import PartyStatus
from zhijia.kernel.people import vault
from zhijia.kernel.people.persons_bulk import NewPerson, complete_numbers, find_or_add_persons
from zhijia.kernel.service.prepared import as_platform

from .books import recount
from .models import WorkerClaim
from .rules import C, every_row

MOST = 10**9
"""Fen that one worker claims at most: more is a slip of the keyboard."""
DAYS_MOST = 9999
Line = Mapping[str, Any]
"""One line of a list: name, phone, id_number, job, begins, ends, days, day_wage, claimed, bank_card."""


# --- what a line says -------------------------------------------------------------------------------------------


def reckoned(line: Line) -> int | None:
    """Days times day wage in fen, rounded to the fen; None where one of them is missing."""
    if line.get("days") is None or line.get("day_wage") is None:
        return None
    return int((Decimal(line["days"]) * line["day_wage"]).quantize(Decimal(1), ROUND_HALF_UP))


def claimed_by(line: Line) -> int:
    """What the line claims: the amount typed, else days times day wage; 0 when it says neither."""
    typed = line.get("claimed")
    return int(reckoned(line) or 0) if typed is None else int(typed)


def problem_of(line: Line) -> FieldProblem | None:
    """What is wrong with a line across its columns, if anything."""
    days = line.get("days")
    if days is not None and not (0 < days <= DAYS_MOST and days == round(days, 2)):
        return FieldProblem("days", "number", _("Write the days worked, with two decimals at most."))
    if claimed_by(line) <= 0:
        return FieldProblem("claimed", "required", _("Write the amount, or the days and the day wage."))
    if claimed_by(line) > MOST or (line.get("day_wage") or 0) > MOST:
        return FieldProblem("claimed", "too_much", _("This is more than one worker can be owed. Look again."))
    if line.get("begins") and line.get("ends") and line["begins"] > line["ends"]:
        return FieldProblem("ends", "order", _("The last day of work lies before the first."))
    return None


# --- conditions -------------------------------------------------------------------------------------------------


def leads_team(c: C) -> Verdict:
    """Among the workers, only who brought the case lists the others."""
    if c.post is not None or c.actor.system or c.actor.person_id == c.case.applicant_id:
        return yes()
    return no("not_leader", _("Only the worker who brought the case lists the others."))


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


def line_known(c: C) -> Verdict:
    """There is such a line, and the worker has not taken it back."""
    return yes() if _find(c) is not None else no("line", _("There is no such line in the list of workers."))


def not_below_paid(c: C) -> Verdict:
    """An amount is never set below what the worker was paid already."""
    claim, amount = _find(c), c.data["fen"]
    if not 0 < amount <= MOST:
        return no("fen", _("Write the amount, or the days and the day wage."))
    if claim is not None and amount < claim.paid:
        reason = _("%(paid)s yuan were paid to this worker already; the amount cannot be less.")
        return no("fen", reason % {"paid": shown(claim.paid)})
    return yes()


def all_verified(c: C) -> Verdict:
    """There are workers to verify."""
    with every_row(c):
        listed = WorkerClaim.objects.filter(case_id=c.case.pk, withdrawn_at=None).exists()
    return yes() if listed else no("no_workers", _("No worker is listed yet."), _("List the workers first."))


def mine_open(c: C) -> Verdict:
    """The worker has a line of their own that is not taken back."""
    return yes() if _mine(c) is not None else no("no_line", _("You are not on the list of workers yet."))


# --- listing ----------------------------------------------------------------------------------------------------


def list_lines(c: C) -> None:
    """A workbook's lines become workers of the case."""
    add_lines(c, c.rows)


def list_one(c: C) -> None:
    """One typed line becomes a worker of the case."""
    add_lines(c, [c.data])


def add_lines(c: C, lines: Sequence[Line]) -> None:
    """Find or add the persons, make them parties, and keep one claim of each; who is listed again is corrected.

    Raises Invalid, naming the line, for a worker named twice, one who took back their part, and an amount below what
    was paid.
    """
    with as_platform():  # who is listed for the first time is on no case that this actor may see
        told = [_person(line) for line in lines]
        ids = find_or_add_persons(told, now=c.now, actor=c.actor)
        _refuse_doubles(c, lines, ids)
        differ = complete_numbers(dict(zip(ids, told, strict=True)), now=c.now, actor=c.actor)
        notes = [
            " ".join(f for f, whose in (("id", differ.id_number), ("card", differ.bank_card)) if i in whose)
            for i in ids
        ]
        with connection.cursor() as cursor:
            cursor.execute(_STORE, _columns(c, lines, ids, notes))
            cursor.execute(_ADD, _columns(c, lines, ids, notes))
            cursor.execute(_JOIN, {"case": c.case.pk, "persons": ids, "now": c.now})
    recount(c)


def list_applicant(c: C) -> None:
    """Who claims alone is listed at once, with what they told."""
    if c.facts.people != 1 or c.case.applicant_id is None:
        return
    WorkerClaim(
        case_id=c.case.pk, line=1, person_id=c.case.applicant_id, claimed=c.facts.amount, begins=c.facts.owed_from,
        ends=c.facts.owed_until,
    ).save(force_insert=True)  # fmt: skip
    recount(c)


def _person(line: Line) -> NewPerson:
    return NewPerson(
        line["name"], line.get("phone") or "", id_number=line.get("id_number") or "",
        bank_card=line.get("bank_card") or "",
    )  # fmt: skip


def _refuse_doubles(c: C, lines: Sequence[Line], ids: list[int]) -> None:
    """Raises Invalid for the first line that the rows of the case forbid."""
    first: set[int] = set()
    known = {w.person_id: w for w in WorkerClaim.objects.filter(case_id=c.case.pk, person_id__in=ids)}
    for line, person in zip(lines, ids, strict=True):
        problem = forbidden(line, known.get(person))
        if person in first:
            reason = _("This phone stands in two lines. Write one line for each worker and add the amounts up.")
            problem = FieldProblem("phone", "twice", reason)
        if problem is not None:
            number = getattr(line, "no", None)
            raise Invalid(
                FieldProblem(f"{number}.{problem.field}" if number else problem.field, problem.code, problem.message)
            )
        first.add(person)


def forbidden(line: Line, claim: WorkerClaim | None) -> FieldProblem | None:
    """Why this line may not change the claim that its worker already has, if so."""
    if claim is not None and claim.withdrawn_at is not None:
        return FieldProblem("phone", "left", _("This worker took back their part; only they can ask again."))
    if claim is not None and claimed_by(line) < claim.paid:
        reason = _("%(paid)s yuan were paid to this worker already; the amount cannot be less.")
        return FieldProblem("claimed", "below_paid", reason % {"paid": shown(claim.paid)})
    return None


def forbidden_lines(case_id: int, lines: Sequence[Line]) -> dict[int, FieldProblem]:
    """What the case's own rows forbid, by the place of the line; one query, nobody is added."""
    indexes = [vault.blind(line["phone"], purpose="phone") for line in lines]
    claims = WorkerClaim.objects.filter(case_id=case_id, person__phone_index__in=indexes).select_related("person")
    known = {bytes(w.person.phone_index or b""): w for w in claims}
    found = {n: forbidden(line, known.get(index)) for n, (line, index) in enumerate(zip(lines, indexes, strict=True))}
    return {n: problem for n, problem in found.items() if problem is not None}


def _columns(c: C, lines: Sequence[Line], ids: list[int], notes: list[str]) -> dict[str, Any]:
    amounts = [claimed_by(line) for line in lines]
    return {
        "case": c.case.pk, "persons": ids, "notes": notes, "amounts": amounts,
        "jobs": [(line.get("job") or "")[:50] for line in lines],
        "begins": [line.get("begins") for line in lines], "ends": [line.get("ends") for line in lines],
        "days": [line.get("days") for line in lines], "wages": [line.get("day_wage") for line in lines],
        "disputed": [reckoned(line) not in (None, amount) for line, amount in zip(lines, amounts, strict=True)],
    }  # fmt: skip


_GIVEN = """
WITH given AS (
  SELECT * FROM unnest(%(persons)s::bigint[], %(jobs)s::text[], %(begins)s::date[], %(ends)s::date[],
    %(days)s::numeric[], %(wages)s::bigint[], %(amounts)s::bigint[], %(disputed)s::boolean[], %(notes)s::text[])
    WITH ORDINALITY AS g (person, job, begins, ends, days, day_wage, claimed, disputed, note, n))
"""
_STORE = f"""{_GIVEN}
UPDATE wage_arrears_claim w SET job = g.job, begins = g.begins, ends = g.ends, days = g.days, day_wage = g.day_wage,
  confirmed = CASE WHEN w.claimed = g.claimed THEN w.confirmed END, claimed = g.claimed, disputed = g.disputed,
  note = g.note
FROM given g WHERE w.case_id = %(case)s AND w.person_id = g.person
"""
_ADD = f"""{_GIVEN}
INSERT INTO wage_arrears_claim (case_id, line, person_id, job, begins, ends, days, day_wage, claimed, disputed, note,
  paid, named, mediation)
SELECT %(case)s, (SELECT coalesce(max(w.line), 0) FROM wage_arrears_claim w WHERE w.case_id = %(case)s)
  + row_number() OVER (ORDER BY g.n), g.person, g.job, g.begins, g.ends, g.days, g.day_wage, g.claimed, g.disputed,
  g.note, 0, false, false
FROM given g
WHERE NOT EXISTS (SELECT 1 FROM wage_arrears_claim w WHERE w.case_id = %(case)s AND w.person_id = g.person)
"""
_JOIN = """
INSERT INTO cases_party (case_id, person_id, role, status, joined_at)
SELECT %(case)s, g.person, 'applicant', 'waiting', %(now)s FROM unnest(%(persons)s::bigint[]) AS g (person)
ON CONFLICT (case_id, person_id) DO NOTHING
"""


# --- one worker -------------------------------------------------------------------------------------------------


def verify_all(c: C) -> None:
    """What is claimed and not to be settled is verified as it stands."""
    claims = WorkerClaim.objects.filter(case_id=c.case.pk, withdrawn_at=None, confirmed=None, disputed=False)
    claims.update(confirmed=F("claimed"))
    recount(c)


def correct(c: C) -> None:
    """Another amount is claimed; it is to be verified again."""
    _change(c, claimed=c.data["fen"], confirmed=None, disputed=False)


def settle(c: C) -> None:
    """This much is verified, whatever was claimed."""
    _change(c, confirmed=c.data["fen"], disputed=False)


def dispute(c: C) -> None:
    """The payer says that it is less: to be settled."""
    _change(c, confirmed=None, disputed=True)


def strike(c: C) -> None:
    """Who was listed by mistake is taken out; what they were paid stays counted."""
    claim = _find(c)
    if claim is not None:  # line_known ran before
        take_out(c, claim.person_id)


def take_back(c: C) -> None:
    """One worker takes back their part; the others' go on."""
    if c.actor.person_id is not None:
        take_out(c, c.actor.person_id)


def take_all_back(c: C) -> None:
    """Who is alone takes back all."""
    c.facts.closing_code = "withdrawn"
    take_out(c, None)


def take_out(c: C, person_id: int | None) -> None:
    """End the claim of one worker, or of all."""
    c.set_status(person_id, PartyStatus.WITHDRAWN)
    with every_row(c):
        claims = WorkerClaim.objects.filter(case_id=c.case.pk, withdrawn_at=None)
        (claims.filter(person_id=person_id) if person_id else claims).update(withdrawn_at=c.now)
    recount(c)


def somebody_named(c: C) -> Verdict:
    """At least one worker agreed to be named."""
    agreed = WorkerClaim.objects.filter(case_id=c.case.pk, named=True, withdrawn_at=None).exists()
    return yes() if agreed else no("nobody_named", _("No worker has agreed to be named yet."))


def lines_named(c: C) -> Verdict:
    """The numbers of listed workers, apart by blanks or commas."""
    wanted = _numbers(c)
    found = WorkerClaim.objects.filter(case_id=c.case.pk, line__in=wanted, withdrawn_at=None).count()
    return (
        yes() if wanted and found == len(wanted) else no("lines", _("Write numbers from the list of workers: 1 2 5."))
    )


def mark_wishes(c: C) -> None:
    """What workers told us: who may be named, who wants mediation."""
    claims = WorkerClaim.objects.filter(case_id=c.case.pk, line__in=_numbers(c))
    claims.update(**{"named" if c.data["asked_for"] == "named" else "mediation": True})


def want_mediation(c: C) -> None:
    """The worker wants mediation."""
    WorkerClaim.objects.filter(case_id=c.case.pk, person_id=c.actor.person_id or 0).update(mediation=True)


def agree_named(c: C) -> None:
    """The worker may be named to whoever must pay."""
    WorkerClaim.objects.filter(case_id=c.case.pk, person_id=c.actor.person_id or 0).update(named=True)


def _find(c: C) -> WorkerClaim | None:
    line = c.data.get("line")
    if line is None or line != int(line) or not 0 < line < 10**6:
        return None
    return WorkerClaim.objects.filter(case_id=c.case.pk, line=int(line), withdrawn_at=None).first()


def _numbers(c: C) -> set[int]:
    words = c.data["lines"].replace(",", " ").replace("，", " ").replace("、", " ").split()
    return {int(w) for w in words} if all(w.isdecimal() and len(w) < 7 for w in words) else set()


def _mine(c: C) -> WorkerClaim | None:
    claims = WorkerClaim.objects.filter(case_id=c.case.pk, withdrawn_at=None)
    return claims.filter(person_id=c.actor.person_id).first() if c.actor.person_id else None


def _change(c: C, **columns: Any) -> None:
    WorkerClaim.objects.filter(case_id=c.case.pk, line=int(c.data["line"])).update(**columns)
    recount(c)
