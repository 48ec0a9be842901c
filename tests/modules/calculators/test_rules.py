"""Values of a place: declared by a module without a service, stored where the nation has one, set by region."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from tests.cast import NOW, QINGHE, Cast
from zhijia.faces.web.admin.rule_words import title_of
from zhijia.kernel.base.errors import Invalid
from zhijia.kernel.rules.models import Rule
from zhijia.kernel.rules.values import in_force
from zhijia.kernel.service.rule_changes import Proposed, change_rule
from zhijia.kernel.service.rule_uses import declared
from zhijia.modules.calculators.declare import calculate
from zhijia.modules.calculators.rules import MINIMUM_MONTH, RULES, TITLES, URBAN_INCOME
from zhijia.site import reference

pytestmark = pytest.mark.django_db


def test_rules_of_a_module_are_declared_and_only_those_with_a_national_value_are_stored() -> None:
    reference.load()
    keys = {rule.key for rule in RULES}
    assert (keys - set(declared()), keys ^ set(TITLES)) == (set(), set())
    stored = set(Rule.objects.filter(key__startswith="calculators.").values_list("key", flat=True))
    assert stored == {rule.key for rule in RULES if rule.value is not None}
    assert reference.load() == 0
    days = (date(2023, 12, 31), date(2024, 6, 1), date(2025, 12, 31), date(2026, 1, 1))
    found = [in_force(URBAN_INCOME, region=QINGHE, on=day) for day in days]
    assert [rule and rule.value for rule in found] == [None, Decimal(51821), Decimal(54188), Decimal(56502)]


def test_every_value_has_a_name_in_both_languages() -> None:
    for language, wanted in (("en", "Minimum wage of the place, a month"), ("zh-hans", "本地最低月工资标准")):
        with translation.override(language):
            assert str(title_of(declared()[MINIMUM_MONTH])) == wanted


def test_what_an_administrator_sets_for_a_region_is_used_from_its_day_on(cast: Cast) -> None:
    given = Proposed(
        key=MINIMUM_MONTH, region=QINGHE, value="2490", basis="江澜人社发〔2026〕9号", verified=True,
        valid_from=date(2027, 1, 1), last_day=None, note="",
    )  # fmt: skip
    change_rule(given=given, actor=cast.actor("admin"), now=NOW)
    with pytest.raises(Invalid):
        calculate("sick_pay", {}, region=QINGHE, on=date(2026, 12, 31))
    answer = calculate("sick_pay", {}, region=QINGHE, on=date(2027, 1, 1))
    assert (answer.results[0].value, answer.used[0].basis) == (Decimal("1992.00"), "江澜人社发〔2026〕9号")
    with pytest.raises(Invalid):
        calculate("sick_pay", {}, region="980103", on=date(2027, 1, 1))
