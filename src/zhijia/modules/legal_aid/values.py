"""Values of legal aid and of bookings: what the law sets is cited, what is practice or was not read is (?)."""

# ruff: noqa: E501 (one rule, one line)

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text
from zhijia.kernel.rules.bounds import Bound
from zhijia.kernel.rules.values import RuleDefault, Unit

_OURS = "default of the platform (?)"
_UNION = "工会法律援助办法（总工发〔2008〕52号）(?)"
_STEPS = "办理法律援助案件程序规定（司法部令第148号）(?)"
RULES = (
    RuleDefault("legal_aid.screening", 3, Unit.DAYS, _OURS, verified=False, note="look at the papers; a region may count them in working days"),
    RuleDefault("legal_aid.decision", 7, Unit.DAYS, "法律援助法 43", note="from receipt; time for missing papers is not counted",
                bound=Bound("法律援助法 43", at_most=7)),
    RuleDefault("legal_aid.union_decision", 7, Unit.DAYS, _UNION, verified=False, note="the union's own aid; some regions count working days"),
    RuleDefault("legal_aid.materials", 10, Unit.DAYS, _OURS, verified=False, note="to bring what is missing; after it the application counts as withdrawn (法律援助法 43)"),
    RuleDefault("legal_aid.papers", 10, Unit.DAYS, _OURS, verified=False, note="papers after urgent first aid (法律援助法 44)"),
    RuleDefault("legal_aid.urgent_days", 7, Unit.DAYS, "法律援助法 44", note="a time limit nearer than this is urgent"),
    RuleDefault("legal_aid.assign", 3, Unit.DAYS, "法律援助法 43", note="a lawyer after the decision",
                bound=Bound("法律援助法 43", at_most=3)),
    RuleDefault("legal_aid.meet", 5, Unit.WORKDAYS, _STEPS, verified=False, note="the lawyer meets the worker"),
    RuleDefault("legal_aid.progress", 15, Unit.DAYS, _OURS, verified=False, note="news for the worker (法律援助法 46)"),
    RuleDefault("legal_aid.replacement", 5, Unit.WORKDAYS, _STEPS, verified=False, note="answer to the wish for another lawyer (法律援助法 55)"),
    RuleDefault("legal_aid.review", 15, Unit.DAYS, _OURS, verified=False, note="review by another lawyer"),
    RuleDefault("legal_aid.subsidy_days", 30, Unit.DAYS, _STEPS, verified=False, note="subsidy decided and paid (法律援助法 52)"),
    RuleDefault("legal_aid.objection_open", 60, Unit.DAYS, _OURS, verified=False, note="to object; the law sets no time"),
    RuleDefault("legal_aid.objection", 5, Unit.DAYS, "法律援助法 49", note="the justice bureau decides on an objection",
                bound=Bound("法律援助法 49", at_most=5)),
    RuleDefault("legal_aid.judicial", 60, Unit.DAYS, "行政复议法 20 (?)", verified=False, note="administrative review or suit after the bureau's answer"),
    RuleDefault("legal_aid.receipt", 3, Unit.WORKDAYS, _OURS, verified=False, note="receipt of the state's centre"),
    RuleDefault("legal_aid.state_decision", 10, Unit.DAYS, "法律援助法 43", note="seven days and three to assign"),
    RuleDefault("legal_aid.limitation", 1, Unit.YEARS, "劳动争议调解仲裁法 27", note="from the day the right was known to be hurt, or the newest act",
                bound=Bound("劳动争议调解仲裁法 27", at_least=1)),
    RuleDefault("legal_aid.limitation_warn", 30, Unit.DAYS, _OURS, verified=False, note="days ahead"),
    RuleDefault("legal_aid.income_limit", 2000, Unit.YUAN, "法律援助法 34: set by each province; this value is a placeholder (?)", verified=False, note="income a month of each person in the household"),
    RuleDefault("legal_aid.union_means", 1, Unit.COUNT, _UNION, verified=False, note="1: the union tests means for its own aid; 0: it does not"),
    RuleDefault("legal_aid.tie_days", 730, Unit.DAYS, _OURS, verified=False, note="a tie counts so long after it ended"),
    RuleDefault("legal_aid.supervise_reply", 2, Unit.WORKDAYS, _OURS, verified=False),
    RuleDefault("legal_aid.subsidy.advice", 300, Unit.YUAN, "set by each region (?)", verified=False),
    RuleDefault("legal_aid.subsidy.mediation", 800, Unit.YUAN, "set by each region (?)", verified=False),
    RuleDefault("legal_aid.subsidy.arbitration", 1500, Unit.YUAN, "set by each region (?)", verified=False),
    RuleDefault("legal_aid.subsidy.suit", 2000, Unit.YUAN, "set by each region (?)", verified=False),
    RuleDefault("legal_aid.subsidy.enforcement", 1000, Unit.YUAN, "set by each region (?)", verified=False),
    RuleDefault("clock.remind_hours", 24, Unit.HOURS, _OURS, verified=False),
    RuleDefault("clock.escalate_days", 3, Unit.DAYS, _OURS, verified=False),
)  # fmt: skip
VISIT_RULES = (
    RuleDefault("lawyer_visit.hours", 2, Unit.WORKDAYS, _OURS, verified=False, note="an hour is offered and chosen"),
    RuleDefault("lawyer_visit.confirm", 1, Unit.WORKDAYS, _OURS, verified=False),
    RuleDefault("lawyer_visit.advise", 1, Unit.WORKDAYS, _OURS, verified=False, note="advice noted, counted from the appointment"),
    RuleDefault("lawyer_visit.finish", 5, Unit.WORKDAYS, _OURS, verified=False, note="legal aid begun or the matter closed after the advice"),
    RuleDefault("lawyer_visit.again", 5, Unit.WORKDAYS, _OURS, verified=False, note="another hour after one that was missed"),
    RuleDefault("lawyer_visit.notice_hours", 2, Unit.HOURS, _OURS, verified=False, note="nothing is booked, moved or cancelled later than this before it begins"),
    RuleDefault("lawyer_visit.ahead_days", 21, Unit.DAYS, _OURS, verified=False, note="how far ahead hours are offered"),
    RuleDefault("clock.remind_hours", 24, Unit.HOURS, _OURS, verified=False),
    RuleDefault("clock.escalate_days", 3, Unit.DAYS, _OURS, verified=False),
)  # fmt: skip

TITLES: dict[str, Text] = {
    "legal_aid.decision": _("Decision on an application for the state's aid"),
    "legal_aid.union_decision": _("Decision on an application for the union's aid"),
    "legal_aid.urgent_days": _("A time limit nearer than this is urgent"),
    "legal_aid.income_limit": _("Economic standard: income of each a month"),
    "legal_aid.union_means": _("Whether the union tests means for its own aid"),
    "legal_aid.tie_days": _("A lawyer's tie counts so long after it ended"),
    "legal_aid.subsidy.advice": _("Subsidy for advice and drafting"),
    "legal_aid.subsidy.mediation": _("Subsidy for negotiation or mediation"),
    "legal_aid.subsidy.arbitration": _("Subsidy for arbitration"),
    "legal_aid.subsidy.suit": _("Subsidy for a suit"),
    "legal_aid.subsidy.enforcement": _("Subsidy for enforcement"),
    "lawyer_visit.notice_hours": _("A booking is changed no later than this before it begins"),
    "lawyer_visit.ahead_days": _("Hours are offered so far ahead"),
}
"""What the rules are called on a page that no clock counts by."""
