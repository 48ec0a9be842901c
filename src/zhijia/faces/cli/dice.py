"""Chance for stories: the same for the same seeds."""

from random import Random


def dice(*seeds: object) -> Random:
    """Chance that depends on nothing but the seeds."""
    return Random(":".join(map(str, seeds)))  # noqa: S311 # nosec B311 - stories, not secrets
