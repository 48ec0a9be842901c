"""The task worker: a child process of `zhijia serve`, or a service of its own on a larger installation."""

from importlib import import_module

from .setup import boot


def main() -> None:
    """Run the tasks of zhijia.site.tasks:app until SIGTERM; a task under way is finished first."""
    boot()
    app = import_module("zhijia.site.tasks").app
    for_worker = getattr(app.connector, "get_worker_connector", None)
    if for_worker:
        app = app.with_connector(for_worker())
    # Work that was done leaves no row behind; work that failed stays and is shown by `zhijia tasks`.
    app.run_worker(concurrency=4, shutdown_graceful_timeout=10, delete_jobs="successful")


if __name__ == "__main__":
    import_module("zhijia.faces.cli.worker").main()  # procrastinate warns of an app that is made in __main__
