"""Letters at the desk: what is shown and to whom, every act with its refusals, files made outside the transaction."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.db import connection, transaction
from docx import Document

from tests.cast import NOW, Cast
from tests.faces.web.desk.kit import Do, Enter, File, spent
from tests.kernel.documents.sample import DEMAND, NOTICE, REPLY, About, workers
from zhijia.faces.web.desk.letters import summaries
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base import clock
from zhijia.kernel.cases.models import Case
from zhijia.kernel.documents import kinds, letters, paper
from zhijia.kernel.documents.models import Letter
from zhijia.kernel.rules.values import RuleDefault, Unit, load_defaults
from zhijia.modules.hotline.models import Ticket

pytestmark = pytest.mark.django_db
Make = Callable[..., Letter]


@pytest.fixture
def letter(cast: Cast, with_unit: File, monkeypatch: pytest.MonkeyPatch) -> Letter:
    """A drafted demand of 40 workers, the applicant first, on a case of Qinghe."""
    assert DEMAND.table is not None
    demand = replace(
        DEMAND, addressee=lambda about: about.facts.employer_name or "江澜三建",
        facts=lambda about: {"project": about.facts.story[:8], "since": "2026年7月"},
        table=replace(DEMAND.table, rows=lambda about: workers(40, first=about.case.applicant_id)),
    )  # fmt: skip
    notice = replace(NOTICE, facts=lambda _about: {"word": "<script>alert(1)</script>"})
    for kind in (demand, notice):
        monkeypatch.setitem(kinds._kinds, ("hotline", kind.key), kind)
    load_defaults([RuleDefault(REPLY, 15, Unit.WORKDAYS, "测试用规则", verified=False)], now=NOW)
    case = Case.objects.select_related("unit").get(no=with_unit())
    about = About(case, Ticket.objects.get(case=case), NOW)
    return letters.draft(kind=demand, about=about, actor=cast.actor("zhou"), now=NOW)


def url(letter: Letter, rest: str = "") -> str:
    return f"/desk/{letter.case.no}/letters/{letter.pk}/{rest}"


def fresh(letter: Letter) -> Letter:
    return Letter.objects.select_related("org", "case").get(pk=letter.pk)


def test_letter_is_shown_as_it_will_be_read_and_the_reading_is_on_record(enter: Enter, letter: Letter) -> None:
    page = enter("zhou").get(url(letter))
    shown = page.content.decode()
    assert (page.status_code, len(page.context["lines"]), page.context["more"]) == (200, 20, 20)
    for block in letter.content["blocks"]:
        assert block["words"] in shown
    assert ('data-mark="草稿"' in shown, "and 20 more lines in the PDF" in shown) == (True, True)
    assert Entry.objects.filter(person_id=letter.case.applicant_id, act="case.viewed").count() == 1


def test_stranger_finds_nothing_at_any_address(enter: Enter, letter: Letter) -> None:
    lin, no = enter("lin"), letter.case.no
    gets = (url(letter), url(letter, "letter.pdf"), url(letter, "letter.docx"), f"/desk/{no}/letters/")
    assert {lin.get(address).status_code for address in gets} == {404}
    acts = ("edit", "refresh", "issue", "serve", "answer", "withdraw", "correct", "nonsense")
    assert {lin.post(url(letter, f"{act}/")).status_code for act in acts} == {404}
    zhou = enter("zhou")
    assert [zhou.get(f"/desk/{no}/letters/{n}/").status_code for n in (letter.pk + 1, 10**17)] == [404, 404]
    assert (zhou.get(url(letter, "letter.exe")).status_code, zhou.post(url(letter, "nonsense/")).status_code) == (
        404,
        404,
    )
    assert fresh(letter).state == "draft"


def test_letter_of_another_case_is_not_reached_through_mine(enter: Enter, letter: Letter, with_unit: File) -> None:
    other = with_unit()
    assert enter("zhou").get(f"/desk/{other}/letters/{letter.pk}/").status_code == 404


def test_whole_life_at_the_desk(enter: Enter, letter: Letter) -> None:
    zhou, head = enter("zhou"), enter("head")
    assert zhou.post(url(letter, "edit/"), {"free": "另请说明。", "seen": "1"}).status_code == 302
    assert head.post(url(letter, "issue/"), {"seen": "2"}).status_code == 302
    issued = fresh(letter)
    assert (issued.state, issued.number) == ("issued", "青禾区总工会函〔2026〕1号")
    given = {"service": "direct", "proof": "前台王女士签收", "at": "2026-11-16T15:12"}
    with clock.at(NOW + timedelta(minutes=5)):
        assert zhou.post(url(letter, "serve/"), given).status_code == 302
    page = zhou.get(url(letter))
    assert [str(title) for title, *_rest in page.context["life"]] == ["Draft", "Issued", "Served"]
    assert "Answer due" in page.content.decode()
    assert zhou.post(url(letter, "answer/"), {"answer": "同意支付。"}).status_code == 302
    assert zhou.post(url(letter, "correct/")).status_code == 302
    new = Letter.objects.get(replaces=letter)
    assert head.post(url(new, "issue/"), {"seen": "1"}).status_code == 302
    assert (fresh(letter).state, fresh(new).number) == ("withdrawn", "青禾区总工会函〔2026〕2号")
    assert [row.state for row in summaries(letter.case)] == ["issued", "withdrawn"]


def test_refusals_keep_what_was_typed_and_say_why(enter: Enter, letter: Letter) -> None:
    zhou, head = enter("zhou"), enter("head")
    stale = zhou.post(url(letter, "edit/"), {"free": "我写的话", "seen": "7"})
    assert (stale.status_code, stale.context["free"], stale.context["version"]) == (409, "我写的话", 1)
    assert zhou.post(url(letter, "issue/"), {"seen": "1"}).status_code == 403
    assert "Head of unit" in zhou.get(url(letter)).content.decode()
    assert zhou.post(url(letter, "issue/"), {"seen": "x"}).status_code == 403
    head.post(url(letter, "issue/"), {"seen": "1"})
    twice = head.post(url(letter, "issue/"), {"seen": "1"})
    assert (twice.status_code, str(twice.context["tried"].reason)) == (409, "Not possible now: the letter is “Issued”.")
    wrong = zhou.post(url(letter, "serve/"), {"service": "", "proof": "EMS 1", "at": "2026-11-16T15:10"})
    assert (wrong.status_code, sorted(wrong.context["problems"])) == (422, ["service"])
    assert 'value="EMS 1"' in wrong.content.decode()
    assert sorted(zhou.post(url(letter, "serve/"), {"at": "gestern"}).context["problems"]) == ["at"]
    assert zhou.post(url(letter, "withdraw/"), {"reason": "x"}).status_code == 403
    assert sorted(head.post(url(letter, "withdraw/"), {"reason": ""}).context["problems"]) == ["reason"]


def test_what_changed_since_it_was_drafted_is_shown_and_taken_over(enter: Enter, letter: Letter) -> None:
    Ticket.objects.filter(case=letter.case).update(employer_name="江澜四建")
    zhou = enter("zhou")
    changes = {str(c.title): (c.before, c.now) for c in zhou.get(url(letter)).context["changes"]}
    assert changes == {"Addressee": ("江澜三建", "江澜四建")}
    assert zhou.post(url(letter, "refresh/"), {"seen": "1"}).status_code == 302
    assert (fresh(letter).addressee, zhou.get(url(letter)).context["changes"]) == ("江澜四建", [])


def test_files_are_made_outside_the_transaction(enter: Enter, letter: Letter, monkeypatch: pytest.MonkeyPatch) -> None:
    inside: list[tuple[int, str]] = []
    compiled = paper.compiled

    def watched(read: paper.Paper) -> bytes:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            inside.append((len(connection.savepoint_ids), cursor.fetchone()[0]))
        return compiled(read)

    monkeypatch.setattr(paper, "compiled", watched)
    zhou = enter("zhou")
    made = zhou.get(url(letter, "letter.pdf"))
    assert (made.content[:5], made["Content-Type"], "no-store" in made["Cache-Control"]) == (
        b"%PDF-",
        "application/pdf",
        True,
    )
    assert (made["X-Content-Type-Options"], "attachment" in made["Content-Disposition"]) == ("nosniff", True)
    depth, role = inside[0]
    assert (depth, role != "zhijia_staff") == (len(connection.savepoint_ids), True)
    word = zhou.get(url(letter, "letter.docx"))
    assert letter.title in [p.text for p in Document(BytesIO(word.content)).paragraphs]
    seen = Entry.objects.filter(person_id=letter.case.applicant_id, act="case.viewed").count()
    assert seen == 1


@pytest.mark.django_db(transaction=True)
def test_pdf_is_sealed_right_after_the_issue(enter: Enter, letter: Letter) -> None:
    assert enter("head").post(url(letter, "issue/"), {"seen": "1"}).status_code == 302
    sealed = fresh(letter)
    assert (len(sealed.sha256), sealed.digest != sealed.sha256) == (64, True)
    assert not transaction.get_connection().in_atomic_block
    assert "SHA-256" in enter("zhou").get(url(letter)).content.decode()


def test_values_are_escaped_on_the_page(enter: Enter, letter: Letter, cast: Cast) -> None:
    about = About(letter.case, Ticket.objects.get(case=letter.case), NOW)
    notice = letters.draft(kind=kinds.kind_of("hotline", "notice"), about=about, actor=cast.actor("zhou"), now=NOW)
    shown = enter("zhou").get(url(notice)).content.decode()
    assert ("<script>alert" in shown, "&lt;script&gt;alert(1)" in shown) == (False, True)
    assert 'id="do-edit"' not in shown


def test_list_and_page_cost_the_same_queries_with_more_letters(
    enter: Enter, letter: Letter, cast: Cast, at: datetime
) -> None:
    zhou = enter("zhou")
    before = spent(zhou, f"/desk/{letter.case.no}/letters/"), spent(zhou, url(letter))
    about = About(letter.case, Ticket.objects.get(case=letter.case), NOW)
    for _more in range(2):
        letters.draft(kind=kinds.kind_of("hotline", "demand"), about=about, actor=cast.actor("zhou"), now=NOW)
    after = spent(zhou, f"/desk/{letter.case.no}/letters/"), spent(zhou, url(letter))
    assert (before, len(summaries(letter.case))) == (after, 3)


def test_rule_that_is_gone_does_not_hide_the_letter(enter: Enter, letter: Letter, do: Do) -> None:
    from zhijia.kernel.rules.models import Rule
    from zhijia.kernel.rules.version import note_change

    Rule.objects.filter(key=REPLY).delete()
    note_change()
    page = enter("zhou").get(url(letter))
    assert (page.status_code, len(page.context["changes"])) == (200, 1)
