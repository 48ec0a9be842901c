from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # the settings are not read yet when this file is
    from tests.cast import Cast
    from tests.scenarios.story import Story


@pytest.fixture
def cast(db: None) -> "Cast":
    from tests.cast import build

    return build()


@pytest.fixture
def story(cast: "Cast") -> "Story":
    """A story that has not begun."""
    from tests.scenarios.story import Story

    return Story(cast)
