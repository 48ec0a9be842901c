"""Driving one case through the pages that its people use: forms, the desk, letters, on the days of a story."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from tests.cast import NOW, QINGHE, Cast
from zhijia.kernel.base import clock
from zhijia.kernel.cases.models import Case, Event
from zhijia.kernel.deadlines.models import Deadline
from zhijia.kernel.documents.models import Letter
from zhijia.kernel.events import outbox


@dataclass
class Pages:
    """One case, and the day of its story: `days` since NOW."""

    cast: Cast
    service: str
    no: str = ""
    days: float = 0

    @property
    def now(self) -> datetime:
        return NOW + timedelta(days=self.days)

    @property
    def case(self) -> Case:
        return Case.objects.select_related("unit").get(no=self.no)

    def client(self, who: str) -> Client:
        """Signed in today: a session does not last through the story."""
        client = Client()
        client.force_login(self.cast.accounts[who])
        return client

    def tell(self, who: str = "alice", **answers: Any) -> "Pages":
        """The worker fills in the form of the service, or an officer files it at the desk for nobody in particular."""
        at = f"/services/{self.service}/" if who in ("alice", "bob") else f"/desk/file/{self.service}/"
        known = set(Case.objects.values_list("no", flat=True))
        with clock.at(self.now):
            page = self.client(who).post(at, {"region": QINGHE, "nobody": "1", **answers})
        assert page.status_code == 302, page.content.decode()[:3000]
        (self.no,) = set(Case.objects.filter(service=self.service).values_list("no", flat=True)) - known
        return self

    def do(self, who: str, transition: str, *, after: float = 0, expect: int = 302, **answers: Any) -> str:
        """One step on the page of the case, `after` days from the last one; the page that came of it, as text."""
        self.days += after
        at = f"/matters/{self.no}/do/{transition}/" if who in ("alice", "bob") else f"/desk/{self.no}/do/{transition}/"
        with clock.at(self.now):
            page = self.client(who).post(at, answers)
        assert page.status_code == expect, page.content.decode()[:3000]
        return page.content.decode()

    def page(self, who: str) -> str:
        """The page of the case as this person reads it."""
        at = f"/matters/{self.no}/" if who in ("alice", "bob") else f"/desk/{self.no}/"
        with clock.at(self.now):
            shown = self.client(who).get(at)
        assert shown.status_code == 200
        return shown.content.decode()

    def letter(self, kind: str) -> Letter:
        """The newest paper of a kind."""
        return Letter.objects.filter(case__no=self.no, kind=kind).latest("id")

    def issue(self, kind: str, *, by: str = "head", served_by: str = "zhou") -> Letter:
        """A head of unit issues it, an officer hands it over, and the case goes on by itself."""
        here = f"/desk/{self.no}/letters/{self.letter(kind).pk}"
        with clock.at(self.now):
            page = self.client(by).post(f"{here}/issue/", {"seen": self.letter(kind).version})
            assert page.status_code == 302, page.content.decode()[:3000]
        self.days += 0.01
        given = {"service": "direct", "proof": "当面签收", "at": f"{self.now:%Y-%m-%dT%H:%M}"}
        with clock.at(self.now):
            page = self.client(served_by).post(f"{here}/serve/", given)
            assert page.status_code == 302, page.content.decode()[:3000]
            while outbox.relay(now=self.now):
                pass
        return self.letter(kind)

    def clock(self, key: str) -> Deadline:
        """The newest round of a clock."""
        return Deadline.objects.filter(case__no=self.no, key=key).latest("round")

    def steps(self) -> list[str]:
        return list(Event.objects.filter(case__no=self.no).order_by("seq").values_list("transition", flat=True))

    def follow(self, other: str) -> "Pages":
        """The story of another case, on the same day."""
        return Pages(self.cast, Case.objects.get(no=other).service, other, self.days)


def words(letter: Letter) -> str:
    """Everything that a paper says, its table included."""
    return f"{letter.title} {letter.addressee} {letter.content} {[line.cells for line in letter.lines.all()]}"
