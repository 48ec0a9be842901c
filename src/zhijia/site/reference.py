"""What every installation needs before its first case: the national defaults of the rules that modules and their
services declare, and of the kernel's own."""

from zhijia.kernel.base.clock import now
from zhijia.kernel.cases import openings
from zhijia.kernel.rules.values import load_defaults
from zhijia.kernel.service import pseudonymous, registry


def load() -> int:
    """Store the default of every declared rule that has none yet; returns how many were stored. Idempotent."""
    moment = now()
    declared = [holder.rules for holder in (*registry.modules(), *registry.services())]
    return sum(load_defaults(rules, now=moment) for rules in (*declared, openings.RULES, pseudonymous.RULES))
