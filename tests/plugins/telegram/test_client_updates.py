"""Updates against the fake: polled byte for byte, by one poller, or brought to a webhook."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from halfminute.plugins.telegram.client import TelegramClient
from halfminute.plugins.telegram.translate import translate
from halfminute.sdk.errors import InvalidAccount, ProviderError
from tests.plugins.telegram.conftest import TOKEN, Control, outgoing

Open = Callable[..., TelegramClient]


async def test_updates_come_byte_for_byte_and_are_acknowledged_by_the_next_offset(
    client: TelegramClient, control: Control
) -> None:
    await control.anna("text", {"text": "раз"})
    await control.anna("text", {"text": "два"})

    first, offset = await client.poll(0, wait_seconds=0)
    again, _ = await client.poll(0, wait_seconds=0)
    rest, same = await client.poll(offset, wait_seconds=0)

    texts = [translate(raw)[0].parts[0].text for raw in first]  # type: ignore[union-attr]
    assert texts == ["раз", "два"]
    assert again == first
    assert (rest, same) == ([], offset)


async def test_a_long_poll_returns_at_the_first_update(
    client: TelegramClient, control: Control
) -> None:
    polling = asyncio.create_task(client.poll(0, wait_seconds=20))
    await asyncio.sleep(0.2)
    await control.anna("reaction", {"message_id": await some_message(client), "emojis": ["👍"]})

    updates, _ = await asyncio.wait_for(polling, 5)

    assert b"message_reaction" in updates[0]


async def test_a_second_poller_ends_the_first(open_client: Open, control: Control) -> None:
    first = asyncio.create_task(open_client().poll(0, wait_seconds=20))
    await asyncio.sleep(0.5)
    second = asyncio.create_task(open_client().poll(0, wait_seconds=1))

    with pytest.raises(ProviderError, match="terminated by other getUpdates") as caught:
        await first

    assert caught.value.is_retryable
    assert await second == ([], 0)


async def test_polling_waits_until_the_webhook_is_deleted(client: TelegramClient) -> None:
    await client.set_webhook("http://127.0.0.1:9/hooks/telegram/1")
    with pytest.raises(ProviderError, match="webhook is active") as caught:
        await client.poll(0, wait_seconds=0)
    assert caught.value.is_retryable

    await client.delete_webhook()

    assert await client.poll(0, wait_seconds=0) == ([], 0)


async def test_a_webhook_without_a_secret_is_not_set(fake: Any) -> None:
    client = TelegramClient({"api_base_url": fake.url}, {"token": TOKEN})

    with pytest.raises(InvalidAccount):
        await client.set_webhook("http://127.0.0.1:9/")


async def some_message(client: TelegramClient) -> int:
    return int((await client.send(outgoing("hi"))).external_id)
