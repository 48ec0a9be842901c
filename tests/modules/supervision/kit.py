"""Driving one supervision: who is on the roster, and the usual courses up to a point."""

from datetime import date
from typing import Any

from tests.cast import NOW, PLATFORM, QINGHE, Cast
from tests.scenarios.story import Story
from zhijia.faces.access import seen_by
from zhijia.kernel.cases.models import Case
from zhijia.kernel.documents.models import Letter
from zhijia.kernel.events import outbox
from zhijia.kernel.indicators.models import Counter
from zhijia.kernel.people.actors import Role
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.posts import appoint
from zhijia.kernel.people.rosters import enter
from zhijia.kernel.service.engine import open_case
from zhijia.modules.supervision.models import Supervision

FINDING = "九月、十月工资未按时足额支付，涉及职工十二人。"
FIRM = "江澜劳务有限公司"


def staff(cast: Cast) -> None:
    """In the city a head, and a second officer: two supervisors, as Qinghe has them in the cast."""
    for login, role in (("city_head", Role.UNIT_HEAD), ("city_two", Role.OFFICER)):
        account = Account.objects.create(login=login, name=login.title(), created_at=NOW)
        at = cast.orgs["city"].pk
        appoint(account=account, role=role, org_id=at, reach_id=at, actor=PLATFORM, now=NOW, from_day=date(2020, 1, 1))
        cast.accounts[login] = account
    for login in ("city", "city_two"):
        enter(
            org_id=cast.orgs["city"].pk, roster="supervision.supervisor", account_id=cast.accounts[login].pk,
            actor=PLATFORM, now=NOW, from_day=date(2020, 1, 1),
        )  # fmt: skip


class Letters(Story):
    """One supervision and the clock of its story."""

    def tell(self, who: str = "zhou", *, key: str | None = None, **data: Any) -> "Letters":
        """A clue about a construction firm."""
        asked = {
            "finding": FINDING,
            "category": "wages",
            "employer_name": FIRM,
            "source": "union",
            "people": 12,
            **data,
        }
        person = self.cast.accounts[who].person_id
        with seen_by(self.cast.actor(who, self.now)) as actor:
            self.no = open_case(
                service="supervision", actor=actor, now=self.now, data=asked, region=QINGHE, applicant_id=person,
                key=key,
            ).no  # fmt: skip
        return self

    def investigated(self, **data: Any) -> "Letters":
        """Taken up, both sides heard, two supervisors on the spot."""
        self.do("zhou", "take_up")
        self.do("zhou", "hear", side="workers", note="班组反映")
        self.investigate(**data)
        return self

    def investigate(self, officer: str = "zhou", **data: Any) -> None:
        """Two supervisors with their cards look into the books."""
        self.do(officer, "investigate", **{"first_card": "JL-01", "second_card": "JL-02", **data})
        self.do(
            officer,
            "record_inquiry",
            day=self.day(),
            kind="papers",
            cards=True,
            place="单位财务室",
            said="工资表与流水不符",
            copies=14,
        )

    def opinion(self, officer: str = "zhou", head: str = "head") -> "Letters":
        """Drafted, signed by the chair, served today."""
        self.do(officer, "draft_opinion", demand="付清工资", law="劳动合同法第三十条")
        self.do(head, "sign_opinion")
        self.do(officer, "serve_opinion", served="post", day=self.day(), proof="挂号信 XA1")
        return self

    def reminded(self, officer: str = "zhou", head: str = "head") -> "Letters":
        """A reminder is served."""
        self.do(officer, "draft_reminder", demand="于十一月三十日前付清工资", law="劳动合同法第三十条")
        self.do(head, "sign_reminder")
        self.do(officer, "remind", served="direct", day=self.day(), proof="办公室签收")
        return self

    def reply(self, reply: str = "reasons", **data: Any) -> "Letters":
        """The employer answers."""
        self.do("zhou", "record_reply", **{"reply": reply, "note": "等工程款", **data})
        return self

    def ask(self, word: str = "yes", fen: str = "", name: str = "赵大海", officer: str = "zhou") -> "Letters":
        """A worker is asked whether it is corrected."""
        self.do(officer, "ask_worker", after=0.1, name=name, day=self.day(), how="phone", word=word, fen=fen)
        return self

    def corrected(self) -> "Letters":
        """To the last step but one."""
        self.tell().do("zhou", "take_up")
        self.reminded().do("zhou", "note_correction", note="单位来函")
        return self

    @property
    def facts(self) -> Supervision:  # type: ignore[override]
        return Supervision.objects.get(case__no=self.no)

    def day(self) -> str:
        return f"{self.now:%Y-%m-%d}"

    def relay(self) -> None:
        """Everything published so far is heard."""
        while outbox.relay(now=self.now):
            pass

    def above(self) -> Case:
        """The case in which the union above acts."""
        return Case.objects.select_related("unit").get(no=self.facts.above)

    def upper(self) -> "Letters":
        """The story of the case above, at the same hour."""
        return Letters(self.cast, no=self.facts.above, hours=self.hours)


def words(letter: Letter) -> str:
    """Everything that a letter says, its table included."""
    lines = [cell for line in letter.lines.all() for cell in line.cells]
    return f"{letter.title} {letter.addressee} {letter.content} {letter.facts} {lines}"


def figure(name: str, region: str = QINGHE, service: str = "supervision") -> tuple[int, str]:
    """How often, and how much."""
    rows = Counter.objects.filter(service=service, category="", region=region, indicator=name)
    return sum(r.n for r in rows), str(sum(r.amount for r in rows))
