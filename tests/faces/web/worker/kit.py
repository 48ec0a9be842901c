"""What several tests of the worker's face make."""

from datetime import datetime

from tests.cast import QINGHE, Cast
from zhijia.kernel.cases.models import Case
from zhijia.kernel.documents import letters
from zhijia.kernel.documents.models import Letter
from zhijia.kernel.service.engine import fire, open_case


def drafted_letter(cast: Cast, *, now: datetime) -> Letter:
    """The notice that Alice's application for mediation was accepted, not issued yet."""
    alice = cast.actor("alice", now)
    data = {"claim": "拖欠两个月工资", "category": "wages", "employer_name": "江澜劳务有限公司", "amount": "16800"}
    no = open_case(service="disputes", actor=alice, now=now, data=data, region=QINGHE, applicant_id=alice.person_id).no
    fire(no=no, transition="accept", actor=cast.actor("zhou", now), now=now, data={"willing": True})
    found = Letter.objects.get(case__no=no)
    found.case = Case.objects.get(no=no)
    return found


def issued_letter(cast: Cast, *, now: datetime) -> Letter:
    """The same, issued by the head of the unit: the worker may read it."""
    drafted = drafted_letter(cast, now=now)
    letters.issue(letter_id=drafted.pk, seen=drafted.version, actor=cast.actor("head", now), now=now)
    return drafted


def awaiting_answer(cast: Cast, *, story: str, now: datetime) -> str:
    """The number of Alice's hotline ticket whose result waits for her word."""
    alice = cast.actor("alice")
    no = open_case(
        service="hotline", actor=alice, now=now, data={"story": story, "category": "wages"}, region=QINGHE,
        applicant_id=alice.person_id,
    ).no  # fmt: skip
    unit = {"unit": cast.orgs["qinghe"].pk, "tier": "general"}
    for key, who, data in (
        ("dispatch", "dispatcher", unit), ("sign", "zhou", {}), ("contact", "zhou", {"note": "说了经过"}),
        ("submit", "zhou", {"result": "工资已补发"}),
    ):  # fmt: skip
        fire(no=no, transition=key, actor=cast.actor(who), now=now, data=data)
    return no
