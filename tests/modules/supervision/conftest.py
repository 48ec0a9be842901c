from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # the settings are not read yet when this file is
    from tests.cast import Cast
    from tests.modules.supervision.kit import Letters


@pytest.fixture
def letters(cast: "Cast") -> "Letters":
    """A supervision that has not begun, with two supervisors on the rosters."""
    from tests.modules.supervision.kit import Letters, staff

    staff(cast)
    return Letters(cast)
