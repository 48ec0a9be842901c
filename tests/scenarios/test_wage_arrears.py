"""The stories of the trade: a team of twelve under three contractors, from the first word to the last fen."""

from datetime import date

import pytest

from tests.cast import Cast
from tests.modules.wage_arrears.kit import Claim, row
from tests.scenarios.story import counters, refused
from zhijia.kernel.base.errors import Conflict, Forbidden, Invalid
from zhijia.kernel.cases.models import Case, Link, Party
from zhijia.kernel.indicators.models import Counter
from zhijia.kernel.notify.models import Message
from zhijia.modules.supervision.models import Supervision
from zhijia.modules.wage_arrears.books import verify
from zhijia.modules.wage_arrears.models import Instalment, LimitationAct, Payment, PaymentShare


@pytest.fixture
def claim(cast: Cast) -> Claim:
    return Claim(cast)


def money(indicator: str) -> str:
    """The figure of the county of the stories, in yuan."""
    return str(sum(c.amount for c in Counter.objects.filter(category="", region="980102", indicator=indicator)))


def test_a_team_of_twelve_from_the_list_to_the_last_fen(claim: Claim) -> None:
    claim.tell()
    assert (claim.case.state, claim.case.due_key, claim.case.marks) == ("filed", "accept", {"people": 12, "mass": 1})
    assert claim.clock("limitation").due_at.date() == date(2027, 11, 1)  # 31 October 2027 is a Sunday
    claim.ready()
    facts = claim.facts
    assert (facts.people, facts.claimed, facts.confirmed, facts.owed) == (12, 20160000, 20160000, 20160000)
    assert claim.due() == (20160000, 20160000)

    # the chain of three, and who must pay first
    for place, kind, name, more in (
        (1, "owner", "青禾城投", {"unsettled": "500000"}), (2, "general", "江澜三建", {}),
        (3, "sub", "江澜劳务有限公司", {"hired": True}),
    ):  # fmt: skip
        claim.do("zhou", "set_contractor", place=place, contractor=kind, name=name, **more)
    assert claim.case.employer is not None
    assert claim.case.employer.name == "江澜劳务有限公司"

    # the demand, served and not answered
    claim.do("zhou", "serve_demand", served="post", day=claim.day(), proof="挂号信回执")
    assert (claim.case.state, claim.case.due_key) == ("demanded", "answer")
    with pytest.raises(Invalid) as caught:
        claim.do("zhou", "record_answer", answer="silent")
    assert [p.field for p in caught.value.problems] == ["answer"]
    claim.hours = 24 * 8
    claim.do("zhou", "record_answer", answer="silent")
    assert claim.case.state == "unanswered"

    # the union supervises in its own name: a case of its own, linked to this one, that names nobody
    claim.do("zhou", "supervise_payer", finding="工程款已拨付，分包单位未发工资")
    letter = Supervision.objects.get()
    link = Link.objects.get(kind="spawned")
    assert (link.case_id, link.other.no) == (letter.case_id, claim.no)
    assert (letter.employer_name, letter.category) == ("江澜劳务有限公司", "wages")
    assert "王大勇" not in letter.finding

    # two instalments are promised; the first is paid, then bounces, then is paid for good
    plan = f"{claim.now:%Y-%m-%d} 100800\n2026-12-30 100800"
    claim.do("zhou", "agree_plan", day=claim.day(), signed=True, instalments=plan)
    assert (claim.case.state, claim.clock("instalment").state) == ("paying", "running")
    claim.pay("100800")
    assert list(Instalment.objects.order_by("no").values_list("state", flat=True)) == ["paid", "open"]
    assert {w.paid for w in claim.lines().values()} == {840000}
    assert claim.clock("instalment").started_at.date() == date(2026, 12, 29)  # 30 December in China
    claim.do("zhou", "bounce_payment", payment=1, reason="支票退票")
    assert (claim.facts.recovered, claim.due()) == (0, (20160000, 20160000))
    assert list(Instalment.objects.order_by("no").values_list("state", flat=True)) == ["open", "open"]
    assert {w.status for w in claim.lines().values()} == {"confirmed"}
    claim.pay("100800")

    # one worker takes back their part: what was paid stays, the rest is no longer demanded
    claim.do("bob", "leave", remark="我换了工作")
    assert (claim.facts.people, claim.facts.owed, claim.lines()[2].status) == (11, 19320000, "withdrawn")
    assert claim.due() == (19320000 - 10080000, 19320000 - 10080000)
    claim.pay("92400")
    assert (claim.case.state, claim.facts.recovered, claim.due()) == ("recovered", 19320000, (0, 0))
    assert {w.status for n, w in claim.lines().items() if n != 2} == {"paid"}

    # closed means the workers say so, asked by somebody else
    refused("wrong_role", Forbidden, claim, "zhou", "confirm_solved", satisfaction="satisfied")
    claim.do("alice", "confirm_solved", satisfaction="satisfied")
    assert claim.case.state == "recovered"  # ten others have still to be asked
    for party in Party.objects.filter(case=claim.case, status="waiting"):
        claim.do("caller", "confirm_solved", satisfaction="satisfied", person=party.person_id)
    claim.do("checker", "close", closing_code="recovered")
    assert claim.case.state == "closed"
    assert verify() == []
    figures = counters()
    once = ("claims", "accepted", "paid_at_all", "full", "closed", "called_back", "solved", "hours_to_money")
    assert {name: figures[name] for name in once} == dict.fromkeys(once, 1)
    assert (money("money_claimed"), money("money_recovered"), money("workers")) == ("193200.00", "193200.00", "11.00")

    # re-opened one level up: somebody's money did not arrive after all
    claim.do("alice", "report_unsolved", remark="有两个人说没收到", after=24)
    assert (claim.case.state, claim.case.unit.name, claim.facts.reopened) == ("reopened", "澜江市总工会", 1)
    claim.do("city", "accept")
    claim.do("city", "bounce_payment", payment=3, reason="银行退回")
    assert (claim.case.state, claim.facts.recovered, claim.due()[0]) == ("paying", 10080000, 9240000)
    assert verify() == []


