"""`zhijia intake FILE`: real texts become tickets through the public API; with --simulate they are handled to the end.

Nothing is filed twice: the idempotency key of a row is the file's hash and the row's number. What is done stands in
ZHIJIA_HOME/intake/<hash>.jsonl, so a run that was broken off goes on where it stopped.
"""

import itertools
import json
import os
import socket
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhijia.kernel.base.errors import Misconfigured

from .dice import dice
from .words import _

if TYPE_CHECKING:
    from .intake_filers import Filed, Filer, Refused
    from .intake_rows import Bad, Row

THREADS = 4
BEGAN, SPREAD = timedelta(weeks=8), timedelta(weeks=4)
"""With --simulate the texts arrive from eight to four weeks ago, so that most are closed by now."""


def register(app: typer.Typer) -> None:
    @app.command(help=_("File a text per row (JSONL, CSV or TXT) as hotline tickets, through the public API."))
    def intake(
        file: Annotated[Path | None, typer.Argument(help=_("The file; without it a few texts of our own."))] = None,
        simulate: Annotated[bool, typer.Option("--simulate", help=_("Let simulated officers handle them."))] = False,
        seed: Annotated[int, typer.Option(help=_("Another number, another story."))] = 1,
        url: Annotated[str, typer.Option(help=_("A server; without it the one that runs here, or none."))] = "",
        limit: Annotated[int, typer.Option(min=0, help=_("Only the first rows."))] = 0,
        region: Annotated[str, typer.Option(help=_("County of rows that name none (GB/T 2260)."))] = "",
    ) -> None:
        run(Options(file, simulate, seed, url, limit, region))


@dataclass(frozen=True)
class Options:
    """What the command was asked to do."""

    file: Path | None = None
    simulate: bool = False
    seed: int = 1
    url: str = ""
    limit: int = 0
    region: str = ""


@dataclass
class Progress:
    """What is done of one file, and where that is kept."""

    path: Path
    start: datetime
    numbers: dict[int, str] = field(default_factory=dict)
    """Case number of each filed row."""

    @classmethod
    def open(cls, path: Path, *, now: datetime) -> "Progress":
        """Read the state file, or begin one. A half-written last line is dropped: its row is replayed by its key."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(json.dumps({"start": (now - BEGAN).isoformat()}) + "\n")
        first, *rest = path.read_text().splitlines()
        found = cls(path, datetime.fromisoformat(json.loads(first)["start"]))
        for line in rest:
            try:
                done = json.loads(line)
            except ValueError:
                continue
            found.numbers[done["row"]] = done["no"]
        return found

    def note(self, row: int, no: str) -> None:
        """Remember that a row is filed."""
        self.numbers[row] = no
        with self.path.open("a") as file:
            file.write(json.dumps({"row": row, "no": no}) + "\n")


@dataclass
class Outcome:
    """What a run did."""

    filed: int = 0
    again: int = 0
    skipped: int = 0
    """Filed by an earlier run."""
    bad: "list[Bad]" = field(default_factory=list)
    numbers: dict[int, str] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    stopped: bool = False


def run(options: Options) -> Outcome:
    """File, simulate and report. Raises Misconfigured with one sentence for what the operator must mend."""
    from rich.console import Console

    if options.simulate and options.url:
        raise Misconfigured(_("--simulate holds the clock, which works in this process only; leave --url out"))
    if options.file is not None and not options.file.is_file():
        raise Misconfigured(_("there is no file {file}").format(file=options.file))
    prepare_installation()
    from zhijia.kernel.base import clock

    from . import intake_rows
    from .intake_report import show

    console, now = Console(), clock.now()
    mark = "demonstration"
    source: Iterable[Row | Bad] = own_rows()
    if options.file is not None:
        mark, source = intake_rows.fingerprint(options.file), intake_rows.read(options.file)
    progress = Progress.open(Path(os.environ["ZHIJIA_HOME"]) / "intake" / f"{mark}.jsonl", now=now)
    filer = choose_filer(options, now=now, console=console)
    outcome = Outcome()
    rows: dict[int, Row] = {}
    try:
        file_all(source, filer, options, progress, outcome, rows, mark, console)
        if options.simulate:
            let_handle(rows, outcome, options, mark, now, console)
    except KeyboardInterrupt:
        outcome.stopped = True
    if outcome.bad:
        console.print(_("Bad rows: {path}").format(path=write_bad(options.file, mark, outcome.bad)), highlight=False)
    if outcome.stopped:
        console.print(_("Stopped. The same command goes on from here and files nothing twice."))
        raise typer.Exit(130)
    show(outcome, console, now=now)
    return outcome


def file_all(
    source: "Iterable[Row | Bad]", filer: "Filer", options: Options, progress: Progress, outcome: Outcome,
    rows: "dict[int, Row]", mark: str, console: Any,
) -> None:  # fmt: skip
    """File every good row that no earlier run has filed; `rows` gets all that are filed."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    from .intake_filers import Filed
    from .intake_rows import Bad

    given = [row for n, row in enumerate(source, start=1) if not options.limit or n <= options.limit]
    outcome.bad += [row for row in given if isinstance(row, Bad)]
    good = [row for row in given if not isinstance(row, Bad)]
    rows |= {row.number: row for row in good if row.number in progress.numbers}
    outcome.skipped = len(rows)
    counties = [] if options.region else served_counties()
    jobs = (
        Job(
            row, body_of(row, options, counties), f"{mark}-{row.number}",
            arrival(row.number, len(given), progress.start, options.seed) if options.simulate else None,
        )
        for row in good if row.number not in progress.numbers
    )  # fmt: skip
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console) as bar:
        task = bar.add_task(_("Filing"), total=len(given), completed=len(given) - len(good) + len(rows))
        for row, result in filing(jobs, filer):
            if isinstance(result, Filed):
                progress.note(row.number, result.no)
                rows[row.number] = row
                outcome.again += result.again
                outcome.filed += not result.again
            else:
                outcome.bad.append(Bad(row.number, result.code, str(result), row.text[:200]))
            bar.advance(task)
    outcome.numbers = {number: progress.numbers[number] for number in rows}


