"""The main line of a supervision: who signs, what counts from when, and what is refused."""

from datetime import date
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from django.template.loader import render_to_string

from tests.modules.supervision.kit import FIRM, Letters, figure, words
from tests.scenarios.story import refused
from zhijia.faces.access import seen_by
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Conflict, Forbidden, Invalid
from zhijia.kernel.documents import letters as papers
from zhijia.kernel.documents.models import Letter
from zhijia.kernel.service import registry
from zhijia.kernel.service.engine import context
from zhijia.modules.supervision.models import AskedWorker, Inquiry, Investigator, TypicalCase
from zhijia.modules.supervision.panels import PANELS


def due(letters: Letters, key: str) -> date:
    return letters.clock(key).due_at.astimezone(CHINA).date()


def test_from_reminder_over_opinion_to_a_correction_the_workers_confirm(letters: Letters) -> None:
    letters.tell("alice").do("zhou", "take_up")
    letters.reminded()
    assert (letters.case.state, letters.case.due_key, due(letters, "reminder")) == (
        "reminded",
        "reminder",
        date(2026, 11, 30),
    )
    letters.reply()
    letters.investigate()
    letters.opinion()
    assert (letters.clock("reply").amount, letters.clock("reply").verified, due(letters, "reply")) == (
        15,
        False,
        date(2026, 12, 8),
    )
    letters.hours += 24 * 5
    letters.reply("accepts", plan="分两批付清", plan_until="2026-12-05", note="")
    assert (letters.case.state, due(letters, "plan")) == ("replied", date(2026, 12, 7))
    answered = Letter.objects.order_by("id").values_list("kind", "state")
    assert list(answered) == [("reminder", "answered"), ("opinion", "answered")]
    assert Letter.objects.get(kind="opinion").answer == "分两批付清"
    letters.do("zhou", "note_correction", note="已付清")
    letters.ask("yes", "16800").ask("yes", "16800", name="钱小川").ask("partly", "8000", name="孙师傅")
    letters.do("zhou", "verify_done", closing_code="corrected", workers=12, recovered="201600", result="十二人都收到了")
    assert (letters.case.state, letters.facts.recovered, letters.facts.replied_late) == ("closed", 20160000, False)
    assert (letters.facts.asked, letters.facts.agreeing) == (3, 2)
    names = ("reminders", "opinions", "replies", "replies_in_time", "corrected", "money_recovered", "workers_covered")
    assert [figure(name) for name in names] == [
        (1, "0.00"), (1, "0.00"), (1, "0.00"), (1, "0.00"), (1, "0.00"), (1, "201600.00"), (1, "12.00"),
    ]  # fmt: skip


def test_nobody_serves_what_the_chair_has_not_signed(letters: Letters) -> None:
    letters.tell().investigated()
    served = {"served": "direct", "day": letters.day(), "proof": "签收"}
    refused("unsigned", Conflict, letters, "zhou", "serve_opinion", **served)
    refused("no_draft", Conflict, letters, "head", "sign_opinion")
    letters.do("zhou", "draft_opinion", demand="付清工资", law="劳动合同法第三十条")
    refused("unsigned", Conflict, letters, "zhou", "serve_opinion", **served)
    refused("wrong_role", Forbidden, letters, "zhou", "sign_opinion")
    letters.do("head", "sign_opinion")
    letter = Letter.objects.get(kind="opinion")
    assert (letter.state, letter.number, letter.addressee) == ("issued", "青禾区总工会监意〔2026〕1号", FIRM)
    refused("signed", Conflict, letters, "head", "sign_opinion")
    with pytest.raises(Invalid) as caught:
        letters.do("zhou", "serve_opinion", served="direct", day="2026-11-15", proof="签收")
    assert [p.field for p in caught.value.problems] == ["day"]
    letters.do("zhou", "serve_opinion", **served)
    letter.refresh_from_db()
    assert (letter.state, letter.proof, letters.case.state) == ("served", "签收", "opinion")
    letters.relay()  # the event of the letter finds it recorded
    assert letters.steps().count("serve_opinion") == 1


