"""Words of the papers in the language of the paper, which need not be the operator's."""

from collections.abc import Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

__all__ = ["_", "chinese", "listed", "number", "of_hundred", "sentences", "signed"]


def chinese() -> bool:
    """Whether the paper is Chinese."""
    return get_language() == "zh-hans"


def sentences(*each: str) -> str:
    """Sentences one after the other: Chinese has no space between them."""
    return ("" if chinese() else " ").join(each)


def number(n: int | None) -> str:
    """4860 as 4,860; a dash when it is hidden."""
    return "—" if n is None else f"{n:,}"


def of_hundred(share: float | None) -> str:
    """0.8432 as 84.3%; a dash when it is hidden."""
    return "—" if share is None else f"{share * 100:.1f}%"


def listed(items: Iterable[str]) -> str:
    """Items one after the other."""
    return ("、" if chinese() else ", ").join(items)


def signed(points: float) -> str:
    """A change with its sign."""
    return f"{points:+.1f}".replace("-", "−")
