"""What every other test stands on: its own database, the network closed, the clock held."""

import socket
from datetime import datetime

import pytest
from django.db import connection

from zhijia.kernel.base import clock


def rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_content_type WHERE app_label = 'left_over'")
        return int(cursor.fetchone()[0])


def add_row() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_content_type (app_label, model) VALUES ('left_over', 'x')")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_time", [1, 2])
def test_transaction_test_finds_a_fresh_clone_each_time(_time: int) -> None:
    assert rows() == 0
    add_row()
    assert rows() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("_time", [1, 2])
def test_plain_test_is_rolled_back(_time: int) -> None:
    assert rows() == 0
    add_row()


def test_network_beyond_this_machine_is_closed() -> None:
    with socket.socket() as probe, pytest.raises(PermissionError):
        probe.connect(("192.0.2.1", 80))


def test_now_fixture_holds_the_clock(now: datetime) -> None:
    assert clock.now() == now
