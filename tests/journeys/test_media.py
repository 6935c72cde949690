"""Pictures, voices and large files of customers, as the agent sees and hears them."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.sync_api import expect

from tests.journeys.desks import Desk
from tests.journeys.floor import Floor
from tests.journeys.telegram import Customer

pytestmark = pytest.mark.journey

# https://core.telegram.org/bots/api#getfile: bots download files of up to 20 MB.
_FETCHED_AT_MOST: Final = 20 * 1024 * 1024


def _begin(desk: Desk, floor: Floor) -> Customer:
    desk.sign_in(floor.agent).go_available()
    customer = floor.enter("Олена")
    customer.write("Look at this")
    desk.accept("Олена")
    return customer


def test_the_pictures_of_an_album_are_one_message_and_are_looked_through(
    desk: Desk, floor: Floor
) -> None:
    customer = _begin(desk, floor)

    customer.act("photo", media_group_id="77", caption="My router, from three sides")
    customer.act("photo", media_group_id="77")
    customer.act("photo", media_group_id="77")

    album = desk.bubble("My router, from three sides")
    pictures = album.get_by_role("group", name="Album, 3 items").get_by_role("button")
    expect(pictures).to_have_count(3)
    expect(desk.page.get_by_role("article")).to_have_count(2)
    pictures.first.click()
    lightbox = desk.page.get_by_role("dialog")
    expect(lightbox.get_by_role("img")).to_be_visible()
    desk.page.keyboard.press("ArrowRight")
    expect(lightbox).to_contain_text("2 of 3")
    desk.page.keyboard.press("Escape")
    expect(lightbox).to_have_count(0)
    desk.reply("Press the small button at its back")
    customer.wait_for("Press the small button at its back")


def test_a_voice_message_is_heard(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)

    customer.act("voice")

    player = desk.page.get_by_role("group", name="Voice message")
    slider = player.get_by_role("slider", name="Position")
    expect(slider).to_have_attribute("aria-valuemax", "3")
    player.get_by_role("button", name="Play").click()
    expect(slider).not_to_have_attribute("aria-valuenow", "0")
    expect(player.get_by_role("button", name="Play")).to_be_visible()


def test_a_file_that_telegram_does_not_hand_out_is_told_honestly(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)

    customer.act("document", name="contract.pdf", size=_FETCHED_AT_MOST)
    customer.act("document", name="recording.zip", size=_FETCHED_AT_MOST + 1)

    expect(desk.bubble("contract.pdf").get_by_role("link")).to_be_visible()
    refused = desk.bubble("recording.zip")
    expect(refused).to_contain_text("Too large to fetch. The customer still has it in their app.")
    expect(refused.get_by_role("link")).to_have_count(0)