@dataclass(frozen=True)
class Job:
    """One request to the API."""

    row: "Row"
    body: dict[str, Any]
    key: str
    at: datetime | None


def filing(jobs: Iterator[Job], filer: "Filer") -> "Iterator[tuple[Row, Filed | Refused]]":
    """File and give back what came of each: over HTTP several at a time, in this process one after the other."""
    from .intake_filers import InProcess, Refused

    def attempt(job: Job) -> "tuple[Row, Filed | Refused]":
        try:
            return job.row, filer.file(job.body, key=job.key, at=job.at)
        except Refused as refused:
            return job.row, refused

    if isinstance(filer, InProcess):
        yield from map(attempt, jobs)
        return
    pool = ThreadPoolExecutor(THREADS)
    try:
        waiting: set[Future[tuple[Row, Filed | Refused]]] = set()
        while batch := list(itertools.islice(jobs, THREADS)):
            waiting |= {pool.submit(attempt, job) for job in batch}
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
        yield from (future.result() for future in wait(waiting).done)
    finally:
        pool.shutdown(cancel_futures=True)
        filer.close()


def let_handle(
    rows: "dict[int, Row]", outcome: Outcome, options: Options, mark: str, now: datetime, console: Any
) -> None:
    """Simulated officers take the filed tickets and work on them until now."""
    from rich.progress import BarColumn, Progress, TextColumn

    from zhijia.modules.hotline.classify import suggest

    from .officers import Simulation

    simulation = Simulation(options.seed, now - BEGAN)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[steps]}"), console=console
    ) as bar:
        task = bar.add_task(_("Handling"), total=len(rows), steps="")
        for number, row in sorted(rows.items()):
            labour = suggest(row.text).is_labour
            simulation.take(outcome.numbers[number], key=f"{mark}-{number}", labour=labour)
        simulation.run(
            now, lambda fired: bar.update(
                task, completed=len(rows) - simulation.waiting(), steps=_("{count} steps").format(count=fired)
            )
        )  # fmt: skip
    outcome.refused = simulation.refused


