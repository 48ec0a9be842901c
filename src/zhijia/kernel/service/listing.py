"""Questions whose answers are worked out from the case: what is offered on a page, and that nothing else is taken."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Invalid

from .context import Ctx
from .declare import Ask, Kind


def offered(ask: Ask, ctx: Ctx[Any]) -> Ask:
    """The same question as a choice among what there is now; any other question as it is."""
    if ask.among is None:
        return ask
    return replace(ask, kind=Kind.CHOICE, choices=tuple((str(n), title) for n, title in ask.among(ctx)))


def check(asks: Iterable[Ask], ctx: Ctx[Any]) -> None:
    """Raises Invalid for an answer that is not (or no longer) on its list."""
    wrong = [
        FieldProblem(ask.name, "choice", _("Choose one of the listed values."))
        for ask in asks
        if ask.among is not None
        and (given := ctx.data.get(ask.name)) is not None
        and given not in (number for number, _title in ask.among(ctx))
    ]
    if wrong:
        raise Invalid(*wrong)
