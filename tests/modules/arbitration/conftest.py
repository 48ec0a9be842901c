from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # the settings are not read yet when this file is
    from tests.cast import Cast
    from tests.modules.arbitration.kit import Arbitrated, Ordered


@pytest.fixture
def case(cast: "Cast") -> "Arbitrated":
    """An arbitration that has not begun."""
    from tests.modules.arbitration.kit import Arbitrated

    return Arbitrated(cast)


@pytest.fixture
def order(cast: "Cast") -> "Ordered":
    """A payment order that has not begun."""
    from tests.modules.arbitration.kit import Ordered

    return Ordered(cast)
