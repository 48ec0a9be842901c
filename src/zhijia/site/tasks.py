"""What the platform does by the clock. Thin: each task calls one function of the kernel and passes the time.

Procrastinate gives every periodic task the moment it was due; we ask our own clock instead.
"""
# ruff: noqa: ARG001

from procrastinate.contrib.django import app

from zhijia.kernel.audit.seal import seal_pending
from zhijia.kernel.base.clock import now
from zhijia.kernel.cases.rescope import follow_moves
from zhijia.kernel.events.outbox import relay
from zhijia.kernel.indicators.fold import fold_shards
from zhijia.kernel.notify.send import send_waiting
from zhijia.kernel.service import sweep


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="relay", lock="relay")
def relay_events(timestamp: int) -> None:
    """Publish what the outbox holds."""
    while relay(now=now()) == 500:
        continue


@app.periodic(cron="* * * * * */15")
@app.task(queueing_lock="messages", lock="messages")
def send_messages(timestamp: int) -> None:
    """Send waiting text messages."""
    while send_waiting(now=now()) == 200:
        continue


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="clocks", lock="clocks")
def watch_clocks(timestamp: int) -> None:
    """Remind before a date, report after it."""
    moment = now()
    while sweep.remind(now=moment) == sweep.BATCH:
        continue
    while sweep.report_late(now=moment) == sweep.BATCH:
        continue


@app.periodic(cron="5 0 * * *")
@app.task(queueing_lock="seal", lock="seal")
def seal_audit(timestamp: int) -> None:
    """Seal the audit trail of every finished day."""
    seal_pending(now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="rescope", lock="rescope")
def rescope_cases(timestamp: int) -> None:
    """Let cases follow units whose numbers changed."""
    follow_moves(now=now())


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="fold", lock="fold")
def fold_figures(timestamp: int) -> None:
    """Fold the counters of the months that have ended."""
    fold_shards(now=now())
