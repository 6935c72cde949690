"""One conversation from the first word to the last, as its agent and its customer see it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.desks import Desk
from tests.journeys.floor import Floor
from tests.journeys.telegram import Customer

pytestmark = pytest.mark.journey

OWNED = "<img src=x onerror=\"document.title='owned'\"><script>alert(1)</script>"


def _begin(desk: Desk, floor: Floor, name: str = "Olena", words: str = "Hello!") -> Customer:
    """A customer whose conversation the agent has."""
    customer = floor.enter(name)
    customer.write(words)
    desk.sign_in(floor.agent).go_available().accept(name)
    expect(desk.bubble(words)).to_be_visible()
    return customer


def _entity(kind: str, offset: int, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


def _expect_loaded(picture: Locator) -> None:
    expect(picture).to_be_visible()
    expect(picture).not_to_have_js_property("naturalWidth", 0)


def test_a_message_rings_and_its_answer_arrives_once(desk: Desk, floor: Floor) -> None:
    desk.sign_in(floor.agent).go_available()
    customer = floor.enter("Олена")
    customer.write("Why is my internet slow?")
    expect(desk.offer).to_contain_text("Why is my internet slow?")
    expect(desk.offer).to_contain_text(floor.queue_name)
    desk.accept("Олена")
    answer = '👩‍👩‍👧 It\'s "fixed" — «готово» & <b>done</b> \\o/ 😀'
    desk.reply(answer)
    assert customer.wait_for(answer)["entities"] == []
    desk.expect_sent(answer)
    assert customer.texts() == [answer]
    expect(desk.field).to_have_value("")


def test_formats_stand_where_the_customer_put_them(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)
    customer.write(
        "🇺🇦😀 bold, link and 👍 https://halfminute.example/path",
        entities=[
            _entity("bold", 7, 4),
            _entity("text_link", 13, 4, url="https://halfminute.example/a?b=1"),
            _entity("url", 25, 31),
        ],
    )
    bubble = desk.bubble("https://halfminute.example/path")
    expect(bubble.locator("strong")).to_have_text("bold")
    links = bubble.get_by_role("link")
    expect(links.first).to_have_attribute("href", "https://halfminute.example/a?b=1")
    expect(links.first).to_contain_text("link")
    expect(links.last).to_have_attribute("href", "https://halfminute.example/path")
    expect(links.last).to_have_attribute("rel", "noopener noreferrer nofollow")


def test_a_quoted_answer_names_the_message_it_answers(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)
    asked = customer.write("What does roaming cost?")
    customer.write("And one more thing")
    bubble = desk.bubble("What does roaming cost?")
    bubble.hover()
    bubble.get_by_role("button", name="Reply to this message").click()
    desk.reply("One euro a day")
    assert customer.wait_for("One euro a day")["reply_to_message_id"] == asked
    expect(desk.bubble("One euro a day").locator("blockquote")).to_contain_text("roaming cost")


def test_a_customers_quote_shows_what_it_quotes(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)
    desk.reply("Try to restart the phone")
    told = customer.wait_for("Try to restart the phone")
    desk.expect_sent("Try to restart the phone")
    customer.write("Which one?", reply_to_message_id=told["message_id"])
    expect(desk.bubble("Which one?").locator("blockquote")).to_contain_text("restart the phone")


def test_an_edit_keeps_what_was_said_before(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)
    number = customer.write("My number is 111")
    expect(desk.bubble("My number is 111")).to_be_visible()
    customer.act("edit", message_id=number, text="My number is 222")
    expect(desk.bubble("My number is 222")).to_be_visible()
    expect(desk.bubble("My number is 111")).to_have_count(0)
    desk.bubble("My number is 222").get_by_role("button", name="Show earlier versions").click()
    expect(desk.page.get_by_role("dialog", name="Earlier versions")).to_contain_text("is 111")


def _choose(desk: Desk, words: str, deed: str) -> None:
    bubble = desk.bubble(words)
    bubble.hover()
    bubble.get_by_role("button", name="Change this message").click()
    desk.page.get_by_role("menuitem", name=deed).click()


def _expect_texts(customer: Customer, texts: list[str]) -> None:
    deadline = time.monotonic() + 20
    while customer.texts() != texts and time.monotonic() < deadline:
        time.sleep(0.1)
    assert customer.texts() == texts


def test_an_agent_takes_a_slip_back_in_the_customers_own_chat(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)
    desk.reply("It costs 111")
    number = customer.wait_for("It costs 111")["message_id"]
    desk.expect_sent("It costs 111")
    desk.reply("Not for you")
    customer.wait_for("Not for you")
    desk.expect_sent("Not for you")

    _choose(desk, "It costs 111", "Edit")
    field = desk.page.get_by_role("textbox", name="New words of the message")
    field.fill("It costs 222 👍")
    field.press("Enter")
    expect(desk.bubble("It costs 222 👍").locator(".bubble")).to_contain_text("222")
    _expect_texts(customer, ["It costs 222 👍", "Not for you"])
    assert customer.received()[0]["message_id"] == number
    desk.bubble("It costs 222 👍").get_by_role("button", name="Show earlier versions").click()
    expect(desk.page.get_by_role("dialog", name="Earlier versions")).to_contain_text("costs 111")
    desk.page.keyboard.press("Escape")

    _choose(desk, "Not for you", "Delete")
    dialog = desk.page.get_by_role("dialog", name="Delete this message?")
    dialog.get_by_role("button", name="Delete").click()
    expect(desk.page.locator(".message.out .deleted")).to_have_text("Message deleted")
    _expect_texts(customer, ["It costs 222 👍"])
    desk.page.reload()
    expect(desk.page.locator(".message.out .deleted")).to_have_text("Message deleted")


def test_what_telegram_does_not_delete_any_more_is_told_and_dropped(
    desk: Desk, floor: Floor
) -> None:
    customer = _begin(desk, floor)
    desk.reply("Too late")
    number = customer.wait_for("Too late")["message_id"]
    desk.expect_sent("Too late")
    customer.act("age", message_id=number, seconds=48 * 3600)
    _choose(desk, "Too late", "Delete")
    desk.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    failed = desk.bubble("Too late").locator(".change.failed")
    expect(failed).to_contain_text("Not deleted: the channel does not let it be deleted any more")
    failed.get_by_role("button", name="Leave it as it is").click()
    expect(failed).to_have_count(0)
    assert customer.texts() == ["Too late"]


def test_pictures_and_stickers_are_seen(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)
    customer.act("photo", caption="Look at this")
    _expect_loaded(desk.bubble("Look at this").get_by_role("img", name="Photo from Olena"))
    desk.page.get_by_role("button", name="Open the photo").click()
    _expect_loaded(desk.page.get_by_role("dialog").get_by_role("img"))
    desk.page.keyboard.press("Escape")
    customer.act("sticker", format="webp", emoji="🎉")
    _expect_loaded(desk.page.get_by_role("img", name="Sticker 🎉").locator("img"))
    customer.act("sticker", format="tgs", emoji="🚀")
    moving = desk.page.get_by_role("button", name="Moving sticker 🚀")
    expect(moving.locator("svg g").first).to_be_attached()
    desk.page.reload()
    expect(moving.locator("svg g").first).to_be_attached()
    expect(moving).to_be_in_viewport(ratio=1)
    customer.act("sticker", format="webm", emoji="🎈")
    film = desk.page.get_by_role("button", name="Moving sticker 🎈").locator("video")
    expect(film).to_have_js_property("paused", value=False)


def test_a_document_can_be_had(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)
    customer.act("document", name="рахунок.pdf", size=2048)
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name="рахунок.pdf").click()
    assert download.value.suggested_filename == "рахунок.pdf"


def test_what_we_do_not_know_is_named(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)
    customer.act("message", content={"checklist": {"title": "To do", "tasks": []}})
    expect(desk.bubble("A kind of message we cannot show yet")).to_contain_text("checklist")


def test_words_and_names_are_never_markup(desk: Desk, floor: Floor) -> None:
    _begin(desk, floor, name=OWNED, words=OWNED)
    expect(desk.page.get_by_role("article").filter(has_text=OWNED)).to_be_visible()
    expect(desk.row(OWNED)).to_be_visible()
    assert desk.page.locator("img[src=x]").count() == 0
    assert "owned" not in desk.page.title()


def test_a_reaction_comes_and_goes(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)
    desk.reply("A joke about a router")
    told = customer.wait_for("A joke about a router")
    desk.expect_sent("A joke about a router")
    customer.act("reaction", message_id=told["message_id"], emojis=["🔥"])
    reactions = desk.bubble("A joke about a router").get_by_role("list", name="Reactions")
    expect(reactions).to_have_text("🔥")
    customer.act("reaction", message_id=told["message_id"], emojis=[])
    expect(reactions).to_have_count(0)


def test_who_blocked_us_is_not_written_to(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)
    customer.act("block")
    expect(desk.page.get_by_text("This customer cannot be reached")).to_be_visible()
    expect(desk.page.locator(".contact-panel")).to_contain_text("Not reachable")
    desk.reply("Are you there?")
    expect(desk.bubble("Are you there?")).to_contain_text("until they write again")
    assert customer.texts() == []
    customer.act("unblock")
    customer.write("I am back")
    expect(desk.bubble("I am back")).to_be_visible()
    expect(desk.page.get_by_text("This customer cannot be reached")).to_have_count(0)


def test_what_the_provider_refused_for_a_moment_arrives_once(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)
    faults = {"kind": "fail_sends", "count": 2, "status": 429, "retry_after": 1}
    floor.house.telegram.post(
        f"/bots/{floor.bot_id}/faults", {**faults, "description": "Too Many Requests"}
    )
    desk.reply("Patience")
    customer.wait_for("Patience")
    desk.expect_sent("Patience")
    assert customer.texts() == ["Patience"]


def test_a_send_cut_short_is_told_as_unknown_and_never_resent_by_itself(
    desk: Desk, floor: Floor
) -> None:
    customer = _begin(desk, floor)
    floor.house.telegram.post(f"/bots/{floor.bot_id}/faults", {"kind": "cut_sends"})
    desk.reply("Did it arrive?")
    bubble = desk.bubble("Did it arrive?")
    expect(bubble).to_contain_text("We do not know whether this arrived")
    assert customer.texts() == ["Did it arrive?"]
    bubble.get_by_role("button", name="Send again").click()
    expect(bubble.get_by_role("img", name="Sent")).to_be_visible()
    assert customer.texts() == ["Did it arrive?"] * 2


def test_a_note_stays_in_the_house(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)
    desk.page.get_by_role("button", name="Note").click()
    note = desk.page.get_by_role("textbox", name="Note")
    note.fill("He has called before")
    desk.page.get_by_role("button", name="Add note").click()
    expect(desk.page.get_by_role("article").filter(has_text="He has called before")).to_be_visible()
    desk.page.get_by_role("button", name="Reply", exact=True).click()
    desk.reply("One moment")
    customer.wait_for("One moment")
    assert customer.texts() == ["One moment"]
