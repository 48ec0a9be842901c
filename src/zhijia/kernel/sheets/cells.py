"""From what stands in a cell to what is kept: one converter per column, built once and called for every row.

A converter takes the cell as the reader gives it (str, float, bool, date, datetime, time, timedelta; never blank) and
returns the value that `Kind` promises, or raises Wrong.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import partial

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Invalid, Text
from zhijia.kernel.base.money import fen, shown
from zhijia.kernel.base.text import LIMIT, clean
from zhijia.kernel.org import uscc as credit_code
from zhijia.kernel.org.models import Region
from zhijia.kernel.org.regions import COUNTRY
from zhijia.kernel.people.numbers import normalise_bank_card, normalise_id, normalise_phone

from .dates import to_date
from .declare import Column, Kind
from .problems import Wrong, listed, sentences

Convert = Callable[[object], object]
EXACT = 10**15
"""From here on a spreadsheet's numbers lose their last digits."""
_SHORTENED = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d+")
_UNITS = re.compile(r"^(?:RMB|CNY|[¥$])|(?:元|RMB|CNY)整?$")
_BLANKS = re.compile(r"\s+")
FLAGS: Mapping[str, bool] = {
    **dict.fromkeys(("是", "有", "对", "yes", "y", "true", "t", "1", "√", "✓", "✔"), True),
    **dict.fromkeys(("否", "无", "不", "没有", "no", "n", "false", "f", "0", "×", "x", "✗"), False),
}


def converter(column: Column, *, today: date, from_1904: bool = False) -> Convert:
    """What turns a cell of this column into its value. A day of birth after `today` is refused in an identity card."""
    kind = column.kind
    if kind is Kind.TEXT:
        return partial(_text, limit=column.limit or LIMIT)
    if kind is Kind.DATE:
        return partial(to_date, from_1904=from_1904)
    if kind in (Kind.NUMBER, Kind.DAYS, Kind.MONEY):
        return partial(_figure, kind=kind, least=column.least, most=column.limit)
    if kind is Kind.ID_CARD:
        return partial(_id_card, today=f"{today:%Y%m%d}")
    if kind is Kind.CHOICE:
        return partial(_choice, known=_titles(column.choices), options=_options(column.choices.values()))
    if kind is Kind.REGION:
        return partial(_region, known=_regions())
    return _PLAIN[kind]


def fold(value: str) -> str:
    """One spelling for words that are compared: half-width, lower case, without blanks."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", value)).casefold()


def in_each_language(text: Text) -> tuple[str, ...]:
    """A title in every language of the platform."""
    found = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found.append(str(text))
    return tuple(dict.fromkeys(found))


def as_text(raw: object) -> str:
    """A cell as its reader would type it."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < EXACT else f"{raw:.15g}"
    if isinstance(raw, date):
        return raw.isoformat()[:10]
    if isinstance(raw, time):
        return f"{raw:%H:%M}"
    if isinstance(raw, timedelta):
        return str(raw)
    return str(raw)


def _text(raw: object, *, limit: int) -> str:
    value = raw if type(raw) is str else as_text(raw)
    if value.isprintable() and (value.isascii() or unicodedata.is_normalized("NFC", value)):
        value = value.strip()  # the usual case, without looking at each letter
    else:
        value = clean(value)
    if len(value) > limit:
        raise Wrong("too_long", _("At most %(limit)s characters fit here.") % {"limit": limit})
    return value


def _digits(raw: object) -> str:
    """A long number as text, unless the spreadsheet has spoiled it."""
    if type(raw) is str:
        if "E" in raw.upper() and _SHORTENED.fullmatch(raw.strip()):
            raise Wrong(
                "shortened", _("The spreadsheet has shortened this number. Set the column to text, type it again.")
            )
        return raw
    if isinstance(raw, float) and raw.is_integer() and raw >= 0:
        if raw >= EXACT:
            message = _("Kept as a number, it has lost its last digits. Set the column to text and type it again.")
            raise Wrong("lost_digits", message)
        return str(int(raw))
    raise Wrong("not_digits", _("Set the column to text and type the number again."), as_text(raw))


def _normalised(normalise: Callable[[str], str], digits: str) -> str:
    try:
        return normalise(digits)
    except Invalid as error:
        problem = error.problems[0]
        raise Wrong(problem.code, problem.message) from None


def _phone(raw: object) -> str:
    digits = _digits(raw)
    if type(raw) is not str and not (len(digits) == 11 and digits[0] == "1"):
        digits = "0" + digits  # as a number, an area code has lost its zero
    return _normalised(normalise_phone, digits)


def _id_card(raw: object, *, today: str) -> str:
    number = _normalised(normalise_id, _digits(raw))
    if number[6:14] > today:
        raise Wrong("date", _("The day of birth in digits 7 to 14 lies in the future. Compare them with the card."))
    return number


def _bank_card(raw: object) -> str:
    return _normalised(normalise_bank_card, _digits(raw))


