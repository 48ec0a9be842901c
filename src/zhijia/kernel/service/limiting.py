"""A limitation period that a service watches: the acts that begin it anew, its clock, its part of the case page.

A service names its table of acts and the day the period starts from; the reckoning is `kernel/deadlines/limitation.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Text, Verdict, no, yes
from zhijia.kernel.deadlines.acts import ActKind, LimitationAct
from zhijia.kernel.deadlines.clock import Limit
from zhijia.kernel.deadlines.limitation import Limitation, limitation, midnight
from zhijia.kernel.people.actors import Role
from zhijia.kernel.rules import calendar
from zhijia.kernel.rules.units import Unit

from .context import Ctx
from .declare import Clock, Keep, Panel, Transition
from .terms import Some, clock, day, flag, handed, line, pick, step

DAY = day("day", _("Day"), keep=Keep.EVENT)
PROOF = handed(line("proof", _("How it can be proved"), required=False))
_UNKNOWN = _("The period does not run yet: say from which day the right was known to be hurt.")


def act_dated(c: Ctx[Any]) -> Verdict:
    """An act lies in the past."""
    if c.data["day"] > c.now.astimezone(CHINA).date():
        return no("day", _("This day has not come yet."))
    return yes()


def act_proved(c: Ctx[Any]) -> Verdict:
    """What proves an act is said where there is something."""
    if c.data.get("proved") and not c.data.get("proof"):
        return no("proof", _("Write what proves it: a receipt, a letter, a recording."))
    return yes()


@dataclass(frozen=True, kw_only=True)
class Limiting:
    """How one service watches the limitation period of its cases."""

    acts: type[LimitationAct]
    start: Callable[[Ctx[Any]], date | None]
    """The day it runs from; None: it does not run."""
    rule: str
    """How long it is."""
    warn: str
    """How many days before its end people are reminded."""
    unlimited: Text = _UNKNOWN
    """Said while it does not run."""
    assumed: Callable[[Ctx[Any]], Text] = lambda _c: ""
    """What is to be said of a start that is only assumed."""

    def of(self, c: Ctx[Any]) -> Limitation | None:
        """How the period of this case stands."""
        rule = c.rule(self.rule)
        return limitation(
            start=self.start(c), acts=self._known(c), calendar=calendar.current(c.case.region),
            period=Limit(int(rule.value or 0), Unit(rule.unit)),
        )  # fmt: skip

    def since(self, c: Ctx[Any]) -> datetime | None:
        """The day from which the worker-safe count runs, for the clock."""
        found = self.of(c)
        return None if found is None else midnight(found.safe.start)

    def keep(self, c: Ctx[Any], kind: str, *, day: date, proved: bool, evidence: str = "") -> None:
        """Keep one act."""
        act = self.acts(case_id=c.case.pk, day=day, kind=kind, proved=proved, evidence=evidence, recorded_at=c.now)
        act.save(force_insert=True)

    def record(self, c: Ctx[Any]) -> None:
        """Keep what was typed: somebody demanded, complained or promised."""
        d = c.data
        self.keep(c, d["kind"], day=d["day"], proved=d["proved"], evidence=d.get("proof") or "")

    def step(self, source: Some, *, by: Some) -> Transition:
        """The step `record_act`, by which anybody on the case says what began the period anew."""
        return step(
            "record_act", _("Record a demand or promise"), _("Something that begins the time limit anew was recorded"),
            source, by=by, check=(act_dated, act_proved), then=self.record,
            ask=(
                pick("kind", _("What happened"), ActKind.choices, keep=Keep.EVENT), DAY,
                flag("proved", _("It can be proved"), keep=Keep.EVENT), *PROOF,
            ),
        )  # fmt: skip

    def clock(self, *, starts: Some, stops: Some, late: Role = Role.UNIT_HEAD) -> Clock:
        """The clock `limitation`; each of `starts` reckons it anew, so name every step that keeps an act."""
        return clock(
            "limitation", _("Time limit for arbitration"), self.rule, starts=starts, stops=stops, since=self.since,
            warn=self.warn, late=late, again=True, leads=False,
        )  # fmt: skip

    def panel(self) -> Panel:
        """The countdown and the acts, for the unit and the workers."""
        return Panel(
            key="limit", title=_("Time limit for arbitration"), template="deadlines/limit.html", show=self.show,
            worker=True,
        )  # fmt: skip

    def show(self, c: Ctx[Any]) -> Mapping[str, Any]:
        """The date, the days left, and what began the period anew."""
        found = self.of(c)
        late = set(found.wide.late) if found else set()
        left = found.days_left(c.now.astimezone(CHINA).date()) if found else None
        return {
            "limit": found, "left": left, "over": left is not None and left < 0, "unlimited": self.unlimited,
            "assumed": self.assumed(c) if found else "",
            "acts": [(act, act.day in late) for act in self._known(c).order_by("day", "id")],
        }  # fmt: skip

    def _known(self, c: Ctx[Any]) -> Any:
        return self.acts._default_manager.filter(case_id=c.case.pk)
