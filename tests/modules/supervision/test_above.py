"""上代下: the union above acts in its own name, and nothing that anybody but two people can reach says who told it."""

import io
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from tests.modules.supervision.kit import Letters, words
from tests.scenarios.story import refused
from zhijia.faces.access import seen_by
from zhijia.faces.web.desk import taking
from zhijia.kernel.audit.bundle import Wanted, export
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Conflict, Invalid
from zhijia.kernel.cases.desk import Bundle
from zhijia.kernel.cases.models import Case, Link
from zhijia.kernel.documents import paper
from zhijia.kernel.documents.models import Letter
from zhijia.kernel.events.models import Outgoing
from zhijia.kernel.people.actors import Actor
from zhijia.modules.supervision.models import HiddenSource, Supervision

TOLD = "仓库三名职工反映高温津贴没有发放。"
RETOLD = "企业没有按规定发放高温津贴。"
WHY = "保护基层工会主席李建国"


@pytest.fixture
def handed(letters: Letters) -> Letters:
    """Alice told it, Zhou took it up and gave it to the city."""
    letters.tell("alice", finding=TOLD, source="worker").do("zhou", "take_up")
    letters.do("zhou", "hand_up", retold=RETOLD, reason=WHY)
    return letters


def secrets(handed: Letters) -> list[str]:
    """What would tell where it came from."""
    return ["Alice", "13800000001", "138****0001", "Zhou", "青禾", "李建国", "仓库三名", handed.no, TOLD]


def found_in(said: str, handed: Letters) -> list[str]:
    return [secret for secret in secrets(handed) if secret in said]


def client(handed: Letters, who: str) -> Client:
    found = Client()
    found.force_login(handed.cast.accounts[who])
    return found


def test_another_case_begins_above_and_nothing_leads_back(handed: Letters) -> None:
    below, above = handed.case, handed.above()
    assert (below.state, below.confidential, above.unit.name, above.state) == ("above", True, "澜江市总工会", "clue")
    assert (above.applicant_id, above.assignee_id, above.parties.count(), Link.objects.count()) == (None, None, 0, 0)
    facts = Supervision.objects.get(case=above)
    assert (facts.source, facts.hidden) == ("", True)
    with connection.cursor() as cursor:  # as it lies in the database, the two have nothing in common
        cursor.execute("SELECT to_jsonb(s)::text FROM supervision_source s")
        row = cursor.fetchone()[0]
        cursor.execute("SELECT to_jsonb(f)::text FROM supervision_facts f WHERE case_id = %s", [below.pk])
        lies = cursor.fetchone()[0]
    assert (found_in(row, handed), above.no in lies) == ([], False)
    assert (HiddenSource.objects.get().origin, HiddenSource.objects.get().told) == (
        below.no, f"青禾区总工会；Zhou；{WHY}",
    )  # fmt: skip


def test_what_is_written_up_must_not_tell_who_it_was(letters: Letters) -> None:
    letters.tell("alice")
    for retold in (
        "Alice 反映没有发津贴",
        "电话 138 0000 0001",
        f"见 {letters.no}",
        "青禾区总工会反映",
        "身份证３３０１０２１９９００１０１１２３４",
    ):
        with pytest.raises(Invalid) as caught:
            letters.do("zhou", "hand_up", retold=retold, reason="保护")
        assert [p.field for p in caught.value.problems] == ["retold"], retold
    assert (letters.case.state, Case.objects.count()) == ("clue", 1)


