"""Other words for a letter, as an operator sets them: read, checked for their placeholders, then kept as a rule."""

from datetime import date, datetime

from zhijia.kernel.rules.models import Rule
from zhijia.kernel.rules.texts import check, set_text

from .kinds import LetterKind, names_of, rule_of
from .words import parse


def check_words(kind: LetterKind, words: str) -> None:
    """Raises Invalid for a text that cannot be read, and for a placeholder that the kind does not offer."""
    check(words, names_of(kind))
    parse(words)


def set_words(
    *, service: str, kind: LetterKind, words: str, region: str, basis: str, valid_from: date,
    valid_to: date | None = None, actor_id: int | None, now: datetime,
) -> Rule:  # fmt: skip
    """Let letters of this kind say `words` in `region` from `valid_from`; drafts and issued ones stay as they are."""
    check_words(kind, words)
    return set_text(
        key=rule_of(service, kind), words=words, offered=names_of(kind), region=region, basis=basis,
        valid_from=valid_from, valid_to=valid_to, actor_id=actor_id, now=now,
    )  # fmt: skip
