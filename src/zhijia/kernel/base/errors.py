"""Typed errors that faces turn into 404, 403, 409 and 422, and verdicts that carry a translated reason."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

Text = str | Promise
"""A sentence for people: a plain string or a lazy translation."""


@dataclass(frozen=True)
class Verdict:
    """Yes, or no with a code for machines and a reason for people."""

    ok: bool
    code: str = ""
    reason: Text = ""
    mend: Text = ""
    """What the person can do about it, where there is something."""

    def __bool__(self) -> bool:
        return self.ok


YES = Verdict(ok=True)


def yes() -> Verdict:
    """The verdict that allows."""
    return YES


def no(code: str, reason: Text, mend: Text = "") -> Verdict:
    """The verdict that refuses: `code` for machines, `reason` and `mend` for people."""
    return Verdict(ok=False, code=code, reason=reason, mend=mend)


class ZhijiaError(Exception):
    """Base of all errors that a face may show. `code` is stable; `str(error)` is in the user's language."""

    code = "error"
    status = 500

    def __init__(self, reason: Text = "", *, code: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        if code:
            self.code = code

    def __str__(self) -> str:
        return str(self.reason)


class NotFound(ZhijiaError):
    """There is no such thing, or this actor may not know that there is (404)."""

    code, status = "not_found", 404


class Forbidden(ZhijiaError):
    """An insider without the right (403); the reason says what is missing."""

    code, status = "forbidden", 403


class Conflict(ZhijiaError):
    """Somebody else was first: the case moved on meanwhile (409)."""

    code, status = "conflict", 409


@dataclass
class FieldProblem:
    """One field, what is wrong with it and how to mend it."""

    field: str
    code: str
    message: Text
    limits: dict[str, Any] = dataclasses.field(default_factory=dict)


class Invalid(ZhijiaError):
    """Bad input (422): which fields, what is wrong, how to mend it. Nothing was stored."""

    code, status = "invalid", 422

    def __init__(self, *problems: FieldProblem, reason: Text = "") -> None:
        super().__init__(reason or "; ".join(f"{p.field}: {p.message}" for p in problems))
        self.problems = problems


class Misconfigured(ZhijiaError):
    """The operator must mend something (a missing rule value, a missing key); never a guess."""

    code, status = "misconfigured", 500
