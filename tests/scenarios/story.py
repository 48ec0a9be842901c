"""Driving one case as its people do: who does what, how many hours after it was told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cast import NOW, QINGHE, Cast
from zhijia.faces.access import seen_by
from zhijia.kernel.base.errors import Conflict, Forbidden
from zhijia.kernel.cases.models import Case, Event
from zhijia.kernel.deadlines.models import Deadline
from zhijia.kernel.indicators.models import Counter
from zhijia.kernel.service import registry
from zhijia.kernel.service.engine import Fired, choices, context, fire, open_case
from zhijia.modules.hotline.models import Ticket

STORY = "我在青禾区一个工地扎钢筋，9 月和 10 月的工资没给"


@dataclass
class Story:
    """One case and the clock of its story: `hours` since NOW."""

    cast: Cast
    no: str = ""
    hours: float = 0
    fired: list[Fired] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return NOW + timedelta(hours=self.hours)

    def tell(self, who: str = "alice", *, key: str | None = None, **data: Any) -> "Story":
        """The worker (or an agent for alice) tells the problem."""
        asked = {"story": STORY, "category": "wages", **data}
        person = self.cast.person_id(who) if self.cast.accounts[who].person_id else self.cast.person_id("alice")
        with seen_by(self.cast.actor(who, self.now)) as actor:
            self.no = open_case(
                service="hotline", actor=actor, now=self.now, data=asked, region=QINGHE, applicant_id=person, key=key
            ).no
        return self

    def do(
        self,
        who: str,
        transition: str,
        *,
        after: float = 1,
        key: str | None = None,
        seq: int | None = None,
        **data: Any,
    ) -> Fired:
        """`who` fires a transition `after` hours from the last step, in the scope of a request."""
        self.hours += after
        with seen_by(self.cast.actor(who, self.now)) as actor:
            fired = fire(no=self.no, transition=transition, actor=actor, now=self.now, data=data, key=key, seq=seq)
        self.fired.append(fired)
        return fired

    def dispatch(self, to: str = "qinghe", tier: str = "general") -> "Story":
        self.do("dispatcher", "dispatch", after=0.5, unit=self.cast.orgs[to].pk, tier=tier)
        return self

    def handle(self, who: str = "zhou") -> "Story":
        """Sign, contact, submit: from dispatched (or re-opened) to the result."""
        self.do(who, "sign")
        self.do(who, "contact", note="说好下周给")
        self.do(who, "submit", result="工资已付")
        return self

    def offered(self, who: str) -> dict[str, str]:
        """Transition -> "" when it can be done now, else the code of the reason."""
        with seen_by(self.cast.actor(who, self.now)) as actor:
            case = Case.objects.select_related("unit").get(no=self.no)
            ctx = context(registry.service(case.service), case, actor, self.now)
            return {t.key: verdict.code for t, verdict in choices(ctx)}

    @property
    def case(self) -> Case:
        return Case.objects.select_related("unit").get(no=self.no)

    @property
    def facts(self) -> Ticket:
        return Ticket.objects.get(case__no=self.no)

    def clock(self, key: str) -> Deadline:
        """The newest round of a clock."""
        return Deadline.objects.filter(case__no=self.no, key=key).latest("round")

    def steps(self) -> list[str]:
        return list(Event.objects.filter(case__no=self.no).order_by("seq").values_list("transition", flat=True))


Code = Callable[[], object]


def refused(
    code: str, kind: type[Conflict] | type[Forbidden], story: Story, who: str, transition: str, **data: object
) -> None:
    """Nothing is done, and the refusal carries this code."""
    with pytest.raises(kind) as caught:
        story.do(who, transition, after=0, **data)
    assert caught.value.code == code


def counters() -> dict[str, int]:
    """The total of every figure of the county of the stories."""
    found: dict[str, int] = {}
    for row in Counter.objects.filter(category="", region=QINGHE):
        found[row.indicator] = found.get(row.indicator, 0) + row.n
    return found