def test_service_recorded_on_the_letter_moves_the_case(letters: Letters) -> None:
    letters.tell().investigated().do("zhou", "draft_opinion", demand="付清工资", law="劳动合同法第三十条")
    letters.do("head", "sign_opinion")
    letters.hours += 24
    with seen_by(letters.cast.actor("zhou", letters.now)) as zhou:
        at = letters.now
        papers.serve(letter_id=Letter.objects.get().pk, service="left", proof="门卫在场", at=at, actor=zhou, now=at)
    letters.hours += 24 * 3
    letters.relay()
    assert (letters.case.state, due(letters, "reply")) == ("opinion", date(2026, 12, 8))  # from the day of service


def test_nothing_that_goes_to_the_employer_says_who_complained(letters: Letters) -> None:
    letters.tell("alice").investigated()
    letters.do("zhou", "draft_opinion", demand="付清工资", law="劳动合同法第三十条")
    letter = Letter.objects.get()
    assert (letter.addressee, letter.content["issuer"], letter.lines.count()) == (FIRM, "青禾区总工会", 0)
    said = words(letter).replace(letters.no, "")
    assert [name for name in ("Alice", "138", "班组反映") if name in said] == []


def test_silence_is_a_ground_for_the_authority_only_when_the_time_is_over(letters: Letters) -> None:
    letters.tell().investigated().opinion()
    asked = {"ground_to_act": "silent", "authority": "青禾区人社局", "demand": "责令支付"}
    with pytest.raises(Invalid):
        letters.do("zhou", "draft_recommendation", **asked)
    letters.hours += 24 * 30
    letters.do("zhou", "draft_recommendation", **asked)
    letters.do("head", "sign_recommendation")
    letters.do("zhou", "recommend", served="direct", day=letters.day(), proof="收文章")
    assert Letter.objects.get(kind="recommendation").addressee == "青禾区人社局"
    assert (letters.case.state, letters.case.due_key) == ("recommended", "opens")
    letters.do("zhou", "note_opening", authority_no="青人社监立〔2026〕18号")
    clock = letters.clock("authority")
    assert (letters.case.state, clock.amount, clock.verified, due(letters, "authority")) == (
        "acting",
        60,
        True,
        date(2027, 3, 12),
    )
    letters.do("zhou", "prolong_authority", reason="案情复杂")
    refused("no_extension_left", Conflict, letters, "zhou", "prolong_authority", reason="再延")
    letters.do("zhou", "record_decision", decision="closed", note="不予处理")
    letters.do("head", "end", result="职工可以申请支付令")
    assert (letters.case.state, letters.facts.closing_code) == ("closed", "open")
    assert (figure("closed")[0], figure("corrected")[0], figure("recommendations")[0]) == (1, 0, 1)


def test_the_procuratorate_gets_named_groups_and_mass_cases_only(letters: Letters) -> None:
    letters.tell(people=9).investigated().opinion().reply()
    mass = {"group": "mass", "procuratorate": "青禾区人民检察院"}
    for mend in ({"people": 9}, {"people": 36}):
        letters.do("zhou", "set_people", **mend)
        with pytest.raises(Invalid) as caught:  # too few; then: the employer cooperates
            letters.do("zhou", "draft_transfer", **mass)
        assert [p.field for p in caught.value.problems] == ["group"]
    letters.do("zhou", "note_refusal", reason="拒绝提供台账")
    letters.do("zhou", "draft_transfer", **mass)
    letters.do("head", "sign_transfer")
    letters.do("zhou", "transfer", served="direct", day=letters.day(), proof="案管签收")
    letter = Letter.objects.get(kind="transfer")
    assert (letters.case.state, letter.addressee, letter.facts["people"]) == ("transferred", "青禾区人民检察院", "36")
    letters.do("zhou", "record_decision", decision="ordered", note="检察建议已发")
    assert (letters.case.state, figure("transfers")[0]) == ("corrected", 1)


def test_the_employers_word_alone_closes_nothing(letters: Letters) -> None:
    letters.corrected()
    done: dict[str, Any] = {"closing_code": "corrected", "result": "已核实"}
    refused("nobody_asked", Conflict, letters, "zhou", "verify_done", **done)
    letters.ask("yes", "1000").ask("no", name="钱小川")
    for code in ("corrected", "settled", "ordered"):
        with pytest.raises(Invalid):
            letters.do("zhou", "verify_done", **{**done, "closing_code": code})
    with pytest.raises(Invalid):
        letters.do("zhou", "verify_done", closing_code="partly", result="部分", recovered="999")
    letters.do("zhou", "verify_done", closing_code="partly", result="部分")
    assert (letters.facts.recovered, letters.facts.workers, letters.facts.closing_code) == (100000, 1, "partly")


