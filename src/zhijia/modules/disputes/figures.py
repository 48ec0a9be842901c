"""What is counted of disputes: applications and how they end, workers, money to the fen, rates with denominators."""

# ruff: noqa: E501 (one figure, one line)

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service.declare import Duration, Rate
from zhijia.kernel.service.terms import count, money_sum, total

from . import money
from . import rules as r

_LISTING = frozenset({"file", "list_workers", "add_worker", "leave", "withdraw"})
_KEPT = frozenset({"kept", "kept_proved"})
COUNTS = (
    count("applications", _("Applications"), {"file", "apply"}, when=r.applied_now),
    count("oral", _("Oral applications"), "write_down", when=r.applied_orally),
    count("talks", _("Requests to talk"), "request_talk"),
    count("settlements", _("Settlements by talks"), "signed", when=r.settled),
    count("talks_failed", _("Talks without result"), "talk_over"),
    count("accepted", _("Accepted"), "accept"),
    count("refused", _("Not accepted"), "refuse"),
    count("sessions", _("Meetings held"), "sit_held"),
    count("agreements", _("Agreements"), "signed", when=r.mediated),
    count("failed", _("Without agreement"), {"fail", "stop"}),
    count("court_asked", _("Joint applications to the court"), "ask_court"),
    count("arbitral_asked", _("Joint applications to the commission"), "ask_arbitral"),
    count("confirmed", _("Agreements confirmed"), "confirm"),
    count("kept", _("Agreements kept"), _KEPT, when=r.closing_mediated),
    count("settlements_kept", _("Settlements kept"), _KEPT, when=r.closing_settled),
    count("broken", _("Agreements not kept"), "not_kept"),
    count("recusals", _("Mediators replaced"), "recuse"),
    count("on_to_arbitration", _("Gone on to arbitration or court"), {"go_arbitration", "go_order", "part_ways"}),
    count("closed", _("Closed"), {"kept", "kept_proved", "advise", "withdraw", "go_arbitration", "go_order"}, when=r.closing),
)  # fmt: skip
SUMS = (
    total("workers", _("Workers concerned"), _LISTING, of=r.newly_listed),
    money_sum("money_agreed", _("Money agreed, in yuan"), {"signed", "leave", "withdraw"}, of=money.newly_agreed),
    money_sum("money_paid", _("Money paid, in yuan"), {"record_payment", "bounce_payment"}, of=money.newly_paid),
)  # fmt: skip
DURATIONS = (
    Duration(key="hours_to_agreement", title=_("Hours until agreed"), on=frozenset({"signed"})),
    Duration(key="hours_to_close", title=_("Hours until closed"), on=_KEPT | {"advise"}, when=r.closing),
)
RATES = (
    Rate(key="agreement", title=_("Agreement rate"), part="agreements", whole="accepted", says=_("agreements ÷ accepted mediations")),
    Rate(key="performance", title=_("Share of agreements kept"), part="kept", whole="agreements", says=_("agreements kept ÷ agreements")),
    Rate(key="confirmation", title=_("Share of agreements confirmed"), part="confirmed", whole="agreements", says=_("agreements confirmed ÷ agreements")),
    Rate(key="settlement", title=_("Share of talks settled"), part="settlements", whole="talks", says=_("settlements ÷ requests to talk")),
)  # fmt: skip
