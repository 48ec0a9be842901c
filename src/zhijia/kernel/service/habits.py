"""What most services do alike: who receives a case, who is in charge of it, and the steps beside the main line (urge,
supervise, extend, suspend, add words). A declaration takes what fits and writes the rest itself."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Misconfigured, Text, Verdict, no, yes
from zhijia.kernel.deadlines.clock import MoveKind
from zhijia.kernel.deadlines.models import DeadlineState
from zhijia.kernel.org.models import Org
from zhijia.kernel.org.queries import unit_for
from zhijia.kernel.people.actors import Role

from .context import Ctx
from .declare import Effect, Guard, Transition
from .terms import Some, step, words

UNIT = frozenset({Role.OFFICER, Role.UNIT_HEAD})
"""Who handles a case at its unit."""
REASON = words("reason", _("Reason"), limit=1000)
REMARK = words("remark", _("Anything to add"), required=False, limit=1000)
TITLE = 40
"""Characters of a title: what a tired officer reads in a list."""


def federation(region: str) -> Org:
    """The union federation responsible for a region: where most services begin."""
    unit = unit_for(region)
    if unit is None:
        raise Misconfigured(f"no federation is responsible for region {region}")
    return unit


def opening(field: str) -> Callable[[Mapping[str, Any]], str]:
    """A title from the first sentence of an answer, cut where it is long."""

    def title(answers: Mapping[str, Any]) -> str:
        story = " ".join(str(answers[field]).split())
        cut = min((i for i in (story.find(mark, 6) for mark in "。！？；!?;") if i > 0), default=len(story))
        return story[: min(cut, TITLE)] + ("…" if cut > TITLE else "")

    return title


# --- who is in charge -------------------------------------------------------------------------------------------


def take(c: Ctx[Any]) -> None:
    """Whoever does it becomes the officer in charge."""
    c.case.assignee_id = c.actor.account_id


def in_charge(c: Ctx[Any]) -> Verdict:
    """Only the officer in charge does it."""
    if c.case.assignee_id == c.actor.account_id:
        return yes()
    return no("not_in_charge", _("Only the officer in charge does this."), _("Take it over first."))


def not_mine(c: Ctx[Any]) -> Verdict:
    """The officer in charge has it already."""
    if c.case.assignee_id == c.actor.account_id:
        return no("mine_already", _("You are in charge of it already."))
    return yes()


def taking_over(source: Some) -> Transition:
    """Another officer of the unit takes the case over."""
    return step(
        "take_over", _("Take it over"), _("Another officer took it over"), source, by=UNIT, guard=not_mine, then=take
    )


# --- words ------------------------------------------------------------------------------------------------------


def supplementing(source: Some) -> Transition:
    """The worker (or an agent who listens) adds words."""
    return step(
        "supplement", _("Add something"), _("You added something"), source, by={Role.WORKER, Role.AGENT},
        ask=words("words", _("What do you want to add?")),
    )  # fmt: skip


def noting(source: Some, by: Some) -> Transition:
    """A note among colleagues."""
    return step(
        "note", _("Internal note"), _("A note among colleagues"), source, by=by, public=False,
        ask=words("note", _("Note"), public=False),
    )  # fmt: skip


# --- taking it back -----------------------------------------------------------------------------------------------


def withdrawing(
    source: Some, closed: str, *, ends: Effect | tuple[Effect, ...], leaves: Effect | tuple[Effect, ...]
) -> tuple[Transition, Transition]:
    """Who is alone on a case takes it back (`ends`); one of several takes back their own part (`leaves`)."""
    return (
        step(
            "withdraw", _("Withdraw it"), _("You took it back"), source, closed, by=Role.WORKER, guard=alone,
            then=ends, ask=REMARK,
            confirm=_("It will be closed and nobody will work on it. You can tell us again at any time."),
        ),
        step(
            "leave", _("Take back my part"), _("One worker took back their part"), source, by=Role.WORKER,
            guard=not_alone, then=leaves, ask=REMARK,
            confirm=_("The case goes on for the others; you will not be asked any more."),
        ),
    )  # fmt: skip


def alone(c: Ctx[Any]) -> Verdict:
    """Only who is alone on a case can close it by taking it back."""
    if not c.shared or len(c.applicants()) <= 1:
        return yes()
    return no("shared", _("Other workers share this case."), _("You can take back your own part."))


def not_alone(c: Ctx[Any]) -> Verdict:
    """Taking back one's own part needs others who stay."""
    return yes() if not alone(c) else no("alone", _("Nobody else shares this case."), _("You can take it back."))


# --- urge and supervise -----------------------------------------------------------------------------------------


