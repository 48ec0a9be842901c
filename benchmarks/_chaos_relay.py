"""A second relay beside the task worker's own: it publishes the outbox without a pause, until it is killed."""

import time


def main() -> None:
    """Relay for ever; a database that is away is waited for."""
    import django

    django.setup()

    import _chaos_tasks  # noqa: F401 - a relay must know every consumer, or their events pass them by
    from django.db import Error, connections

    from zhijia.kernel.base import clock
    from zhijia.kernel.events.outbox import relay

    while True:
        try:
            if relay(now=clock.now()):
                continue
        except Error:
            connections.close_all()
        time.sleep(0.2)


if __name__ == "__main__":
    main()
