"""The winter campaign: exact for who may see, hidden and rounded for everybody else."""

from datetime import date, datetime

import pytest

from tests.cast import BEILING, CITY, NOW, QINGHE
from tests.modules.wage_arrears.kit import Claim
from zhijia.faces.access import seen_by
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Misconfigured
from zhijia.kernel.cases.models import Case
from zhijia.kernel.rules.models import Rule
from zhijia.modules.wage_arrears.models import WageArrears
from zhijia.modules.wage_arrears.winter import ROUND, Campaign, campaign, period, published


def by_code(found: Campaign) -> dict[str, tuple[int | None, ...]]:
    return {c.code: (c.claims, c.workers, c.claimed, c.recovered, c.open_late, c.open_now) for c in found.counties}


@pytest.fixture
def three(claim: Claim) -> Claim:
    """Two claims in Qinghe, one of them from before the campaign, and one in Beiling."""
    claim.tell(people=2, amount="100")
    Case.objects.filter(no=claim.no).update(created_at=datetime(2026, 9, 1, tzinfo=CHINA))
    WageArrears.objects.filter(case__no=claim.no).update(filed_on=date(2026, 9, 1))
    claim.tell(people=1, amount="7")
    WageArrears.objects.filter(case__no=claim.no).update(region=BEILING)
    beiling = claim.cast.orgs["beiling"]
    Case.objects.filter(no=claim.no).update(region=BEILING, unit=beiling, unit_lft=beiling.lft)
    claim.tell().ready()
    claim.pay("100800")
    return claim


def test_the_campaign_runs_from_november_to_the_eve_of_spring_festival(cast: object) -> None:
    assert period(region=QINGHE, now=NOW) == (date(2026, 11, 1), date(2027, 2, 5), False)
    assert period(region=QINGHE, now=NOW.replace(month=3)) == (date(2025, 11, 1), date(2026, 2, 16), False)


def test_a_rule_that_is_no_day_is_an_error_and_never_a_guess(cast: object) -> None:
    from zhijia.kernel.rules.values import refresh
    from zhijia.kernel.rules.version import note_change

    Rule.objects.filter(key="wage_arrears.winter_to").update(text="小年")
    note_change()
    refresh()
    with pytest.raises(Misconfigured):
        period(region=QINGHE, now=NOW)


def test_each_county_counts_its_own(three: Claim) -> None:
    found = campaign(region=CITY, now=three.now)
    assert by_code(found) == {
        QINGHE: (1, 12, 20160000, 10080000, 0, 2), BEILING: (1, 1, 700, 0, 0, 1),
    }  # fmt: skip
    assert {c.code: (c.oldest, c.share) for c in found.counties} == {
        QINGHE: (date(2026, 9, 1), 0.5), BEILING: (date(2026, 11, 16), 0.0),
    }  # fmt: skip
    whole = found.whole
    assert (whole.name, whole.claims, whole.workers, whole.claimed, whole.oldest) == (
        "澜江市",
        2,
        13,
        20160700,
        date(2026, 9, 1),
    )
    assert (found.running, found.verified) == (True, False)


def test_an_open_claim_is_late_when_a_clock_is_over(three: Claim) -> None:
    later = datetime(2027, 1, 20, tzinfo=CHINA)
    assert {c.code: c.open_late for c in campaign(region=CITY, now=later).counties} == {QINGHE: 2, BEILING: 1}


def test_two_statements_however_many_counties(three: Claim, django_assert_num_queries: object) -> None:
    period(region=CITY, now=three.now)  # the rules are in memory now
    with django_assert_num_queries(2):  # type: ignore[operator]
        campaign(region=CITY, now=three.now)


def test_officers_see_their_own_range(three: Claim) -> None:
    with seen_by(three.cast.actor("lin", three.now)):
        assert list(by_code(campaign(region=CITY, now=three.now))) == [BEILING]


def test_small_cells_are_hidden_and_the_rest_is_rounded(three: Claim) -> None:
    shown = published(campaign(region=CITY, now=three.now))
    assert by_code(shown) == {
        QINGHE: (None, 10, 20 * ROUND, 10 * ROUND, None, None), BEILING: (None, None, None, None, None, None),
    }  # fmt: skip
    assert {c.oldest for c in (*shown.counties, shown.whole)} == {None}
    assert (shown.whole.workers, shown.whole.claimed) == (15, 20 * ROUND)


def test_the_hidden_county_cannot_be_won_back_by_subtraction(three: Claim) -> None:
    """Whatever Beiling's one worker claimed, up to half a rounding step, the published figures are the same."""
    shown = published(campaign(region=CITY, now=three.now))
    WageArrears.objects.filter(region=BEILING).update(owed=123400)
    assert published(campaign(region=CITY, now=three.now)) == shown