def test_pages_api_timeline_lists_and_search_of_others_show_nothing(handed: Letters) -> None:
    above = handed.above()
    upper = handed.upper()
    upper.do("city", "take_up")
    with clock.at(upper.now):
        desk = client(handed, "city_two")
        for at in (
            f"/desk/{above.no}/", f"/desk/{above.no}/print/", "/desk/?view=all&state=any&q=津贴",
            "/desk/palette/?q=津贴",
            f"/api/v1/cases/{above.no}/timeline", "/api/v1/cases?service=supervision",
        ):  # fmt: skip
            page = desk.get(at)
            # 青禾 also names the county that every page may offer; everything else must be nowhere
            found = [secret for secret in found_in(page.content.decode(), handed) if secret != "青禾"]
            assert (page.status_code, found) == (200, []), at
        below = [desk.get(at).status_code for at in (f"/desk/{handed.no}/", f"/api/v1/cases/{handed.no}")]
        assert below == [403, 403]  # for whoever knows its number already


def test_case_page_names_no_county(handed: Letters) -> None:
    above = handed.above()
    with clock.at(handed.now):
        api = client(handed, "city").get(f"/api/v1/cases/{above.no}").json()
    assert found_in(json.dumps(api, ensure_ascii=False), handed) == []
    assert (above.region, above.unit.name) == ("980100", "澜江市总工会")


def test_only_head_and_supervisor_read_the_source_and_that_is_on_record(handed: Letters) -> None:
    above = handed.above()
    counts = {}
    for who in (
        "city",
        "city_two",
        "city_head",
        "supervisor",
        "zhou",
        "head",
        "lin",
        "checker",
        "auditor",
        "dispatcher",
        "leader",
    ):
        with seen_by(handed.cast.actor(who, handed.now)):
            counts[who] = HiddenSource.objects.count()
    assert {who for who, n in counts.items() if n} == {"city_head", "supervisor"}
    with seen_by(handed.cast.actor("alice", handed.now)), pytest.raises(ProgrammingError), transaction.atomic():
        HiddenSource.objects.count()
    with clock.at(handed.now):
        pages = {
            who: client(handed, who).get(f"/desk/{above.no}/?source=show").content.decode()
            for who in ("city", "city_head", "supervisor")
        }
        plain = client(handed, "city_head").get(f"/desk/{above.no}/").content.decode()
    assert {who: WHY in page for who, page in pages.items()} == {"city": False, "city_head": True, "supervisor": True}
    assert "Alice" in pages["city_head"]  # read where it stands, not kept here
    asks = "panel-source"
    assert (WHY in plain, asks in plain, asks in pages["city"]) == (False, True, False)
    seen = Entry.objects.filter(
        act="case.viewed", person_id=handed.cast.person_id("alice"), subject=f"case:{handed.case.pk}"
    )
    assert sorted(seen.values_list("actor", flat=True))[0].startswith("City_Head")
    assert Entry.objects.filter(subject=f"case:{above.pk}", person_id__isnull=False).count() == 0


def test_letter_and_its_pdf_are_the_upper_unions_own(handed: Letters) -> None:
    upper = handed.upper()
    upper.do("city", "take_up")
    upper.reminded("city", "city_head")
    letter = Letter.objects.get(kind="reminder")
    assert (letter.org.name, letter.number) == ("澜江市总工会", "澜江市总工会提〔2026〕1号")
    assert found_in(words(letter), handed) == []
    made = paper.pdf(paper.read(letter))
    assert made[:5] == b"%PDF-"
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", "-", "-"], input=made, capture_output=True, check=True).stdout.decode()
        assert (found_in("".join(text.split()), handed), "澜江市总工会" in "".join(text.split())) == ([], True)


