from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # the settings are not read yet when this file is
    from tests.cast import Cast
    from tests.modules.legal_aid.kit import Aid
    from tests.modules.legal_aid.visits import Visit


@pytest.fixture
def aid(cast: "Cast") -> "Aid":
    """An application for legal aid that has not begun, at a unit with two lawyers."""
    from tests.modules.legal_aid.kit import Aid, with_lawyers

    with_lawyers(cast, "wei", "xu")
    return Aid(cast)


@pytest.fixture
def visit(cast: "Cast") -> "Visit":
    """A booking that has not begun: Wei can be met on Tuesdays and Wednesdays, half an hour each."""
    from tests.modules.legal_aid.kit import with_lawyers
    from tests.modules.legal_aid.visits import Visit, weekly

    with_lawyers(cast, "wei", "xu")
    weekly(cast, "wei", 2)
    weekly(cast, "wei", 3)
    return Visit(cast)
