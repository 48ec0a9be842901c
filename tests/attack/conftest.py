"""A kitchen for the machines, as vouchers' own tests have it."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # the settings are not read yet when this file is
    from tests.cast import Cast
    from tests.modules.vouchers.kit import Kitchen


@pytest.fixture
def kitchen(cast: "Cast") -> "Kitchen":
    """Money, programme, shop and station; no cycle yet."""
    from tests.modules.vouchers.kit import build

    return build(cast)
