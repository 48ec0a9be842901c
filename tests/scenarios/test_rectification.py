"""Rectification: an inspection, its findings one by one and as a workbook, mended, accepted, come back, reported."""

from datetime import date

import pytest

from tests.cast import Cast
from tests.kernel.sheets import kit as books
from tests.modules.rectification.kit import NAME, mender
from tests.scenarios.pages import Pages, words
from zhijia.faces.access import seen_by
from zhijia.kernel.cases.models import Case
from zhijia.kernel.sheets import jobs, run, store
from zhijia.kernel.sheets.models import Job
from zhijia.modules.rectification.models import Finding
from zhijia.modules.rectification.sheet import FINDINGS

ROUND = {
    "name": "工会法贯彻执行情况检查", "category": "enforcement", "about": "检查工会法执行情况", "begun": "2026-11-02",
    "ended": "2026-11-13",
}  # fmt: skip
TITLES = [str(column.title) for column in FINDINGS.columns]


def bring(round_: Pages, rows: list[list[str]]) -> Job:
    """Send, check, confirm and apply a workbook, as its officer and the tasks do."""
    zhou, content = round_.cast.actor("zhou", round_.now), books.workbook(rows, titles=TITLES)
    with seen_by(zhou):
        sent = jobs.send(
            sheet=FINDINGS, name="问题清单.xlsx", blocks=iter([content]), about={"case": round_.no}, actor=zhou,
            now=round_.now, language="zh-hans",
        )  # fmt: skip
    run.check_job(job_id=sent.pk, now=round_.now)
    with seen_by(zhou):
        jobs.confirm(job_id=sent.pk, actor=zhou, now=round_.now)
    run.apply_job(job_id=sent.pk, now=round_.now)
    return Job.objects.get(pk=sent.pk)


@pytest.fixture(autouse=True)
def _files() -> object:
    yield
    store.forget(*store.every())


def test_round_is_listed_mended_accepted_and_reported_with_its_rate(cast: Cast) -> None:
    mender(cast)
    found = Pages(cast, "rectification_round").tell("zhou", **ROUND)
    found.do(
        "zhou",
        "add_finding",
        finding="女职工专项集体合同到期未续签。",
        matter="contract",
        law="妇女权益保障法第四十四条",
        owner=NAME,
    )
    job = bring(found, [
        ["高温津贴没有随九月工资发放", "Wages and insurance", "防暑降温措施管理办法", NAME, "权益部"],
        ["劳动保护监督检查员没有培训", "Safety and health at work", "", "没有这个单位", ""],
        ["", "Conduct and discipline", "", NAME, ""],
    ])  # fmt: skip
    assert (job.good, [(row[0], row[1]) for row in job.first]) == (1, [(3, "owner"), (4, "finding")])
    first, second = [
        found.follow(no)
        for no in Case.objects.filter(service="rectification").order_by("id").values_list("no", flat=True)
    ]
    assert {f.round_id for f in Finding.objects.all()} == {found.case.pk}
    assert first.clock("notify").due_at.date() == date(2026, 11, 23)
    found.do("zhou", "rectify")

    first.do("zhou", "draft_notice")
    notice = first.issue("notice")
    assert (notice.addressee, first.case.unit.name, first.case.state) == (NAME, NAME, "notified")
    assert "经工会法贯彻执行情况检查，发现你单位存在下列问题" in words(notice)
    first.do("mo", "own_up", after=2)
    first.do("mo", "plan", plan="重新协商、审议、报送审查", due="2027-03-01", expect=422)
    first.do("mo", "plan", plan="重新协商、审议、报送审查", due="2026-12-31")
    assert first.clock("deadline").due_at.date() == date(2026, 12, 31)
    first.do("mo", "submit", done="续签了", expect=409)  # without evidence
    first.do("mo", "record_proof", after=20, proof="paper", said="续签文本")
    first.do("mo", "submit", done="已续签并公布。")
    first.do("mo", "draft_reply")
    assert ("1.续签文本" in words(first.letter("reply")), first.letter("reply").addressee) == (True, "青禾区总工会")
    first.do("mo_head", "accept", verdict="我看可以", expect=403)
    first.do("kang", "hand_back", reason="没有公布的照片", due="2026-12-31")
    first.do("mo", "record_proof", after=1, proof="photo", said="公布栏照片")
    first.do("mo", "submit", done="已续签并公布。")
    first.do("kang", "accept", after=3, verdict="查阅文本和照片，属实。")
    first.do("kang", "draft_acceptance")
    assert first.letter("acceptance").org.name == "青禾区总工会"
    assert first.clock("recheck").due_at.date() == date(2027, 6, 10)

    second.do("zhou", "send")
    second.do("mo", "dispute", after=1, reason="当月没有高温作业")
    second.do("kang", "uphold", after=1, reason="没有凭证，维持")
    second.do("mo", "plan", plan="补发", due="2026-12-10")

    found.days = first.days
    shown = found.page("zhou")
    assert ("应当整改 2 个，已验收 1 个" in shown, "50.0%" in shown, "逾期 1 个" in shown) == (True, True, True)
    found.do("zhou", "draft_report")
    report = found.issue("report")
    assert [line.cells[2:] for line in report.lines.all()] == [
        [NAME, "2026年12月31日", "已验收，待回头看"], [NAME, "2026年12月10日", "整改中（逾期）"],
    ]  # fmt: skip
    assert "整改完成率50.0%（已验收1个÷应当整改2个）；超过期限未完成1个" in words(report)
    found.do("zhou", "report")
    found.do("zhou", "close", expect=409)  # one is open

    first.do("kang", "come_back", after=60, reason="新入职女职工不知道合同")
    assert (first.case.state, first.case.marks["reopened"], first.clock("plan").round) == ("reopened", 1, 2)
