"""Sealing, opening and blind indexes; what the scheme before envelopes sealed still opens."""

import os

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st
from pytest_django import Settings

from zhijia.kernel.base.errors import Invalid, Misconfigured
from zhijia.kernel.people import keys
from zhijia.kernel.people.vault import HEAD, Algorithm, Unreadable, blind, open_, seal

pytestmark = pytest.mark.django_db
ONE, TWO = "11" * 32, "22" * 32
AAD = b"people_person.phone_sealed:5"


@tried(max_examples=50)
@given(st.text(), st.sampled_from(Algorithm))
def test_open_gives_back_what_was_sealed(plain: str, algorithm: Algorithm) -> None:
    sealed = seal(plain, purpose="note", aad=AAD, algorithm=algorithm)
    assert open_(sealed, purpose="note", aad=AAD) == plain


def test_seal_twice_gives_different_bytes() -> None:
    assert seal("138", purpose="phone", aad=AAD) != seal("138", purpose="phone", aad=AAD)


def test_a_sealed_value_names_its_algorithm_and_its_data_key() -> None:
    sealed = seal("13800000007", purpose="phone", aad=AAD)
    assert sealed[:HEAD] == b"\xe1\x01" + keys.current("phone").id.to_bytes(4, "big")
    assert len(sealed) == HEAD + 12 + 11 + 16


def test_the_setting_chooses_the_algorithm_and_both_open(settings: Settings) -> None:
    first = seal("a", purpose="phone", aad=AAD)
    settings.VAULT_ALGORITHM = "AES_256_GCM"
    second = seal("b", purpose="phone", aad=AAD)
    assert (first[1], second[1]) == (Algorithm.SM4_GCM, Algorithm.AES_256_GCM)
    assert [open_(s, purpose="phone", aad=AAD) for s in (first, second)] == ["a", "b"]


@pytest.mark.parametrize(
    ("purpose", "aad"),
    [("phone", AAD + b"1"), ("phone", b""), ("id_number", AAD), ("phone", b"people_person.id_sealed:5")],
)
def test_open_elsewhere_fails(purpose: str, aad: bytes) -> None:
    sealed = seal("13800000007", purpose="phone", aad=AAD)
    with pytest.raises(Unreadable):
        open_(sealed, purpose=purpose, aad=aad)


def test_open_with_any_byte_changed_fails() -> None:
    sealed = seal("13800000007", purpose="phone", aad=AAD)
    for i in range(len(sealed)):
        with pytest.raises(Unreadable):
            open_(sealed[:i] + bytes([sealed[i] ^ 1]) + sealed[i + 1 :], purpose="phone", aad=AAD)


@pytest.mark.parametrize("length", [0, 1, 33])
def test_open_of_a_stump_fails(length: int) -> None:
    with pytest.raises(Unreadable):
        open_(seal("13800000007", purpose="phone", aad=AAD)[:length], purpose="phone", aad=AAD)


def _older(plain: str, version: int, master: str) -> bytes:
    """As version 0.2 sealed it."""
    info = f"zhijia/vault/{version}/SM4_GCM/phone".encode()
    key = HKDF(algorithm=hashes.SM3(), length=16, salt=None, info=info).derive(bytes.fromhex(master))
    head, nonce = version.to_bytes(2, "big") + b"\x01", os.urandom(12)
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(head + AAD)
    return head + nonce + encryptor.update(plain.encode()) + encryptor.finalize() + encryptor.tag


def test_what_the_older_scheme_sealed_still_opens_under_its_master(settings: Settings) -> None:
    settings.VAULT_KEY = f"{ONE},{TWO}"
    both = [_older("first", 1, ONE), _older("second", 2, TWO)]
    assert [open_(s, purpose="phone", aad=AAD) for s in both] == ["first", "second"]
    with pytest.raises(Unreadable):
        open_(both[0], purpose="id_number", aad=AAD)
    settings.VAULT_KEY = TWO
    with pytest.raises(Unreadable):
        open_(both[0], purpose="phone", aad=AAD)
    with pytest.raises(Misconfigured) as refused:
        open_(both[1], purpose="phone", aad=AAD)
    assert str(refused.value) == "VAULT_KEY holds no key of version 2; it holds 1"


def test_blind_is_equal_across_spellings_and_differs_by_purpose() -> None:
    index = blind("13800000007", purpose="phone")
    assert {blind(s, purpose="phone") for s in ("+86 138 0000 0007", "１３８-0000-0007")} == {index}
    assert len(index) == 16
    assert blind("13800000007", purpose="note") != index
    assert blind("13800000008", purpose="phone") != index


def test_blind_of_something_malformed_is_refused() -> None:
    with pytest.raises(Invalid):
        blind("110105194912310021", purpose="id_number")
