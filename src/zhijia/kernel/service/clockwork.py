"""What a transition does to the clocks of its case: start, stop, extend, suspend, resume, drop."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Verdict, no, yes
from zhijia.kernel.deadlines import store
from zhijia.kernel.deadlines.clock import Limit, MoveKind
from zhijia.kernel.deadlines.models import Deadline, DeadlineState

from .context import Ctx
from .declare import Choose, Clock, Service, Transition

ACTIVE = (DeadlineState.RUNNING, DeadlineState.SUSPENDED)


def allows(service: Service, transition: Transition, ctx: Ctx[Any]) -> Verdict:
    """Whether the clock that this transition extends, suspends, resumes or sets back lets itself be moved now."""
    if transition.extends:
        declared, deadline = service.clock(transition.extends), ctx.clock(transition.extends)
        if deadline is None or deadline.state != DeadlineState.RUNNING:
            return no("clock_not_running", _("The clock “%(clock)s” is not running.") % {"clock": declared.title})
        used = sum(m.kind == MoveKind.EXTEND for m in store.moves_of(deadline))
        if used >= declared.extensions:
            return no(
                "no_extension_left",
                _("It has been extended %(used)s time(s); more is not allowed.") % {"used": used},
            )
        if ctx.now > deadline.due_at:
            return no("expired", _("An extension must be asked for before the date has passed."))
    for key, wanted in ((transition.suspends, DeadlineState.RUNNING), (transition.resumes, DeadlineState.SUSPENDED)):
        deadline = ctx.clock(key) if key else None
        if key and (deadline is None or deadline.state != wanted):
            return no(
                "clock_state",
                _("The clock “%(clock)s” is not in a state for this.") % {"clock": service.clock(key).title},
            )
    if transition.undoes:
        deadline = ctx.clock(transition.undoes)
        if deadline is None or deadline.state not in ACTIVE or not store.moves_of(deadline):
            return no("nothing_to_undo", _("The clock has not been moved, so there is nothing to undo."))
    return yes()


def turn(
    service: Service, key: str, transition: Transition | None, ctx: Ctx[Any], source: str, target: str
) -> list[Deadline]:
    """Apply `key` (a transition's, or "file") to every clock; returns the rows that are new or changed.

    A transition that could have moved the case but left it where it was (one of ten workers has answered) moves no
    clock either. `ctx.deadlines` is brought up to date, so that the leading clock can be read from it afterwards.
    """
    touched: list[Deadline] = []
    if transition is not None and isinstance(transition.target, Choose) and target == source:
        return touched
    by = ctx.post.org_name if ctx.post else ctx.actor.name
    for clock in service.clocks:
        deadline = ctx.clock(clock.key)
        active = deadline is not None and deadline.state in ACTIVE
        if key in clock.stops and deadline is not None and active:
            store.end(deadline, now=ctx.now)
            touched.append(deadline)
        start = ctx.now if clock.since is None else clock.since(ctx) if key in clock.starts else None
        if key in clock.starts and start is not None and (deadline is None or clock.again):
            if deadline is not None and active and deadline not in touched:
                store.drop(deadline, now=ctx.now)
                touched.append(deadline)
            begun = _begin(clock, key, ctx, start, round=deadline.round + 1 if deadline else 1)
            ctx.deadlines.append(begun)
            touched.append(begun)
    if transition is not None:
        touched += _moves(service, transition, ctx, by)
    if target in service.final or target in service.asleep:
        for deadline in ctx.deadlines:
            if deadline.state in ACTIVE:
                store.drop(deadline, now=ctx.now)
                touched.append(deadline)
    return list({id(d): d for d in touched}.values())


def _begin(clock: Clock, key: str, ctx: Ctx[Any], start: datetime, *, round: int) -> Deadline:
    rule = ctx.rule(clock.rule if isinstance(clock.rule, str) else clock.rule(ctx))
    extension = ctx.rule(clock.extension) if clock.extension else None
    return store.begin(
        key=clock.key, title_rule=rule, started_by=key, case_id=ctx.case.pk, round=round, now=start,
        extension=extension, extensions=clock.extensions, leads=clock.leads, region=ctx.case.region,
    )  # fmt: skip


def _moves(service: Service, transition: Transition, ctx: Ctx[Any], by: str) -> list[Deadline]:
    moved: list[Deadline] = []
    for key, kind in (
        (transition.extends, MoveKind.EXTEND),
        (transition.suspends, MoveKind.SUSPEND),
        (transition.resumes, MoveKind.RESUME),
    ):
        deadline = ctx.clock(key) if key else None
        if deadline is None:
            continue
        reason = str(ctx.data.get("reason", ""))[:200]
        limit = _extension(service.clock(key), ctx) if kind == MoveKind.EXTEND else None
        store.move(deadline, kind, now=ctx.now, reason=reason, by=by, limit=limit)
        moved.append(deadline)
    deadline = ctx.clock(transition.undoes) if transition.undoes else None
    if deadline is not None and store.undo_last(deadline, now=ctx.now, by=by):
        moved.append(deadline)
    for deadline in moved:
        clock = service.clock(deadline.key)
        store.place(deadline, extension=_extension(clock, ctx), extensions=clock.extensions, region=ctx.case.region)
    return moved


def _extension(clock: Clock, ctx: Ctx[Any]) -> Limit | None:
    """How much one extension of this clock adds here and now; None when it cannot be extended."""
    return store.limit_of(ctx.rule(clock.extension)) if clock.extension else None


def show_on_case(ctx: Ctx[Any]) -> None:
    """Copy the leading clock onto the case, where lists read it."""
    leading = store.leading(ctx.deadlines)
    active = [d for d in ctx.deadlines if d.state in ACTIVE]
    ctx.case.due_at = leading.due_at if leading else None
    ctx.case.due_key = leading.key if leading else ""
    ctx.case.paused = leading is None and any(d.state == DeadlineState.SUSPENDED for d in active)
    ctx.case.late = max((d.level for d in active), default=0)
