"""Bring the database and the static files up to date; each step is skipped when its stamp says nothing changed."""

import os
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

import psycopg

from . import freshness
from .setup import boot, home
from .words import _

REFERENCE = ("zhijia.kernel.org.regions:load_regions", "zhijia.site.reference:load")
"""Functions that bring reference data up to date, as module:function; they may be called again and again."""
DEMO = "zhijia.faces.cli.demo"


def migrate(connection: psycopg.Connection) -> str:
    """Apply migrations and load reference data when either changed; returns what was done, in words."""
    wanted = freshness.migrations_fingerprint()
    if freshness.read_stamp(connection).get("migrations") == wanted:
        return _("up to date")
    boot()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    load_reference()
    freshness.write_stamp(connection, migrations=wanted)
    return _("migrated")


def load_reference() -> None:
    """Bring all reference data up to date; Django must be set up."""
    for module, function in (name.split(":") for name in REFERENCE):
        if find_spec(module):
            getattr(import_module(module), function)()


def collect_static() -> str:
    """Gather and compress the static files when one changed; returns what was done, in words."""
    stamp = home() / "static" / ".stamp"
    wanted = freshness.static_fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return _("up to date")
    boot()
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)
    return _("collected")


def load_demo(connection: psycopg.Connection, progress: Callable[[str], None]) -> str:
    """Load the demonstration province once; returns what was done, in words."""
    if freshness.read_stamp(connection).get("demo") or not find_spec(DEMO):
        return _("there already") if find_spec(DEMO) else _("not in this version")
    os.environ["ZHIJIA_DEMO"] = "1"
    boot()
    import_module(DEMO).load(progress)
    freshness.write_stamp(connection, demo="loaded")
    return _("loaded")


def let_go() -> None:
    """Close what Django opened in this process: the children have their own connections."""
    from django.conf import settings

    if settings.configured:
        from django.db import connections

        connections.close_all()
        for connection in connections.all(initialized_only=True):
            getattr(connection, "close_pool", lambda: None)()
