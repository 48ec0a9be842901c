"""A service that no module declares: every kind of field, a panel, a workbook, a step that begins another case.
The faces must follow from it without a line of their own."""

from enum import StrEnum
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, models

from tests.cast import NOW
from zhijia.kernel.base.errors import yes
from zhijia.kernel.base.operations import grant, protect
from zhijia.kernel.people.actors import Role
from zhijia.kernel.rules.units import Unit
from zhijia.kernel.rules.values import RuleDefault, load_defaults
from zhijia.kernel.service import registry
from zhijia.kernel.service.context import Ctx
from zhijia.kernel.service.declare import Duration, Intake, Keep, Module, Panel, Rate, Service, Years
from zhijia.kernel.service.habits import federation, opening, supplementing, urging
from zhijia.kernel.service.terms import (
    clock,
    count,
    day,
    facts,
    flag,
    line,
    money,
    money_sum,
    number,
    pick,
    step,
    words,
)  # fmt: skip
from zhijia.kernel.sheets.declare import Column, Sheet

OF_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"


class Trial(models.Model):
    """The facts: one of each kind."""

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="+", db_constraint=False)
    topic = models.CharField(max_length=12)
    story = models.TextField()
    claimed = models.BigIntegerField()
    since = models.DateField(null=True)
    days = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    employer_name = models.CharField(max_length=200, blank=True)
    hurt = models.BooleanField(default=False)
    agreed = models.BigIntegerField(null=True)

    class Meta:
        app_label = "trial"
        db_table = "trial_facts"

    def __str__(self) -> str:
        return str(self.pk)


class S(StrEnum):
    """Where it stands."""

    RECEIVED, OFFERED, CLOSED = "received", "offered", "closed"


def _escalate(c: Ctx[Any]) -> None:
    c.spawn("hotline", story=c.facts.story, category="wages")


def _panel(c: Ctx[Any]) -> dict[str, Any] | None:
    return {"options": [("Claimed", str(c.facts.claimed))]} if c.facts.claimed else None


TOPICS = (("wages", "Trial wages"), ("other", "Something else"))
UNIT, HEAD = {Role.OFFICER, Role.UNIT_HEAD}, Role.UNIT_HEAD
SERVICE = Service(
    key="trial", title="Trial service", facts=Trial, states=S, initial=S.RECEIVED, final=frozenset({S.CLOSED}),
    state_titles={S.RECEIVED: "Received", S.OFFERED: "Offered", S.CLOSED: "Closed"},
    intake=Intake(
        asks=facts(
            words("story", "What happened?"), pick("topic", "Topic", TOPICS), money("claimed", "Claimed"),
            day("since", "Since which day", required=False), number("days", "Days worked", required=False),
            line("employer_name", "Employer", required=False), flag("hurt", "Somebody is hurt"),
        ),
        by=frozenset({Role.WORKER, Role.OFFICER, Role.SYSTEM}), category="topic", searched=("story",),
        title=opening("story"), unit=federation, done="You told us about it",
    ),
    transitions=(
        step(
            "offer", "Make an offer", "The unit made an offer", S.RECEIVED, S.OFFERED, by=UNIT, main=True, bulk=True,
            ask=(
                *facts(money("agreed", "Agreed")), money("paid", "Paid now", keep=Keep.EVENT, required=False),
                day("rest_on", "Rest on", keep=Keep.EVENT, required=False), words("note", "Note", required=False),
            ),
        ),
        step("accept", "Accept it", "You accepted it", S.OFFERED, S.CLOSED, by=Role.WORKER, main=True),
        step(
            "refuse", "Refuse it", "You refused it", S.OFFERED, S.RECEIVED, by=Role.WORKER, main=True,
            ask=words("remark", "What is missing?"),
        ),
        step(
            "escalate", "Escalate", "It goes to the hotline too", S.RECEIVED, by=UNIT, spawns="hotline",
            then=_escalate, public=False,
        ),
        supplementing({S.RECEIVED, S.OFFERED}),
        *urging(S.RECEIVED, unit_has=S.RECEIVED, gap="trial.gap"),
    ),
    clocks=(
        clock("offer", "Offer", "trial.offer", starts={"file", "refuse"}, stops="offer", late=HEAD, again=True),
        clock("reply", "Your answer", "trial.reply", starts="offer", stops={"accept", "refuse"}, late=HEAD, again=True),
    ),
    counts=(count("filed", "Told", "file"), count("accepted", "Accepted", "accept")),
    sums=(money_sum("recovered", "Recovered", "accept", of=lambda c: c.facts.agreed or 0),),
    durations=(Duration(key="hours", title="Hours until accepted", on=frozenset({"accept"})),),
    rates=(Rate(key="accepted", title="Acceptance", part="accepted", whole="filed", says="accepted ÷ told"),),
    panels=(Panel(key="sum", title="The sum", template="web/desk/_options.html", show=_panel, worker=True),),
    rules=(
        RuleDefault("trial.offer", 5, Unit.WORKDAYS, "Trial Act art. 5", verified=True),
        RuleDefault("trial.reply", 10, Unit.DAYS, "(?)", verified=False),
        RuleDefault("trial.gap", 24, Unit.HOURS, "(?)", verified=False),
    ),
    personal=("story", "employer_name", "note", "remark", "words", "reply"),
    keep=Years(years=3, basis="(?)", verified=False),
)  # fmt: skip
SHEET = Sheet(
    key="trial-workers", title="Workers of a trial", columns=(Column("name", "Name"),),
    may=lambda actor: yes(), apply=lambda rows, ctx: None, help="One line for each worker.",
)  # fmt: skip


def install(patch: pytest.MonkeyPatch) -> Service:
    """Make the service known and its table, as the registry and a migration would, for one test."""
    registry.load()
    import_module("zhijia.faces.api.main")  # the API is derived when it is imported: it must not learn of this one
    patch.setitem(registry._services, SERVICE.key, SERVICE)
    patch.setitem(registry._versions, SERVICE.key, registry.version_of(SERVICE))
    patch.setitem(
        registry._modules, SERVICE.key, Module(key="trial", title="Trial", services=(SERVICE,), sheets=(SHEET,))
    )
    with connection.schema_editor() as editor:
        editor.create_model(Trial)
        for operation in (
            grant("trial_facts", staff="SELECT, INSERT, UPDATE", worker="SELECT, INSERT, UPDATE"),
            protect("trial_facts", staff=OF_CASE, worker=OF_CASE),
        ):
            for statement in operation.sql:
                editor.execute(statement)
    load_defaults(SERVICE.rules, now=NOW)
    return SERVICE
