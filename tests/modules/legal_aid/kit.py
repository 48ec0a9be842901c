"""Legal aid as its people drive it: Alice asks, the head decides, Wei and Xu are the unit's lawyers."""

from datetime import date
from typing import Any

from tests.cast import NOW, PLATFORM, QINGHE, Cast
from tests.scenarios.story import Story
from zhijia.faces.access import seen_by
from zhijia.kernel.people.actors import Role
from zhijia.kernel.people.models import Account, RosterSeat
from zhijia.kernel.people.posts import appoint
from zhijia.kernel.people.rosters import enter
from zhijia.kernel.service.engine import open_case
from zhijia.modules.legal_aid.lawyers import ROSTER, key_of
from zhijia.modules.legal_aid.models import LawyerTie, LegalAid

EMPLOYER = "江澜劳务有限公司"
TOLD = {
    "story": "九月和十月的工资没有发，想申请仲裁。", "category": "wages", "employer_name": EMPLOYER, "amount": "16800",
    "migrant": True, "known_on": "2026-10-31",
}  # fmt: skip
REVIEW = {"contact": 18, "facts": 17, "law": 18, "steps": 19, "papers": 16, "finding": "证据齐全", "enough": True}


def with_lawyers(cast: Cast, *logins: str) -> None:
    """Officers of Qinghe who alone take turns as lawyers, in this order."""
    RosterSeat.objects.filter(roster=ROSTER).delete()
    for login in logins:
        account = cast.accounts[login] = Account.objects.create(login=login, name=f"{login}律师", created_at=NOW)
        appoint(
            account=account, role=Role.OFFICER, org_id=cast.orgs["qinghe"].pk, actor=PLATFORM, now=NOW,
            from_day=date(2020, 1, 1),
        )  # fmt: skip
        enter(org_id=cast.orgs["qinghe"].pk, roster=ROSTER, account_id=account.pk, actor=PLATFORM, now=NOW)


def tie(cast: Cast, login: str, name: str = EMPLOYER, *, until: date | None = None, kind: str = "counsel") -> None:
    """A lawyer has a tie to an employer."""
    LawyerTie.objects.create(
        org=cast.orgs["qinghe"], lawyer=cast.accounts[login], kind=kind, name=name, key=key_of(name),
        since=date(2024, 1, 1), until=until,
    )  # fmt: skip


class Aid(Story):
    """One case of legal aid and the clock of its story."""

    def tell(self, who: str = "alice", *, key: str | None = None, **data: Any) -> "Aid":
        """Alice applies."""
        person = self.cast.person_id(who) if self.cast.accounts[who].person_id else self.cast.person_id("alice")
        with seen_by(self.cast.actor(who, self.now)) as actor:
            self.no = open_case(
                service="legal_aid", actor=actor, now=self.now, data={**TOLD, **data}, region=QINGHE,
                applicant_id=person, key=key,
            ).no  # fmt: skip
        return self

    def screened(self, exemption: str = "migrant_pay", **data: Any) -> "Aid":
        """Applied for and screened by Zhou."""
        self.tell().do("zhou", "screen", exemption=exemption, **data)
        return self

    def assigned(self) -> "Aid":
        """Granted, and whoever's turn it is has it."""
        self.screened().do("head", "grant", because="属于援助范围")
        self.do("head", "assign")
        return self

    def working(self) -> "Aid":
        """The lawyer met Alice and worked two hours."""
        self.assigned().do(self.lawyer, "meet_client", note="下周提交仲裁申请")
        self.do(self.lawyer, "log_work", day=self.day(), work="drafting", hours="2", said="起草申请书")
        return self

    def reported(self, way: str = "arbitration") -> "Aid":
        """The lawyer has finished."""
        self.working().do(
            self.lawyer, "report", way=way, result="won", recovered="16800", report="裁决支持全部请求", documents=True
        )
        return self

    def followed(self) -> "Aid":
        """Reported, checked by the head, and Alice content."""
        self.reported().do("head", "waive_review", reason="材料齐全")
        self.do("caller", "confirm_solved", satisfaction="satisfied")
        return self

    @property
    def lawyer(self) -> str:
        """Login of the lawyer of the case."""
        return next(login for login, account in self.cast.accounts.items() if account.pk == self.facts.lawyer_id)

    @property
    def assignee(self) -> str:
        """Login of who is in charge; "" for nobody."""
        found = self.case.assignee_id
        return next((login for login, account in self.cast.accounts.items() if account.pk == found), "")

    def day(self) -> str:
        """Today, as it is typed."""
        return f"{self.now:%Y-%m-%d}"

    def due(self, key: str) -> date:
        """The day on which a clock ends."""
        return self.clock(key).due_at.date()

    @property
    def facts(self) -> LegalAid:  # type: ignore[override]
        return LegalAid.objects.get(case__no=self.no)
