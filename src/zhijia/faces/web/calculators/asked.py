"""What was filled in on a calculator's page: every word kept, worked out, or refused field by field. No HTML."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _

from zhijia.faces.web.worker import places
from zhijia.faces.web.worker.places import Places
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Invalid
from zhijia.kernel.cases.reckonings import Reckoned
from zhijia.kernel.rules.values import NATIONAL, refresh
from zhijia.modules.calculators.declare import Answer, Calculator, calculate
from zhijia.modules.calculators.told import reckoned, told

GO = "go"
"""Named in the address of a page that was worked out, beside what was filled in: so the page can be sent on."""
LONGEST = 200
WHERE = ("province", "city", "county", "region")


@dataclass
class Asked:
    """A calculator's form in somebody's hands, and the answer when it has one."""

    calculator: Calculator
    values: dict[str, str]
    places: Places
    on: str
    """The day for which it is worked out, as it was typed; "" for today."""
    answer: Answer | None = None
    problems: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> dict[str, Any] | None:
        """The answer in words, with the name of the place."""
        return told(self.answer) | {"place": self.places.name} if self.answer else None

    @property
    def sent(self) -> dict[str, str]:
        """Everything that was filled in, to be sent once more with the answer."""
        where = {name: getattr(self.places, name) for name in WHERE[:3]}
        return {k: v for k, v in (self.values | where | {"on": self.on, GO: "1"}).items() if v}

    @property
    def labels(self) -> dict[str, Any]:
        """What each field is called."""
        return {ask.name: ask.title for ask in self.calculator.asks}

    @property
    def key(self) -> str:
        """A new key: the same answer put into a case twice by one page is kept once."""
        return str(uuid4())

    def reckoned(self) -> Reckoned:
        """The answer as a case keeps it. Raises Invalid while there is none."""
        if self.answer is None:
            raise Invalid
        return reckoned(self.answer, self.values)


def read(calculator: Calculator, data: Mapping[str, str], now: datetime, *, region: str = "") -> Asked:
    """The form as it was sent, with its answer; a form that was not sent yet is blank, for the place of `region`."""
    values = {ask.name: data.get(ask.name, "")[:LONGEST] for ask in calculator.asks}
    chosen = data.get("region", "") or data.get("county", "")
    city = "" if data.get("region") else data.get("city", "")
    where = places.choose(province=data.get("province", ""), city=city, county=chosen or ("" if city else region))
    asked = Asked(calculator, values, where, data.get("on", "")[:10])
    if GO not in data:
        return asked
    day = _day(asked, now)
    refresh()  # a passer-by's page enters no scope, which would look for changed values
    try:
        asked.answer = calculate(calculator.key, values, region=where.region or NATIONAL, on=day)
    except Invalid as error:
        asked.problems |= {p.field or "numbers": p.message for p in error.problems}
    if asked.problems:
        asked.answer = None
    return asked


def _day(asked: Asked, now: datetime) -> date:
    today = now.astimezone(CHINA).date()
    try:
        return date.fromisoformat(asked.on) if asked.on else today
    except ValueError:
        asked.problems["on"] = _("Write the day as year-month-day, for example 2026-11-24.")
        return today
