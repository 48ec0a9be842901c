"""Numbers as the board writes them, and coordinates that no locale may touch."""

from django import template
from django.utils.safestring import SafeString

from zhijia.faces.drawing.ink import Picture

register = template.Library()


@register.filter
def percent(share: float) -> str:
    """0.8432 as 84.3."""
    return f"{share * 100:.1f}"


@register.filter
def thousands(n: int | None) -> str:
    """4860 as 4,860; nothing when hidden."""
    return "" if n is None else f"{n:,}"


@register.filter
def signed(points: float) -> str:
    """A change in percentage points with its sign."""
    return f"{points:+.1f}" if round(points, 1) else "0.0"


@register.filter
def unlocalised(value: float) -> str:
    """A coordinate with a point, whatever the language."""
    return f"{value:g}"


@register.filter
def plus(value: float, more: float) -> str:
    """A coordinate moved by `more`."""
    return f"{float(value) + float(more):g}"


@register.filter
def times(value: float, factor: float) -> float:
    """A coordinate multiplied."""
    return float(value) * float(factor)


@register.filter
def half(value: float) -> float:
    """Half a length."""
    return float(value) / 2


@register.filter
def whole_percent(share: float) -> str:
    """0.8432 as 84, where there is little room."""
    return f"{share * 100:.0f}"


@register.filter
def drawn(picture: Picture, heading: str) -> SafeString:
    """A picture under the heading with this id; a second word is a class of its own."""
    titled, _space, more = heading.partition(" ")
    return picture.svg(titled=titled, more=more)
