"""Stickers, places and buttons of the agents', as they stand in the visitor's thread."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from halfminute.conversations.actions.edit_message import edit_message
from halfminute.conversations.actions.reply import reply
from halfminute.conversations.errors import ChannelCannotSend, InvalidReply, StickerNotFound
from halfminute.conversations.schemas import NewLocation, NewReply, NewWords
from halfminute.stickers.queries import list_sticker_sets
from tests.webchat.conftest import Browser, House
from tests.webchat.sticker_sets import add_set
from tests.webchat.test_files import addresses


async def _begin(house: House) -> tuple[Browser, str]:
    """A visitor whom the agent has."""
    visitor = await house.begin()
    conversation_id = (await visitor.say("Hello"))["message"]["conversation_id"]
    await house.give(conversation_id)
    return visitor, conversation_id


async def _answer(house: House, conversation_id: str, **new: Any) -> UUID:
    written = await reply(
        house.parts.log,
        house.parts.registry,
        house.agent,
        UUID(conversation_id),
        NewReply(client_id=uuid4(), **new),
    )
    return written.message.id


async def test_an_agent_sends_a_sticker_of_another_accounts_set(house: House) -> None:
    sticker_id = (await add_set(house, "Faces", "Faces")).sticker_id
    visitor, conversation_id = await _begin(house)

    message_id = await _answer(house, conversation_id, sticker_id=sticker_id)

    await house.wait_for("select from messages where id = $1 and delivery = 'sent'", message_id)
    [part] = (await visitor.thread())["items"][1]["parts"]
    assert (part["type"], part["emoji"], part["file_state"]) == ("sticker", "😀", "ready")
    found = await addresses(visitor, part["file_id"])
    assert (await visitor.client.get(found[part["file_id"]]["url"])).status_code == 200


async def test_only_who_may_borrow_is_shown_the_sets_of_others_and_each_once(house: House) -> None:
    await add_set(house, "Faces", "One")
    await add_set(house, "Faces", "Other")
    await add_set(house, "Cats", "Cats")

    async with house.parts.database.connection() as connection:
        borrowed = await list_sticker_sets(connection, house.widget_id, can_borrow=True)
        own = await list_sticker_sets(connection, house.widget_id)

    assert sorted(each.name for each in borrowed) == ["Cats", "Faces"]
    assert all(len(each.stickers) == 1 for each in borrowed)
    assert own == []


async def test_a_sticker_that_is_none_is_refused(house: House) -> None:
    _visitor, conversation_id = await _begin(house)

    with pytest.raises(StickerNotFound):
        await _answer(house, conversation_id, sticker_id=uuid4())


async def test_a_place_is_told_to_the_visitor(house: House) -> None:
    visitor, conversation_id = await _begin(house)

    place = NewLocation(latitude=50.45, longitude=30.52, title="Shop")
    await _answer(house, conversation_id, location=place)

    [part] = (await visitor.thread())["items"][1]["parts"]
    assert (part["type"], part["latitude"], part["title"]) == ("location", 50.45, "Shop")


async def test_a_press_says_the_words_of_the_button_in_answer_to_its_message(house: House) -> None:
    visitor, conversation_id = await _begin(house)
    asked = await _answer(house, conversation_id, text="What about?", buttons=("Bill", " Roaming "))
    await house.wait_for("select from messages where id = $1 and delivery = 'sent'", asked)
    client_id = uuid4()

    for _ in range(2):
        said = await visitor.say("Roaming", client_id, reply_to_message_id=str(asked))

    [_, question, *presses] = (await visitor.thread())["items"]
    assert question["parts"][0]["buttons"] == ["Bill", "Roaming"]
    assert [press["id"] for press in presses] == [said["message"]["id"]]
    assert presses[0]["reply_to"]["message_id"] == str(asked)


async def test_an_edit_of_the_words_leaves_the_buttons(house: House) -> None:
    visitor, conversation_id = await _begin(house)
    asked = await _answer(house, conversation_id, text="What abuot?", buttons=("Bill",))
    await house.wait_for("select from messages where id = $1 and delivery = 'sent'", asked)

    await edit_message(
        house.parts.log,
        house.parts.registry,
        house.agent,
        UUID(conversation_id),
        asked,
        new=NewWords(revision=0, text="What about?"),
    )

    await house.wait_for("select from messages where id = $1 and revision = 1", asked)
    [part] = (await visitor.thread())["items"][1]["parts"]
    assert (part["text"], part["buttons"]) == ("What about?", ["Bill"])


@pytest.mark.parametrize(
    "new",
    [
        {"buttons": ("Bill",)},
        {"text": "About?", "buttons": ("Bill", "Bill ")},
        {"text": "About?", "buttons": ("  ",)},
        {"text": "About?", "buttons": ("Bill",), "file_ids": (uuid4(),)},
    ],
)
async def test_buttons_need_words_above_them_and_words_of_their_own(
    house: House, new: dict[str, Any]
) -> None:
    _visitor, conversation_id = await _begin(house)

    with pytest.raises(InvalidReply):
        await _answer(house, conversation_id, **new)


async def test_a_channel_without_buttons_refuses_them_before_anything_is_queued(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, conversation_id = await _begin(house)
    channel = house.parts.registry.get("webchat")
    capabilities = msgspec.structs.replace(channel.capabilities, button_limit=1)
    monkeypatch.setattr(type(channel), "capabilities", capabilities)

    with pytest.raises(ChannelCannotSend):
        await _answer(house, conversation_id, text="About?", buttons=("Bill", "Roaming"))
    assert await visitor.texts() == ["Hello"]
