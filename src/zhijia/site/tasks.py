"""What the platform does by the clock. Thin: each task calls one function of the kernel and passes the time.

Procrastinate gives every periodic task the moment it was due; we ask our own clock instead.
"""
# ruff: noqa: ARG001

from collections.abc import Iterator
from contextlib import contextmanager

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from procrastinate import exceptions
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext
from procrastinate.jobs import Status

from zhijia.faces import keepers, package
from zhijia.faces.cli import demo_calls
from zhijia.faces.web.desk import taking
from zhijia.kernel.audit import roots, runs, security
from zhijia.kernel.base import limits
from zhijia.kernel.base.clock import now
from zhijia.kernel.base.queue import MOST, MOST_STARTS, patient
from zhijia.kernel.cases.bundles import tidy as tidy_bundles
from zhijia.kernel.cases.rescope import follow_moves
from zhijia.kernel.documents.paper import seal_waiting
from zhijia.kernel.events.outbox import relay
from zhijia.kernel.files import later as files_later
from zhijia.kernel.files import quota as files_quota
from zhijia.kernel.indicators.fold import fold_shards
from zhijia.kernel.notify import reviews
from zhijia.kernel.notify.send import send_waiting
from zhijia.kernel.people import devices
from zhijia.kernel.retention.disposal import run as run_disposal
from zhijia.kernel.retention.due import mark_due
from zhijia.kernel.retention.packages import tidy as tidy_packages
from zhijia.kernel.retention.tombstones import catch_up
from zhijia.kernel.service import sweep
from zhijia.kernel.service.registry import load
from zhijia.kernel.service.staff_sheet import STAFF as _STAFF_SHEET  # noqa: F401 known once it is imported
from zhijia.kernel.sheets import jobs as sheet_jobs
from zhijia.kernel.sheets import run as sheet_runs
from zhijia.modules.privacy.doing import erase
from zhijia.modules.vouchers.sweep import sweep as sweep_vouchers


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="relay", lock="relay")
def relay_events(timestamp: int) -> None:
    """Publish what the outbox holds; first the modules say what they listen to, or an event would pass them by."""
    load()
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


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="vouchers", lock="vouchers")
def tend_vouchers(timestamp: int) -> None:
    """Start and end cycles of vouchers, let what nobody collected expire."""
    sweep_vouchers(now=now())


if settings.DEMO:

    @app.periodic(cron="* * * * * */3")
    @app.task(queueing_lock="demo_calls", lock="demo_calls")
    def ring_demo(timestamp: int) -> None:
        """Let the demonstration's telephone exchange ring, hang up and lose patience."""
        demo_calls.turn(now=now(), step=3)


@app.periodic(cron="5 * * * *")
@app.task(queueing_lock="seal", lock="seal")
def seal_audit(timestamp: int) -> None:
    """Seal the audit trail of every finished day, note where it stands now, sign both."""
    roots.keep(now())


@app.periodic(cron="50 3 * * *")
@app.task(queueing_lock="prune_security", lock="prune_security")
def prune_security(timestamp: int) -> None:
    """Delete the days of the security log, and the bundles, that were kept long enough."""
    security.prune(now=now())
    keepers.tidy(now=now())


@app.periodic(cron="30 2 * * *")
@app.task(queueing_lock="nightly_backup", lock="nightly_backup")
def nightly_backup(timestamp: int) -> None:
    """Back up where the operator named a folder for it."""
    if settings.BACKUPS:
        runs.ask(kind=runs.Run.Kind.BACKUP, account_id=None, now=now())


@app.task(lock="do_run")
def do_run(run: int) -> None:
    """Check, bundle, back up or drill, as somebody asked; one after the other. It is never begun twice."""
    runs.do(run, keepers.work)


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="sign_ins", lock="sign_ins")
def tidy_sign_ins(timestamp: int) -> None:
    """Forget what is over: windows of limits, sessions, devices that were signed out long ago."""
    limits.prune(now=now())
    devices.prune(now=now())
    SessionStore.clear_expired()


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


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="papers", lock="papers")
def make_papers(timestamp: int) -> None:
    """Make the papers of letters whose process died after they were issued."""
    load()
    seal_waiting()


