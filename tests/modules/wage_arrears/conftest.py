from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # the settings are not read yet when this file is
    from tests.cast import Cast
    from tests.modules.wage_arrears.kit import Claim


@pytest.fixture
def claim(cast: "Cast") -> "Claim":
    """A wage claim that has not begun."""
    from tests.modules.wage_arrears.kit import Claim

    return Claim(cast)