def test_after_not_corrected_everybody_is_asked_anew(letters: Letters) -> None:
    letters.corrected().ask("no").do("zhou", "not_corrected", reason="职工说没收到")
    assert (letters.case.state, letters.facts.asked) == ("replied", 0)
    letters.do("zhou", "note_correction", note="再次来函")
    refused("nobody_asked", Conflict, letters, "zhou", "verify_done", closing_code="corrected", result="已核实")
    letters.ask("yes", "500")
    letters.do("zhou", "verify_done", closing_code="corrected", result="已核实")
    assert list(AskedWorker.objects.order_by("no").values_list("round", "word")) == [(1, "no"), (2, "yes")]
    letters.do("zhou", "relapse", words="又拖欠了")
    assert (letters.case.state, letters.facts.relapses, letters.facts.closing_code) == ("hearing", 1, "")
    letters.reminded()  # a second reminder is a letter of its own
    assert list(Letter.objects.filter(kind="reminder").order_by("id").values_list("serial", flat=True)) == [1, 2]


def test_one_supervisor_alone_does_not_investigate(letters: Letters) -> None:
    zhou, head = letters.cast.accounts["zhou"].pk, letters.cast.accounts["head"].pk
    letters.tell().do("zhou", "take_up")
    cards = {"first_card": "JL-01", "second_card": "JL-02"}
    with pytest.raises(Invalid) as caught:
        letters.do("zhou", "investigate", first=zhou, second=zhou, **cards)
    assert [p.field for p in caught.value.problems] == ["second"]
    with pytest.raises(Invalid):
        letters.do("zhou", "investigate", first=zhou, second=head, first_card="JL-01")
    with pytest.raises(Invalid):
        letters.do("zhou", "investigate", first=letters.cast.accounts["lin"].pk, second=head, **cards)
    refused("wrong_role", Forbidden, letters, "agent", "investigate", **cards)
    letters.do("zhou", "investigate", second=zhou, **cards)
    assert list(Investigator.objects.order_by("no").values_list("account_id", "card")) == [
        (head, "JL-01"),
        (zhou, "JL-02"),
    ]
    with pytest.raises(Invalid):
        letters.do("zhou", "record_inquiry", day=letters.day(), kind="site", cards=False, place="工地", said="看了")
    refused("no_inquiry", Conflict, letters, "zhou", "draft_opinion", demand="付清", law="三十条")


def test_who_stands_aside_is_replaced_by_somebody_else(letters: Letters) -> None:
    letters.tell().investigated(first=letters.cast.accounts["zhou"].pk, second=letters.cast.accounts["head"].pk)
    refused("two_act", Conflict, letters, "zhou", "join_investigation", card="JL-03")
    letters.do("zhou", "stand_aside", aside=2, why="配偶在该单位任职")
    refused("one_supervisor", Conflict, letters, "zhou", "draft_opinion", demand="付清", law="三十条")
    for account in ("zhou", "head"):  # one acts already, the other stood aside
        with pytest.raises(Invalid):
            letters.do("zhou", "join_investigation", joins=letters.cast.accounts[account].pk, card="JL-03")
    with pytest.raises(Conflict):
        letters.do("zhou", "join_investigation", card="JL-03")
    assert Investigator.objects.get(no=2).reason == "配偶在该单位任职"


def test_a_clue_is_refused_within_its_time_with_a_paper(letters: Letters) -> None:
    letters.tell("alice")
    assert due(letters, "register") == date(2026, 11, 23)
    letters.do("zhou", "refuse", ground="in_procedure", way="仲裁委已受理，可以申请法律援助")
    letter = Letter.objects.get(kind="refusal")
    assert (letters.case.state, letters.facts.closing_code, letter.addressee) == ("closed", "refused", "线索提供人")
    assert (letter.facts["ground"], letter.facts["way"]) == (
        "行政部门、劳动争议仲裁机构或者人民法院已经受理", "仲裁委已受理，可以申请法律援助",
    )  # fmt: skip