def test_one_worker_alone_is_listed_at_once_and_paid_in_part(claim: Claim) -> None:
    claim.tell(people=1, amount="6800", category="service")
    assert claim.lines()[1].claimed == 680000
    assert (claim.facts.owed, claim.due()) == (680000, (680000, 680000))
    claim.do("zhou", "accept")
    claim.do("zhou", "verify")
    claim.do("zhou", "settle_worker", line=1, fen="6500", reason="扣除已借支 300 元")
    claim.pay("3000.05")
    assert (claim.lines()[1].status, claim.due()) == ("partly_paid", (349995, 349995))
    with pytest.raises(Invalid) as caught:
        claim.pay("3500")
    assert [(p.field, p.message) for p in caught.value.problems] == [
        ("fen", "只欠 3,499.95 元，登记不能超过这个数；多出来的不是这份名单上职工的。")
    ]  # fmt: skip
    claim.do("zhou", "conclude", result="已追回 3000.05 元，余款可以申请仲裁")
    assert claim.case.state == "partly"
    claim.pay("3499.95")  # late money, while the call-back is still to be made
    assert (claim.case.state, claim.facts.recovered) == ("recovered", 650000)
    assert claim.clock("callback").state == "running"
    claim.do("alice", "confirm_solved", satisfaction="satisfied")
    claim.do("checker", "close", closing_code="recovered")
    assert (claim.case.state, verify()) == ("closed", [])


def test_out_of_scope_is_said_with_its_ground_and_where_to_go(claim: Claim) -> None:
    claim.tell()
    claim.do(
        "zhou",
        "refer",
        ground="no_labour",
        law="保障农民工工资支付条例第五十二条",
        body="青禾区人民法院",
        way="人民路 1 号，带欠条",
    )
    assert (claim.case.state, claim.case.due_key) == ("referred", "callback")
    claim.do("caller", "report_unsolved", remark="这是工资，不是货款")
    assert (claim.case.state, claim.case.unit.name) == ("reopened", "澜江市总工会")


def test_inspection_and_arbitration_are_tracked_beside_our_own_clock(claim: Claim) -> None:
    claim.tell().ready()
    claim.do("zhou", "go_authority", track="inspection", track_no="青禾监〔2026〕9号", day=claim.day())
    assert (claim.case.state, claim.clock("authority").rule) == ("authority", "wage_arrears.inspection")
    assert claim.case.due_key == "progress"  # somebody else's duty does not lead our list
    act = LimitationAct.objects.get()
    assert (act.kind, act.proved) == ("complaint", True)
    claim.do("zhou", "record_decision", decision="rejected", note="不属监察范围")
    claim.do("zhou", "go_authority", track="arbitration", track_no="青劳人仲〔2026〕8号", day=claim.day())
    assert claim.clock("authority").rule == "wage_arrears.arbitration"
    claim.do("zhou", "record_decision", decision="ordered", note="裁决支付")
    assert claim.case.state == "paying"


