"""The workbook of a collective dispute: one worker a row, in and out. Good rows become workers of the case."""

# ruff: noqa: E501 (one column, one line)

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Verdict, no, yes
from zhijia.kernel.cases.access import record_view
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.service.engine import fire
from zhijia.kernel.sheets.declare import Column, Context, Export, Kind, Row, Sheet

from .models import Claimant, PartStatus
from .people import MOST, forbidden_lines, problem_of

MAY = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.AGENT})
LISTING = frozenset({"applied", "consulting", "mediating", "signing"})
"""States in which workers may be listed."""


def may(actor: Actor) -> Verdict:
    """Officers of the unit and the hotline's agents bring a list of workers."""
    if actor.system or actor.roles() & MAY:
        return yes()
    return no("wrong_role", _("Only the unit or the hotline takes in a list of workers."))


def _case(about: Context) -> Case | None:
    found = Case.objects.visible_to(about.actor).filter(no=str(about.about.get("case", ""))).first()
    return found if found is not None and found.service == "disputes" else None


def ready(about: Context) -> Verdict:
    """The case is a dispute in which nothing is signed yet, and the actor may see it."""
    case = _case(about)
    if case is None:
        return no("case", _("Open the dispute first, then bring the list."))
    return yes() if case.state in LISTING else no("case", _("Workers are listed until an agreement is signed."))


def known(about: Context) -> Verdict:
    """The case is a dispute that the actor may see."""
    return yes() if _case(about) else no("case", _("Open the dispute first, then bring the list."))


def check(row: Row, _about: Context) -> Iterable[FieldProblem]:
    """What is wrong with one row across its columns."""
    problem = problem_of(row)
    return [problem] if problem else []


def check_many(rows: Sequence[Row], about: Context) -> Iterable[tuple[int, FieldProblem]]:
    """What the case's own rows forbid: who took back their part."""
    case = _case(about)
    found = forbidden_lines(case.pk, rows) if case else {}
    return [(rows[n].no, problem) for n, problem in found.items()]


def apply(rows: Sequence[Row], about: Context) -> Mapping[str, int]:
    """One chunk becomes one transition; the same chunk again changes nothing."""
    fire(
        no=str(about.about["case"]), transition="list_workers", actor=about.actor, now=about.now, rows=rows, inner=True,
        key=f"sheet:{about.job_id}:{rows[0].no}",
    )  # fmt: skip
    return {"listed": len(rows)}


def rows_out(about: Context) -> Iterator[Mapping[str, Any]]:
    """Everybody on the list, with what each claims, gets and says; that these were read is on record."""
    case = _case(about)
    if case is None:
        return
    found = list(Claimant.objects.filter(case=case).select_related("person").order_by("line"))
    record_view(case, {row.person_id for row in found}, actor=about.actor, now=about.now)
    for row in found:
        yield {
            "line": row.line, "name": row.person.name, "job": row.job, "claimed": row.claimed, "agreed": row.agreed,
            "paid": row.paid, "status": row.status, "speaks": row.representative,
        }  # fmt: skip


NAME = Column("name", _("Worker's name"), required=True, limit=100, sealed=True, example="王大勇")
JOB = Column("job", _("Job"), limit=50, example="缝纫工")
CLAIMED = Column("claimed", _("Amount claimed, in yuan"), Kind.MONEY, limit=MOST, example="16800")
AGREED = Column(
    "agreed",
    _("Amount agreed, in yuan"),
    Kind.MONEY,
    limit=MOST,
    help=_("Where the money is not to be shared out in proportion to the claims."),
)
WORKERS = Sheet(
    key="disputes_workers", title=_("List of workers"), may=may, ready=ready, check=check, check_many=check_many, apply=apply,
    outcomes={"listed": _("listed")}, help=_("One worker a row. Who is listed again is corrected; a row alone never takes a worker off."),
    columns=(NAME, Column("phone", _("Phone"), Kind.PHONE, required=True, sealed=True, unique=True, example="13800000000"), JOB, CLAIMED, AGREED),
)  # fmt: skip
LIST = Export(
    key="disputes_list", title=_("Workers of the dispute"), may=may, ready=known, rows=rows_out,
    columns=(
        Column("line", _("Number in the list"), Kind.NUMBER), NAME, JOB, CLAIMED, AGREED, Column("paid", _("Paid so far, in yuan"), Kind.MONEY),
        Column("status", _("How it stands"), Kind.CHOICE, choices=dict(PartStatus.choices)), Column("speaks", _("Representative"), Kind.FLAG),
    ),
)  # fmt: skip
