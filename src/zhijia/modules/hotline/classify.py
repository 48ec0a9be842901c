"""What a story is about, guessed by plain rules: weighted words, no model. A person always sees and may change it.

The guess is a pure function of the text. A story that is not about work is still taken and then referred to the body
that decides it; nobody is turned away.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text
from zhijia.kernel.org.models import Org
from zhijia.kernel.org.queries import unit_for

from .models import Category, Tier
from .words import COMPLEX, FOREIGN, HARD, MOST_FOREIGN, TOPICS, URGENT, WORK

READ = 4000
"""Characters that are read; what a story is about stands at its beginning."""
ENOUGH, MUCH, STRONG = 3, 7, 3
"""Weight that a story needs to count as being about work: with words of a topic, without any, and in one word."""
CLEAR, LEAD = 5, 2
"""A guess is sure from this weight on, and when it leads the next topic by so much."""


@dataclass(frozen=True)
class Suggestion:
    """What the rules make of a story, and by which words."""

    category: Category
    sure: bool
    """Whether to show it as a finding; else the page says that a person will look."""
    tier: Tier
    urgent: bool
    words: tuple[str, ...]
    """The words of the story that decided, in the order of their weight."""
    law: Text
    """One sentence that names statute and article."""
    is_labour: bool
    """False: another body decides this, so the hotline refers it."""


def suggest(text: str) -> Suggestion:
    """The suggestion for a story as it was told. Never raises; an empty text is of no topic and not about work."""
    story = "".join(text[:READ].split())
    found = {topic: dict(_hits(topic.value, story)) for topic in TOPICS}
    weights = {topic: sum(words.values()) for topic, words in found.items()}
    ranked = sorted(TOPICS, key=lambda topic: -weights[topic])
    best, second = ranked[0], ranked[1]
    work = _weigh("work", story)
    is_labour = _labour(found[best], work, _weigh("foreign", story))
    category = best if is_labour and weights[best] else Category.OTHER
    return Suggestion(
        category=category,
        sure=is_labour and weights[best] >= CLEAR and weights[best] - weights[second] >= LEAD,
        tier=_tier(story, category),
        urgent=any(_hits("urgent", story)),
        words=tuple(sorted(found[best], key=lambda word: -found[best][word]))[:5] if is_labour else (),
        law=LAW[category],
        is_labour=is_labour,
    )


def responsible_unit(region: str) -> Org | None:
    """The federation that handles stories from this region: its own or, where it has none, the nearest above.

    Raises ValueError for what is no region code.
    """
    return unit_for(region)


def _labour(topic: dict[str, int], work: int, foreign: int) -> bool:
    """Words of work must outweigh words of other affairs. A hint of a topic ("broken leg") needs a mention of work;
    much of work without any topic is about work too."""
    left = work - min(foreign, MOST_FOREIGN)
    if not topic:
        return left >= MUCH
    return sum(topic.values()) + left >= ENOUGH and (work > 0 or max(topic.values()) == STRONG)


def _tier(story: str, category: Category) -> Tier:
    if any(_hits("complex", story)):
        return Tier.COMPLEX
    hard = category in (Category.INJURY, Category.PLATFORM) or any(_hits("hard", story))
    return Tier.DIFFICULT if hard else Tier.GENERAL


def _weigh(group: str, story: str) -> int:
    return sum(weight for _word, weight in _hits(group, story))


def _hits(group: str, story: str) -> Iterator[tuple[str, int]]:
    """Each word of the group that the story has, as the story has it, with its weight."""
    for weight, word, pattern in _groups()[group]:
        if pattern is None:
            if word in story:
                yield word, weight
        elif match := pattern.search(story):
            yield match[0], weight


@cache
def _groups() -> dict[str, list[tuple[int, str, re.Pattern[str] | None]]]:
    flat = {"urgent": {1: URGENT}, "hard": {1: HARD}, "complex": {1: COMPLEX}}
    named = {**{topic.value: words for topic, words in TOPICS.items()}, "work": WORK, "foreign": FOREIGN, **flat}
    return {
        name: [(weight, word, _pattern(word)) for weight, words in table.items() for word in words.split()]
        for name, table in named.items()
    }


def _pattern(word: str) -> re.Pattern[str] | None:
    if "…" not in word:
        return None
    return re.compile("[^，。！？；,!?;]{0,8}?".join(map(re.escape, word.split("…"))))


LAW: dict[Category, Text] = {
    Category.WAGES: _(
        "Labour Contract Law, article 85: unpaid wages must be paid, and 50% to 100% on top when an order "
        "of the labour authority is ignored."
    ),
    Category.OVERTIME: _(
        "Labour Law, articles 41 and 44: at most 36 hours of overtime a month, paid at 150%, 200% or 300%."
    ),
    Category.LEAVE: _(
        "Regulations on Paid Annual Leave, articles 3 to 5: 5, 10 or 15 days a year; unused days are paid."
    ),
    Category.CONTRACT: _(
        "Labour Contract Law, article 82: without a written contract, double pay from the second month on."
    ),
    Category.DISMISSAL: _(
        "Labour Contract Law, articles 46 to 48 and 87: severance by years of service, doubled when the "
        "dismissal was unlawful."
    ),
    Category.INSURANCE: _(
        "Labour Contract Law, articles 38 and 46: who is not insured may leave with severance; a promise "
        "to do without is void."
    ),
    Category.INJURY: _(
        "Work Injury Insurance Regulations, article 17: the employer applies within 30 days; the worker, "
        "relatives or the union within one year."
    ),
    Category.SAFETY: _(
        "Trade Union Law, article 25: the union may demand that a danger is removed and that workers are "
        "taken away from it."
    ),
    Category.WOMEN: _(
        "Special Rules on the Protection of Women Workers, articles 6 to 9: maternity leave, nursing time, "
        "no overtime or night work."
    ),
    Category.PLATFORM: _(
        "Trade Union Law, article 3: workers in new forms of employment have the right to join and form a "
        "union, which speaks for them."
    ),
    Category.UNION: _("Trade Union Law, articles 3, 12 and 51: nobody may obstruct workers who join or form a union."),
    Category.HARDSHIP: _(
        "Trade Union Law, article 30: union federations give workers legal aid and other legal services."
    ),
    Category.OTHER: _(
        "Trade Union Law, article 30: union federations give workers legal aid and other legal services."
    ),
}
"""Only articles that were read in the statute itself."""
