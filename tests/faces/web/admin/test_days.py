"""Working days by region: a closure moves the clocks it touches and no other, and a year's table is loaded by row."""

from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import BEILING, NOW, QINGHE, Cast
from tests.kernel.rules.test_calendar import table_2027
from tests.scenarios.story import Story
from zhijia.faces.present import why
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.cases.models import Case
from zhijia.kernel.deadlines.models import Deadline
from zhijia.kernel.notify.models import Message
from zhijia.kernel.rules import calendar
from zhijia.kernel.rules.models import CalendarDay, Closure
from zhijia.kernel.service import registry

PAGE = "/desk/admin/days/"
GIVEN = {"region": QINGHE, "date": "2026-11-18", "name": "青禾建区日", "basis": "青禾区人大决定第 2 号", "year": "2026"}


def due(story: Story) -> date:
    return Deadline.objects.get(case__no=story.no, key="result").due_at.astimezone(NOW.tzinfo).date()


def test_closure_is_seen_first_then_moves_running_clocks_and_new_ones(cast: Cast, enter: Any) -> None:
    story, client = Story(cast).tell().dispatch(), enter("admin")
    contact = Deadline.objects.get(case__no=story.no, key="contact").due_at
    look = client.post(PAGE, {**GIVEN, "look": "1"})
    preview = look.context["preview"]
    moves = [(m.no, str(m.clock), m.before.date(), m.after.date()) for m in preview.samples]
    assert moves == [(story.no, "Result", date(2026, 11, 23), date(2026, 11, 24))]
    assert (preview.moved, preview.cases, Closure.objects.count(), due(story)) == (1, 1, 0, date(2026, 11, 23))
    saved = client.post(PAGE, {**GIVEN, "save": "1"})
    assert saved.headers["Location"] == f"{PAGE}?region={QINGHE}&year=2026"
    assert (due(story), Deadline.objects.get(case__no=story.no, key="contact").due_at) == (date(2026, 11, 24), contact)
    assert Case.objects.get(no=story.no).due_at is not None
    assert due(Story(cast).tell(who="bob").dispatch()) == date(2026, 11, 24)
    days = [calendar.current(code).day(date(2026, 11, 18)).working for code in (QINGHE, BEILING, "000000")]
    assert days == [False, True, True]
    deadline = Deadline.objects.get(case__no=story.no, key="result")
    said = " ".join(map(str, why(registry.service("hotline"), deadline, NOW, region=QINGHE).sentences))
    assert ("青禾建区日" in said, "24 November" in said) == (True, True)
    assert Message.objects.filter(template="calendar.closed").count() == 2
    closure = Closure.objects.get()
    back = client.get(f"{PAGE}closures/{closure.pk}/")
    assert back.context["preview"].moved == 2
    client.post(f"{PAGE}closures/{closure.pk}/")
    assert (due(story), Closure.objects.count()) == (date(2026, 11, 23), 0)
    acts = Entry.objects.filter(chain=f"calendar:{QINGHE}").order_by("seq").values_list("act", "data__moved")
    assert list(acts) == [("calendar.closed", 1), ("calendar.opened", 2)]


def test_closure_needs_a_reason_a_day_to_come_and_a_region_in_reach(cast: Cast, enter: Any) -> None:
    client = enter("admin")
    wrong = client.post(PAGE, {**GIVEN, "basis": "", "save": "1"})
    assert (wrong.status_code, list(wrong.context["form"].problems)) == (422, ["basis"])
    answers = [
        sorted(client.post(PAGE, {**GIVEN, "save": "1", **other}).context["form"].problems)
        for other in ({"date": "2026-11-16"}, {"date": "2026-11-21"}, {"date": "soon"})
    ]
    assert answers == [["date"], ["date"], ["date"]]
    assert client.post(PAGE, {**GIVEN, "region": "110000", "save": "1"}).status_code == 403
    assert enter("auditor").post(PAGE, {**GIVEN, "save": "1"}).status_code == 403
    assert Closure.objects.count() == 0


def test_year_without_a_table_is_told_plainly_and_can_be_loaded(cast: Cast, enter: Any) -> None:
    client = enter("admin")
    page = client.get(PAGE, {"year": "2027"})
    assert (page.context["known"], "There is no holiday table for 2027 yet." in page.content.decode()) == (False, True)
    lines = ["日期,类别,名称,法定"]
    lines += [f"{e.date},{e.kind},{e.name},{int(e.statutory)}" for e in table_2027()]
    half = SimpleUploadedFile("half.csv", "\n".join([*lines[:4], "2027-13-01,放假,,1", "2027-03-01,maybe,,0"]).encode())
    refused = client.post(f"{PAGE}table/", {"file": half, "basis": "国办发明电"})
    assert refused.status_code == 422
    assert [str(words)[:6] for words in refused.context["wrong"]] == ["Row 5:", "Row 6:"]
    whole = SimpleUploadedFile("2027.csv", "\n".join(lines).encode())
    loaded = client.post(f"{PAGE}table/", {"file": whole, "basis": "国办发明电〔2026〕1 号"}, follow=True)
    assert (loaded.context["known"], CalendarDay.objects.filter(date__year=2027).count()) == (True, len(lines) - 1)
    form = client.get(f"{PAGE}table.csv").content.decode("utf-8-sig").splitlines()
    assert form[0] == "date,kind,name,statutory"
