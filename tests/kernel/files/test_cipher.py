"""A sealed file says nothing and opens only whole, in order and where it belongs."""

import io
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhijia.kernel.base.errors import Misconfigured
from zhijia.kernel.files import cipher
from zhijia.kernel.files.cipher import Reader
from zhijia.kernel.people.vault import Unreadable

PLACE = "sealed/ab/ab"
SMALL = 16
CUT = SMALL + cipher.TAG


pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True, scope="module")
def _small_chunks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cipher, "CHUNK", SMALL)
        yield


def sealed(content: bytes, place: str = PLACE) -> bytes:
    target = io.BytesIO()
    assert cipher.seal([content[:5], content[5:]], target, place=place) == len(content)
    return target.getvalue()


def opened(content: bytes, place: str = PLACE) -> bytes:
    return b"".join(Reader(io.BytesIO(content), place=place).blocks())


@given(st.binary(max_size=100))
def test_content_comes_back(content: bytes) -> None:
    kept = sealed(content)
    assert (opened(kept), Reader(io.BytesIO(kept), place=PLACE).size) == (content, len(content))


@given(st.binary(max_size=100), st.integers(0, 120), st.integers(0, 120))
def test_any_piece_comes_back(content: bytes, start: int, length: int) -> None:
    reader = Reader(io.BytesIO(sealed(content)), place=PLACE)
    assert b"".join(reader.blocks(start, start + length)) == content[start : start + length]


@given(st.binary(max_size=80), st.data())
def test_no_changed_bit_is_overlooked(content: bytes, data: st.DataObject) -> None:
    kept = bytearray(sealed(content))
    place = data.draw(st.integers(0, len(kept) - 1))
    kept[place] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((Unreadable, Misconfigured)):  # Misconfigured: the key version is one that nobody has
        opened(bytes(kept))


@given(st.binary(max_size=80), st.data())
def test_no_cut_is_overlooked(content: bytes, data: st.DataObject) -> None:
    kept = sealed(content)
    with pytest.raises(Unreadable):
        opened(kept[: data.draw(st.integers(0, len(kept) - 1))])


@given(st.binary(min_size=SMALL * 3, max_size=90), st.data())
def test_no_other_order_is_overlooked(content: bytes, data: st.DataObject) -> None:
    kept = sealed(content)
    body = Reader(io.BytesIO(kept), place=PLACE).body
    chunks = [kept[n : n + CUT] for n in range(body, len(kept), CUT)]
    other = data.draw(st.lists(st.sampled_from(range(len(chunks))), max_size=8))
    if other != list(range(len(chunks))):
        with pytest.raises(Unreadable):
            opened(kept[:body] + b"".join(chunks[n] for n in other))


def test_end_that_was_cut_off_is_noticed_by_whoever_reads_only_the_beginning() -> None:
    kept = sealed(bytes(SMALL * 4))
    assert b"".join(Reader(io.BytesIO(kept), place=PLACE).blocks(0, 3)) == bytes(3)
    with pytest.raises(Unreadable):
        list(Reader(io.BytesIO(kept[:-CUT]), place=PLACE).blocks(0, 3))


def test_file_opens_only_where_it_belongs() -> None:
    kept = sealed(b"story")
    for content, place in ((kept, "sealed/ab/ac"), (b"", PLACE), (b"ZJF1", PLACE), (b"ZJF1\x09\0\0" + kept[7:], PLACE)):
        with pytest.raises(Unreadable):
            opened(content, place)


def test_same_content_is_never_sealed_the_same() -> None:
    first, second = sealed(b"a" * 40), sealed(b"a" * 40)
    assert (first == second, b"aaaa" in first, len(first) == len(second)) == (False, False, True)


@pytest.mark.parametrize("name", ["SM4_GCM", "AES_256_GCM"])
def test_either_cipher_reads_what_it_sealed_after_the_other_was_chosen(name: str, settings: object) -> None:
    settings.FILE_CIPHER = name  # type: ignore[attr-defined]
    kept = sealed(b"0123456789" * 5)
    settings.FILE_CIPHER = "AES_256_GCM"  # type: ignore[attr-defined]
    assert opened(kept) == b"0123456789" * 5
