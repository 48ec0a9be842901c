"""The unified social credit code of GB 32100-2015: 18 characters, the last of which checks the others."""

import unicodedata

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Text, Verdict, no, yes

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Without I, O, S, V and Z, which are too easily taken for other characters."""
LENGTH = 18
WEIGHTS = tuple(pow(3, i, 31) for i in range(LENGTH - 1))
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_LOOKALIKE = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"}
_DIGITS = range(3, 9)
"""Places, counted from 1, that hold the six digits of a region (GB/T 2260)."""
_BODY = slice(8, 16)
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_BODY_VALUE = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""GB 11714: places 9 to 16 are the organisation's own code, place 17 checks them by themselves."""


def normalise(raw: str) -> str:
    """What was meant: full-width to half-width, upper case, no blanks or hyphens."""
    text = unicodedata.normalize("NFKC", raw).upper()
    return "".join(c for c in text if not c.isspace() and c not in "-‐–—")


def check_digit(code17: str) -> str:
    """The 18th character for the first 17: (31 - sum mod 31) mod 31. Raises ValueError for anything else."""
    if len(code17) != LENGTH - 1 or not set(code17) <= _VALUE.keys():
        raise ValueError(f"{code17!r} is not {LENGTH - 1} characters of {ALPHABET}")
    total = sum(_VALUE[c] * weight for c, weight in zip(code17, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def is_valid(code: str) -> bool:
    """Whether `code`, already normalised, is well formed and its check digit right."""
    return len(code) == LENGTH and set(code) <= _VALUE.keys() and check_digit(code[:-1]) == code[-1]


def explain_problem(raw: str) -> Verdict:
    """Yes, or what is wrong with a typed code: its length, a character that no code has, or its check digit."""
    code = normalise(raw)
    if len(code) != LENGTH:
        return no(
            "uscc_length",
            _("A credit code has 18 characters; this one has %(count)d.") % {"count": len(code)},
            _("Copy it from the business licence, letter by letter."),
        )
    for place, character in enumerate(code, start=1):
        if character not in _VALUE:
            reason = _("Character %(place)d is “%(character)s”, which no credit code contains.") % {
                "place": place,
                "character": character,
            }
            likely = _LOOKALIKE.get(character)
            return no("uscc_letter", reason, _("Perhaps “%(likely)s” is meant.") % {"likely": likely} if likely else "")
    expected = check_digit(code[:-1])
    if code[-1] != expected:
        return no(
            "uscc_check",
            _("The check digit is “%(found)s”; for the first 17 characters it would be “%(expected)s”.")
            % {"found": code[-1], "expected": expected},
            _where(code),
        )
    return yes()


def _where(code: str) -> Text:
    """Where the mistake most likely is, as far as it can be told from a code whose check digit is wrong."""
    for place in _DIGITS:
        if not code[place - 1].isdigit():
            return _("Look at character %(place)d: “%(character)s” stands where a code has a digit.") % {
                "place": place,
                "character": code[place - 1],
            }
    swapped = [i for i in range(LENGTH - 1) if _is_sound(code[:i] + code[i + 1] + code[i] + code[i + 2 :])]
    if len(swapped) == 1:
        return _("Perhaps characters %(first)d and %(second)d changed places.") % {
            "first": swapped[0] + 1,
            "second": swapped[0] + 2,
        }
    if code[16] != _body_digit(code[_BODY]):
        return _("The mistake is most likely in characters 9 to 17. Compare them with the business licence.")
    return _("The mistake is most likely in characters 1 to 8 or in the last. Compare them with the business licence.")


def _is_sound(code: str) -> bool:
    """Whether both check digits and the region can be right: one alone is right by chance too often to be a hint."""
    return is_valid(code) and code[16] == _body_digit(code[_BODY]) and code[2:8].isdigit()


def _body_digit(body: str) -> str:
    total = sum(_BODY_VALUE.index(c) * weight for c, weight in zip(body, _BODY_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]
