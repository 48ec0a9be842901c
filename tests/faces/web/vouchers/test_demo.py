"""The demonstration shows every state of vouchers, its books agree, and its terminal's code works."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.modules.vouchers.kit import wrong
from zhijia.kernel.base import clock
from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.cases.models import Case
from zhijia.kernel.ledger.models import Entitlement
from zhijia.modules.vouchers.models import Conflict, Offer, Redemption
from zhijia.modules.vouchers.service import T


@pytest.mark.parametrize(
    "moment", [datetime(2026, 11, 23, 0, 20), datetime(2026, 11, 28, 12), datetime(2026, 11, 26, 23, 50)]
)
def test_every_state_is_shown_at_any_hour(db: None, moment: datetime) -> None:
    from zhijia.faces.cli import demo_province, demo_vouchers

    now = moment.replace(tzinfo=CHINA)
    with clock.at(now):
        province = demo_province.found(now=now - timedelta(days=91))
        said: list[str] = []
        code = demo_vouchers.play(province, now, said.append)
        settled = Case.objects.filter(service="voucher_settlement")
        assert set(settled.values_list("state", flat=True)) == set(T)
        cycles = Case.objects.filter(service="voucher_cycle")
        assert (
            {"published", "running", "ended"} >= set(cycles.values_list("state", flat=True)) >= {"published", "ended"}
        )
        assert (wrong(), Conflict.objects.count(), bool(said)) == ([], 1, True)
        assert Case.objects.latest("changed_at").changed_at <= now
        assert (
            Redemption.objects.filter(at__gt=now).count() == Entitlement.objects.filter(granted_at__gt=now).count() == 0
        )
        today = Offer.objects.filter(day=now.date())
        assert (today.filter(kind="meal").count(), today.filter(kind="pack").count()) == (3, 1)
        device = Client()
        assert device.post("/outlet/enrol/", {"code": code}).status_code == 302
        assert device.get("/outlet/settlements/").status_code == 200
