"""A conversation goes on over reloads, killed processes and a lost network."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.desks import Desk
from tests.journeys.floor import Floor
from tests.journeys.telegram import Customer

pytestmark = pytest.mark.journey


def _begin(desk: Desk, floor: Floor) -> Customer:
    customer = floor.enter("Olena")
    customer.write("word 0")
    desk.sign_in(floor.agent).go_available().accept("Olena")
    expect(desk.bubble("word 0")).to_be_visible()
    return customer


def _expect_words(desk: Desk, count: int) -> None:
    """Every word stands in the thread once, in order."""
    expect(desk.page.get_by_role("article").filter(has_text=f"word {count - 1}")).to_be_visible()
    texts = desk.page.get_by_role("article").locator(".text").all_inner_texts()
    said = [text for text in texts if text.startswith("word ")]
    assert said == [f"word {number}" for number in range(count)]


def test_a_reload_in_the_middle_misses_nothing(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)
    for number in range(1, 4):
        customer.write(f"word {number}")
    desk.page.reload(wait_until="commit")
    for number in range(4, 8):
        customer.write(f"word {number}")
    expect(desk.heading("Olena")).to_be_visible()
    _expect_words(desk, 8)


def test_a_killed_web_process_costs_no_word_and_doubles_none(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)
    customer.write("word 1")
    expect(desk.bubble("word 1")).to_be_visible()
    floor.house.kill("web")
    for number in range(2, 6):
        customer.write(f"word {number}")
    expect(desk.banner).to_contain_text("No connection since")
    floor.house.start("web")
    expect(desk.banner).to_have_count(0)
    customer.write("word 6")
    _expect_words(desk, 7)
    with floor.sign_in() as api:
        [conversation] = api.desk()["conversations"]
        stored = [message["parts"][0]["text"] for message in api.messages(conversation["id"])]
    assert stored == [f"word {number}" for number in range(7)]


def test_a_reply_written_while_the_server_is_down_goes_out_once(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)
    floor.house.kill("web")
    expect(desk.banner).to_contain_text("No connection since")
    desk.reply("Written in the dark")
    kept = desk.bubble("Written in the dark").get_by_role("img", name="Kept on this computer")
    expect(kept).to_be_visible()
    floor.house.start("web")
    customer.wait_for("Written in the dark")
    desk.expect_sent("Written in the dark")
    desk.page.reload()
    desk.expect_sent("Written in the dark")
    assert customer.texts() == ["Written in the dark"]


def test_a_reply_whose_answer_was_lost_is_not_sent_twice(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)

    def lose_the_answer(route: Route) -> None:
        assert route.fetch().status == 201
        route.abort("connectionreset")

    desk.page.route("**/messages", lose_the_answer, times=1)
    desk.reply("Once and no more")
    desk.expect_sent("Once and no more")
    customer.wait_for("Once and no more")
    desk.reply("The next one")
    customer.wait_for("The next one")
    assert customer.texts() == ["Once and no more", "The next one"]


def test_a_draft_outlives_a_kill_and_a_reload(desk: Desk, floor: Floor) -> None:
    _begin(desk, floor)
    desk.field.fill("I was about to")
    floor.house.kill("web")
    desk.field.press_sequentially(" say")
    expect(desk.banner).to_be_visible()
    floor.house.start("web")
    expect(desk.banner).to_have_count(0)
    with desk.page.expect_response(lambda answer: answer.url.endswith("/draft") and answer.ok):
        desk.field.press_sequentially(" this")
    desk.page.reload()
    expect(desk.field).to_have_value("I was about to say this")


def test_the_network_may_go_and_come(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)
    desk.context.set_offline(True)
    expect(desk.banner).to_contain_text("You are offline")
    desk.reply("Sent without a network")
    customer.write("word 1")
    desk.context.set_offline(False)
    expect(desk.banner).to_have_count(0)
    customer.wait_for("Sent without a network")
    _expect_words(desk, 2)
    desk.expect_sent("Sent without a network")
    assert customer.texts() == ["Sent without a network"]


def test_killed_router_and_delivery_go_on_where_they_were(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)
    floor.house.kill("delivery")
    floor.house.kill("router")
    desk.reply("Nobody carries this yet")
    expect(desk.bubble("Nobody carries").get_by_role("img", name="Queued")).to_be_visible()
    newcomer = floor.enter("Newcomer")
    newcomer.write("Does it ring?")
    floor.house.start("delivery")
    floor.house.start("router")
    desk.accept("Newcomer")
    customer.wait_for("Nobody carries this yet")
    assert customer.texts() == ["Nobody carries this yet"]


def test_a_conversation_that_could_not_be_read_is_read_by_itself(desk: Desk, floor: Floor) -> None:
    floor.enter("Olena").write("word 0")
    away = {"code": "database_unavailable", "message": "away", "fields": {}}
    desk.page.route("**/messages?*", lambda route: route.fulfill(status=503, json=away), times=1)
    desk.sign_in(floor.agent).go_available()
    desk.offer.get_by_role("button", name="Accept").click()
    expect(desk.bubble("word 0")).to_be_visible()
    expect(desk.banner).to_have_count(0)
