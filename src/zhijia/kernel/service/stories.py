"""How a case of a service may go, from the first word to the last paper.

A module tells some; the demonstration plays each once, a simulated year plays them by weight, and the contract test
plays all of them and wants every state of the service to be reached. So nothing here knows a test or a page.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.cases.models import Case
from zhijia.kernel.people.actors import Role


@dataclass(frozen=True)
class Scene:
    """The moment at which an act begins, for answers that depend on it."""

    case: Case | None
    """None while the case is being told for the first time."""
    now: datetime
    dice: Random
    """Seeded: the same story told twice is the same."""

    def day(self, plus: int = 0) -> str:
        """The day so many days from now, as it is typed."""
        return f"{self.now.astimezone(CHINA) + timedelta(days=plus):%Y-%m-%d}"

    def at(self, plus: int = 0, hour: int = 10) -> str:
        """A full hour so many days from now, as it is typed."""
        return f"{self.day(plus)}T{hour:02}:00"


Answers = Mapping[str, Any] | Callable[[Scene], Mapping[str, Any]]
"""What is typed: fixed, or worked out from the moment."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """One step: who does what, so many days after the step before (on the next working day)."""

    do: str
    """Key of the transition."""
    by: Role
    """WORKER: the applicant. Any other role: its holder at the case's unit, or the nearest one above it."""
    data: Answers = field(default_factory=dict)
    days: float = 1
    rows: Sequence[Any] = ()
    """What an effect takes besides: the checked rows of a workbook."""


@dataclass(frozen=True, kw_only=True)
class Story:
    """One course of a case."""

    key: str
    service: str
    answers: Answers
    """To the intake's questions."""
    by: Role = Role.WORKER
    """Who tells it; the applicant is a worker all the same where `applicant` holds."""
    applicant: bool = True
    acts: tuple[Act, ...] = ()
    ends: str
    """The state in which it stops."""
    weight: int = 1
    """Its share among the stories of its service in a simulated year; 0: only the demonstration plays it."""


def typed(answers: Answers, scene: Scene) -> Mapping[str, Any]:
    """The answers at this moment."""
    return answers(scene) if callable(answers) else answers
