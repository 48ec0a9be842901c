"""Retaliation (TUL 52, 53; regulations on labour inspection 30): whoever reports it is answered within a day.

A report opens an urgent task for the head of the unit. One that comes from below while the union above acts goes up
without a word of who it is.
"""

# ruff: noqa: E501 (a declaration reads as a table)

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.people.actors import Role
from zhijia.kernel.service.declare import Keep
from zhijia.kernel.service.habits import UNIT
from zhijia.kernel.service.terms import pick, step, words

from .above import above_of, tells_below
from .rules import C
from .states import OPEN, S

FORMS = (
    ("dismissed", _("Dismissed")), ("moved", _("Moved to another job or shift")), ("pay", _("Paid less")),
    ("threat", _("Threatened or insulted")), ("other", _("Something else")),
)  # fmt: skip
WAYS = (
    ("stopped", _("It was stopped at once")), ("restored", _("Work and pay are restored (TUL 52, 53)")),
    ("damages", _("Twice the yearly income is claimed (TUL 53)")), ("reported", _("Reported to the labour authority or the police")),
    ("unfounded", _("It was something else")),
)  # fmt: skip
REPORTERS = frozenset({Role.WORKER, Role.AGENT}) | UNIT
ASK = (
    pick("form", _("What is done to them"), FORMS, keep=Keep.EVENT),
    words("words", _("What happened, since when, who can confirm it"), public=False),
)


def raise_alarm(c: C) -> None:
    """The head of the unit must act at once."""
    c.case.urgent = True
    c.mark("retaliation")
    c.open_task("retaliation", role=Role.UNIT_HEAD)


def pass_up(c: C) -> None:
    """The union above hears that it happened, and from nobody."""
    case = above_of(c)
    if case is not None:
        key = "learn_retaliation_again" if case.state == S.CLOSED else "learn_retaliation"
        c.follow(case.no, key, as_platform=True)


def can_pass_up(c: C) -> Verdict:
    """There is a case above that can take it."""
    return yes() if above_of(c) is not None else no("no_above", _("There is no union above yours."))


def is_reported(c: C) -> Verdict:
    """Somebody reported it and nobody has answered."""
    if "retaliation" in c.open_tasks:
        return yes()
    return no("nothing_open", _("Nobody has reported retaliation."))


TOLD = ("retaliation", "retaliation_above")
STEPS = (
    step(
        "report_retaliation", _("Report retaliation"), _("Retaliation was reported"), OPEN, by=REPORTERS, then=raise_alarm, tells=TOLD, ask=ASK,
    ),
    step(
        "report_retaliation_again", _("Report retaliation"), _("Retaliation was reported; the case is open again"), S.CLOSED, S.HEARING,
        by=REPORTERS, then=raise_alarm, tells=TOLD, ask=ASK,
    ),
    step(
        "pass_up_retaliation", _("Report retaliation"), _("Retaliation was reported to the union above"), S.ABOVE, by=REPORTERS,
        guard=can_pass_up, then=pass_up, tells=TOLD, ask=ASK,
    ),
    step(
        "learn_retaliation", _("Retaliation is known"), _("Retaliation was reported"), OPEN, by=Role.SYSTEM, inner=True, then=raise_alarm,
        tells=TOLD,
    ),
    step(
        "learn_retaliation_again", _("Retaliation is known"), _("Retaliation was reported; the case is open again"), S.CLOSED, S.HEARING,
        by=Role.SYSTEM, inner=True, then=raise_alarm, tells=TOLD,
    ),
    step(
        "answer_retaliation", _("Act against retaliation"), _("The union acted against retaliation"), OPEN, by=UNIT, guard=is_reported,
        settles="retaliation", then=tells_below("protected"), tells="protected", main=True,
        ask=(pick("reached", _("What was reached"), WAYS, keep=Keep.EVENT), words("result", _("What the union did"))),
    ),
)  # fmt: skip
