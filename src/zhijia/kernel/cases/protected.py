"""Which categories of which services are protected: their words have a data key of their own, their titles say nothing.

A module says so beside its categories, once: `protect("hotline", {Category.INJURY: HEALTH})`. Everything that seals,
rotates, destroys or words a case asks here.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from zhijia.kernel.people.sealed import PROTECTED, WORDS

HEALTH, HARASSMENT, CHILDREN = PROTECTED
_protected: dict[tuple[str, str], str] = {}


def protect(service: str, categories: Mapping[str, str]) -> None:
    """Declare for which purpose the words of these categories are sealed."""
    _protected.update({(service, str(category)): purpose for category, purpose in categories.items()})


def purpose_of(service: str, category: str) -> str:
    """For which purpose a case's words are sealed."""
    return _protected.get((service, str(category)), WORDS)


def of_service(service: str) -> Callable[[Any], str]:
    """The same for rows of a service's facts, which have a `category`."""
    return lambda facts: purpose_of(service, facts.category)


def of_case(row: Any) -> str:
    """The same for rows that belong to a case."""
    return purpose_of(row.case.service, row.case.category)


def title_of(service: str, category: str, title: str) -> str:
    """The title as it is kept: that of a protected case tells nothing, in lists, on screens and in messages."""
    if purpose_of(service, category) == WORDS:
        return title
    with translation.override(settings.LANGUAGE_CODE):  # kept as text, for everybody
        return _("A protected matter")
