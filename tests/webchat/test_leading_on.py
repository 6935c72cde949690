"""A visitor carries on in Telegram: the same contact, by a link of one press."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from halfminute.channels.actions.change_account import AccountChange, change_account
from halfminute.contacts.actions.create_contact_link import create_contact_link
from halfminute.contacts.schemas import NewContactLink
from halfminute.conversations.actions.erase_contact import erase_contact
from halfminute.identity.principals import SYSTEM
from tests.webchat.conftest import Browser, House
from tests.webchat.site import open_site, sign_in
from tests.webchat.telegram import Telegram, open_telegram


@pytest.fixture
async def telegram(house: House) -> AsyncIterator[Telegram]:
    async with open_telegram(house) as telegram:
        yield telegram


async def link_of(visitor: Browser) -> str:
    answer = await visitor.ask("POST", "/continuation")
    assert answer.status_code == 200, answer.text
    assert answer.json()["kind"] == "telegram"
    url: str = answer.json()["url"]
    return url


async def outcomes(house: House) -> list[str]:
    rows = await house.rows("select outcome from contact_link_presses order by id")
    return [row["outcome"] for row in rows]


async def owners(house: House) -> dict[str, set[UUID]]:
    """Whose the addresses are, by kind of channel."""
    found: dict[str, set[UUID]] = {"webchat": set(), "telegram": set()}
    for row in await house.rows("select channel_kind, contact_id from addresses"):
        found[row["channel_kind"]].add(row["contact_id"])
    return found


async def proof(house: House) -> str:
    [row] = await house.rows("select proof from addresses where channel_kind = 'telegram'")
    told: str = row["proof"]
    return told


async def test_the_widget_tells_where_one_can_carry_on(house: House, telegram: Telegram) -> None:
    browser = await house.open_browser()
    assert (await browser.ask("GET", "")).json()["continues_in"] == "telegram"

    await change_account(
        house.parts.accounts, SYSTEM, telegram.account_id, AccountChange(is_enabled=False)
    )

    assert (await browser.ask("GET", "")).json()["continues_in"] is None
    await browser.begin()
    await browser.say("Hello")
    answer = await browser.ask("POST", "/continuation")
    assert (answer.status_code, answer.json()["code"]) == (404, "nowhere_to_continue")


async def test_before_anything_is_said_there_is_nothing_to_carry_on(
    house: House, telegram: Telegram
) -> None:
    answer = await (await house.begin()).ask("POST", "/continuation")

    assert (answer.status_code, answer.json()["code"]) == (404, "nothing_said")
    assert (await (await house.open_browser()).ask("POST", "/continuation")).status_code == 401


async def test_who_carries_on_in_telegram_is_the_same_contact_for_the_agent(
    house: House, telegram: Telegram
) -> None:
    visitor = await house.begin(name="Olena")
    chat = (await visitor.say("I must run for the bus"))["message"]["conversation_id"]
    await house.give(chat)
    person = await telegram.enter("Sunny")

    await telegram.press(person, await link_of(visitor))
    await telegram.act(person, "text", text="I am on the bus now")
    await house.wait_for("select from messages where parts::text like '%on the bus now%'")

    assert await outcomes(house) == ["proven"]
    found = await owners(house)
    assert found["telegram"] == found["webchat"]
    [row] = await house.rows("select id from conversations where channel_kind = 'telegram'")
    await house.give(str(row["id"]))
    answer_id = await house.answer(str(row["id"]), "Have a good trip")
    await house.wait_for("select from messages where id = $1 and delivery = 'sent'", answer_id)
    assert await telegram.received(person) == ["Have a good trip"]
    # Nobody but the visitor has said so: that is no proof of who they are.
    assert await proof(house) == "channel"


async def test_what_is_said_in_telegram_is_not_read_in_the_browser(
    house: House, telegram: Telegram
) -> None:
    """Whoever pressed the link need not be who sits before the browser."""
    visitor = await house.begin()
    await visitor.say("Hello")
    person = await telegram.enter("Sunny")
    await telegram.press(person, await link_of(visitor))
    await telegram.act(person, "text", text="My secret")
    await house.wait_for("select from messages where parts::text like '%My secret%'")

    assert await visitor.texts() == ["Hello"]
    ticket = await visitor.ticket()
    [chat] = await house.rows("select id from conversations where channel_kind = 'webchat'")
    assert ticket["stream"] == f"conversation:{chat['id']}"


async def test_the_second_press_of_a_link_is_a_plain_start(
    house: House, telegram: Telegram
) -> None:
    visitor = await house.begin()
    await visitor.say("Hello")
    first, second = await telegram.enter("First"), await telegram.enter("Second")
    url = await link_of(visitor)

    await telegram.press(first, url)
    await telegram.press(second, url)
    await telegram.press(first, url)

    assert await outcomes(house) == ["proven", "used_before", "used_before"]
    found = await owners(house)
    assert len(found["telegram"] - found["webchat"]) == 1


async def test_a_link_that_has_expired_leads_to_nobody(house: House, telegram: Telegram) -> None:
    visitor = await house.begin()
    await visitor.say("Hello")
    url = await link_of(visitor)
    await house.execute("update contact_links set expires_at = now() - interval '1 second'")

    await telegram.press(await telegram.enter("Late"), url)

    assert await outcomes(house) == ["expired"]
    found = await owners(house)
    assert found["telegram"].isdisjoint(found["webchat"])


async def test_a_signed_in_visitor_is_proven_in_telegram_as_well(
    house: House, telegram: Telegram
) -> None:
    site = await open_site(house)
    visitor = await house.open_browser()
    await sign_in(visitor, site.token(name="Olena"))
    await visitor.say("Hello")

    await telegram.press(await telegram.enter("Sunny"), await link_of(visitor))

    found = await owners(house)
    assert found["telegram"] == found["webchat"]
    assert await proof(house) == "signed"


async def test_nobody_becomes_the_sites_customer_by_having_them_press_a_link(
    house: House, telegram: Telegram
) -> None:
    """A stranger sends a customer their link: that makes neither of them the other."""
    person = await telegram.enter("Olena")
    link = await create_contact_link(
        house.parts.accounts,
        house.parts.link_tokens,
        SYSTEM,
        telegram.account_id,
        NewContactLink(subject="c-7"),
        seconds=600,
    )
    await telegram.press(person, link.url)
    stranger = await house.begin()
    await stranger.say("Hello")

    await telegram.press(person, await link_of(stranger))

    assert await outcomes(house) == ["proven", "disputed"]
    found = await owners(house)
    assert found["telegram"].isdisjoint(found["webchat"])
    assert await proof(house) == "signed"


async def test_a_link_from_before_the_sign_in_leads_to_nobody(
    house: House, telegram: Telegram
) -> None:
    """Who asked for it and who signed in may be two people at one computer."""
    site = await open_site(house)
    known = await house.open_browser()
    await sign_in(known, site.token())
    await known.say("Hello")
    visitor = await house.begin()
    await visitor.say("Hello")
    url = await link_of(visitor)
    await sign_in(visitor, site.token())

    await telegram.press(await telegram.enter("Sunny"), url)

    found = await owners(house)
    assert found["telegram"].isdisjoint(found["webchat"])


async def test_a_link_of_a_contact_who_is_erased_is_gone(house: House, telegram: Telegram) -> None:
    visitor = await house.begin(name="Olena")
    await visitor.say("Hello")
    url = await link_of(visitor)
    [contact] = await house.rows("select id from contacts")
    await erase_contact(
        house.parts.log, SYSTEM, contact["id"], confirmation="Olena", keep=house.parts.erasures.keep
    )

    await telegram.press(await telegram.enter("Sunny"), url)

    assert await outcomes(house) == ["unknown"]
    assert await house.rows("select from contact_link_contacts") == []


async def test_links_are_made_no_faster_than_a_person_presses(
    house: House, telegram: Telegram
) -> None:
    visitor = await house.begin()
    await visitor.say("Hello")

    answers = [await visitor.ask("POST", "/continuation") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1].json()["code"] == "too_many_links"
