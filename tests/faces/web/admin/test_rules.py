"""Values by region: found, previewed by the engine, saved, taken back; and never above one's own region or the law."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import BEILING, CITY, NOW, PLATFORM, PROVINCE, QINGHE, Cast
from tests.scenarios.story import Story
from zhijia.kernel.audit.models import Entry
from zhijia.kernel.deadlines.models import Deadline
from zhijia.kernel.notify.models import Message
from zhijia.kernel.people.actors import Role
from zhijia.kernel.people.models import Account
from zhijia.kernel.people.posts import appoint
from zhijia.kernel.rules.models import Rule
from zhijia.kernel.rules.values import value_of
from zhijia.kernel.service.rule_uses import declared

LIST, KEY = "/desk/admin/rules/", "hotline.result.general"
PAGE = f"{LIST}{KEY}/"
GIVEN = {
    "region": QINGHE, "value": "3", "valid_from": "2026-12-01", "valid_to": "", "basis": "青禾区办理规定第 8 条",
    "verified": "1", "note": "",
}  # fmt: skip


@pytest.fixture
def county(cast: Cast) -> Cast:
    """Beside the cast, an administrator of Qinghe alone."""
    account = Account.objects.create(login="county", name="County Admin", created_at=NOW)
    appoint(
        account=account, role=Role.ADMINISTRATOR, org_id=cast.orgs["qinghe"].pk, from_day=date(2020, 1, 1),
        actor=PLATFORM, now=NOW,
    )  # fmt: skip
    cast.accounts["county"] = account
    return cast


def problems(page: Any) -> dict[str, str]:
    return {name: str(words) for name, words in page.context["form"].problems.items()}


def test_administrators_and_auditors_read_values_and_nobody_else(cast: Cast, enter: Any) -> None:
    codes = {
        name: enter(name).get(LIST).status_code for name in ("admin", "auditor", "guard", "leader", "zhou", "alice")
    }
    assert codes == {"admin": 200, "auditor": 200, "guard": 403, "leader": 403, "zhou": 403, "alice": 403}
    assert enter("auditor").post(PAGE, {**GIVEN, "look": "1"}).status_code == 403


def test_every_rule_has_a_name_of_its_own_and_its_source(cast: Cast, enter: Any) -> None:
    page = enter("admin").get(LIST)
    lines = {line.key: line for line in page.context["lines"]}
    assert set(lines) == set(declared())
    assert [key for key, line in lines.items() if str(line.title) == key] == []
    assert lines["wage_arrears.inspection"].bound == (
        "By law at most 60 working days: 劳动保障监察条例 17. No region may be worse for workers."
    )
    found = [line.key for line in enter("admin").get(LIST, {"state": "bound"}).context["lines"]]
    assert found == [key for key, line in lines.items() if line.bound]
    assert {"wage_arrears.inspection", "arbitration.award", "petitions.sort"} - set(found) == set()
    only = enter("admin").get(LIST, {"q": "mass", "service": "hotline"}).context["lines"]
    assert [line.key for line in only] == ["hotline.mass_people"]


def test_preview_says_what_the_engine_does_and_keeps_nothing(cast: Cast, enter: Any) -> None:
    story = Story(cast).tell().dispatch()
    due = Deadline.objects.get(case__no=story.no, key="result").due_at
    page = enter("admin").post(PAGE, {**GIVEN, "look": "1"})
    preview = page.context["preview"]
    assert (preview.cases, preview.clocks, preview.moved, preview.waiting) == (1, 1, 0, 1)
    sample = preview.samples[0]
    assert (sample.no, sample.due_at, sample.after) == (story.no, due, due)
    assert (due.date(), sample.anew.date()) == (date(2026, 11, 23), date(2026, 11, 19))
    assert [moment.date() for moment in preview.example] == [date(2026, 12, 1), date(2026, 12, 8), date(2026, 12, 4)]
    assert (str(page.context["old"]), str(page.context["new"])) == ("5 working days", "3 working days")
    assert Rule.objects.filter(key=KEY).count() == 1
    assert value_of(KEY, region=QINGHE, on=date(2026, 12, 1)).value == 5
    beyond = enter("admin").post(PAGE, {**GIVEN, "region": BEILING, "look": "1"})
    assert beyond.context["preview"].clocks == 0


def test_extension_rule_shows_the_latest_date_of_running_clocks(cast: Cast, enter: Any) -> None:
    Story(cast).tell().dispatch()
    page = enter("admin").post(f"{LIST}hotline.extension/", {**GIVEN, "value": "2", "look": "1"})
    sample = page.context["preview"].samples[0]
    assert page.context["preview"].extends is True
    assert (sample.latest_at.date(), sample.latest_after.date()) == (date(2026, 11, 30), date(2026, 11, 25))


def test_saved_value_holds_from_its_day_and_is_taken_back_before_it(cast: Cast, enter: Any) -> None:
    client = enter("admin")
    saved = client.post(PAGE, {**GIVEN, "save": "1"})
    assert saved.headers["Location"] == f"{PAGE}?region={QINGHE}"
    values = [value_of(KEY, region=QINGHE, on=date(2026, m, d)).value for m, d in ((11, 30), (12, 1))]
    assert values == [5, 3]
    rule = Rule.objects.get(key=KEY, region=QINGHE)
    assert (rule.created_by, rule.verified, rule.basis) == (cast.accounts["admin"].pk, True, "青禾区办理规定第 8 条")
    told = sorted(Message.objects.filter(template="rules.changed").values_list("account__login", flat=True))
    assert told == ["auditor", "leader"]
    undo = f"/desk/admin/values/{rule.pk}/undo/"
    assert [enter(name).post(undo).status_code for name in ("auditor", "guard", "zhou")] == [403, 403, 403]
    assert client.post(undo).status_code == 302
    assert value_of(KEY, region=QINGHE, on=date(2026, 12, 1)).value == 5
    acts = Entry.objects.filter(chain=f"rule:{KEY}").order_by("seq").values_list("act", "data__region")
    assert list(acts) == [("rule.set", QINGHE), ("rule.withdrawn", QINGHE)]
    assert client.post(undo).status_code == 404


def test_nobody_sets_values_above_their_region(county: Cast, enter: Any) -> None:
    client = enter("county")
    answers = {
        region: client.post(PAGE, {**GIVEN, "region": region, "look": "1"}).status_code
        for region in (QINGHE, BEILING, CITY, PROVINCE, "000000", "110000")
    }
    assert answers == {QINGHE: 200, BEILING: 403, CITY: 403, PROVINCE: 403, "000000": 403, "110000": 403}
    assert [place.code for place in client.get(PAGE).context["places"]] == [QINGHE]
    enter("admin").post(PAGE, {**GIVEN, "region": BEILING, "save": "1"})
    theirs = Rule.objects.get(key=KEY, region=BEILING)
    assert client.post(f"/desk/admin/values/{theirs.pk}/undo/").status_code == 404


def test_law_the_past_and_the_nation_are_red_lines(cast: Cast, enter: Any) -> None:
    client = enter("admin")
    worse = client.post(f"{LIST}disputes.receipt/", {**GIVEN, "value": "16", "save": "1"})
    assert (worse.status_code, problems(worse)) == (
        422, {"value": "By law at most 15 days: 劳动争议调解仲裁法 14. No region may be worse for workers."},
    )  # fmt: skip
    today = client.post(PAGE, {**GIVEN, "valid_from": "2026-11-16", "save": "1"})
    assert list(problems(today)) == ["valid_from"]
    nation = client.post(f"{LIST}clock.remind_hours/", {**GIVEN, "save": "1"})
    assert list(problems(nation)) == ["region"]
    shape = client.post(f"{LIST}sealed_identity.first_post/", {**GIVEN, "value": "anybody", "save": "1"})
    assert list(problems(shape)) == ["value"]
    empty = client.post(PAGE, {**GIVEN, "basis": "", "value": "soon", "save": "1"})
    assert sorted(problems(empty)) == ["basis", "value"]
    assert Rule.objects.exclude(created_by=None).count() == 0
    assert client.get(f"{LIST}no.such/").status_code == 404


def test_lists_cost_the_same_with_one_regional_value_and_with_three(cast: Cast, enter: Any) -> None:
    client = enter("admin")

    def costs() -> list[int]:
        found = []
        for path in (LIST, PAGE, "/desk/admin/texts/hotline.received/", "/desk/admin/days/"):
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            found.append(len(queries))
        return found

    def more(regions: list[str]) -> None:
        for region in regions:
            assert client.post(PAGE, {**GIVEN, "region": region, "save": "1"}).status_code == 302
            words = {"language": "en", "value": "{no}", "region": region, "save": "1"}
            assert client.post("/desk/admin/texts/hotline.received/", {**GIVEN, **words}).status_code == 302
            day = {"date": "2026-12-02", "name": "Day", "region": region, "save": "1"}
            assert client.post("/desk/admin/days/", {**GIVEN, **day}).status_code == 302

    more([QINGHE])
    one = costs()
    more([BEILING, CITY])
    assert costs() == one
