"""The values that vouchers need; all of them are defaults of the platform until an operator sets the union's own."""

from datetime import datetime

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import Misconfigured
from zhijia.kernel.rules.values import NATIONAL, RuleDefault, Unit, value_of

_SOURCE = "default of the platform (?)"


def _rule(key: str, value: int, unit: Unit, note: str = "") -> RuleDefault:
    return RuleDefault(f"vouchers.{key}", value, unit, _SOURCE, verified=False, note=note)


CYCLE = (
    _rule("draft", 30, Unit.DAYS, "a draft is submitted or dropped"),
    _rule("approve", 3, Unit.WORKDAYS),
    _rule("publish", 3, Unit.WORKDAYS),
    _rule("end", 2, Unit.DAYS, "after the last day"),
    _rule("settle", 60, Unit.DAYS, "every outlet paid and the rest released"),
    _rule("leader_above", 50_000, Unit.YUAN, "above this budget a leader approves"),
    _rule("most_days", 92, Unit.DAYS, "longest cycle"),
)
SETTLEMENT = (
    _rule("settlement.send", 5, Unit.WORKDAYS),
    _rule("settlement.confirm", 5, Unit.WORKDAYS, "the merchant's answer"),
    _rule("settlement.revise", 5, Unit.WORKDAYS),
    _rule("settlement.approve", 3, Unit.WORKDAYS),
    _rule("settlement.pay", 10, Unit.WORKDAYS),
    _rule("settlement.close", 10, Unit.WORKDAYS),
)
USE = (
    _rule("tries_per_minute", 10, Unit.COUNT, "claims that one account may try"),
    _rule("puzzle_bits", 16, Unit.COUNT, "leading zero bits of the proof of work; 0 asks for none"),
    _rule("puzzle_minutes", 10, Unit.MINUTES, "a challenge is good for"),
    _rule("offline_hours", 24, Unit.HOURS, "a redemption without a connection is uploaded within"),
    _rule("offline_most", 200, Unit.COUNT, "redemptions of one terminal within these hours"),
    _rule("code_failures", 10, Unit.COUNT, "wrong pick-up codes until a terminal has to wait"),
    _rule("code_pause", 10, Unit.MINUTES, "how long it waits"),
)


def number(name: str, *, region: str = NATIONAL, now: datetime) -> int:
    """The whole number of the rule `vouchers.<name>` in force. Raises Misconfigured."""
    value = value_of(f"vouchers.{name}", region=region, on=now.astimezone(CHINA).date()).value
    if value is None:
        raise Misconfigured(f"rule vouchers.{name} has no number")
    return int(value)
