"""Where Telegram brings updates, whose token it is, and the links that lead to a bot."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from halfminute.plugins.telegram.channel import TelegramChannel
from halfminute.plugins.telegram.client import TelegramClient
from halfminute.plugins.telegram.translate import ALLOWED_UPDATES
from halfminute.sdk.channel import Webhook
from halfminute.sdk.errors import InvalidAccount, ProviderError
from tests.plugins.telegram.conftest import BOT_ID, TOKEN, Control

URL = "https://desk.example/hooks/telegram/1"


async def test_a_webhook_is_found_where_it_was_set(client: TelegramClient) -> None:
    assert await client.find_webhook() is None

    await client.set_webhook(URL)

    assert await client.find_webhook() == Webhook(url=URL, is_current=True)
    await client.delete_webhook()
    assert await client.find_webhook() is None


@pytest.mark.parametrize("allowed", [["message"], [], [*ALLOWED_UPDATES, "poll"], None])
async def test_one_that_an_older_version_set_is_not_current(
    client: TelegramClient, http: httpx.AsyncClient, allowed: list[str] | None
) -> None:
    asked = {"url": URL} if allowed is None else {"url": URL, "allowed_updates": allowed}
    (await http.post(f"/bot{TOKEN}/setWebhook", json=asked)).raise_for_status()

    assert await client.find_webhook() == Webhook(url=URL, is_current=False)

    await client.set_webhook(URL)
    assert await client.find_webhook() == Webhook(url=URL, is_current=True)


async def test_a_revoked_token_is_refused_and_the_next_is_the_same_bots(
    client: TelegramClient,
    control: Control,
    open_client: Callable[..., TelegramClient],
    fake: object,
) -> None:
    del fake
    made = await control.post("token")
    token = made["token"]

    with pytest.raises(ProviderError) as refused:
        await client.check()
    assert refused.value.refusal == "account_refused"
    identity = await open_client(token=token).check()
    assert (
        identity.external_id == str(BOT_ID) == TelegramChannel().read_account_id({"token": token})
    )


async def test_another_bots_token_is_no_token_of_this_one(
    control: Control, http: httpx.AsyncClient
) -> None:
    del control
    answer = await http.post(f"/control/bots/{BOT_ID}/token", json={"token": "1:other"})

    assert answer.status_code == 409


def test_secrets_without_a_token_are_nobodys() -> None:
    with pytest.raises(InvalidAccount):
        TelegramChannel().read_account_id({})


def test_a_link_leads_to_the_bot_with_its_payload() -> None:
    assert TelegramChannel().make_link("some_bot", "a-b_1") == "https://t.me/some_bot?start=a-b_1"