def body_of(row: "Row", options: Options, counties: list[str]) -> dict[str, Any]:
    """What is sent to the API: the words, the suggested category and danger, the county."""
    from zhijia.modules.hotline.classify import suggest

    guess = suggest(row.text)
    region = row.region or options.region or counties[dice(options.seed, row.number).randrange(len(counties))]
    body: dict[str, Any] = {
        "story": row.text, "category": guess.category.value, "urgent": guess.urgent, "region": region,
        "channel": "partner",
    }  # fmt: skip
    given = {"external_id": row.external_id, "phone": row.phone}
    if options.simulate and not row.phone:
        given["name"] = f"模拟来件人 {row.number}"  # somebody must be there to urge and to be called back
    return body | {name: value for name, value in given.items() if value}


def arrival(number: int, total: int, start: datetime, seed: int) -> datetime:
    """When a row arrives in a simulation: in the file's order, in the hours in which people call."""
    rng = dice(seed, "arrival", number)
    day = start + SPREAD * ((number - 1) / max(total, 1))
    return day.replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(hours=12 * rng.random())


def served_counties() -> list[str]:
    """Counties whose tickets the first hotline centre receives. Raises Misconfigured when there are none."""
    from zhijia.kernel.org.models import Org, OrgKind, Region

    centre = Org.objects.filter(kind=OrgKind.HOTLINE_CENTRE, active=True).order_by("lft").first()
    stem = centre.region_id.rstrip("0") if centre else ""
    codes = list(
        Region.objects.filter(level=3, retired_in=None, code__startswith=stem)
        .order_by("code")
        .values_list("code", flat=True)
    )
    if centre is None or not codes:
        raise Misconfigured(_("no county is served yet; name one with --region"))
    return codes


def prepare_installation(began: datetime | None = None) -> None:
    """Django, tables and, on an empty installation, the invented province without its tickets, as of `began`."""
    from . import freshness, prepare
    from .setup import boot, connect_database

    with freshness.preparing(connect_database()) as connection:
        prepare.migrate(connection)
    boot()
    from django.conf import settings

    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # the application in this process looks for it
    from zhijia.kernel.base import clock
    from zhijia.kernel.org.models import Org, OrgKind

    from .demo_province import found

    if not Org.objects.filter(kind=OrgKind.HOTLINE_CENTRE).exists():
        found(now=began or clock.now() - BEGAN - timedelta(days=1))


def choose_filer(options: Options, *, now: datetime, console: Any) -> "Filer":
    """The server that was named or runs here, else the application in this process."""
    from .intake_filers import InProcess, OverHttp, given_credentials, own_credentials

    credentials = given_credentials() or own_credentials(now=now - BEGAN)
    url = options.url or ("" if options.simulate else running_here())
    if url:
        console.print(_("Filing at {url}").format(url=url), highlight=False)
        return OverHttp(url.rstrip("/"), credentials)
    return InProcess(credentials)


def running_here() -> str:
    """The address of a server on this machine's usual port, or ""."""
    port = int(os.environ.get("PORT") or 8000)
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return f"http://127.0.0.1:{port}" if probe.connect_ex(("127.0.0.1", port)) == 0 else ""


def write_bad(file: Path | None, mark: str, bad: "list[Bad]") -> Path:
    """Write the bad rows with their reasons beside the file, or under ZHIJIA_HOME when its folder is read-only."""
    lines = "".join(
        json.dumps({"row": b.number, "code": b.code, "reason": b.reason, "raw": b.raw}, ensure_ascii=False) + "\n"
        for b in bad
    )
    home = Path(os.environ["ZHIJIA_HOME"]) / "intake" / f"{mark}.errors.jsonl"
    for path in (file.with_name(f"{file.name}.errors.jsonl") if file else home, home):
        try:
            path.write_text(lines, encoding="utf-8")
        except OSError:
            continue
        return path
    raise Misconfigured(_("cannot write {path}").format(path=home))


def own_rows() -> "list[Row]":
    """A handful of texts for those who have no file."""
    from .demo_stories import STORIES, tell
    from .intake_rows import Row

    rng = dice(7)
    picked = STORIES[::3]
    return [
        Row(n, str(tell(story, rng, employer="恒澜建筑劳务有限公司", place="北岭县")["story"]), external_id=f"demo-{n}")
        for n, story in enumerate(picked, start=1)
    ]
