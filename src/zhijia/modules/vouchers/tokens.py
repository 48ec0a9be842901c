"""The code on the screen: a signed token that a terminal can check without a connection, as text and as a QR picture.

85 bytes in base32 (capitals and digits, which a QR code packs tightly), after "ZJ1":
entitlement (8), programme (4), region (3), days since 2020-01-01 (2), end in seconds since 1970 (4), signature (64).
The version is part of what is signed. It holds nothing about the person.
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import segno
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from zhijia.kernel.base.clock import CHINA

from . import keys

VERSION = "ZJ1"
EPOCH = date(2020, 1, 1)
BODY, SIGNATURE = 21, 64
LENGTH = len(VERSION) + -(-(BODY + SIGNATURE) * 8 // 5)


@dataclass(frozen=True)
class Token:
    """What a token says."""

    entitlement_id: int
    programme_id: int
    region: str
    day: date
    ends_at: datetime
    """The first moment at which it is no longer good."""


class BadToken(ValueError):
    """It is no token of ours, or one that was changed."""


def sign(token: Token) -> str:
    """The token as text."""
    body = (
        token.entitlement_id.to_bytes(8)
        + token.programme_id.to_bytes(4)
        + int(token.region).to_bytes(3)
        + (token.day - EPOCH).days.to_bytes(2)
        + int(token.ends_at.timestamp()).to_bytes(4)
    )
    signature = keys.signing().sign(VERSION.encode() + body)
    return VERSION + base64.b32encode(body + signature).decode().rstrip("=")


def verify(text: str, public: Ed25519PublicKey | None = None) -> Token:
    """What the token says, if the signature is ours. Raises BadToken. Needs nothing but the public key."""
    text = "".join(text.split()).upper()
    if len(text) != LENGTH or not text.startswith(VERSION):
        raise BadToken("no token of this version")
    packed = text.removeprefix(VERSION)
    try:
        raw = base64.b32decode(packed + "=" * (-len(packed) % 8))
        (public or keys.public()).verify(raw[BODY:], VERSION.encode() + raw[:BODY])
    except (binascii.Error, InvalidSignature) as error:
        raise BadToken("the signature is not ours") from error
    return Token(
        entitlement_id=int.from_bytes(raw[:8]),
        programme_id=int.from_bytes(raw[8:12]),
        region=f"{int.from_bytes(raw[12:15]):06}",
        day=EPOCH + timedelta(days=int.from_bytes(raw[15:17])),
        ends_at=datetime.fromtimestamp(int.from_bytes(raw[17:21]), UTC),
    )


def good_at(token: Token, moment: datetime) -> bool:
    """What a terminal without a connection asks beside the signature: is it the day, and not too late."""
    return moment.astimezone(CHINA).date() == token.day and moment < token.ends_at


def qr_svg(text: str) -> str:
    """The token as a picture to put into a page: SVG without style attributes, dark on white in every theme."""
    code = segno.make_qr(text, error="m", mode="alphanumeric", boost_error=False)
    picture: str = code.svg_inline(scale=4, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None)
    return picture
