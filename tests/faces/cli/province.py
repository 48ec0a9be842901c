"""The invented province as several tests of this folder need it, founded once."""

from datetime import datetime

from tests.again import made_once
from zhijia.faces.cli import demo_province


@made_once
def found(now: datetime) -> None:
    """Found it in the present database."""
    demo_province.found(now=now)