def test_mediation_is_opened_for_those_who_want_it(claim: Claim) -> None:
    claim.tell().ready(4)
    refused("nobody_wants", Conflict, claim, "zhou", "open_mediation", claim="工资")
    claim.do("bob", "ask_mediation")
    claim.do("zhou", "note_wishes", asked_for="mediation", lines="3，4")
    claim.do("zhou", "open_mediation", claim="九月、十月工资")
    dispute = Case.objects.get(service="disputes")
    persons = {claim.lines()[n].person_id for n in (2, 3, 4)}
    assert set(Party.objects.filter(case=dispute).values_list("person_id", flat=True)) == persons
    assert (dispute.dispute.people, dispute.dispute.amount) == (3, 3 * 1680000)


def test_named_shares_and_words_for_what_does_not_fit(claim: Claim) -> None:
    claim.tell().ready(3)
    claim.pay("1000", shares="1 300.50\n3 699.50")
    assert {n: w.paid for n, w in claim.lines().items()} == {1: 30050, 2: 0, 3: 69950}
    for shares, says in (
        ("1 300", "各人合计 300 元，这笔款是 1,000 元。"),
        ("9 1000", "第 9 行的职工只欠 0 元。"),
        ("谁 多少", "请每行写一名职工，序号和金额：3 1200.50。"),
    ):
        with pytest.raises(Invalid) as caught:
            claim.pay("1000", shares=shares)
        assert [(p.field, p.message) for p in caught.value.problems] == [("shares", says)]
    assert (Payment.objects.count(), PaymentShare.objects.count(), verify()) == (1, 2, [])


def test_messages_tell_every_listed_worker_without_amounts(claim: Claim) -> None:
    claim.tell().ready(3)
    claim.pay("1000")
    told = Message.objects.filter(template="wage_arrears.paid")
    assert set(told.values_list("person_id", flat=True)) == {w.person_id for w in claim.lines().values()}
    assert all("1000" not in str(m.data) and "100000" not in str(m.data) for m in told)


def test_a_late_instalment_is_reported_and_a_new_plan_replaces_the_old(claim: Claim) -> None:
    claim.tell().ready(2)
    claim.do("zhou", "agree_plan", day=claim.day(), signed=False, instalments="2026-11-20 10000\n2026-12-20 23600")
    first = claim.clock("instalment")
    assert (first.due_at.date(), first.state) == (date(2026, 11, 23), "running")  # 21 November is a Saturday
    claim.hours = 24 * 10
    claim.do("zhou", "agree_plan", day=claim.day(), signed=True, instalments=f"{claim.day()} 33600")
    assert list(Instalment.objects.order_by("no").values_list("no", "state")) == [
        (1, "replaced"), (2, "replaced"), (3, "open"),
    ]  # fmt: skip
    assert claim.clock("instalment").round == 2
    with pytest.raises(Invalid) as caught:
        claim.do("zhou", "agree_plan", day=claim.day(), signed=True, instalments=f"{claim.day()} 33600.01")
    assert [p.message for p in caught.value.problems] == ["各期合计 33,600.01 元，但只欠 33,600 元。"]


def test_list_again_corrects_and_a_worker_who_left_is_not_listed_again(claim: Claim) -> None:
    claim.tell().ready(3)
    claim.list([row(3, claimed=17_000_00)], key="sheet:2:2")
    assert (claim.lines()[3].claimed, claim.lines()[3].status) == (1700000, "disputed")  # 52.5 days x 320 = 16,800
    claim.do("bob", "leave")
    with pytest.raises(Invalid) as caught:
        claim.list([row(2)], key="sheet:3:2")
    assert [(p.field, p.message) for p in caught.value.problems] == [
        ("3.phone", "这名职工已撤回自己的一份，只有本人可以再提出。")
    ]


def test_the_same_chunk_twice_changes_nothing(claim: Claim) -> None:
    claim.tell()
    claim.do("zhou", "accept")
    first = claim.list([row(1), row(2)])
    again = claim.list([row(1), row(2)])
    assert (again.again, again.seq, len(claim.lines()), claim.due()[0]) == (True, first.seq, 2, 3360000)


def test_a_withdrawn_claim_closes_its_books(claim: Claim) -> None:
    claim.tell(people=1, amount="6800")
    claim.do("alice", "withdraw")
    assert (claim.case.state, claim.facts.owed, claim.due(), verify()) == ("closed", 0, (0, 0), [])
    refused("withdrawn", Conflict, claim, "alice", "report_unsolved", remark="还要")
