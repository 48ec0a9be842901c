"""Against bots without learning anything about people: a small proof of work.

The challenge is signed and not stored: anybody may ask for one, and it says for whose claim it is good and until when.
The solver looks for a number such that SHA-256(challenge ‖ ":" ‖ number) begins with `bits` zero bits. A solution
works for one idempotency key only: it is spent in an unlogged table, so that a retry of the same claim passes and a
second claim does not. Whoever cannot solve one is served at a station.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from zhijia.kernel.ledger.sql import prepared

from . import keys, rules

LONGEST = 200
"""Characters of a challenge and its solution together."""


@dataclass(frozen=True)
class Challenge:
    """What the device gets: the text, and how many zero bits are asked for (0: none, send it as it is)."""

    text: str
    bits: int
    expires_at: datetime


def challenge(*, person_id: int, region: str, now: datetime) -> Challenge:
    """A new challenge for this person's claims."""
    bits = rules.number("puzzle_bits", region=region, now=now)
    expires = now + timedelta(minutes=rules.number("puzzle_minutes", region=region, now=now))
    body = f"{secrets.token_urlsafe(12)}.{int(expires.timestamp())}.{bits}"
    return Challenge(f"{body}.{_seal(body, person_id)}", bits, expires)


def solve(text: str, bits: int) -> str:
    """The solution, found by trying: for tests, benchmarks and clients in Python."""
    number = 0
    while not _solved(text, str(number), bits):
        number += 1
    return f"{text}:{number}"


def check(solution: str, *, person_id: int, key: str, region: str, now: datetime) -> str:
    """ "" when the solution is good and spent on this key now, else the code of the refusal. A region that asks for
    no bits takes anything."""
    if rules.number("puzzle_bits", region=region, now=now) == 0:
        return ""
    if not solution:
        return "puzzle_needed"
    text, _colon, number = solution.rpartition(":")
    body, _dot, seal = text.rpartition(".")
    if len(solution) > LONGEST or not hmac.compare_digest(seal.encode(), _seal(body, person_id).encode()):
        return "puzzle_wrong"
    nonce, expires, bits = body.split(".")  # ours: the seal says so
    if now.timestamp() >= int(expires):
        return "puzzle_old"
    if not _solved(text, number, int(bits)):
        return "puzzle_wrong"
    return "" if _spend(nonce, person_id, key, datetime.fromtimestamp(int(expires), UTC)) else "puzzle_spent"


def forget_spent(*, now: datetime) -> int:
    """Drop what has expired anyhow; returns how many. For the platform."""
    return len(prepared("DELETE FROM vouchers_spent WHERE expires_at <= $1 RETURNING 1", [now]))


def _seal(body: str, person_id: int) -> str:
    return hmac.digest(keys.derived("puzzle"), f"{person_id}.{body}".encode(), "sha256").hex()[:32]


def _solved(text: str, number: str, bits: int) -> bool:
    found = hashlib.sha256(f"{text}:{number}".encode()).digest()
    return int.from_bytes(found) >> (256 - bits) == 0


def _spend(nonce: str, person_id: int, key: str, expires: datetime) -> bool:
    mark = f"{person_id}:{key}"
    return bool(prepared("SELECT vouchers_spend($1, $2, $3)", [nonce, mark, expires])[0][0])
