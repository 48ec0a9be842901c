"""Who sees which rows, in the database and on the page; and what the panels say in both languages."""

from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.template.loader import render_to_string
from django.utils import translation

from tests.cast import NOW
from tests.modules.disputes.kit import Mediation, mediator, of, row
from zhijia.faces.access import seen_by
from zhijia.kernel.cases import reckonings
from zhijia.modules.disputes.panels import PANELS

TABLES = ("facts", "claimant", "instalment", "payment", "share", "recusal", "act")
ALL = {"facts": 1, "claimant": 2, "instalment": 1, "payment": 1, "share": 2, "recusal": 1, "act": 3}


def story(mediation: Mediation) -> Mediation:
    """A row in every table: Alice and Bob, their mediator replaced, an agreement, a payment."""
    mediator(mediation.cast, "he")
    mediation.tell(people=2, amount="2000").do("zhou", "accept", willing=True)
    mediation.take_in([row(1), row(2)])
    mediation.do("alice", "object", ground="kin", reason="他是老板的表弟")
    mediation.agree(instalments="2026-12-20 200").do("zhou", "record_say", lines="1 2", said="agreed")
    mediation.sign().pay("100")
    return mediation


def seen(mediation: Mediation, who: str) -> dict[str, int]:
    """Rows of each table that this person's role may read."""
    found = {}
    with seen_by(mediation.cast.actor(who, mediation.now)), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT count(case_id) FROM disputes_{table}")
            found[table] = cursor.fetchone()[0]
    return found


def test_each_sees_what_is_theirs(mediation: Mediation) -> None:
    story(mediation)
    assert [seen(mediation, who) for who in ("zhou", "supervisor")] == [ALL, ALL]
    assert [seen(mediation, who) for who in ("alice", "bob")] == [ALL | {"claimant": 1, "share": 1}] * 2
    assert [seen(mediation, who) for who in ("lin", "mallory")] == [dict.fromkeys(TABLES, 0)] * 2


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT fen FROM disputes_payment",
        "SELECT evidence FROM disputes_payment",
        "SELECT reason FROM disputes_recusal",
        "INSERT INTO disputes_recusal (case_id, account_id, ground, asked_by, at) SELECT 1, 1, 'kin', 'worker', now()",
        "DELETE FROM disputes_claimant",
        "UPDATE disputes_share SET fen = 1",
    ],
)
def test_a_worker_reads_and_writes_no_more_than_their_own(mediation: Mediation, statement: str) -> None:
    story(mediation)
    with seen_by(mediation.cast.actor("alice", mediation.now)), connection.cursor() as cursor:
        with pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute(statement)
        cursor.execute("UPDATE disputes_claimant SET say = 'refused' WHERE line <> 1")
        assert cursor.rowcount == 0


def panels(mediation: Mediation, who: str) -> dict[str, Any]:
    """What each panel shows to this person."""
    ctx = of(mediation, who)
    with seen_by(mediation.cast.actor(who, mediation.now)):
        return {p.key: p.show(ctx) for p in PANELS if ctx.actor.is_staff or p.worker}


def test_panels_show_the_unit_everybody_and_the_worker_themselves(mediation: Mediation) -> None:
    story(mediation)
    desk, mine = panels(mediation, "zhou"), panels(mediation, "bob")
    assert ([r.line for r in desk["people"]["rows"]], desk["mine"], desk["payments"]["paid"]) == ([1, 2], None, 10000)
    assert [(s.name, s.open) for s in desk["mediator"]["seats"]][-1][0] in ("Zhou", "Head", "he")
    assert set(mine) == {"mine", "sittings", "mediator", "range", "plan", "ways", "limit"}
    assert (mine["mine"]["row"].line, mine["mine"]["row"].paid, mine["mine"]["row"].due) == (2, 5000, 5000)
    assert (mine["mediator"]["seats"], mine["range"], mine["ways"]) == ([], None, None)


def test_the_range_is_what_the_law_gives_and_says_when_less_was_agreed(mediation: Mediation) -> None:
    story(mediation)
    reckoned = reckonings.Reckoned(
        calculator="arrears", family="arrears", region="980102", day=NOW.date(), low=500_00, high=700_00,
        content={"zh-hans": {"title": "欠薪"}}, article="劳动法 50", version="2026",
    )  # fmt: skip
    with seen_by(mediation.cast.actor("zhou", mediation.now)) as zhou:
        reckonings.keep(case=mediation.case, reckoned=reckoned, actor=zhou, now=mediation.now)
    shown = panels(mediation, "zhou")["range"]
    assert (shown["low"], shown["high"], [r.article for r in shown["found"]]) == (50000, 70000, ["劳动法 50"])
    with translation.override("zh-hans"):
        html = render_to_string("disputes/range.html", shown)
    assert (html.count("劳动法 50"), html.count("签字前必须让职工知道")) == (1, 1)


def test_panel_templates_render_in_both_languages(mediation: Mediation) -> None:
    story(mediation)
    for language in ("zh-hans", "en"):
        with translation.override(language):
            for who in ("zhou", "alice"):
                for key, words in panels(mediation, who).items():
                    if words is not None:
                        html = render_to_string(next(p.template for p in PANELS if p.key == key), dict(words))
                        assert (html.count("None"), bool(html.strip())) == (0, True), f"{key}: {html}"
