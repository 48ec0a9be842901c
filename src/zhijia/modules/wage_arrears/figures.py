"""What is counted of wage claims: claims, workers, money to the fen, durations, and rates with their denominators."""

# ruff: noqa: E501 (one figure, one line)

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service.declare import Duration, Rate
from zhijia.kernel.service.terms import count, money_sum, total

from . import books, payments
from . import rules as r

_LISTING = frozenset(
    {"list_workers", "add_worker", "correct_worker", "settle_worker", "strike_worker", "leave", "withdraw"}
)
COUNTS = (
    count("claims", _("Claims"), "file"),
    count("accepted", _("Accepted"), "accept", when=r.first_acceptance),
    count("demanded", _("Payment demanded in writing"), "serve_demand"),
    count("planned", _("Plans agreed"), "agree_plan"),
    count("paid_at_all", _("Claims with money recovered"), "record_payment", when=payments.first_payment),
    count("closed", _("Closed"), {"close", "withdraw"}),
    count("full", _("Recovered in full"), "close", when=r.in_full),
    count("bounced_payments", _("Payments that bounced"), "bounce_payment"),
    count("late_result", _("Results late"), "late.result", when=r.first_report),
)
SUMS = (
    total("workers", _("Workers on claims"), _LISTING | {"file"}, of=r.newly_listed),
    money_sum("money_claimed", _("Wages claimed, in yuan"), _LISTING | {"file"}, of=books.newly_claimed),
    money_sum("money_recovered", _("Wages recovered, in yuan"), {"record_payment", "bounce_payment"}, of=books.newly_recovered),
)  # fmt: skip
DURATIONS = (
    Duration(key="hours_to_money", title=_("Hours until the first money"), on=frozenset({"record_payment"}), when=payments.first_payment),
    Duration(key="hours_to_close", title=_("Hours until closed"), on=frozenset({"close"})),
)  # fmt: skip
RATES = (
    Rate(key="in_full", title=_("Recovered in full"), part="full", whole="closed", says=_("claims paid to the last fen ÷ all closed claims")),
    Rate(key="some_money", title=_("Some money recovered"), part="paid_at_all", whole="accepted", says=_("accepted claims with any payment ÷ all accepted claims")),
)  # fmt: skip
