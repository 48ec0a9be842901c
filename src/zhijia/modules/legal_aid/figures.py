"""What is counted of legal aid: applications, decisions, lawyers, money for the worker, hours of work."""

# ruff: noqa: E501 (one figure, one line)

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.service.declare import Duration, Rate
from zhijia.kernel.service.terms import count, money_sum, total

from . import rules as r
from . import subsidy

COUNTS = (
    count("applications", _("Applications for aid"), "file"),
    count("exempt", _("Exempt from the test of means"), "screen", when=r.is_exempt),
    count("first_aid", _("First aid before the decision"), {"first_aid", "first_aid_now"}),
    count("decided", _("Applications decided"), {"grant", "refuse"}),
    count("granted", _("Aid granted"), "grant"),
    count("refused", _("Aid refused"), "refuse"),
    count("transferred", _("Transferred to the state's centre"), {"transfer", "add_state"}),
    count("replaced", _("Lawyer replaced"), {"replace", "step_aside"}),
    count("objections", _("Objections to a decision"), "object"),
    count("corrected", _("Decisions corrected"), "objection_decided", when=r.corrected),
    count("terminated", _("Ended early"), "terminate"),
    count("reported", _("Work reported"), "report"),
    count("reopened", _("Taken up again one level up"), "report_unsolved"),
    count("due_back", _("To be called back"), {"review", "waive_review", "report_unsolved"}, when=r.due_back),
    count("closed", _("Closed"), {"pay_subsidy", "no_subsidy", "withdraw", "lapse", "accept_decision", "let_rest", "let_stand"}),
)  # fmt: skip
SUMS = (
    money_sum("money_recovered", _("Money for workers, in yuan"), "report", of=lambda c: c.facts.recovered or 0),
    money_sum("subsidies", _("Subsidies paid, in yuan"), "pay_subsidy", of=subsidy.paid),
    total("work_hours", _("Hours of lawyers' work"), "report", of=lambda c: round(c.facts.minutes / 60)),
)  # fmt: skip
DURATIONS = (
    Duration(key="hours_to_decision", title=_("Hours until decided"), on=frozenset({"grant", "refuse"})),
    Duration(key="hours_to_lawyer", title=_("Hours until a lawyer was assigned"), on=frozenset({"assign"})),
)
RATES = (
    Rate(key="granting", title=_("Share granted"), part="granted", whole="decided", says=_("applications granted ÷ applications decided")),
    Rate(key="corrected", title=_("Decisions corrected on objection"), part="corrected", whole="objections", says=_("decisions corrected ÷ objections")),
)  # fmt: skip