@app.task(retry=patient(), pass_context=True)
def check_sheet(context: JobContext, job: int) -> None:
    """Check a workbook that was sent."""
    load()
    with _told_at_last(context, job):
        sheet_runs.check_job(job_id=job, now=now())


@app.task(retry=patient(), pass_context=True)
def apply_sheet(context: JobContext, job: int) -> None:
    """Store the rows of a workbook that was confirmed."""
    load()
    with _told_at_last(context, job):
        sheet_runs.apply_job(job_id=job, now=now())


@app.task(retry=patient(), pass_context=True)
def write_export(context: JobContext, job: int) -> None:
    """Make a workbook that was asked for."""
    load()
    with _told_at_last(context, job):
        sheet_runs.write_job(job_id=job, now=now())


@contextmanager
def _told_at_last(context: JobContext, job: int) -> Iterator[None]:
    """Whoever sent a workbook is told when the last try has failed."""
    try:
        yield
    except Exception:
        if context.job.attempts >= MOST:
            sheet_runs.give_up(job_id=job, now=now())
        raise


@app.periodic(cron="15 * * * *")
@app.task(queueing_lock="scan_files", lock="scan_files")
def scan_files(timestamp: int) -> None:
    """Scan what was kept while no scanner was there, and forget how much was sent on days that are over."""
    after = ""
    while after := files_later.scan_waiting(now=now(), after=after):
        continue
    files_quota.forget(now=now())


@app.periodic(cron="20 3 * * *")
@app.task(queueing_lock="tidy_sheets", lock="tidy_sheets")
def tidy_sheets(timestamp: int) -> None:
    """Delete workbooks that were kept long enough."""
    sheet_jobs.tidy(now=now())


@app.task(retry=patient())
def make_package(request: str) -> None:
    """Make the package of a worker who asked for a copy of their data."""
    load()
    package.make(request=request, now=now())


@app.task(retry=patient())
def make_bundle(bundle: int) -> None:
    """Make the whole file of a case for whoever takes it out."""
    load()
    taking.make(bundle_id=bundle, now=now())


@app.task(retry=patient())
def erase_data(request: str, language: str) -> None:
    """Erase what a worker asked to be erased."""
    load()
    erase(no=request, language=language, now=now())


@app.task(retry=patient(), lock="destroy")
def destroy_cases(disposal: int) -> None:
    """Destroy the cases of a disposal that two people decided."""
    load()
    run_disposal(disposal_id=disposal, now=now())


@app.periodic(cron="10 2 * * *")
@app.task(queueing_lock="retention", lock="retention")
def tend_retention(timestamp: int) -> None:
    """Note whose time is over; delete packages that were kept long enough; bring the file of deletions up to date."""
    load()
    mark_due(now=now())
    tidy_packages(now=now())
    tidy_bundles(now=now())
    catch_up()


@app.periodic(cron="0 1 * * *")
@app.task(queueing_lock="reviews", lock="reviews")
def remind_reviews(timestamp: int) -> None:
    """Remind those who have not decided about the posts of their units."""
    reviews.remind(now=now())


@app.periodic(cron="* * * * * */15")
@app.task(queueing_lock="revive", pass_context=True)
async def revive(context: JobContext, timestamp: int) -> None:
    """Begin again what a worker was at when it was killed; a periodic task whose next turn waits already just ends, so
    that its lock is free, and what has been begun often enough ends too: it is what kills the workers."""
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs():
        if job.attempts >= MOST_STARTS:
            await jobs.finish_job(job, Status.FAILED, delete_job=False)
            if sheet := job.task_kwargs.get("job"):
                await sync_to_async(sheet_runs.give_up)(job_id=sheet, now=now())
            continue
        try:
            await jobs.retry_job(job)
        except exceptions.ConnectorException:  # its queueing lock is taken by the next turn
            await jobs.finish_job(job, Status.FAILED, delete_job=False)
