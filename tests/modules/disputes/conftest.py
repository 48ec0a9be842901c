from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # the settings are not read yet when this file is
    from tests.cast import Cast
    from tests.modules.disputes.kit import Mediation


@pytest.fixture
def mediation(cast: "Cast") -> "Mediation":
    """A dispute that has not begun."""
    from tests.modules.disputes.kit import Mediation

    return Mediation(cast)
