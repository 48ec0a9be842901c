"""Kept files: sealed, whole, and worth nothing when a block is moved, cut off or changed."""

from base64 import b64encode
from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tests.kernel.sheets import kit
from zhijia.kernel.base.errors import NotFound
from zhijia.kernel.files import cipher
from zhijia.kernel.people import vault
from zhijia.kernel.people.vault import Unreadable
from zhijia.kernel.sheets import store
from zhijia.kernel.sheets.scratch import nameless

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(cipher, "CHUNK", 100)
    yield
    store.forget(*store.every())


@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 200, 1234])
def test_content_comes_back_whatever_its_blocks(size: int) -> None:
    content = bytes(n % 251 for n in range(size))
    kept = store.keep((content[n : n + 37] for n in range(0, size, 37)), nameless)
    assert (b"".join(store.content(kept.name)), kept.size) == (content, size)
    assert store.keep([content], nameless).sha256 == kept.sha256


def test_sealed_blocks_cannot_be_cut_moved_or_changed() -> None:
    kept, other = store.keep([bytes(250)], nameless), store.keep([bytes(250)], nameless)
    path = f"sheets/{kept.name}"
    sealed = kit.sealed(kept.name)
    first = 7 + int.from_bytes(sealed[5:7], "big") + 116
    for touched in (
        sealed[:first], sealed[first:], sealed[:-1] + bytes([sealed[-1] ^ 1]),
        kit.sealed(other.name), sealed[:first] + sealed[first - 116 :], b"",
    ):  # fmt: skip
        default_storage.delete(path)
        default_storage.save(path, ContentFile(touched))
        with pytest.raises(Unreadable):
            list(store.content(kept.name))


def test_what_was_kept_before_is_still_read() -> None:
    """Blocks that the vault sealed one by one, each with its length before it."""
    content, name, sealed = b"x" * 150, "ab" * 16, b""
    for number, (block, end) in enumerate(((content[:100], "more"), (content[100:], "end"))):
        place = f"sheets/{name}/{number}/{end}".encode()
        value = vault.seal(b64encode(block).decode(), purpose="workbook", aad=place)
        sealed += len(value).to_bytes(4, "big") + value
    default_storage.save(f"sheets/{name}", ContentFile(sealed))
    assert b"".join(store.content(name)) == content


def test_forgotten_file_is_gone() -> None:
    name = store.keep([b"x"], nameless).name
    store.forget(name, name, "")
    with pytest.raises(NotFound):
        list(store.content(name))
    assert store.every() == []
