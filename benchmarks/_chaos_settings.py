"""The settings of an installation under drill: the platform's own, with a clock that can be put wrong from outside
(seconds in the file that CHAOS_CLOCK names), a consumer that witnesses every event, and a poison task.

The seam is here and not in the product: no environment variable of an installation moves its clock.
"""
# ruff: noqa: E402, F403, F405

import os
from datetime import datetime, timedelta
from pathlib import Path

from zhijia.kernel.base import clock

_FILE = Path(os.environ["CHAOS_CLOCK"])
_right = clock.now


def _wrong() -> datetime:
    try:
        return _right() + timedelta(seconds=float(_FILE.read_text()))
    except (OSError, ValueError):
        return _right()


clock.now = _wrong  # before anybody has imported it by name

from zhijia.site.settings import *

PROCRASTINATE_IMPORT_PATHS = [*PROCRASTINATE_IMPORT_PATHS, "_chaos_tasks"]
