"""From a figure to the cases behind it: the desk's list with the filter that fits, for who may read it."""

from dataclasses import dataclass
from datetime import timedelta

from zhijia.faces.web.desk.filters import ANY, CLOSED, Filters
from zhijia.kernel.org.queries import unit_for
from zhijia.kernel.people.actors import Actor, Permission
from zhijia.kernel.service.engine import FILE

from .figures import Board

MARKED = {
    "urged": "urged", "bounced": "returned", "reopened": "reopened", "solved": "solved", "unreached": "unreached",
}  # fmt: skip
"""Figures whose cases the desk can list by what happened to them."""


@dataclass(frozen=True)
class Lists:
    """Addresses of lists by figure. `exact` are the figures whose list holds what is counted; for the others the desk
    has no such filter, and the list is that of all cases filed in the period."""

    by_figure: dict[str, str]
    exact: frozenset[str]
    by_category: dict[str, str]
    late: str
    period: str


def lists_of(board: Board, actor: Actor) -> Lists | None:
    """The lists behind a board; None where the reader may not read the cases of that place."""
    unit = unit_for(board.region.code)
    if unit is None or not actor.reaches(Permission.READ, unit.lft, unit.industry_lft):
        return None
    service = board.service
    category = f"{service.key}:{board.category}" if board.category else ""
    every = Filters(
        view="all", service=service.key, state=ANY, category=category, unit=str(unit.pk),
        since=board.since.isoformat(), until=(board.until - timedelta(days=1)).isoformat(),
    )  # fmt: skip
    found, exact = {}, set()
    for count in service.counts:
        mark = MARKED.get(count.key, "")
        changes = {"mark": mark} if mark else {"state": CLOSED} if count.key == "closed" else {}
        found[count.key] = f"/desk/{every.url(**changes)}"
        if FILE in count.on or changes:
            exact.add(count.key)
    return Lists(
        found, frozenset(exact),
        {topic.code: f"/desk/{every.url(category=f'{service.key}:{topic.code}')}" for topic in board.topics},
        f"/desk/{every.url(view='late', state='', since='', until='')}", f"/desk/{every.url()}",
    )  # fmt: skip
