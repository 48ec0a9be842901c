"""What the tests of every face share."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from zhijia.kernel.service.declare import Service


@pytest.fixture
def trial(db: None, monkeypatch: pytest.MonkeyPatch) -> "Service":
    """A second service beside the hotline, in the test's own transaction."""
    from tests.faces import trial

    return trial.install(monkeypatch)
