"""Letters and messages under one roof for `zhijia texts`: what each says, offers and costs. Django must be set up."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound
from zhijia.kernel.base.errors import Text as Words
from zhijia.kernel.documents import content, kinds
from zhijia.kernel.documents import wording as letter_wording
from zhijia.kernel.notify import render, sms
from zhijia.kernel.notify import wording as message_wording
from zhijia.kernel.org.models import Org, Region
from zhijia.kernel.rules.models import NATIONAL, Rule
from zhijia.kernel.rules.texts import override_of, texts_set
from zhijia.kernel.service import registry

from .words import _

LETTER = "letter."


class Text(Protocol):
    """One text that an operator may word otherwise."""

    @property
    def key(self) -> str: ...
    @property
    def title(self) -> Words: ...
    def rule(self, language: str) -> str: ...
    def rules(self) -> Iterable[Rule]: ...
    def in_force(self, *, region: str, on: date, language: str) -> tuple[str, str]: ...
    def offers(self) -> Iterable[tuple[str, Words]]: ...
    def check(self, words: str, language: str) -> None: ...
    def preview(self, words: str, language: str) -> Iterable[str]: ...
    def segments(self, words: str, language: str) -> int | None: ...
    def set(
        self, words: str, *, region: str, language: str, basis: str, valid_from: date, valid_to: date | None,
        now: datetime,
    ) -> None: ...  # fmt: skip


@dataclass(frozen=True)
class Letter:
    """The words of one kind of letter; Chinese only."""

    service: str
    kind: kinds.LetterKind

    @property
    def key(self) -> str:
        return f"{LETTER}{self.service}.{self.kind.key}"

    @property
    def title(self) -> Words:
        return self.kind.title

    def rule(self, language: str) -> str:
        del language
        return kinds.rule_of(self.service, self.kind)

    def rules(self) -> Iterable[Rule]:
        return texts_set(self.rule(""))

    def in_force(self, *, region: str, on: date, language: str) -> tuple[str, str]:
        return _in_force(self.rule(language), region, on, self.kind.text.strip())

    def offers(self) -> Iterable[tuple[str, Words]]:
        titles = {offer.name: offer.title for offer in kinds.offers_of(self.kind)}
        return [(name, titles.get(name, "")) for name in sorted(kinds.names_of(self.kind))]

    def check(self, words: str, language: str) -> None:
        del language
        letter_wording.check_words(self.kind, words)

    def preview(self, words: str, language: str) -> Iterable[str]:
        del language
        title, blocks = content.sample(self.kind, words)
        return [title, "", *(str(block.get("words", "［表］")) for block in blocks)]

    def segments(self, words: str, language: str) -> int | None:
        del words, language
        return None

    def set(
        self, words: str, *, region: str, language: str, basis: str, valid_from: date, valid_to: date | None,
        now: datetime,
    ) -> None:  # fmt: skip
        del language
        letter_wording.set_words(
            service=self.service, kind=self.kind, words=words, region=region, basis=basis, valid_from=valid_from,
            valid_to=valid_to, actor_id=None, now=now,
        )  # fmt: skip


@dataclass(frozen=True)
class Message:
    """The words of one message, in each language."""

    key: str

    @property
    def title(self) -> Words:
        return render.declared(self.key, "zh-hans")

    def rule(self, language: str) -> str:
        return render.key_of(self.key, language)

    def rules(self) -> Iterable[Rule]:
        return [rule for language in render.LANGUAGES for rule in texts_set(self.rule(language))]

    def in_force(self, *, region: str, on: date, language: str) -> tuple[str, str]:
        return _in_force(self.rule(language), region, on, render.declared(self.key, language))

    def offers(self) -> Iterable[tuple[str, Words]]:
        return [(name, "") for name in sorted(render.templates()[self.key].offers)]

    def check(self, words: str, language: str) -> None:
        message_wording.check_words(self.key, language, words)

    def preview(self, words: str, language: str) -> Iterable[str]:
        return message_wording.preview(words, language).splitlines()

    def segments(self, words: str, language: str) -> int | None:
        return sms.segments("\n".join(self.preview(words, language)))

    def set(
        self, words: str, *, region: str, language: str, basis: str, valid_from: date, valid_to: date | None,
        now: datetime,
    ) -> None:  # fmt: skip
        message_wording.set_words(
            template=self.key, language=language, words=words, region=region, basis=basis, valid_from=valid_from,
            valid_to=valid_to, actor_id=None, now=now,
        )  # fmt: skip


def every() -> Iterator[Text]:
    """All texts of this installation: letters first, then messages."""
    registry.load()
    yield from (Letter(where[0], kinds.kind_of(*where)) for where in sorted(kinds.all_kinds()))
    yield from (Message(key) for key in sorted(render.templates()))


def find(key: str) -> Text:
    """The text with this key. Raises NotFound."""
    for text in every():
        if text.key == key:
            return text
    raise NotFound(_("There is no text {key}; `zhijia texts list` names them all.").format(key=key))


def check_region(code: str) -> None:
    """Raises Invalid for a region that this installation does not know: words set there would never be read."""
    if code != NATIONAL and not Region.objects.filter(code=code).exists():
        raise Invalid(FieldProblem("region", "choice", _("There is no region {code}.").format(code=code)))


def unit_named(name: str) -> Org:
    """The one unit of this name. Raises NotFound."""
    found = list(Org.objects.filter(name=name)[:2])
    if len(found) != 1:
        raise NotFound(_("There is no unit, or more than one, called {name}.").format(name=name))
    return found[0]


def _in_force(key: str, region: str, on: date, declared: str) -> tuple[str, str]:
    """The words, and where they come from."""
    rule = override_of(key, region=region, on=on)
    if rule is None:
        return declared, _("declared")
    return rule.text or "", _("set for {region} from {day}: {basis}").format(
        region=rule.region, day=rule.in_force_from, basis=rule.basis
    )
