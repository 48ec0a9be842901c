"""`zhijia simulate`: a year of whole lives, the same for the same seed, resumable, with a trail that verifies."""

from collections import Counter
from datetime import datetime

import pytest
from django.db.models import Sum

from tests.faces.cli.province import found
from zhijia.faces.cli import demo_province, intake, simulate
from zhijia.faces.cli.simulate import Options
from zhijia.faces.cli.year import BUSY_MONTHS, CHUNK, NATION, Year
from zhijia.kernel.audit.verify import verify
from zhijia.kernel.cases.models import Case, Event
from zhijia.kernel.indicators.models import Counter as Kept
from zhijia.kernel.rules.calendar import current
from zhijia.kernel.service.rebuild import rebuild

OPTIONS = Options(2025, 0.0003, 7, 1)


@pytest.fixture
def province(db: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    found(now)
    monkeypatch.setattr(intake, "prepare_installation", lambda: None)


def figures() -> list[tuple[object, ...]]:
    rows = Kept.objects.values_list("service", "indicator", "region", "month", "category")
    return list(rows.annotate(Sum("n"), Sum("amount")).order_by("service", "indicator", "region", "month", "category"))


def lives() -> list[tuple[str, ...]]:
    """Every step of every case, without numbers that depend on what was there before."""
    order = {no: n for n, no in enumerate(Case.objects.order_by("created_at", "id").values_list("no", flat=True))}
    events = Event.objects.order_by("at", "case_id", "seq").values_list("case__no", "at", "transition", "actor_role")
    return [(str(order[no]), str(at), transition, role) for no, at, transition, role in events]


def test_a_year_ends_well_and_every_figure_and_hash_holds(province: None) -> None:
    outcome = simulate.run(OPTIONS)
    assert (outcome.tickets, outcome.refused) == (round(NATION * OPTIONS.scale), Counter())
    assert Case.objects.filter(created_at__year=2025).count() == outcome.tickets
    assert Event.objects.count() == outcome.fired
    assert Case.objects.exclude(state="closed").count() == 0  # whole lives: the year is over for long
    assert verify().problems == []
    kept = figures()
    rebuild()
    assert figures() == kept


def test_a_broken_off_year_goes_on_where_it_stopped(province: None, monkeypatch: pytest.MonkeyPatch) -> None:
    player = simulate.player_of(OPTIONS)
    player.lives.staff.hire_all()
    first = player.play(0)
    outcome = simulate.run(OPTIONS)
    assert (outcome.known, outcome.tickets) == (first, player.year.total - first)
    again = simulate.run(OPTIONS)
    assert (again.known, again.tickets) == (player.year.total, 0)
    assert Case.objects.count() == player.year.total


def test_the_same_seed_tells_the_same_year(province: None) -> None:
    from django.db import transaction

    told = []
    for seed in (7, 7, 8):
        save = transaction.savepoint()
        simulate.run(Options(2025, 0.0001, seed, 1))
        told.append(lives())
        transaction.savepoint_rollback(save)
    assert told[0] == told[1] != told[2]


@pytest.mark.django_db
def test_a_year_falls_on_its_days_as_the_trade_knows_it() -> None:
    year = Year(2025, 0.01, 1, demo_province.Province())
    days: Counter[object] = Counter()
    for _first, parts in year.chunks:
        for day, count in parts:
            days[day] += count
    assert sum(days.values()) == year.total == 19_880
    assert [first for first, _parts in year.chunks] == list(range(0, year.total, CHUNK))
    working = [n for d, n in days.items() if current().day(d).working and d.month not in BUSY_MONTHS]  # type: ignore[arg-type,attr-defined]
    resting = [n for d, n in days.items() if not current().day(d).working and d.month not in BUSY_MONTHS]  # type: ignore[arg-type,attr-defined]
    assert 2.4 < (sum(working) / len(working)) / (sum(resting) / len(resting)) < 2.9
