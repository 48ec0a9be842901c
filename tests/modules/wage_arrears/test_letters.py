"""The demand: what it says, whom it names, and that serving it is the step that it means."""

from datetime import date

from tests.modules.wage_arrears.kit import Claim
from tests.scenarios.story import refused
from zhijia.faces.access import seen_by
from zhijia.kernel.base.errors import Conflict
from zhijia.kernel.documents import letters
from zhijia.kernel.documents.models import Letter
from zhijia.kernel.events import outbox
from zhijia.modules.wage_arrears.models import LimitationAct


def words(letter: Letter) -> str:
    """Everything that the letter says, its table included."""
    lines = [cell for line in letter.lines.all() for cell in line.cells]
    return f"{letter.title} {letter.addressee} {letter.content} {letter.facts} {lines}"


def chained(claim: Claim) -> Claim:
    claim.tell().ready(3)
    claim.do("zhou", "set_contractor", place=1, contractor="general", name="江澜三建")
    claim.do("zhou", "set_contractor", place=2, contractor="sub", name="江澜劳务有限公司", hired=True)
    return claim


def test_it_goes_to_the_best_debtor_and_names_no_worker(claim: Claim) -> None:
    chained(claim).do("zhou", "draft_demand")
    letter = Letter.objects.get()
    assert (letter.kind, letter.addressee, letter.title) == ("demand", "江澜三建", "关于支付拖欠工资的催告函")
    assert {name: letter.facts[name] for name in ("people", "amount", "amount_capital", "law", "reply")} == {
        "people": "3", "amount": "50,400.00", "amount_capital": "伍万零肆佰元整",
        "law": "保障农民工工资支付条例第三十条第三款", "reply": "5个工作日",
    }  # fmt: skip
    assert [name for name in ("Alice", "Bob", "张伟", "138", "钢筋工") if name in words(letter)] == []


def test_names_stand_only_in_the_annex_of_those_who_agreed(claim: Claim) -> None:
    chained(claim)
    refused("nobody_named", Conflict, claim, "zhou", "draft_named")
    claim.do("bob", "agree_named")
    claim.do("zhou", "draft_named")
    letter = Letter.objects.get()
    assert [line.cells for line in letter.lines.all()] == [["1", "Bob", "钢筋工", "16,800.00"]]
    assert [name for name in ("Alice", "张伟") if name in words(letter)] == []


def issue_and_serve(claim: Claim) -> Letter:
    claim.do("zhou", "draft_demand")
    letter = Letter.objects.get()
    with seen_by(claim.cast.actor("head", claim.now)) as head:
        letters.issue(letter_id=letter.pk, seen=letter.version, actor=head, now=claim.now)
    claim.hours += 2
    with seen_by(claim.cast.actor("zhou", claim.now)) as zhou:
        letters.serve(
            letter_id=letter.pk, service="post", proof="挂号信 XA123", at=claim.now, actor=zhou, now=claim.now
        )
    return letter


def test_serving_it_is_the_step_that_it_means(claim: Claim) -> None:
    letter = issue_and_serve(chained(claim))
    while outbox.relay(now=claim.now):
        pass
    assert (claim.case.state, claim.clock("answer").state) == ("demanded", "running")
    act = LimitationAct.objects.get()
    assert (act.kind, act.day, act.proved, act.evidence) == ("demand", date(2026, 11, 16), True, "挂号信 XA123")
    letter.refresh_from_db()
    assert letter.number == "青禾区总工会催〔2026〕1号" or letter.number.endswith("催〔2026〕1号")


def test_what_was_recorded_by_hand_is_not_done_twice(claim: Claim) -> None:
    issue_and_serve(chained(claim))
    claim.do("zhou", "serve_demand", after=0, served="post", day=claim.day(), proof="挂号信 XA123")
    while outbox.relay(now=claim.now):
        pass
    assert (claim.steps().count("serve_demand"), LimitationAct.objects.count()) == (1, 1)
