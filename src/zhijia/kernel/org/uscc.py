"""The unified social credit code of GB 32100-2015: 18 characters, the last of which checks the others."""

import unicodedata

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Verdict, no, yes

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Without I, O, S, V and Z, which are too easily taken for other characters."""
LENGTH = 18
WEIGHTS = tuple(pow(3, i, 31) for i in range(LENGTH - 1))
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_LOOKALIKE = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"}


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
            _("One of the characters was mistyped. Compare it with the business licence."),
        )
    return yes()
