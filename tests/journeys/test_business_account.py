"""A customer writes to a person's own account, which agents and its owner answer."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.business import BusinessAccount, BusinessCustomer
from tests.journeys.desks import Desk
from tests.journeys.floor import Floor

pytestmark = pytest.mark.journey


def _begin(desk: Desk, floor: Floor, name: str = "Olena") -> BusinessCustomer:
    """A customer of the account whose conversation the agent has."""
    account = BusinessAccount.connect(floor, "Tele Support")
    customer = account.enter(name)
    customer.write("Where is my SIM card?")
    desk.sign_in(floor.agent).go_available().accept(name)
    expect(desk.bubble("Where is my SIM card?")).to_be_visible()
    return customer


def test_the_agent_and_the_owner_answer_and_the_customer_takes_words_back(
    desk: Desk, floor: Floor
) -> None:
    customer = _begin(desk, floor)
    expect(desk.page.get_by_text("Can be answered until")).to_be_visible()
    customer.wait_for("Where is my SIM card?", is_read=True)

    desk.reply("On its way")
    customer.wait_for("On its way", author="bot")
    desk.expect_sent("On its way")

    customer.write("It comes tomorrow, by the way", "owner")
    owners = desk.bubble("It comes tomorrow, by the way")
    expect(owners.locator(".author")).to_contain_text("Tele Support")
    expect(owners.locator(".author")).to_contain_text("account owner")
    expect(owners.get_by_role("img", name="Sent")).to_be_visible()

    slip = customer.write("My PIN is 1234")
    expect(desk.bubble("My PIN is 1234")).to_be_visible()
    customer.delete(slip)
    expect(desk.page.locator(".message.in .deleted")).to_have_text(
        "Deleted in the chat by the customer or the account owner"
    )
    expect(desk.bubble("My PIN is 1234")).to_have_count(0)
    # What was sent stands once, although it was brought to us as well.
    expect(desk.bubble("On its way")).to_have_count(1)
    assert [each["author"] for each in customer.messages()] == ["customer", "bot", "owner"]


def test_what_we_may_not_is_said_and_ends_when_we_are_connected_again(
    desk: Desk, floor: Floor
) -> None:
    customer = _begin(desk, floor)
    customer.account.disconnect()
    notice = desk.page.get_by_role("status").filter(has_text="has disconnected us")
    expect(notice).to_contain_text("Tele Support")
    desk.field.fill("Can you hear me?")
    expect(desk.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()

    customer.account.reconnect()
    expect(notice).to_have_count(0)
    desk.field.press("Enter")
    customer.wait_for("Can you hear me?", author="bot")
    desk.expect_sent("Can you hear me?")


def test_our_own_deletion_goes_by_the_connection(desk: Desk, floor: Floor) -> None:
    customer = _begin(desk, floor)
    desk.reply("Not for you")
    customer.wait_for("Not for you")
    desk.expect_sent("Not for you")
    bubble = desk.bubble("Not for you")
    bubble.hover()
    bubble.get_by_role("button", name="Change this message").click()
    desk.page.get_by_role("menuitem", name="Delete").click()
    desk.page.get_by_role("dialog").get_by_role("button", name="Delete").click()

    expect(desk.page.locator(".message.out .deleted")).to_have_text("Message deleted")
    assert [each["text"] for each in customer.messages()] == ["Where is my SIM card?"]
