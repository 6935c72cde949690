"""The end of a chat on a site's page: what each sees of the other, how it was, and what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.journeys.desks import Desk
from tests.journeys.floor import Floor
from tests.journeys.shop import Visitor

pytestmark = pytest.mark.journey


def _choose(visitor: Visitor, deed: str) -> None:
    visitor.chat.get_by_role("button", name="More").click()
    visitor.chat.get_by_role("menuitem", name=deed).click()


def _expect_no_violations(visitor: Visitor) -> None:
    frame = visitor.page.frames[1]
    found = Axe().run(frame)
    assert found.violations_count == 0, found.generate_report()


def _ask(desk: Desk, floor: Floor, visitor: Visitor) -> None:
    """A question that the agent has before them."""
    desk.sign_in(floor.agent).go_available()
    visitor.open()
    visitor.say("How do I set up roaming?")
    desk.accept("Guest")


def test_each_sees_that_the_other_types_and_what_was_read(
    desk: Desk, floor: Floor, visitor: Visitor
) -> None:
    _ask(desk, floor, visitor)
    expect(visitor.line("How do I set up roaming?")).to_contain_text("Read")

    desk.field.press_sequentially("Dial")
    expect(visitor.chat.get_by_text(f"{floor.agent.name} is typing")).to_be_visible()
    desk.field.press_sequentially(" *111#")
    desk.field.press("Enter")
    expect(visitor.line("Dial *111#")).to_be_visible()
    expect(visitor.chat.get_by_text("is typing")).to_have_count(0)

    visitor.field.press_sequentially("It works")
    expect(desk.page.get_by_text("Typing…")).to_be_visible()
    visitor.field.press("Enter")
    expect(desk.bubble("It works")).to_be_visible()
    expect(desk.page.get_by_text("Typing…")).to_have_count(0)


def test_a_visitor_says_that_this_is_all_and_how_it_was(
    desk: Desk, floor: Floor, visitor: Visitor
) -> None:
    _ask(desk, floor, visitor)
    desk.reply("Dial *111#")
    expect(visitor.line("Dial *111#")).to_be_visible()

    _choose(visitor, "That is all, thank you")
    asked = visitor.chat.get_by_role("region", name="Did we help?")
    expect(asked).to_be_visible()
    outcome = desk.page.get_by_role("status", name="What the customer said of it")
    expect(outcome).to_contain_text("this was all")
    _expect_no_violations(visitor)
    desk.page.get_by_role("button", name="Choose the outcome").click()
    desk.page.get_by_role("dialog").get_by_role("button", name="Question answered").click()
    expect(desk.page.get_by_text("Closed as: Solved, Question answered")).to_be_visible()

    asked.get_by_role("button", name="Very good").click()
    expect(outcome).to_contain_text("Rated 5 of 5")
    asked.get_by_role("textbox").fill("Quick & <b>kind</b>")
    asked.get_by_role("button", name="Send").click()
    expect(outcome).to_contain_text("Quick & <b>kind</b>")
    asked.get_by_role("button", name="Good", exact=True).click()
    expect(outcome).to_contain_text("Rated 4 of 5")
    _expect_no_violations(visitor)


def test_a_rating_is_there_after_a_reload_and_goes_as_the_talk_goes_on(
    desk: Desk, floor: Floor, visitor: Visitor
) -> None:
    _ask(desk, floor, visitor)
    desk.reply("Dial *111#")
    expect(visitor.line("Dial *111#")).to_be_visible()
    _choose(visitor, "That is all, thank you")
    good = visitor.chat.get_by_role("button", name="Good", exact=True)
    good.click()
    expect(good).to_have_attribute("aria-pressed", "true")

    visitor.page.reload()
    visitor.open()
    expect(good).to_have_attribute("aria-pressed", "true")
    visitor.say("One more thing")

    expect(good).to_have_count(0)
    expect(desk.bubble("One more thing")).to_be_visible()
    expect(desk.field).to_be_visible()


def test_who_would_rather_not_rate_is_not_asked_again(
    desk: Desk, floor: Floor, visitor: Visitor
) -> None:
    _ask(desk, floor, visitor)
    desk.reply("Dial *111#")
    expect(visitor.line("Dial *111#")).to_be_visible()
    _choose(visitor, "That is all, thank you")
    visitor.chat.get_by_role("button", name="Not now").click()
    asked = visitor.chat.get_by_role("region", name="Did we help?")
    expect(asked).to_have_count(0)

    visitor.page.reload()
    visitor.open()

    expect(visitor.chat.get_by_text("This conversation has ended")).to_be_visible()
    expect(asked).to_have_count(0)


def test_nobody_there_is_said_honestly_and_nothing_is_lost(
    desk: Desk, floor: Floor, visitor: Visitor
) -> None:
    visitor.open()
    expect(visitor.chat.get_by_text("We are not here now")).to_be_visible()
    visitor.say("Anybody?")
    visitor.expect_received("Anybody?")
    expect(visitor.chat.get_by_text("We are not here now")).to_be_visible()

    desk.sign_in(floor.agent).go_available()
    desk.accept("Guest")
    expect(visitor.chat.get_by_text("We are not here now")).to_have_count(0)


def test_what_was_said_is_taken_along_as_a_file(visitor: Visitor, tmp_path: Path) -> None:
    visitor.open().say("Remember <b>me</b>")
    visitor.expect_received("Remember <b>me</b>")

    with visitor.page.expect_download() as taken:
        _choose(visitor, "Save the conversation")

    taken.value.save_as(tmp_path / "chat.html")
    page = (tmp_path / "chat.html").read_text()
    assert taken.value.suggested_filename.endswith(".html")
    assert "Remember &lt;b&gt;me&lt;/b&gt;" in page


def test_the_menu_is_used_by_keyboard_alone(visitor: Visitor) -> None:
    visitor.open().say("Hello")
    visitor.expect_received("Hello")
    more = visitor.chat.get_by_role("button", name="More")
    more.focus()
    more.press("Enter")
    end = visitor.chat.get_by_role("menuitem", name="That is all")
    expect(end).to_be_focused()
    _expect_no_violations(visitor)

    end.press("ArrowDown")
    save = visitor.chat.get_by_role("menuitem", name="Save")
    expect(save).to_be_focused()
    save.press("Escape")
    expect(more).to_be_focused()
    expect(visitor.field).to_be_visible()
    more.press("Enter")
    end.press("Enter")

    expect(visitor.chat.get_by_text("This conversation has ended")).to_be_visible()
    expect(visitor.chat.get_by_role("region", name="Did we help?")).to_have_count(0)
