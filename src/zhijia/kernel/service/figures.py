"""Which figures of a service one transition counts."""

from decimal import Decimal
from typing import Any

from zhijia.kernel.base.money import yuan

from .context import Ctx
from .declare import Count, Duration, Service, Sum


def counted(service: Service, key: str, ctx: Ctx[Any]) -> list[tuple[str, Decimal]]:
    """(figure, amount) of everything that `key` counts: hours for durations, yuan for sums, 0 for plain counts."""
    figures: list[Count | Sum | Duration] = [*service.counts, *service.sums, *service.durations]
    return [
        (figure.key, _amount(figure, ctx))
        for figure in figures
        if key in figure.on and (isinstance(figure, Sum) or figure.when is None or figure.when(ctx))
    ]


def _amount(figure: Count | Sum | Duration, ctx: Ctx[Any]) -> Decimal:
    if isinstance(figure, Sum):
        return yuan(figure.of(ctx)) if figure.money else Decimal(figure.of(ctx))
    return _hours(ctx) if isinstance(figure, Duration) else Decimal(0)


def _hours(ctx: Ctx[Any]) -> Decimal:
    return Decimal((ctx.now - ctx.case.created_at).total_seconds() / 3600).quantize(Decimal("0.01"))
