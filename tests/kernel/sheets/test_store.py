"""Kept files: sealed, whole, and worth nothing when a block is moved, cut off or changed."""

from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tests.kernel.sheets import kit
from zhijia.kernel.base.errors import NotFound
from zhijia.kernel.people.vault import Unreadable
from zhijia.kernel.sheets import store
from zhijia.kernel.sheets.scratch import nameless


@pytest.fixture(autouse=True)
def _empty(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(store, "BLOCK", 100)
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
    first = 4 + int.from_bytes(sealed[:4], "big")
    for touched in (
        sealed[:first], sealed[first:], sealed[:-1] + bytes([sealed[-1] ^ 1]),
        kit.sealed(other.name), sealed[:first] + sealed,
    ):  # fmt: skip
        default_storage.delete(path)
        default_storage.save(path, ContentFile(touched))
        with pytest.raises(Unreadable):
            list(store.content(kept.name))


def test_forgotten_file_is_gone() -> None:
    name = store.keep([b"x"], nameless).name
    store.forget(name, name, "")
    with pytest.raises(NotFound):
        list(store.content(name))
    assert store.every() == []
