"""The eight digits that somebody reads aloud: nobody else in the city has them on that day, and nobody can guess them.

Nothing is drawn and nothing is looked up: the offer's slot and the entitlement's serial number make one of 10**8
numbers, and a keyed permutation (a Feistel network of ten rounds over two halves of four digits, in the manner of
NIST SP 800-38G) hides it. The key differs for every city and day, so one number is never given twice there.
"""

import hmac
from datetime import date

from . import keys
from .models import SLOTS

DIGITS, HALF, ROUNDS = 8, 10_000, 10
SERIALS = HALF * HALF // SLOTS
"""Serial numbers from here on have no code; their holders show the QR code."""


def code_of(*, city: str, day: date, slot: int, serial: int) -> str:
    """The eight digits, or "" for a serial number beyond a million."""
    if not 0 <= serial < SERIALS:
        return ""
    return f"{_permuted(slot * SERIALS + serial, _key(city, day), range(ROUNDS), 1):0{DIGITS}}"


def read_code(text: str, *, city: str, day: date) -> tuple[int, int] | None:
    """(slot, serial) that these digits stand for in this city on this day; None when they are no eight digits."""
    digits = "".join(text.split())
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    return divmod(_permuted(int(digits), _key(city, day), range(ROUNDS - 1, -1, -1), -1), SERIALS)


def _key(city: str, day: date) -> bytes:
    return hmac.digest(keys.derived("pickup"), f"{city}{day.isoformat()}".encode(), "sha256")


def _permuted(number: int, key: bytes, rounds: range, sign: int) -> int:
    left, right = divmod(number, HALF)
    for n in rounds:
        if sign > 0:
            left, right = right, (left + _mix(key, n, right)) % HALF
        else:
            left, right = (right - _mix(key, n, left)) % HALF, left
    return left * HALF + right


def _mix(key: bytes, n: int, half: int) -> int:
    return int.from_bytes(hmac.digest(key, bytes([n]) + half.to_bytes(2), "sha256")[:8]) % HALF
