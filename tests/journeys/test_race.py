"""Two agents reach for one conversation: one has it, the other is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.conftest import OpenDesk
from tests.journeys.floor import Api, Floor

pytestmark = pytest.mark.journey


def test_what_rings_at_one_may_be_taken_by_another_and_the_first_is_told(
    open_window: OpenDesk, floor: Floor
) -> None:
    ringing = open_window().sign_in(floor.agents[0]).go_available()
    taking = open_window().sign_in(floor.agents[1])
    customer = floor.enter("Kateryna")
    customer.write("Is anybody there?")
    expect(ringing.offer).to_contain_text("Kateryna")
    taking.page.get_by_role("tab", name="Queues").click()
    expect(taking.row("Kateryna")).to_be_visible()
    expect(taking.page.get_by_role("img", name="Ringing at an agent")).to_be_visible()
    ringing.accept("Kateryna")
    expect(taking.row("Kateryna")).to_have_count(0)
    ringing.reply("I am here")
    customer.wait_for("I am here")


def test_of_two_who_take_from_the_queue_the_slower_is_told(
    open_window: OpenDesk, floor: Floor
) -> None:
    slow = open_window().sign_in(floor.agents[0])
    slow.page.get_by_role("tab", name="Queues").click()
    floor.enter("Maksym").write("Hello?")
    take = slow.page.get_by_role("button", name="Take the conversation with Maksym")
    take.wait_for()
    # The slower one has not heard yet: its socket is silent, its button still there.
    slow.page.route("**/pull", lambda route: _first(floor, route))
    take.click()
    expect(slow.page.get_by_text("Somebody was faster")).to_be_visible()
    expect(slow.row("Maksym")).to_have_count(0)


def _first(floor: Floor, route: Route) -> None:
    with floor.sign_in(floor.agents[1]) as api:
        [waiting] = api.waiting(floor.queue_id)
        api.call("POST", f"/api/conversations/{waiting['id']}/pull")
    route.continue_()


def test_a_hundred_simultaneous_takes_have_one_winner(floor: Floor) -> None:
    with floor.sign_in(floor.agents[0]) as one, floor.sign_in(floor.agents[1]) as other:
        floor.enter("Solomiia").write("Who will it be?")
        [waiting] = _wait_for_waiting(one, floor)
        path = f"/api/conversations/{waiting['id']}/pull"

        def take(number: int) -> int:
            return (one, other)[number % 2].http.post(path).status_code

        with ThreadPoolExecutor(20) as threads:
            statuses = list(threads.map(take, range(100)))
        assert set(statuses) <= {200, 404, 409}
        held = [len(api.desk()["conversations"]) for api in (one, other)]
        assert sorted(held) == [0, 1]
        winner = held.index(1)
        assert all(status != 200 for status in statuses[1 - winner :: 2])


def _wait_for_waiting(api: Api, floor: Floor) -> list[dict[str, Any]]:
    waiting: list[dict[str, Any]] = []
    while not waiting:
        waiting = api.waiting(floor.queue_id)
    return waiting


def test_simultaneous_accepts_in_two_windows_of_one_agent_have_one_winner(
    open_window: OpenDesk, floor: Floor
) -> None:
    first = open_window().sign_in(floor.agent).go_available()
    second = open_window().sign_in(floor.agent)
    customer = floor.enter("Yaroslav")
    customer.write("Twice?")
    for desk in (first, second):
        expect(desk.offer).to_contain_text("Yaroslav")
    with floor.sign_in() as api:
        [offer] = api.desk()["offers"]
        path, body = f"/api/offers/{offer['id']}/accept", {"epoch": offer["epoch"]}
        with ThreadPoolExecutor(20) as threads:
            answers = list(threads.map(lambda _: api.http.post(path, json=body), range(50)))
        assert {answer.status_code for answer in answers} <= {200, 409}
        assert any(answer.status_code == 200 for answer in answers)
        [held] = api.desk()["conversations"]
        assert held["agent_id"] == str(floor.agent.id)
    for desk in (first, second):
        expect(desk.offer).to_have_count(0)
        expect(desk.row("Yaroslav")).to_be_visible()
