"""What pages hand to components that need more than words."""

from dataclasses import dataclass

from zhijia.faces.present import Chip
from zhijia.kernel.base.errors import Text


@dataclass(frozen=True)
class Task:
    """One line of the task list."""

    title: Text
    done: bool = False
    beside: Text = ""
    url: str = ""
    chip: Chip | None = None
    count: str = ""
