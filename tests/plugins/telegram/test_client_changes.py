"""Edits and deletions against the fake: once or twice, late or cut, the chat ends up right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from halfminute.plugins.telegram.client import TelegramClient
from halfminute.sdk.channel import OutgoingDeletion, OutgoingEdit
from halfminute.sdk.errors import ProviderError
from halfminute.sdk.model import Entity, LocationPart, MediaPart, TextPart
from tests.plugins.telegram.conftest import ANNA_ID, Control, outgoing

Open = Callable[..., TelegramClient]
TWO_DAYS = 48 * 3600.0


def edit(number: str, text: str, *entities: Entity, to: str = str(ANNA_ID)) -> OutgoingEdit:
    part = TextPart(text=text, entities=entities)
    return OutgoingEdit(address_external_id=to, external_id=number, parts=(part,))


def deletion(number: str, to: str = str(ANNA_ID)) -> OutgoingDeletion:
    return OutgoingDeletion(address_external_id=to, external_id=number)


@pytest.fixture
async def number(client: TelegramClient, control: Control) -> str:
    """A message that Anna has, by its number."""
    return (await client.send(outgoing("Тариф 300"))).external_id


async def test_new_words_stand_in_the_place_of_the_old(
    client: TelegramClient, control: Control, number: str
) -> None:
    await client.edit(edit(number, "👍 Тариф 350", Entity(type="bold", offset=2, length=5)))

    (received,) = await control.received()
    assert (received["message_id"], received["text"]) == (int(number), "👍 Тариф 350")
    assert received["entities"] == [{"type": "bold", "offset": 3, "length": 5}]
    assert received["edited_at"] >= received["at"]


async def test_an_edit_takes_the_old_marks_away(client: TelegramClient, control: Control) -> None:
    bold = (Entity(type="bold", offset=0, length=5),)
    sent = await client.send(outgoing("Тариф 300", entities=bold))

    await client.edit(edit(sent.external_id, "Тариф 300"))

    (received,) = await control.received()
    assert received["entities"] == []


async def test_an_edit_that_stands_already_is_done(
    client: TelegramClient, control: Control, number: str
) -> None:
    await client.edit(edit(number, "Тариф 350"))
    await client.edit(edit(number, "Тариф 350"))

    (received,) = await control.received()
    assert received["text"] == "Тариф 350"


async def test_a_deleted_message_is_gone_and_stays_so_however_often_it_is_asked(
    client: TelegramClient, control: Control, number: str
) -> None:
    await client.delete(deletion(number))
    await client.delete(deletion(number))

    assert await control.received() == []
    (sent,) = (await control.get("sent"))["items"]
    assert (sent["message_id"], sent["is_deleted"]) == (int(number), True)


@pytest.mark.parametrize("is_carried_out", [True, False])
async def test_a_change_that_was_cut_may_be_asked_for_again(
    client: TelegramClient, control: Control, number: str, is_carried_out: bool
) -> None:
    for change in (edit(number, "Тариф 350"), deletion(number)):
        order = {"kind": "cut_sends", "is_carried_out": is_carried_out}
        await control.post("faults", order)
        call: Any = client.edit if isinstance(change, OutgoingEdit) else client.delete
        with pytest.raises(ProviderError) as caught:
            await call(change)
        assert (caught.value.is_retryable, caught.value.is_ambiguous) == (True, False)
        await call(change)

    assert await control.received() == []


async def test_a_wait_that_is_ordered_is_told(
    client: TelegramClient, control: Control, number: str
) -> None:
    order = {"kind": "fail_sends", "status": 429, "description": "Too Many", "retry_after": 7}
    await control.post("faults", order)

    with pytest.raises(ProviderError) as caught:
        await client.delete(deletion(number))

    assert caught.value.retry_after_seconds == 7


async def refusal_of(call: Any, change: OutgoingEdit | OutgoingDeletion) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await call(change)
    assert (caught.value.is_retryable, caught.value.is_ambiguous) == (False, False)
    return caught.value


async def test_what_telegram_does_not_change_is_final_and_has_a_code(
    client: TelegramClient, control: Control, number: str
) -> None:
    theirs = str((await control.anna("text", {"text": "Сколько?"}))["message_id"])

    assert (await refusal_of(client.edit, edit(theirs, "300"))).refusal == "not_editable"
    assert (await refusal_of(client.edit, edit("999", "300"))).refusal == "message_gone"
    assert (await refusal_of(client.edit, edit("ephemeral:9", "300"))).refusal == "message_gone"
    assert (await refusal_of(client.edit, edit(number, "a" * 4097))).refusal == "too_long"
    assert (await refusal_of(client.edit, edit(number, " "))).refusal == "empty"
    await control.anna("age", {"message_id": int(number), "seconds": TWO_DAYS})
    assert (await refusal_of(client.delete, deletion(number))).refusal == "not_deletable"
    (received,) = await control.received()
    assert received["text"] == "Тариф 300"


async def test_an_old_message_of_ours_can_still_be_edited(
    client: TelegramClient, control: Control, number: str
) -> None:
    await control.anna("age", {"message_id": int(number), "seconds": TWO_DAYS})

    await client.edit(edit(number, "Тариф 350"))

    (received,) = await control.received()
    assert received["text"] == "Тариф 350"


async def test_only_words_can_stand_in_the_place_of_words(
    client: TelegramClient, number: str
) -> None:
    place = LocationPart(latitude=1, longitude=2)
    change = OutgoingEdit(address_external_id=str(ANNA_ID), external_id=number, parts=(place,))
    assert (await refusal_of(client.edit, change)).refusal == "unsupported"

    picture = MediaPart(kind="image", file_state="ready")
    change = OutgoingEdit(address_external_id=str(ANNA_ID), external_id=number, parts=(picture,))
    assert (await refusal_of(client.edit, change)).refusal == "not_editable"


async def test_who_blocked_us_cannot_be_reached_by_an_edit_either(
    client: TelegramClient, control: Control, number: str
) -> None:
    await control.anna("block")

    failure = await refusal_of(client.edit, edit(number, "Тариф 350"))

    assert (failure.refusal, failure.is_address_unreachable) == ("blocked", True)


async def test_an_edit_goes_by_the_chat_too(client: TelegramClient, number: str) -> None:
    assert (await refusal_of(client.edit, edit(number, "x", to="404"))).refusal == "chat_not_found"