def test_a_settlement_is_negotiated_by_both_and_verified_too(letters: Letters) -> None:
    letters.tell().do("zhou", "take_up")
    with pytest.raises(Invalid):
        letters.do("zhou", "negotiate", willing=False)
    letters.do("zhou", "negotiate", willing=True)
    assert due(letters, "talks") == date(2026, 12, 16)
    letters.do("zhou", "settle", terms="十二月五日前付清", agreed="201600")
    letter = Letter.objects.get(kind="settlement")
    assert (letters.case.state, letter.facts["terms"], letter.facts["sum"]) == (
        "corrected",
        "十二月五日前付清",
        "，金额人民币201,600.00元",
    )
    letters.ask("yes", "16800").do("zhou", "verify_done", closing_code="settled", result="已付")
    letters.do("zhou", "draft_closing")
    note = Letter.objects.get(kind="closing")
    assert {name: note.facts[name] for name in ("outcome", "asked", "agreeing", "recovered")} == {
        "outcome": "协商解决", "asked": "1", "agreeing": "1", "recovered": "16,800.00",
    }  # fmt: skip
    assert "赵大海" not in words(note)


def test_the_record_names_the_supervisors_and_their_cards(letters: Letters) -> None:
    letters.tell().investigated().do("zhou", "draft_record")
    record = Letter.objects.get(kind="record")
    assert record.facts["supervisors"] == "Head（监督员证号JL-01）、Zhou（监督员证号JL-02）"
    assert [line.cells for line in record.lines.all()] == [
        ["1", "2026-11-16", "查阅复制材料", "单位财务室", "工资表与流水不符", "14"]
    ]


def test_retaliation_is_answered_within_a_day(letters: Letters) -> None:
    letters.tell("alice").do("zhou", "take_up")
    letters.do("alice", "report_retaliation", form="moved", words="被调去夜班")
    tasks = letters.case.tasks.filter(state="open").values_list("kind", "role")
    assert (list(tasks), letters.case.urgent, due(letters, "retaliation")) == (
        [("retaliation", "unit_head")],
        True,
        date(2026, 11, 17),
    )
    letters.do("head", "answer_retaliation", reached="stopped", result="已恢复原岗位")
    assert (letters.case.tasks.filter(state="open").count(), letters.clock("retaliation").state) == (0, "met")
    refused("nothing_open", Conflict, letters, "head", "answer_retaliation", reached="stopped", result="无")
    letters.reminded().do("zhou", "note_correction", note="来函")
    letters.ask().do("zhou", "verify_done", closing_code="corrected", result="好")
    letters.do("alice", "report_retaliation_again", form="dismissed", words="被辞退")
    assert (letters.case.state, letters.case.tasks.filter(state="open").count(), figure("retaliation")[0]) == (
        "hearing",
        1,
        2,
    )


def test_names_of_the_workers_asked_stay_with_the_unit(letters: Letters) -> None:
    letters.corrected().ask("yes", "16800")
    shown = {}
    for who in ("zhou", "head", "supervisor", "city", "checker"):
        with seen_by(letters.cast.actor(who, letters.now)) as actor:
            ctx = context(registry.service("supervision"), letters.case, actor, letters.now)
            words = next(panel for panel in PANELS if panel.key == "asked").show(ctx)
        assert words is not None
        page = render_to_string("supervision/asked.html", dict(words))
        shown[who] = ("赵大海" in page, words["n_yes"], words["n_fen"])
    kept, bare = (True, 1, 1680000), (False, 1, 1680000)
    assert shown == {"zhou": kept, "head": kept, "supervisor": kept, "city": bare, "checker": bare}


def test_a_stranger_and_a_worker_read_no_row_of_it(letters: Letters) -> None:
    letters.tell("alice").investigated().opinion().do("zhou", "note_correction", note="来函")
    letters.ask("yes")
    for who in ("lin", "mallory", "alice"):
        for table in (AskedWorker, Investigator, Inquiry, TypicalCase):
            with seen_by(letters.cast.actor(who, letters.now)):
                try:
                    with transaction.atomic():
                        assert table.objects.count() == 0, (who, table)
                except ProgrammingError:
                    assert who != "lin"  # no right at all: a worker's role does not reach the table
