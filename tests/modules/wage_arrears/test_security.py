"""Who sees which rows, in the database: a worker their own line only, a stranger nothing."""

from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from tests.modules.wage_arrears.kit import Claim
from zhijia.faces.access import seen_by
from zhijia.modules.wage_arrears.panels import PANELS, workers_of

TABLES = ("facts", "claim", "share", "payment", "contractor", "instalment", "act", "evidence")


def story(claim: Claim) -> Claim:
    """A row in every table."""
    claim.tell().ready(3)
    claim.do("zhou", "set_contractor", place=1, contractor="general", name="江澜三建", hired=True)
    claim.do("zhou", "record_evidence", evidence="iou", held="worker", standing="have", said="欠条一张")
    claim.do("zhou", "agree_plan", day=claim.day(), signed=True, instalments=f"{claim.day()} 50400")
    claim.pay("300")
    return claim


def seen(claim: Claim, who: str, columns: dict[str, str] | None = None) -> dict[str, int]:
    """Rows of each table that this person's role may read."""
    found = {}
    with seen_by(claim.cast.actor(who, claim.now)), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT count({(columns or {}).get(table, '*')}) FROM wage_arrears_{table}")
            found[table] = cursor.fetchone()[0]
    return found


ALL = dict.fromkeys(TABLES, 1) | {"claim": 3, "share": 3, "act": 2}


@pytest.mark.parametrize("who", ["zhou", "supervisor", "caller"])
def test_staff_see_what_lies_in_their_range(claim: Claim, who: str) -> None:
    assert seen(story(claim), who) == ALL


@pytest.mark.parametrize("who", ["lin", "mallory"])
def test_strangers_see_nothing(claim: Claim, who: str) -> None:
    columns = {"payment": "id"} if who == "mallory" else None
    assert seen(story(claim), who, columns) == dict.fromkeys(TABLES, 0)


def test_a_worker_sees_their_own_line_and_share_only(claim: Claim) -> None:
    story(claim)
    for who in ("alice", "bob"):
        assert seen(claim, who, {"payment": "id"}) == ALL | {"claim": 1, "share": 1}
        with seen_by(claim.cast.actor(who, claim.now)):
            assert len(workers_of(claim.case.pk)) == 1


@pytest.mark.parametrize("column", ["fen", "payer", "evidence", "entry_key"])
def test_a_worker_reads_of_a_payment_only_its_day_and_way(claim: Claim, column: str) -> None:
    story(claim)
    with seen_by(claim.cast.actor("alice", claim.now)), connection.cursor() as cursor:
        cursor.execute("SELECT day, way FROM wage_arrears_payment")
        with pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute(f"SELECT {column} FROM wage_arrears_payment")


def test_a_worker_cannot_touch_another_line(claim: Claim) -> None:
    story(claim)
    with seen_by(claim.cast.actor("bob", claim.now)), connection.cursor() as cursor:
        cursor.execute("UPDATE wage_arrears_claim SET mediation = true WHERE line <> 2")
        assert cursor.rowcount == 0
        with pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute("DELETE FROM wage_arrears_claim")


def panels(claim: Claim, who: str) -> dict[str, Any]:
    """What each panel shows to this person."""
    from zhijia.kernel.cases.models import Case
    from zhijia.kernel.service import registry
    from zhijia.kernel.service.engine import context

    with seen_by(claim.cast.actor(who, claim.now)) as actor:
        case = Case.objects.select_related("unit").get(no=claim.no)
        ctx = context(registry.service("wage_arrears"), case, actor, claim.now)
        return {p.key: p.show(ctx) for p in PANELS if actor.is_staff or p.worker}


def test_panels_show_the_unit_everybody_and_the_worker_themselves(claim: Claim) -> None:
    story(claim)
    desk = panels(claim, "zhou")
    assert ([line.line for line in desk["workers"]["lines"]], desk["mine"]) == ([1, 2, 3], None)
    assert (desk["workers"]["due"], desk["money"]["recovered"]) == (5010000, 30000)
    mine = panels(claim, "bob")
    assert set(mine) == {"mine", "plan", "payers", "limit", "evidence"}
    assert (mine["mine"]["line"], mine["mine"]["paid"], mine["mine"]["due"]) == (2, 10000, 1670000)
    assert [(s["fen"], s["bounced"]) for s in mine["mine"]["shares"]] == [(10000, False)]


def test_panels_say_who_pays_and_until_when(claim: Claim) -> None:
    story(claim)
    shown = panels(claim, "alice")
    assert [(d.name, d.rank.name) for d in shown["payers"]["duties"]] == [("江澜三建", "DIRECT")]
    assert (str(shown["limit"]["limit"].shown), shown["limit"]["over"]) == ("2027-11-16", False)
    assert [(row.fen, late) for row, late in shown["plan"]["instalments"]] == [(5040000, False)]
    assert [item.note for item in shown["evidence"]["items"]] == ["欠条一张"]


def test_workers_are_paged_and_found_by_a_masked_name(claim: Claim) -> None:
    story(claim)
    assert [line.line for line in workers_of(claim.case.pk, after=1, limit=1)] == [2]
    assert [line.name for line in workers_of(claim.case.pk, name="B*b")] == ["Bob"]
    assert workers_of(claim.case.pk, name="100%") == []


def test_panel_templates_render_in_both_languages(claim: Claim) -> None:
    from django.template.loader import render_to_string
    from django.utils import translation

    story(claim)
    for language in ("zh-hans", "en"):
        with translation.override(language):
            for who in ("zhou", "alice"):
                for key, words in panels(claim, who).items():
                    if words is not None:
                        html = render_to_string(next(p.template for p in PANELS if p.key == key), dict(words))
                        assert "None" not in html, f"{key}: {html}"
                        assert html.strip()
