"""What a check says: which control, whether it holds, the evidence, and how to mend it. And how all are asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text


class State(StrEnum):
    """How a control stands."""

    HOLDS = "holds"
    WEAK = "weak"
    """It works, but an assessor will ask."""
    FAILS = "fails"
    OUTSIDE = "outside"
    """Nothing that software can see: somebody must do it and keep the proof."""

    @property
    def title(self) -> Text:  # type: ignore[override]
        """The state in a word."""
        return _STATES[self]


_STATES: dict[State, Text] = {
    State.HOLDS: _("Holds"), State.WEAK: _("Weak"), State.FAILS: _("Fails"), State.OUTSIDE: _("Outside the software"),
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One control of GB/T 22239-2019 (level 3) at one moment."""

    control: str
    """Its number in the standard, as we cite it: an assessor checks the wording."""
    title: Text
    state: State
    evidence: Text
    mend: Text = ""


Check = Callable[[datetime], Finding]


def examine(checks: "tuple[Check, ...]", now: datetime) -> list[Finding]:
    """Every check's finding; one that breaks is itself a finding."""
    found = []
    for check in checks:
        try:
            found.append(check(now))
        except Exception as error:  # noqa: BLE001 - what cannot be looked at is not well
            found.append(Finding("?", check.__name__, State.FAILS, f"{type(error).__name__}: {error}"))
    return found


def told(control: str, title: Text, bad: bool, evidence: Text, mend: Text, *, weak: bool = False) -> Finding:
    """A finding that holds unless `bad` (or, with `weak`, is only weak then)."""
    state = State.HOLDS if not bad else State.WEAK if weak else State.FAILS
    return Finding(control, title, state, evidence, mend if bad else "")
