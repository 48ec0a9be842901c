"""Invariant: a console that is opened twice at once is one seat, and neither tab meets an error."""

import threading

import pytest
from django.db import connections

from tests.cast import NOW
from tests.cast import build as build_cast
from zhijia.faces.access import seen_by
from zhijia.modules.hotline.calls import seats
from zhijia.modules.hotline.calls.models import Seat

TABS = 8


@pytest.mark.django_db(transaction=True)
def test_console_that_opens_in_many_tabs_is_one_seat() -> None:
    agent = build_cast().actor("agent")
    start, seated = threading.Barrier(TABS), []

    def open_tab() -> None:
        try:
            start.wait()
            with seen_by(agent):
                seated.append(seats.sit_down(actor=agent, now=NOW).pk)
        finally:
            connections.close_all()

    tabs = [threading.Thread(target=open_tab) for _ in range(TABS)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert seated == [agent.account_id] * TABS
    assert Seat.objects.count() == 1