def test_sheet_archive_audit_and_events_taken_outside_show_nothing(
    handed: Letters, settings: Any, tmp_path: Path
) -> None:
    settings.AUDIT_KEY_FILE = str(tmp_path / "audit.key")
    upper, above = handed.upper(), handed.above()
    upper.do("city", "take_up")
    with clock.at(upper.now):
        desk = client(handed, "city_head")
        desk.get(f"/desk/{above.no}/?source=show")
        sheet = desk.get("/desk/export/?view=all&state=any&service=supervision")
        assert sheet.status_code == 200
        assert found_in(unzipped(sheet.content), handed) == []
        assert desk.post(f"/desk/{above.no}/bundle/", {"purpose": "归档备查", "internal": "1"}).status_code == 302
        bundle = Bundle.objects.get(case=above)
        taking.make(bundle_id=bundle.pk, now=upper.now)
        taken = desk.get(f"/desk/{above.no}/bundle/{bundle.pk}/file.zip")
        archive = unzipped(b"".join(taken.streaming_content))  # type: ignore[attr-defined]
    assert found_in(archive, handed) == []
    out = io.BytesIO()
    export(
        wanted=Wanted(case_id=above.pk, case_no=above.no),
        to=out,
        actor=Actor(account_id=1, name="Auditor"),
        now=upper.now,
    )
    assert found_in(unzipped(out.getvalue()), handed) == []
    told = json.dumps(
        list(Outgoing.objects.filter(subject=f"case:{above.pk}").values_list("type", "data")), ensure_ascii=False
    )
    assert (found_in(told, handed), "supervision.keep_source" in told) == ([], True)
    below = json.dumps(list(Outgoing.objects.filter(subject=f"case:{handed.case.pk}").values_list("data")))
    assert above.no not in below


def unzipped(content: bytes) -> str:
    """Every text in an archive, and in the archives and papers that lie in it."""
    said = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            if data[:2] == b"PK":
                said.append(unzipped(data))
            elif data[:5] == b"%PDF-" and shutil.which("pdftotext"):
                text = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout
                said.append("".join(text.decode().split()))
            else:
                said.append(data.decode("utf-8", "replace"))
    return "\n".join(said)


def test_the_case_below_hears_what_is_done_and_ends_with_it(handed: Letters) -> None:
    upper = handed.upper()
    upper.do("city", "take_up")
    upper.reminded("city", "city_head").do("city", "note_correction", note="来函称已补发")
    upper.ask("yes", "900", officer="city", name="匿名职工").do(
        "city", "verify_done", closing_code="corrected", result="已补发"
    )
    assert handed.steps()[-4:] == ["hand_up", "hear_above", "hear_above", "end_above"]
    assert (handed.case.state, handed.facts.closing_code) == ("closed", "corrected")
    with clock.at(upper.now):
        page = client(handed, "alice").get(f"/matters/{handed.no}/").content.decode()
    assert (upper.no in page, "上级工会" in page) == (False, True)


def test_retaliation_told_below_is_urgent_above_without_a_word_of_whom(handed: Letters) -> None:
    upper = handed.upper()
    upper.do("city", "take_up")
    handed.hours = upper.hours
    handed.do("alice", "pass_up_retaliation", form="dismissed", words="昨天被辞退")
    upper.hours = handed.hours
    tasks = list(upper.case.tasks.filter(state="open").values_list("kind", "role", "org__name", "data"))
    assert (tasks, upper.case.urgent) == ([("retaliation", "unit_head", "澜江市总工会", {})], True)
    event = upper.case.events.latest("seq")
    assert (event.transition, event.actor_id, event.actor_org_id, event.data.get("form")) == (
        "learn_retaliation",
        None,
        None,
        None,
    )
    upper.do("city_head", "answer_retaliation", reached="restored", result="已恢复工作并补发报酬")
    assert (handed.steps()[-1], handed.case.events.latest("seq").data["news"]) == ("hear_above", "protected")
    upper.reminded("city", "city_head").do("city", "note_correction", note="来函")
    upper.ask(officer="city").do("city", "verify_done", closing_code="corrected", result="好")
    handed.hours = upper.hours
    handed.do("alice", "report_retaliation_again", form="pay", words="又被扣钱")  # below is closed too: it opens there
    assert handed.case.state == "hearing"


def test_there_must_be_a_union_above_and_nobody_hands_up_twice(handed: Letters) -> None:
    refused("acts_already", Conflict, handed.upper(), "city", "hand_up", retold="换个说法", reason="再交")
    refused("wrong_state", Conflict, handed, "zhou", "hand_up", retold="换个说法", reason="再交")
