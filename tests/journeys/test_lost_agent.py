"""An agent who is gone without a word does not keep a customer waiting."""

from __future__ import annotations

import contextlib
import time

import pytest
from playwright.sync_api import Error, expect

from tests.journeys.conftest import OpenDesk
from tests.journeys.floor import Floor

pytestmark = pytest.mark.journey

# Presence lives 8 seconds without a heartbeat while it rings; the sweep runs each second.
PROMISED_SECONDS = 10.0
# What the machine may add between a moment and our seeing it.
SLACK_SECONDS = 3.0


def test_a_crashed_tab_lets_the_conversation_ring_elsewhere(
    open_window: OpenDesk, floor: Floor
) -> None:
    dying = open_window().sign_in(floor.agents[0]).go_available()
    other = open_window().sign_in(floor.agents[1])
    customer = floor.enter("Olena")
    customer.write("Please hurry")
    expect(dying.offer).to_contain_text("Olena")
    other.go_available()
    with contextlib.suppress(Error):
        dying.page.goto("chrome://crash")
    died_at = time.monotonic()
    expect(other.offer).to_contain_text("Olena")
    assert time.monotonic() - died_at < PROMISED_SECONDS + SLACK_SECONDS
    with floor.sign_in(floor.agents[0]) as api:
        agent = api.desk()["agent"]
    assert (agent["presence"], agent["presence_reason"]) == ("offline", "connection_lost")
    other.accept("Olena")
    other.reply("Sorry for the wait")
    customer.wait_for("Sorry for the wait")


def test_a_closed_window_does_not_ring_for_ever(open_window: OpenDesk, floor: Floor) -> None:
    dying = open_window().sign_in(floor.agents[0]).go_available()
    floor.enter("Petro").write("Anyone?")
    expect(dying.offer).to_contain_text("Petro")
    dying.context.close()
    with floor.sign_in(floor.agents[1]) as api:
        deadline = time.monotonic() + PROMISED_SECONDS + SLACK_SECONDS
        while (state := api.waiting(floor.queue_id)[0]["state"]) != "queued":
            assert time.monotonic() < deadline, state
        api.set_presence("available")


def test_a_reload_while_it_rings_goes_on_ringing(open_window: OpenDesk, floor: Floor) -> None:
    desk = open_window().sign_in(floor.agent).go_available()
    floor.enter("Ivan").write("Still there?")
    expect(desk.offer).to_contain_text("Ivan")
    desk.page.reload()
    desk.accept("Ivan")