def urging(source: Some, *, unit_has: Some, gap: str) -> tuple[Transition, Transition]:
    """The worker urges, at most once in `gap` (a rule in hours); the unit owes an answer (messages "urged" and
    "urge_answered")."""

    def urge_gap(c: Ctx[Any]) -> Verdict:
        """One urge a day: more would only drown the answer."""
        last = c.last_event("urge")
        if last and c.now - last.at < timedelta(hours=float(c.number(gap))):
            return no("urged_lately", _("You can urge again a day after the last time. The unit has it."))
        return yes()

    return (
        step(
            "urge", _("Urge"), _("You urged"), source, by={Role.WORKER, Role.AGENT}, guard=urge_gap, then=mark_urged,
            tells="urged", ask=REMARK,
        ),
        step(
            "reply_urge", _("Answer the urge"), _("The unit answered your urge"), unit_has, by=UNIT, guard=has_urge,
            settles="urge", ask=words("reply", _("Answer")), tells="urge_answered", main=True,
        ),
    )  # fmt: skip


def supervising(source: Some, *, also: Some = ()) -> tuple[Transition, Transition]:
    """The level above supervises the unit, which owes an answer (message "supervised")."""
    return (
        step(
            "supervise", _("Supervise"), _("The level above supervises the unit"), source,
            by={Role.SUPERVISOR, Role.LEADER}, then=mark_supervised, tells="supervised",
            ask=words("order", _("What must be done by when"), public=False),
        ),
        step(
            "reply_supervision", _("Answer the supervision"), _("The unit answered the supervision"), source,
            by=UNIT | frozenset(also), guard=has_supervision, settles="supervise",
            ask=words("reply", _("Answer"), public=False),
        ),
    )  # fmt: skip


def mark_urged(c: Ctx[Any]) -> None:
    """The unit owes an answer."""
    c.mark("urged")
    c.open_task("urge", role=Role.OFFICER)


def mark_supervised(c: Ctx[Any]) -> None:
    """The unit owes the supervisor an answer."""
    c.mark("supervised")
    c.open_task("supervise", role=Role.UNIT_HEAD)


def has_urge(c: Ctx[Any]) -> Verdict:
    """There is an urge to answer."""
    return _owed(c, "urge", _("Nobody is waiting for an answer to an urge."))


def has_supervision(c: Ctx[Any]) -> Verdict:
    """There is a supervision to answer."""
    return _owed(c, "supervise", _("There is no open supervision."))


# --- moving a clock ---------------------------------------------------------------------------------------------


def extending(clock: str, source: Some, *, decides: Role) -> tuple[Transition, Transition, Transition]:
    """The unit asks for more time before the date, once; somebody else decides (message "extended")."""

    def extension_left(c: Ctx[Any]) -> Verdict:
        """Asked for before the date, and not extended before."""
        deadline = c.clock(clock)
        if deadline is None or deadline.state != DeadlineState.RUNNING:
            return no("clock_not_running", _("The result clock is not running."))
        if c.now > deadline.due_at:
            return no("expired", _("An extension must be asked for before the date has passed."))
        if any(m["kind"] == MoveKind.EXTEND and not m.get("undone") for m in deadline.moves):
            return no("no_extension_left", _("It was extended once already; more is not allowed."))
        return yes()

    return (
        step(
            "ask_extension", _("Ask for an extension"), _("The unit asked for more time"), source, by=UNIT,
            guard=(no_extension_open, extension_left), then=asks_extension(decides), ask=REASON,
        ),
        step(
            "grant_extension", _("Grant the extension"), _("More time was granted, once"), source, by=decides,
            guard=has_extension, extends=clock, settles="extension", ask=REASON, tells="extended",
        ),
        step(
            "refuse_extension", _("Refuse the extension"), _("More time was refused"), source, by=decides,
            guard=has_extension, settles="extension", ask=REASON,
        ),
    )  # fmt: skip


def suspending(clock: str, source: Some) -> tuple[Transition, Transition]:
    """The clock waits for something outside (messages "suspended" and "resumed")."""
    return (
        step(
            "suspend", _("Suspend the clock"), _("The clock waits for something outside"), source, by=Role.UNIT_HEAD,
            suspends=clock, tells="suspended", ask=words("reason", _("What it waits for"), limit=200),
        ),
        step(
            "resume", _("Resume the clock"), _("The clock runs again"), source, by=UNIT, resumes=clock, tells="resumed"
        ),
    )  # fmt: skip


def asks_extension(decides: Role) -> Callable[[Ctx[Any]], None]:
    """Whoever decides must."""

    def asks_extension(c: Ctx[Any]) -> None:
        """Somebody else must decide."""
        c.open_task("extension", role=decides)

    return asks_extension


def has_extension(c: Ctx[Any]) -> Verdict:
    """An extension was asked for and not decided."""
    return _owed(c, "extension", _("No extension has been asked for."))


def no_extension_open(c: Ctx[Any]) -> Verdict:
    """Only one request at a time."""
    if _owed(c, "extension", ""):
        return no("asked_already", _("An extension has been asked for and is not decided yet."))
    return yes()


def _owed(c: Ctx[Any], kind: str, reason: Text) -> Verdict:
    return yes() if kind in c.open_tasks else no("nothing_open", reason)


__all__ = [
    "REASON", "REMARK", "UNIT", "Guard", "alone", "extending", "federation", "in_charge", "not_alone", "not_mine",
    "noting", "opening", "supervising", "supplementing", "suspending", "take", "taking_over", "urging", "withdrawing",
]  # fmt: skip
