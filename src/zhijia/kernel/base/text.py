"""What may be stored as text: clean, bounded, and never a NUL byte."""

import unicodedata

LIMIT = 20_000
"""Characters in one free-text field. Longer stories belong in an attachment."""

_KEPT = {"\n", "\t"}


def clean(value: str) -> str:
    """Normalise what people type: NFC, no control characters except newline and tab, no outer blanks.

    NUL bytes (which PostgreSQL cannot store) and bidirectional overrides (which can disguise text) go too.
    """
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in value if c in _KEPT or _harmless(c)).strip()


def _harmless(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cs") and character not in _BIDI


_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
