"""A kitchen for the tests of vouchers."""

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


@pytest.fixture
def open_kitchen(kitchen: "Kitchen") -> "Kitchen":
    """With a published cycle of three days and twenty meals a day."""
    return kitchen.publish()
