"""Arbitration, courts and payment orders as one module of the platform."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service.declare import Module

from .order_service import PAYMENT_ORDER
from .rules import TITLES
from .service import ARBITRATION
from .stories import STORIES

MODULE = Module(
    key="arbitration",
    rule_titles=TITLES,
    title=_("Arbitration and payment orders"),
    services=(ARBITRATION, PAYMENT_ORDER),
    stories=STORIES,
)
