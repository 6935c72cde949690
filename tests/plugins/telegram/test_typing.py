"""That somebody types is shown, and what is wrong with it is said."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from halfminute.plugins.telegram.client import TelegramClient
from halfminute.sdk.channel import OutgoingTyping
from halfminute.sdk.errors import ProviderError
from tests.plugins.telegram.conftest import ANNA_ID, TOKEN, Control

TYPING = OutgoingTyping(address_external_id=str(ANNA_ID))


async def test_a_customer_sees_that_somebody_types(
    client: TelegramClient, control: Control
) -> None:
    await client.show_typing(TYPING)
    await client.show_typing(TYPING)

    shown = await control.get("actions")
    assert [(each["chat_id"], each["action"]) for each in shown] == [(ANNA_ID, "typing")] * 2


async def test_who_blocked_the_bot_sees_nothing(client: TelegramClient, control: Control) -> None:
    await control.anna("block")

    with pytest.raises(ProviderError) as refused:
        await client.show_typing(TYPING)

    assert refused.value.refusal == "blocked"
    assert await control.get("actions") == []


@pytest.mark.parametrize(
    ("fields", "description"),
    [
        ({"chat_id": 404, "action": "typing"}, "Bad Request: chat not found"),
        ({"chat_id": ANNA_ID}, "Bad Request: Object missing required field `action`"),
        (
            {"chat_id": ANNA_ID, "action": "thinking"},
            "Bad Request: wrong parameter action in request",
        ),
        (
            {"chat_id": ANNA_ID, "action": "typing", "mood": "good"},
            'Bad Request: unknown parameter "mood"',
        ),
        (
            {"chat_id": ANNA_ID, "action": "typing", "business_connection_id": "b1"},
            "Bad Request: business connection not found",
        ),
    ],
)
@pytest.mark.usefixtures("control")
async def test_the_fake_takes_no_wrong_action(
    http: httpx.AsyncClient, fields: dict[str, object], description: str
) -> None:
    answer = await http.post(f"/bot{TOKEN}/sendChatAction", json=fields)

    assert answer.json()["description"] == description


async def test_a_wrong_chat_is_not_asked_for(open_client: Callable[..., TelegramClient]) -> None:
    with pytest.raises(ProviderError) as refused:
        await open_client().show_typing(OutgoingTyping(address_external_id="olena"))

    assert refused.value.refusal == "chat_not_found"
