"""Which figures of a service one transition counts."""

from decimal import Decimal
from typing import Any

from .context import Ctx
from .declare import Count, Duration, Service


def counted(service: Service, key: str, ctx: Ctx[Any]) -> list[tuple[str, Decimal]]:
    """(figure, amount) of everything that `key` counts: hours for durations, 0 for plain counts."""
    figures: list[Count | Duration] = [*service.counts, *service.durations]
    return [
        (figure.key, _hours(ctx) if isinstance(figure, Duration) else Decimal(0))
        for figure in figures
        if key in figure.on and (isinstance(figure, Duration) or figure.when is None or figure.when(ctx))
    ]


def _hours(ctx: Ctx[Any]) -> Decimal:
    return Decimal((ctx.now - ctx.case.created_at).total_seconds() / 3600).quantize(Decimal("0.01"))
