"""A customer presses a button: it stops turning at once, and its words stand in the queue."""

from __future__ import annotations

import time

import httpx
import pytest

from tests.journeys.floor import Floor
from tests.journeys.telegram import Customer

pytestmark = pytest.mark.journey

PATIENCE_SECONDS = 20.0


def ask(floor: Floor, customer: Customer) -> int:
    """Another program of the same bot asks with buttons; the message's number."""
    telegram = floor.house.telegram
    token = telegram.get(f"/bots/{floor.bot_id}")["token"]
    buttons = [[{"text": "Yes, it works", "callback_data": "yes"}]]
    question = {
        "chat_id": customer.id,
        "text": "Did it help?",
        "reply_markup": {"inline_keyboard": buttons},
    }
    answer = httpx.post(f"{telegram.url}/bot{token}/sendMessage", json=question, timeout=20)
    assert answer.is_success, answer.text
    message_id: int = answer.json()["result"]["message_id"]
    return message_id


def wait_until_answered(floor: Floor) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        [pressed] = floor.house.telegram.get(f"/bots/{floor.bot_id}/presses")
        if not pressed["is_turning"]:
            return
        time.sleep(0.05)
    raise AssertionError("the button turns still")


def test_a_pressed_button_stops_turning_and_its_words_reach_the_queue(floor: Floor) -> None:
    anna = floor.enter("Anna")
    asked = ask(floor, anna)

    anna.act("press", message_id=asked, data="yes")

    wait_until_answered(floor)
    with floor.sign_in() as api:
        [conversation] = api.waiting(floor.queue_id)
        [said] = api.messages(conversation["id"])
    assert said["parts"][0]["text"] == "Yes, it works"
    assert said["reply_to"]["external_id"] == str(asked)
