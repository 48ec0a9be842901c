"""`zhijia serve`: database, tables, words, static files, web server and task worker, in one command."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer

from zhijia.kernel.base.errors import Misconfigured

from .words import _

if TYPE_CHECKING:
    from rich.console import Console

THREADS = 4
"""Blocking threads of each web worker (docs/architecture.md)."""
HEADERS, CONNECTIONS = 10, 512
"""Seconds in which a request's headers must be here, and how many connections one web server process holds at once.
What it cannot limit, above all slow bodies, a proxy must (docs/guides/uploads.md)."""
PATIENCE = 15
"""Seconds that a child has to finish what it is doing."""
STEADY, LONGEST = 20.0, 30.0
"""Seconds after which a child has come up well, and the longest pause before one that has not is started again."""


def register(app: typer.Typer) -> None:
    @app.command(help=_("Start everything on this machine: database, web server and task worker. Ctrl-C stops it."))
    def serve(
        port: Annotated[int, typer.Option(envvar="PORT", min=1, max=65535, help=_("TCP port of the pages."))] = 8000,
        demo: Annotated[bool, typer.Option("--demo", help=_("Load the demonstration province."))] = False,
        host: Annotated[str, typer.Option(help=_("Address to listen on."))] = "127.0.0.1",
        workers: Annotated[int, typer.Option(min=1, max=64, help=_("Web server processes."))] = 2,
    ) -> None:
        run(port=port, demo=demo, host=host, workers=workers)


def run(*, port: int, demo: bool, host: str, workers: int) -> None:
    """Serve until Ctrl-C or SIGTERM, then stop the children and the database. Raises Misconfigured with one sentence
    for whatever the operator must mend."""
    from rich.console import Console

    from zhijia.kernel.files import scratch

    from . import freshness, prepare
    from .messages import compile_messages
    from .setup import connect_database, disconnect_database, embedded, home
    from .steps import step

    console = Console()
    stop, prepared = threading.Event(), threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_args: _interrupt(stop, prepared))
    require_free(host, port)
    scratch.sweep(home())
    children: list[subprocess.Popen[bytes]] = []
    try:
        with step(console, _("Database")) as current:
            url = connect_database()
            current.note = _("embedded PostgreSQL") if embedded() else _("your own server")
        with step(console, _("Words")) as current:
            current.note = _("{count} compiled").format(count=compile_messages())
        with freshness.preparing(url) as connection:
            with step(console, _("Tables")) as current:
                current.note = prepare.migrate(connection)
            with step(console, _("Static files")) as current:
                current.note = prepare.collect_static()
            if demo:
                os.environ["ZHIJIA_DEMO"] = "1"
                with step(console, _("Demonstration")) as current:
                    current.note = prepare.load_demo(connection, current.show)
        prepare.let_go()
        prepared.set()
        with step(console, _("Web server")) as current:
            children.append(start_web(host=host, port=port, workers=workers))
            await_answer(children[0], host, port, stop)
            current.note = _("{workers} processes of {threads} threads").format(workers=workers, threads=THREADS)
        if find_spec("zhijia.site.tasks") and not stop.is_set():
            children.append(start_worker())
        if not stop.is_set():
            greet(console, host, port, demo)
        keep_running(children, [partial(start_web, host=host, port=port, workers=workers), start_worker], stop)
    except _Stopped:
        pass
    finally:
        stop.set()
        console.print(_("Stopping …"))
        _finish(children)
        disconnect_database()


class _Stopped(Exception):
    """Somebody asked us to stop."""


def _interrupt(stop: threading.Event, prepared: threading.Event) -> None:
    """The first signal breaks off the preparation; later ones are ignored, so that the clean stop is not disturbed.

    Once children are started nothing is raised: an exception in the middle of a fork would be swallowed with a
    traceback, and everything that waits from then on looks at `stop`.
    """
    first = not stop.is_set()
    stop.set()
    if first and not prepared.is_set():
        raise _Stopped


def require_free(host: str, port: int) -> None:
    """Raise Misconfigured when `port` cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Misconfigured(
                _("you may not use port {port}; choose one above 1023, for example PORT=8000").format(port=port)
            ) from None
        except OSError as error:
            if error.errno != 98 and error.errno != 48:  # EADDRINUSE on Linux and macOS
                raise Misconfigured(
                    _("cannot listen on {host}:{port}: {reason}").format(host=host, port=port, reason=error.strerror)
                ) from None
            raise Misconfigured(
                _("port {port} is taken by another program; choose another, for example PORT={other}").format(
                    port=port, other=port + 1
                )
            ) from None


