"""The committed pages say what the program does: generated documentation must not be stale."""

from pathlib import Path

import pytest

from zhijia.kernel.service import describe, registry

DOCS = Path(__file__).resolve().parents[2] / "docs" / "modules"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_service_has_a_fresh_page(language: str) -> None:
    for service in registry.services():
        page = DOCS / (f"{service.key}.md" if language == "en" else f"{service.key}.zh.md")
        assert page.read_text() == describe.page(service, language), f"run `zhijia docs`: {page.name} is stale"
