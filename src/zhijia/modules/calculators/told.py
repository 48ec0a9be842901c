"""An answer as people read it, in the language of the moment: for pages, the API, tools and the case it is put into."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from zhijia.kernel.base.errors import Text
from zhijia.kernel.cases.reckonings import Reckoned
from zhijia.kernel.rules.values import RuleValue
from zhijia.kernel.service.declare import Ask, Kind
from zhijia.kernel.service.rule_changes import worded

from .declare import Answer
from .rules import TITLES
from .working import Line, Measure, said

ESTIMATE = gettext_lazy("This is an estimate from what was filled in, not a decision.")


def told(answer: Answer) -> dict[str, Any]:
    """Title, inputs, lines with formula and article, notes, values of the place with their source, version."""
    declared = answer.calculator
    return {
        "key": declared.key, "title": str(declared.title), "says": str(declared.says), "basis": declared.basis,
        "region": answer.region, "on": answer.on.isoformat(),
        "inputs": [[str(ask.title), words] for ask in declared.asks if (words := given(ask, answer.given[ask.name]))],
        "lines": [_line(line) for line in answer.lines],
        "notes": [[str(note.text), note.basis] for note in answer.notes],
        "values": [_value(rule) for rule in answer.used],
        "low": f"{Decimal(answer.low) / 100:.2f}", "high": f"{Decimal(answer.high) / 100:.2f}",
        "version": answer.version, "unverified": answer.unverified, "estimate": str(ESTIMATE),
    }  # fmt: skip


def reckoned(answer: Answer, data: Mapping[str, Any]) -> Reckoned:
    """The answer as a case keeps it, with what was filled in."""
    declared = answer.calculator
    return Reckoned(
        calculator=declared.key, family=declared.family, region=answer.region, day=answer.on, low=answer.low,
        high=answer.high, content=in_languages(answer, data), article=declared.basis, version=answer.version,
    )  # fmt: skip


def in_languages(answer: Answer, data: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of it in a case: the answers as they were typed, and its words in every language."""
    names = [ask.name for ask in answer.calculator.asks]
    kept: dict[str, Any] = {"given": {name: str(data[name]) for name in names if str(data.get(name) or "")}}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            kept[language] = told(answer)
    return kept


def given(ask: Ask, value: Any) -> str:
    """What was filled in, in words; "" where nothing was."""
    if value in (None, "", False):
        return ""
    if ask.kind == Kind.FLAG:
        return _("Yes, it is so")
    if ask.kind == Kind.CHOICE:
        return str(dict(ask.choices)[value])
    return _yuan(value) if ask.kind == Kind.MONEY else value.isoformat() if isinstance(value, date) else said(value)


def shown(value: Any, measure: Measure) -> str:
    """A line's value with its unit."""
    if measure == Measure.YUAN:
        return _yuan(value)
    if measure in (Measure.WORDS, Measure.DAY):
        return str(value)
    number = Decimal(value)
    count = 1 if number == 1 else 2  # 1.5 years
    words: Text = {
        Measure.DAYS: ngettext("{n} day", "{n} days", count),
        Measure.MONTHS: ngettext("{n} month", "{n} months", count),
        Measure.YEARS: ngettext("{n} year", "{n} years", count),
    }[measure]
    return str(words).format(n=said(number))


def _line(line: Line) -> dict[str, Any]:
    return {
        "title": str(line.title), "value": shown(line.value, line.measure), "formula": str(line.formula),
        "basis": line.basis, "result": line.result, "measure": str(line.measure), "raw": _raw(line.value),
    }  # fmt: skip


def _raw(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _value(rule: RuleValue) -> dict[str, Any]:
    return {
        "title": str(TITLES[rule.key]), "value": str(worded(rule)), "region": rule.region, "basis": rule.basis,
        "since": rule.in_force_from.isoformat(), "verified": rule.verified,
    }  # fmt: skip


def _yuan(value: Decimal) -> str:
    return _("%(amount)s yuan") % {"amount": f"{value:,.2f}"}