def _uscc(raw: object) -> str:
    digits = _digits(raw)
    verdict = credit_code.explain_problem(digits)
    if not verdict:
        raise Wrong(verdict.code, sentences(verdict.reason, verdict.mend))
    return credit_code.normalise(digits)


def _figure(raw: object, *, kind: Kind, least: int, most: int | None) -> int | Decimal:
    exact = _decimal(raw)
    if exact is None:
        raise Wrong(kind.value, _EXAMPLES[kind], as_text(raw))
    if kind is Kind.MONEY:
        return _amount(exact, raw, least=least, most=most)
    if kind is Kind.NUMBER and exact != exact.to_integral_value():
        raise Wrong("whole", _("Write a whole number."), as_text(raw))
    if kind is Kind.DAYS and exact != round(exact, 2):
        raise Wrong("places", _("At most two places after the point."), as_text(raw))
    if exact < least:
        raise Wrong("too_small", _("At least %(least)s.") % {"least": least}, as_text(raw))
    if most is not None and exact > most:
        raise Wrong("too_large", _("At most %(most)s.") % {"most": most}, as_text(raw))
    return int(exact) if kind is Kind.NUMBER else exact


def _amount(exact: Decimal, raw: object, *, least: int, most: int | None) -> int:
    if exact * 100 != (exact * 100).to_integral_value():
        raise Wrong(
            "fraction", _("There is nothing smaller than a fen: at most two places after the point."), as_text(raw)
        )
    try:
        amount = fen(exact)
    except ValueError:
        raise Wrong("money", _EXAMPLES[Kind.MONEY], as_text(raw)) from None
    if amount < least:
        raise Wrong("too_small", _("At least %(least)s.") % {"least": shown(least)}, as_text(raw))
    if most is not None and amount > most:
        raise Wrong("too_large", _("At most %(most)s.") % {"most": shown(most)}, as_text(raw))
    return amount


def _decimal(raw: object) -> Decimal | None:
    """The exact number of a cell, or None. A float is taken as the fifteen digits that the spreadsheet shows."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, float | int):
        text = f"{raw:.15g}"
    elif isinstance(raw, str):
        text = _UNITS.sub("", _BLANKS.sub("", unicodedata.normalize("NFKC", raw)).upper()).replace(",", "")
    else:
        return None
    try:
        exact = Decimal(text) if 0 < len(text) <= 40 else Decimal("NaN")
    except InvalidOperation:
        return None
    return exact if exact.is_finite() and abs(exact) < EXACT else None


def _flag(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    value = FLAGS.get(fold(as_text(raw)))
    if value is None:
        raise Wrong("flag", _("Write yes or no."), as_text(raw))
    return value


def _choice(raw: object, *, known: Mapping[str, str], options: Callable[[], str]) -> str:
    code = known.get(fold(as_text(raw)))
    if code is None:
        raise Wrong("choice", _("Choose one of: %(options)s.") % {"options": options()}, as_text(raw))
    return code


def _region(raw: object, *, known: Mapping[str, str]) -> str:
    code = known.get(fold(as_text(raw)))
    if code is None:
        raise Wrong("region", _("No county, city or province has this name or code today."), as_text(raw))
    if not code:
        message = _("Several places have this name. Put the city or province before it, or write the code.")
        raise Wrong("region_twice", message, as_text(raw))
    return code


def _titles(choices: Mapping[str, Text]) -> dict[str, str]:
    """Folded title (in either language) or code -> code."""
    known = {fold(code): code for code in choices}
    for code, title in choices.items():
        for spelling in in_each_language(title):
            known.setdefault(fold(spelling), code)
    return known


def _options(titles: Iterable[Text]) -> Callable[[], str]:
    """The titles in a row, said only when somebody needs them."""
    return lambda: listed(titles)


def _regions() -> dict[str, str]:
    """Folded name, name after those above it, or code -> code; "" where a name stands for several places."""
    places = {
        code: (name, parent)
        for code, name, parent in Region.objects.filter(retired_in=None).values_list("code", "name", "parent_id")
    }
    known: dict[str, str] = {}
    for code, (name, parent) in places.items():
        spellings, above = {name}, parent
        while above in places and above != COUNTRY:
            spellings |= {places[above][0] + spelling for spelling in tuple(spellings)}
            above = places[above][1]
        for spelling in map(fold, spellings):
            known[spelling] = "" if known.get(spelling, code) != code else code
    return {**known, **{code: code for code in places}}


_EXAMPLES: Mapping[Kind, Text] = {
    Kind.NUMBER: _("Write a whole number in digits, for example 12."),
    Kind.DAYS: _("Write the number of days in digits, for example 21.5."),
    Kind.MONEY: _("Write the amount in digits, for example 6800."),
}
_PLAIN: Mapping[Kind, Convert] = {
    Kind.PHONE: _phone, Kind.BANK_CARD: _bank_card, Kind.USCC: _uscc, Kind.FLAG: _flag,
}  # fmt: skip