def start_web(
    *, host: str, port: int, workers: int, application: str = "zhijia.site.wsgi:application"
) -> subprocess.Popen[bytes]:
    """Start granian on our WSGI application (a benchmark may name another); it logs only what goes wrong."""
    return _start(
        "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers),
        "--blocking-threads", str(THREADS), "--no-ws", "--http", "1", "--log-level", "warning",
        "--http1-header-read-timeout", str(HEADERS * 1000), "--backpressure", str(CONNECTIONS),
        "--respawn-failed-workers", "--workers-kill-timeout", str(PATIENCE - 5), application,
    )  # fmt: skip


def start_worker() -> subprocess.Popen[bytes]:
    """Start the task worker."""
    return _start("zhijia.faces.cli.worker")


def await_answer(
    child: subprocess.Popen[bytes], host: str, port: int, stop: threading.Event | None = None, patience: float = 60
) -> None:
    """Wait until the web server answers a request with anything, or until `stop`. Raises Misconfigured when it dies
    or stays silent."""
    import http.client  # --help does not need it

    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 # nosec B104 - mapped, not bound
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if stop is not None and stop.is_set():
            return
        if child.poll() is not None:
            raise Misconfigured(_("the web server did not start; the lines above say why"))
        request = http.client.HTTPConnection(target, port, timeout=patience)
        try:
            request.request("GET", "/")
            request.getresponse().read()
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        else:
            return
        finally:
            request.close()
    raise Misconfigured(_("the web server did not answer within {seconds} s").format(seconds=patience))


def greet(console: "Console", host: str, port: int, demo: bool) -> None:
    """Say where the pages are, who may sign in, and what to try first."""
    from rich.table import Table

    shown = f"[{host}]" if ":" in host else host
    console.print(f"\n[bold]{_('Zhijia is ready')}: http://{shown}:{port}/[/]\n", highlight=False)
    if demo and find_spec("zhijia.faces.cli.demo"):
        shows = import_module("zhijia.faces.cli.demo")
        columns = _("Who"), _("Account"), _("Password"), _("To try")
        table = Table(*columns, title=_("Demonstration accounts"), title_justify="left")
        for account in getattr(shows, "ACCOUNTS", ()):
            table.add_row(*map(str, account), getattr(account, "tries", ""))
        console.print(table)
        for line in getattr(shows, "TRY_FIRST", ()):
            console.print(f"  • {line}")
        if host not in ("127.0.0.1", "localhost", "::1"):
            console.print(f"[yellow]{_('These passwords are public: do not let strangers reach this address.')}[/]")
    console.print(f"[dim]{_('Ctrl-C stops everything.')}[/]")


def _start(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    """A child in its own session, so that Ctrl-C reaches only us and we choose the order; it dies with us."""
    environment = {"DJANGO_SETTINGS_MODULE": "zhijia.site.settings", **os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments], env=environment, start_new_session=True, preexec_fn=_DIE_WITH_PARENT
    )


def _die_with_parent() -> None:
    _libc.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG: a killed `serve` leaves no web server on the port


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
_DIE_WITH_PARENT = _die_with_parent if _libc else None


Start = Callable[[], subprocess.Popen[bytes]]


def keep_running(children: list[subprocess.Popen[bytes]], starts: list[Start], stop: threading.Event) -> None:
    """Until `stop`: a child that dies is started again after a second; one that dies again and again in its first
    seconds after pauses that double, up to half a minute; an embedded database that was killed is started where it was.
    A web server gives up by itself when its workers are killed twice in a few seconds, so it needs this as much as the
    task worker does."""
    database = threading.Thread(target=_keep_database, args=(stop,), name="database")
    database.start()  # on its own: while it is away, children that die must still be started
    count, begun = len(children), time.monotonic()
    pauses, due, began = [1.0] * count, [0.0] * count, [begun] * count
    while not stop.wait(0.5):
        for n, child in enumerate(children):
            if child.poll() is None:
                continue
            now = time.monotonic()
            if not due[n]:
                pauses[n] = 1.0 if now - began[n] > STEADY else pauses[n]
                due[n], pauses[n] = now + pauses[n], min(pauses[n] * 2, LONGEST)
            elif now >= due[n]:
                children[n], due[n], began[n] = starts[n](), 0.0, now
    database.join()


def _keep_database(stop: threading.Event) -> None:
    """Start an embedded database that was killed; where that fails (the disk is full, what is left of the killed server
    has not gone yet) say so once and go on trying."""
    import psycopg

    from .setup import revive_database

    pause, said = 0.5, ""
    while not stop.wait(pause):
        try:
            revive_database()
        except (Misconfigured, OSError, subprocess.SubprocessError, psycopg.Error) as error:
            if str(error) != said:
                print(f"✗ {error}", file=sys.stderr, flush=True)
            pause, said = min(pause * 2, 8), str(error)
        else:
            pause, said = 0.5, ""


def _finish(children: list[subprocess.Popen[bytes]]) -> None:
    for child in reversed(children):
        child.terminate()
    for child in reversed(children):
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
