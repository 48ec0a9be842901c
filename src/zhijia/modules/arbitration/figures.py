"""What is counted of arbitrations: how far they came, what was granted, how many awards were late."""

# ruff: noqa: E501 (one figure, one line)

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service.declare import Duration, Rate
from zhijia.kernel.service.terms import count, money_sum

from . import course

COUNTS = (
    count("begun", _("Cases begun"), "file"), count("filed", _("Filed with the commission"), "lodge"),
    count("accepted", _("Accepted"), "accept"), count("refused", _("Not accepted"), {"refuse", "silent"}),
    count("mediated", _("Mediated by tribunal or court"), {"mediated", "court_mediated"}),
    count("awards", _("Awards"), "award"), count("final_awards", _("Final awards"), "award", when=course.final_award),
    count("late_awards", _("Awards that were late"), "award_late"),
    count("suits", _("Suits of workers"), "sue"), count("employer_suits", _("Suits of employers"), {"employer_sues", "challenge"}),
    count("set_aside", _("Awards set aside"), "award_set_aside"),
    count("kept", _("Kept or enforced"), {"kept", "kept_proved", "enforced"}),
    count("closed", _("Closed"), {"kept", "kept_proved", "enforced", "settled", "conclude", "withdraw"}),
)  # fmt: skip
SUMS = (
    money_sum("money_claimed", _("Money claimed, in yuan"), "lodge", of=course.claimed),
    money_sum("money_awarded", _("Money awarded, in yuan"), "award", of=course.granted),
    money_sum("money_received", _("Money received, in yuan"), {"received", "kept_proved", "enforced"}, of=course.recovered),
)  # fmt: skip
DURATIONS = (
    Duration(key="hours_to_award", title=_("Hours until the award"), on=frozenset({"award"})),
    Duration(key="hours_to_close", title=_("Hours until closed"), on=frozenset({"kept", "kept_proved", "enforced", "conclude"})),
)  # fmt: skip
RATES = (
    Rate(key="acceptance", title=_("Accepted by the commission"), part="accepted", whole="filed", says=_("accepted ÷ filed")),
    Rate(key="performance", title=_("Kept or enforced"), part="kept", whole="closed", says=_("kept or enforced ÷ all closed")),
)  # fmt: skip
