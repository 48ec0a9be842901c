"""The workbook of a team: one worker a row. Good rows become workers of the case, each chunk under a key of its own."""

# ruff: noqa: E501 (one column, one line)

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Verdict, no, yes
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.service.engine import fire
from zhijia.kernel.sheets.declare import Column, Context, Kind, Row, Sheet

from .books import PAYABLE
from .workers import DAYS_MOST, MOST, claimed_by, forbidden_lines, problem_of, reckoned

MAY = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.AGENT})


def may(actor: Actor) -> Verdict:
    """Officers of the unit and the hotline's agents bring a team's list."""
    if actor.system or actor.roles() & MAY:
        return yes()
    return no("wrong_role", _("Only the unit or the hotline takes in a list of workers."))


def ready(about: Context) -> Verdict:
    """The case is a wage claim that is being worked on, and the actor may see it."""
    case = Case.objects.visible_to(about.actor).filter(no=str(about.about.get("case", ""))).first()
    if case is None or case.service != "wage_arrears":
        return no("case", _("Open the wage claim first, then bring the list."))
    if case.state not in PAYABLE - {"partly"}:
        return no("case", _("Workers are listed once the claim is accepted and until its result is given."))
    return yes()


def check(row: Row, _about: Context) -> Iterable[FieldProblem]:
    """What is wrong with one row across its columns."""
    problem = problem_of(row)
    return [problem] if problem else []


def check_many(rows: Sequence[Row], about: Context) -> Iterable[tuple[int, FieldProblem]]:
    """What the case's own rows forbid: who took back their part, and an amount below what was paid."""
    case = Case.objects.visible_to(about.actor).filter(no=str(about.about["case"])).first()
    found = forbidden_lines(case.pk, rows) if case else {}
    return [(rows[n].no, problem) for n, problem in found.items()]


def apply(rows: Sequence[Row], about: Context) -> Mapping[str, int]:
    """One chunk becomes one transition; the same chunk again changes nothing."""
    fire(
        no=str(about.about["case"]), transition="list_workers", actor=about.actor, now=about.now, rows=rows, inner=True,
        key=f"sheet:{about.job_id}:{rows[0].no}",
    )  # fmt: skip
    differ = sum(reckoned(row) not in (None, claimed_by(row)) for row in rows)
    return {"listed": len(rows) - differ, "differ": differ}


WORKERS = Sheet(
    key="wage_arrears_workers", title=_("List of workers"), may=may, ready=ready, check=check, check_many=check_many, apply=apply,
    outcomes={"listed": _("listed"), "differ": _("listed, amount to be settled")},
    help=_("One worker a row. Who is listed again is corrected; a row alone never takes a worker off."),
    columns=(
        Column("name", _("Worker's name"), required=True, limit=100, sealed=True, example="王大勇"),
        Column("phone", _("Phone"), Kind.PHONE, required=True, sealed=True, unique=True, example="13800000000"),
        Column("id_number", _("Identity-card number"), Kind.ID_CARD, sealed=True),
        Column("job", _("Job"), limit=50, example="钢筋工"),
        Column("begins", _("Worked from"), Kind.DATE, example="2026-09-01"),
        Column("ends", _("Worked until"), Kind.DATE, example="2026-10-31"),
        Column("days", _("Days worked"), Kind.DAYS, limit=DAYS_MOST, example="52.5"),
        Column("day_wage", _("Day wage in yuan"), Kind.MONEY, limit=MOST, example="320"),
        Column("claimed", _("Amount owed in yuan"), Kind.MONEY, limit=MOST, example="16800", help=_("Empty: days times day wage. If both are given, the amount counts and the difference is settled.")),
        Column("bank_card", _("Bank card number"), Kind.BANK_CARD, sealed=True),
    ),
)  # fmt: skip
