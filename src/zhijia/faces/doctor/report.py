"""All findings at once, for the command and for the page."""

from collections import Counter
from datetime import datetime

from . import data, people
from .findings import Finding, State, examine
from .outside import OUTSIDE


def report(now: datetime) -> list[Finding]:
    """What the platform finds of itself, then what lies outside it."""
    return [*examine((*people.CHECKS, *data.CHECKS), now), *OUTSIDE]


def tally(findings: list[Finding]) -> dict[State, int]:
    """How many stand how."""
    return dict(Counter(finding.state for finding in findings))
