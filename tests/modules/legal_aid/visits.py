"""A booking as its people drive it."""

from datetime import date, time
from typing import Any

from tests.cast import QINGHE, Cast
from tests.scenarios.story import Story
from zhijia.faces.access import seen_by
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.actors import Actor
from zhijia.kernel.service import registry
from zhijia.kernel.service.engine import context, open_case
from zhijia.modules.legal_aid import slots
from zhijia.modules.legal_aid.models import LawyerHours, LawyerVisit


def weekly(cast: Cast, login: str, weekday: int, begins: int = 10) -> None:
    """An hour every week: two appointments."""
    LawyerHours.objects.create(
        org=cast.orgs["qinghe"], lawyer=cast.accounts[login], weekday=weekday, begins=time(begins),
        ends=time(begins + 1), since=date(2026, 1, 1), place="203 室",
    )  # fmt: skip


class Visit(Story):
    """One booking and the clock of its story."""

    def tell(self, who: str = "alice", *, key: str | None = None, **data: Any) -> "Visit":
        """Somebody asks for a lawyer."""
        asked = {"question": "该不该签放弃加班费的承诺书？", "category": "wages", "mode": "office", **data}
        with seen_by(self.cast.actor(who, self.now)) as actor:
            self.no = open_case(
                service="lawyer_visit", actor=actor, now=self.now, data=asked, region=QINGHE,
                applicant_id=self.cast.person_id(who), key=key,
            ).no  # fmt: skip
        return self

    def free(self) -> list[str]:
        """What can be booked now, as day and hour."""
        case = Case.objects.select_related("unit").get(no=self.no)
        found = slots.free(context(registry.service("lawyer_visit"), case, Actor.platform(), self.now))
        self.slots = {f"{slot.starts_at:%m-%d %H:%M}": slot.number for slot in found}
        return list(self.slots)

    def book(self, at: str, who: str = "alice", **more: Any) -> "Visit":
        """`who` takes the hour."""
        self.free()
        self.do(who, "choose_slot", slot=self.slots[at], **more)
        return self

    @property
    def facts(self) -> LawyerVisit:  # type: ignore[override]
        return LawyerVisit.objects.get(case__no=self.no)
