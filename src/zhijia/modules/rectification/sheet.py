"""The workbook of findings: one a row. Good rows become findings of the round, each filed once."""

# ruff: noqa: E501 (one column, one line)

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Verdict, no, yes
from zhijia.kernel.cases.models import Case
from zhijia.kernel.org.models import Org
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.service.engine import open_case
from zhijia.kernel.sheets.declare import Column, Context, Kind, Row, Sheet

from .models import Matter

MAY = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.SUPERVISOR})
OPEN = frozenset({"finding", "rectifying"})


def may(actor: Actor) -> Verdict:
    """Who registers findings one by one brings them as a workbook too."""
    if actor.roles() & MAY:
        return yes()
    return no("wrong_role", _("Only who may register findings brings a list of them."))


def ready(about: Context) -> Verdict:
    """The case is a round that still takes findings, and the actor may see it."""
    case = _round(about)
    if case is None:
        return no("case", _("Open the round first, then bring its findings."))
    if case.state not in OPEN:
        return no("case", _("The report of this round is issued; it takes no more findings."))
    return yes()


def check_many(rows: Sequence[Row], about: Context) -> Iterable[tuple[int, FieldProblem]]:
    """Every unit that must mend something is one that the actor reaches, under exactly one name."""
    found = owners_of(rows, about.actor)
    for row in rows:
        if len(found[row["owner"]]) == 1:
            continue
        reason = (
            _("There is no such unit within your reach.")
            if not found[row["owner"]]
            else _("Several units have this name. Write it in full.")
        )
        yield row.no, FieldProblem("owner", "unit", reason)


def owners_of(rows: Sequence[Row], actor: Actor) -> dict[str, list[int]]:
    """The active units in reach that have each of the names, by full or short name: one query."""
    names = {row["owner"] for row in rows}
    reach = Q(pk__in=[])
    for post in actor.posts:
        reach |= Q(**{f"{'industry_lft' if post.industry else 'lft'}__range": (post.lft, post.rgt)})
    found: dict[str, list[int]] = {name: [] for name in names}
    units = Org.objects.filter(reach, Q(name__in=names) | Q(short_name__in=names), active=True)
    for pk, *called in units.values_list("pk", "name", "short_name"):
        for name in names & set(called):
            found[name].append(pk)
    return found


def apply(rows: Sequence[Row], about: Context) -> Mapping[str, int]:
    """Each row becomes one finding; the same row of the same workbook again changes nothing."""
    case, owners, filed = _round(about), owners_of(rows, about.actor), 0
    if case is None:  # ready was asked before
        return {}
    for row in rows:
        data = {name: row[name] or "" for name in ("finding", "law", "department")}
        fired = open_case(
            service="rectification", actor=about.actor, now=about.now, region=case.region, applicant_id=None,
            data=data | {"category": row["matter"], "owner": owners[row["owner"]][0], "round": case.no},
            key=f"sheet:{about.job_id}:{row.no}",
        )  # fmt: skip
        filed += not fired.again
    return {"filed": filed}


def _round(about: Context) -> Case | None:
    named = str(about.about.get("case", ""))
    return Case.objects.visible_to(about.actor).filter(no=named, service="rectification_round").first()


FINDINGS = Sheet(
    key="rectification_findings", title=_("List of findings"), may=may, ready=ready, check_many=check_many, apply=apply,
    outcomes={"filed": _("registered")}, chunk=50, most=2_000,
    help=_("One finding a row. Each becomes a case of its own, to be given to the unit that must mend it."),
    columns=(
        Column("finding", _("What was found"), required=True, limit=4000, sealed=True, example="女职工专项集体合同到期未续签"),
        Column(
            "matter", _("What the finding is about"), Kind.CHOICE, required=True, choices=dict(Matter.choices), example="合同和工时"
        ),
        Column("law", _("Law or rule"), limit=300, example="工会法第二十一条"),
        Column("owner", _("Unit that must mend it"), required=True, limit=200, example="青禾区总工会"),
        Column("department", _("Department or person in charge there"), limit=200, sealed=True),
    ),
)  # fmt: skip
