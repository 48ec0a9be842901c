"""Tokens and pick-up codes: signed, unique, not to be guessed; the picture fits the pages' content security policy."""

import base64
import re
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from zhijia.kernel.base.errors import Misconfigured
from zhijia.modules.vouchers import keys, pickup, tokens

DAY = date(2026, 11, 17)
TOKEN = tokens.Token(123_456_789, 12, "980102", DAY, datetime(2026, 11, 17, 12, 30, tzinfo=UTC))
TOKENS = st.builds(
    tokens.Token, st.integers(1, 2**63 - 1), st.integers(1, 2**31 - 1), st.from_regex(r"\A[0-9]{6}\Z"),
    st.dates(date(2020, 1, 1), date(2150, 1, 1)),
    st.datetimes(datetime(2020, 1, 1), datetime(2099, 1, 1)).map(lambda d: d.replace(microsecond=0, tzinfo=UTC)),
)  # fmt: skip


@given(token=TOKENS)
def test_a_token_says_what_was_signed(token: tokens.Token) -> None:
    text = tokens.sign(token)
    assert (tokens.verify(text), len(text), text.isalnum(), text.isupper()) == (token, tokens.LENGTH, True, True)
    assert tokens.verify(f" {text[:40].lower()}\n{text[40:]} ") == token


@given(place=st.integers(3, tokens.LENGTH - 1), letter=st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_a_changed_letter_is_refused(place: int, letter: str) -> None:
    text = tokens.sign(TOKEN)
    changed = text[:place] + letter + text[place + 1 :]
    if base64.b32decode(changed[3:]) == base64.b32decode(text[3:]):
        return
    with pytest.raises(tokens.BadToken):
        tokens.verify(changed)


@pytest.mark.parametrize(
    "text", ["", "ZJ1", "x" * 139, "ZJ2" + "A" * 136, "ZJ1" + "A" * 136, "ZJ1" + "1" * 136, "12345678"]
)
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(tokens.BadToken):
        tokens.verify(text)


def test_a_terminal_needs_the_public_key_only() -> None:
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(keys.public_hex()))
    text = tokens.sign(TOKEN)
    with override_settings(VOUCHER_KEY="00" * 32):
        assert tokens.verify(text, public) == TOKEN
        with pytest.raises(tokens.BadToken):
            tokens.verify(text)
    with pytest.raises(tokens.BadToken):
        tokens.verify(text, Ed25519PrivateKey.generate().public_key())


def test_a_token_is_good_on_its_day_until_its_end() -> None:
    moments = [(16, 15, 59, 59), (16, 16, 0, 0), (17, 12, 29, 59), (17, 12, 30, 0)]
    assert [tokens.good_at(TOKEN, datetime(2026, 11, *m, tzinfo=UTC)) for m in moments] == [False, True, True, False]


def test_the_picture_has_no_styles_and_no_scripts() -> None:
    picture = tokens.qr_svg(tokens.sign(TOKEN))
    assert re.findall(r"style|script|href|<\?xml|xmlns:", picture) == []
    assert (picture.startswith("<svg"), picture.rstrip().endswith("</svg>"), 'class="qr"' in picture) == (True,) * 3
    assert len(picture) < 20_000


@pytest.mark.parametrize("secret", ["", "zz", "00" * 31])
def test_a_broken_secret_is_the_operators_to_mend(secret: str) -> None:
    with override_settings(VOUCHER_KEY=secret), pytest.raises(Misconfigured):
        keys.derived("sign")


def test_each_use_has_its_own_key() -> None:
    assert len({keys.derived(use) for use in ("sign", "pickup", "puzzle")}) == 3


@given(slot=st.integers(0, 99), serial=st.integers(0, pickup.SERIALS - 1))
def test_eight_digits_are_read_back(slot: int, serial: int) -> None:
    code = pickup.code_of(city="980100", day=DAY, slot=slot, serial=serial)
    assert (len(code), code.isdigit()) == (8, True)
    assert pickup.read_code(f" {code[:4]} {code[4:]}", city="980100", day=DAY) == (slot, serial)


def test_no_two_people_of_a_citys_day_have_the_same_digits() -> None:
    codes = {pickup.code_of(city="980100", day=DAY, slot=slot, serial=n) for slot in range(2) for n in range(5000)}
    assert len(codes) == 10_000


def test_digits_do_not_tell_their_neighbours() -> None:
    codes = [int(pickup.code_of(city="980100", day=DAY, slot=0, serial=n)) for n in range(2000)]
    steps = [abs(a - b) for a, b in pairwise(codes)]
    assert sum(step < 1_000_000 for step in steps) < 100  # 2% by chance
    assert 40_000_000 < sum(codes) / len(codes) < 60_000_000


def test_digits_change_with_day_and_city() -> None:
    same = {"slot": 0, "serial": 40}
    codes = {
        pickup.code_of(city=city, day=day, **same) for city in ("980100", "980200") for day in (DAY, date(2026, 11, 18))
    }
    assert len(codes) == 4


def test_beyond_a_million_there_are_no_digits() -> None:
    assert pickup.code_of(city="980100", day=DAY, slot=0, serial=pickup.SERIALS) == ""


@pytest.mark.parametrize("text", ["", "1234567", "123456789", "1234567a", "１２３４５６７８", "-1234567"])
def test_what_is_no_eight_digits_is_none(text: str) -> None:
    assert pickup.read_code(text, city="980100", day=DAY) is None
