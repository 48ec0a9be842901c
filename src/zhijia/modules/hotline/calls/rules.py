"""The service level of the hotline, as values that an operator may set."""

from datetime import date

from zhijia.kernel.rules.values import RuleDefault, Unit, value_of

_SOURCE = "GB/T 33358-2016 (?)"
RULES = (
    RuleDefault(
        "hotline.answer_seconds", 15, Unit.COUNT, _SOURCE, verified=False, note="seconds in which a call is answered"
    ),
    RuleDefault(
        "hotline.connect_share",
        "0.95",
        Unit.RATIO,
        _SOURCE,
        verified=False,
        note="share of a day's calls that is answered",
    ),
)


def answer_seconds(region: str, on: date) -> int:
    """Seconds in which a call should be answered."""
    return int(value_of("hotline.answer_seconds", region=region, on=on).value or 0)


def connect_share(region: str, on: date) -> float:
    """Share of a day's calls that should be answered at all."""
    return float(value_of("hotline.connect_share", region=region, on=on).value or 0)
