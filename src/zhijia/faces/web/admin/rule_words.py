"""What a rule is called on a page: as the clock that counts by it, or in the words here, by its key or by its end."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text
from zhijia.kernel.service import registry
from zhijia.kernel.service.rule_uses import Declared
from zhijia.kernel.service.rule_uses import title as of_clock

BY_KEY: dict[str, Text] = {
    "clock.remind_hours": _("Reminder before a date"),
    "clock.escalate_days": _("Report one level further up after"),
    "hotline.dispatch_minutes": _("Dispatch of a general ticket"),
    "hotline.dispatch_urgent_minutes": _("Dispatch when somebody is in danger"),
    "hotline.result.general": _("Result of a general ticket"),
    "hotline.result.difficult": _("Result of a difficult ticket"),
    "hotline.result.complex": _("Result of an especially complex ticket"),
    "hotline.answer_seconds": _("Seconds until a call is answered"),
    "hotline.connect_share": _("Share of calls that are answered"),
    "wage_arrears.inspection": _("Labour inspection decides"),
    "wage_arrears.arbitration": _("Labour arbitration decides"),
    "wage_arrears.order": _("Court decides on a payment order"),
    "wage_arrears.court": _("Court decides"),
    "wage_arrears.winter_from": _("Winter campaign begins"),
    "wage_arrears.winter_to": _("Winter campaign ends"),
    "privacy.again_days": _("May be asked to look again within"),
    "vouchers.leader_above": _("A leader approves above this budget"),
    "vouchers.most_days": _("Longest cycle of a programme"),
    "vouchers.tries_per_minute": _("Claims that one account may try in a minute"),
    "vouchers.puzzle_bits": _("Strength of the proof of work"),
    "vouchers.puzzle_minutes": _("A challenge is good for"),
    "vouchers.offline_hours": _("Redemptions without a network are sent within"),
    "vouchers.offline_most": _("Redemptions of one terminal without a network"),
    "vouchers.code_failures": _("Wrong pick-up codes until a terminal waits"),
    "vouchers.code_pause": _("How long a terminal then waits"),
    "opening.confidential": _("A confidential case stays open for"),
    "opening.emergency": _("An emergency stays open for"),
    "opening.waits": _("A request to open a case waits for"),
    "sealed_identity.first_post": _("First post that opens a sealed identity"),
    "sealed_identity.second_post": _("Second post that opens a sealed identity"),
    "sealed_identity.waits": _("A request to open an identity waits for"),
    "sealed_identity.open": _("An opened identity may be read for"),
}
BY_END: dict[str, Text] = {
    "extension": _("One extension"),
    "longer": _("One extension"),
    "limitation_warn": _("Warning before the time limit for arbitration"),
    "mass_people": _("Workers that make a mass case"),
    "reopen_days": _("May be re-opened within"),
    "representatives_least": _("Fewest representatives of many workers"),
    "representatives_most": _("Most representatives of many workers"),
    "tries": _("Tries of a call-back"),
    "urge_gap_hours": _("Time between two urges"),
}


def title_of(rule: Declared) -> Text:
    """The rule's name for people; its key where nobody gave it one (a test sees to it that somebody did)."""
    ending = rule.key.rpartition(".")[2]
    own = BY_KEY.get(rule.key) or registry.rule_titles().get(rule.key) or BY_END.get(ending)
    return own or of_clock(rule) or rule.key


def services_of(rule: Declared) -> Text:
    """Whose rule it is, in words."""
    if len(rule.services) > 1:
        return _("Several services")
    return rule.services[0].title if rule.services else _("The platform")


def used_by(rule: Declared) -> list[tuple[Text, Text, str]]:
    """(how it is used, the clock, the service's key) for each use."""
    hows: dict[str, Text] = {
        "limit": _("Limit of the clock “{clock}”"), "extension": _("Extension of the clock “{clock}”"),
        "warning": _("Warning ahead of the clock “{clock}”"),
    }  # fmt: skip
    return [
        (format_lazy(hows[use.how], clock=use.clock.title), use.service.title, use.service.key) for use in rule.uses
    ]
