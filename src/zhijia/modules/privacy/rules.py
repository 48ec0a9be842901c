"""Conditions and effects of a request about one's own data, and its rules."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.org.models import Org
from zhijia.kernel.org.queries import parent_unit
from zhijia.kernel.retention import packages
from zhijia.kernel.rules.values import RuleDefault, Unit
from zhijia.kernel.service.context import Ctx

from .models import DataRight, Outcome, Right

C = Ctx[DataRight]
BASIS = "PIPL 50: in good time; the law names no number of days (?)"
RULES = (
    RuleDefault("privacy.answer", 15, Unit.WORKDAYS, BASIS, verified=False),
    RuleDefault(
        "privacy.again_days", 30, Unit.DAYS, "default of the platform (?)", verified=False, note="after closing"
    ),
)


def title(answers: Mapping[str, Any]) -> str:
    """A title that says which right, and nothing about the person."""
    return str(Right(answers["right"]).label)


def by_the_person(c: C) -> Verdict:
    """Somebody's data is asked for by that person, signed in; an officer takes in what next of kin ask (PIPL 49)."""
    if c.actor.is_staff and c.facts.heir:
        return yes()
    if c.actor.is_staff or c.actor.person_id != c.case.applicant_id:
        return no("heir", _("A person asks for their own data, signed in. You take in only requests of next of kin."))
    if c.facts.heir:
        return no("heir", _("For somebody who has died, go to the union with proof; an officer takes it in."))
    return yes()


def heir_proved(c: C) -> Verdict:
    """Next of kin prove the death and their kinship."""
    if c.facts.heir and not c.facts.proof.strip():
        return no("proof", _("Say what proves the death and the kinship."))
    return yes()


def not_the_taker(c: C) -> Verdict:
    """What next of kin ask is granted by somebody else than who took it in."""
    if c.facts.heir and c.acted("file", account_id=c.actor.account_id):
        return no("same_person", _("You took this request in, so a colleague decides it."))
    return yes()


def within_time(c: C) -> Verdict:
    """A person can look at it again for a stated time; a request that was taken back starts anew."""
    if c.facts.closing_code == Outcome.WITHDRAWN or c.case.closed_at is None:
        return no("withdrawn", _("You took this back. Ask again and it starts anew."))
    if (c.now - c.case.closed_at).days <= int(c.number("privacy.again_days")):
        return yes()
    return no("too_late", _("It was closed too long ago. Ask again and it starts anew."))


def grant_copy(c: C) -> None:
    """A copy that an officer grants is made for its person, as if the platform had done it at once."""
    if c.facts.right == Right.COPY and c.case.applicant_id and not c.facts.heir:
        packages.order(person_id=c.case.applicant_id, request_no=c.case.no, language="zh-hans", now=c.now)


def ends(outcome: Outcome, *, at_once: bool = False) -> Any:
    """The effect that closes a request with this outcome."""

    def end(c: C) -> None:
        """How it ended."""
        c.facts.closing_code = outcome
        c.facts.at_once = at_once

    end.__name__ = f"end_{outcome}{'_at_once' if at_once else ''}"
    return end


def look_again(c: C) -> None:
    """A person has to look at it now, one level up where a person had decided it."""
    c.facts.looked_at, c.facts.closing_code = True, ""
    c.case.assignee_id = None


def up_when_decided(c: C) -> Org:
    """The union one level up looks at what a unit has decided; what the platform did at once, the unit itself."""
    if c.facts.at_once:
        return c.case.unit
    return parent_unit(c.case.unit) or c.case.unit
