"""Every table that a member of staff may write in a request is confined: who may change nothing, changes nothing."""

import pytest

from zhijia.faces.doctor.people import open_tables


@pytest.mark.django_db
def test_every_table_that_staff_may_write_is_confined() -> None:
    assert open_tables() == []
