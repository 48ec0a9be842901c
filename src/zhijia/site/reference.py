"""What every installation needs before its first case: the national defaults of the rules that services declare."""

from zhijia.kernel.base.clock import now
from zhijia.kernel.rules.values import load_defaults
from zhijia.kernel.service import registry


def load() -> int:
    """Store the default of every declared rule that has none yet; returns how many were stored. Idempotent."""
    moment = now()
    return sum(load_defaults(service.rules, now=moment) for service in registry.services())
