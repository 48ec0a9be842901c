"""The calculators of workers' rights: which there are, what they ask, an answer, and putting it into a case."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import BaseModel, StringConstraints

from zhijia.kernel.base import clock
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.cases import reckonings
from zhijia.kernel.cases.models import Case, Reckoning
from zhijia.kernel.rules.values import NATIONAL, refresh
from zhijia.modules.calculators import catalogue, declare
from zhijia.modules.calculators.declare import Answer, Calculator
from zhijia.modules.calculators.told import reckoned, told

from . import derive, view
from .auth import Request, unscoped
from .cases import find, looked
from .intake import IdempotencyKey
from .schemas import Day, Error, RegionCode, Whole

router = Router(tags=["Calculators"])
ERRORS = {404: Error, 422: Error, 429: Error}


class CalculatorOut(Schema):
    """One calculator and what it asks."""

    key: str
    title: str
    says: str = Field(description="What it tells")
    question: str = Field(description="The worker's question under which it is found")
    basis: str = Field(description="Its articles")
    inputs: dict[str, Any] = Field(description="JSON schema of `inputs`")


class CalculateIn(BaseModel):
    """What is filled in, for a place and a day."""

    inputs: dict[str, Any] = Field(default_factory=dict, description="By name, as the calculator's `inputs` says")
    region: RegionCode = Field(NATIONAL, description="Place whose values are used, GB/T 2260")
    on: Day | None = Field(None, description="Day for which it is worked out; today if left out")


class LineOut(Schema):
    """One line of the working."""

    title: str
    value: str = Field(description="In words, with its unit")
    raw: str = Field(description="The number, day or words alone")
    measure: str = Field(description="yuan, days, months, years, day or words")
    formula: str
    basis: str
    result: bool = Field(description="Whether it is an answer and not a step on the way")


class ValueOut(Schema):
    """A value of the place that went into it."""

    title: str
    value: str
    region: str
    basis: str
    since: date
    verified: bool


class AnswerOut(Schema):
    """A calculation with its working. An estimate, not a decision."""

    key: str
    title: str
    says: str
    basis: str
    region: str
    on: date
    inputs: list[list[str]]
    lines: list[LineOut]
    notes: list[list[str]]
    values: list[ValueOut]
    low: str = Field(description="Yuan that can be claimed by it at least; 0.00 where it gives no such sum")
    high: str
    version: str = Field(description="State of the law and of the values")
    unverified: bool = Field(description="A value went into it that nobody checked against its source")
    estimate: str


class ReckonIn(CalculateIn):
    """What is put into a case: the calculator and what is filled in; the case's place if none is named."""

    calculator: Annotated[str, StringConstraints(max_length=40)]
    region: RegionCode | None = None  # type: ignore[assignment]
    person: Whole | None = Field(None, description="Id of the worker whose claim it is; a worker's own for themselves")


class ReckoningOut(AnswerOut):
    """A calculation of a case, as it was worked out then."""

    id: int
    at: datetime
    person: int | None


@router.get("/calculators", auth=None, operation_id="list_calculators", summary="Calculators",
            response={200: list[CalculatorOut]})  # fmt: skip
@unscoped
def list_calculators(request: HttpRequest) -> list[dict[str, Any]]:  # noqa: ARG001
    """Every calculator with the JSON schema of what it asks. For everybody."""
    return [_listed(calculator) for calculator in catalogue.in_order()]


@router.post("/calculators/{key}", auth=None, operation_id="calculate", summary="Work it out",
             response={200: AnswerOut, **ERRORS})  # fmt: skip
@unscoped
def calculate(request: HttpRequest, key: str, body: CalculateIn) -> dict[str, Any]:  # noqa: ARG001
    """Lines with formula and article, values with their source. A value of the place that is on record nowhere is a
    problem of its field: ask for it. Nothing is stored. For everybody."""
    refresh()
    return told(_answer(key, body, body.region))


@router.get("/cases/{no}/reckonings", operation_id="list_reckonings", summary="Calculations of a case",
            response={200: list[ReckoningOut], 401: Error, **ERRORS})  # fmt: skip
def list_reckonings(request: Request, no: str) -> list[dict[str, Any]]:
    """What was put into the case and stands, the newest first; a worker finds what is theirs to see."""
    case = find(request.auth.actor, no)
    looked(case, request.auth)
    return [_kept(kept) for kept in reckonings.of(case.pk)] if view.words_shown(request.auth, case) else []


@router.post("/cases/{no}/reckonings", operation_id="keep_reckoning", summary="Put a calculation into a case",
             response={201: ReckoningOut, 401: Error, 403: Error, **ERRORS})  # fmt: skip
def keep_reckoning(request: Request, no: str, body: ReckonIn, key: IdempotencyKey = None) -> Status[dict[str, Any]]:
    """Work it out and keep it in the case as it stands today: by an officer who may work on the case, or by its
    worker."""
    case: Case = find(request.auth.actor, no)
    answer = _answer(body.calculator, body, body.region or case.region)
    kept = reckonings.keep(
        case=case, reckoned=reckoned(answer, body.inputs), actor=request.auth.actor, now=clock.now(),
        person_id=body.person, key=key or "",
    )  # fmt: skip
    return Status(201, _kept(kept))


def _answer(key: str, body: CalculateIn, region: str) -> Answer:
    day = body.on or clock.now().astimezone(CHINA).date()
    return declare.calculate(key, body.inputs, region=region, on=day)


def _listed(calculator: Calculator) -> dict[str, Any]:
    return {
        "key": calculator.key, "title": str(calculator.title), "says": str(calculator.says),
        "question": str(catalogue.GROUPS[calculator.group]), "basis": calculator.basis,
        "inputs": derive.object_schema(calculator.asks),
    }  # fmt: skip


def _kept(kept: Reckoning) -> dict[str, Any]:
    return {**kept.words, "id": kept.pk, "at": kept.at, "person": kept.person_id}
