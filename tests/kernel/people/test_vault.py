"""Sealing, opening and blind indexes, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from zhijia.kernel.base.errors import Invalid, Misconfigured
from zhijia.kernel.people.vault import Algorithm, Unreadable, blind, current_version, open_, seal

ONE, TWO = "11" * 32, "22" * 32
AAD = b"people_person.phone_sealed:5"


@pytest.fixture(autouse=True)
def _key(settings: Settings) -> None:
    settings.VAULT_KEY = ONE


@given(st.text(), st.sampled_from(Algorithm))
def test_open_gives_back_what_was_sealed(plain: str, algorithm: Algorithm) -> None:
    sealed = seal(plain, purpose="note", aad=AAD, algorithm=algorithm)
    assert open_(sealed, purpose="note", aad=AAD) == plain


def test_seal_twice_gives_different_bytes() -> None:
    assert seal("138", purpose="phone", aad=AAD) != seal("138", purpose="phone", aad=AAD)


def test_seal_starts_with_version_and_sm4() -> None:
    sealed = seal("13800000007", purpose="phone", aad=AAD)
    assert (sealed[:3], len(sealed)) == (b"\x00\x01\x01", 3 + 12 + 11 + 16)


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
    for i in range(2, len(sealed)):
        with pytest.raises(Unreadable):
            open_(sealed[:i] + bytes([sealed[i] ^ 1]) + sealed[i + 1 :], purpose="phone", aad=AAD)


@pytest.mark.parametrize("length", [0, 1, 30])
def test_open_of_a_stump_fails(length: int) -> None:
    with pytest.raises(Unreadable):
        open_(seal("13800000007", purpose="phone", aad=AAD)[:length], purpose="phone", aad=AAD)


def test_several_key_versions_coexist(settings: Settings) -> None:
    old, index = seal("old", purpose="note", aad=AAD), blind("13800000007", purpose="phone")
    settings.VAULT_KEY = f"{ONE},{TWO}"
    new = seal("new", purpose="note", aad=AAD)
    assert (current_version(), new[:2]) == (2, b"\x00\x02")
    assert [open_(s, purpose="note", aad=AAD) for s in (old, new)] == ["old", "new"]
    assert blind("13800000007", purpose="phone") == index
    settings.VAULT_VERSION = 1
    assert seal("x", purpose="note", aad=AAD)[:2] == b"\x00\x01"


def test_open_under_another_master_fails(settings: Settings) -> None:
    sealed = seal("x", purpose="note", aad=AAD)
    settings.VAULT_KEY = TWO
    with pytest.raises(Unreadable):
        open_(sealed, purpose="note", aad=AAD)


def test_open_of_a_version_without_key_names_it(settings: Settings) -> None:
    settings.VAULT_KEY = f"{ONE},{TWO}"
    sealed = seal("x", purpose="note", aad=AAD)
    settings.VAULT_KEY = ONE
    with pytest.raises(Misconfigured) as refused:
        open_(sealed, purpose="note", aad=AAD)
    assert str(refused.value) == "VAULT_KEY holds no key of version 2; it holds 1"


@pytest.mark.parametrize("key", ["", "11", "zz" * 32, ONE + ","])
def test_a_malformed_master_key_is_refused(settings: Settings, key: str) -> None:
    settings.VAULT_KEY = key
    with pytest.raises(Misconfigured):
        seal("x", purpose="note", aad=AAD)


def test_blind_is_equal_across_spellings_and_differs_by_purpose_and_key(settings: Settings) -> None:
    index = blind("13800000007", purpose="phone")
    assert {blind(s, purpose="phone") for s in ("+86 138 0000 0007", "１３８-0000-0007")} == {index}
    assert len(index) == 16
    assert blind("13800000007", purpose="note") != index
    assert blind("13800000008", purpose="phone") != index
    settings.VAULT_KEY = TWO
    assert blind("13800000007", purpose="phone") != index


def test_blind_of_something_malformed_is_refused() -> None:
    with pytest.raises(Invalid):
        blind("110105194912310021", purpose="id_number")
