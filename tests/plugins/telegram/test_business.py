"""A business account at the fake, as strict as the documentation, and the client in its chats."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest

from halfminute.plugins.telegram.client import TelegramClient
from halfminute.plugins.telegram.translate import translate
from halfminute.sdk.channel import (
    InboundBusinessConnection,
    InboundDeletion,
    InboundEdit,
    InboundMessage,
    OutgoingDeletion,
    OutgoingEdit,
    OutgoingReadMark,
)
from halfminute.sdk.errors import ProviderError
from halfminute.sdk.model import TextPart
from tests.plugins.telegram.conftest import ANNA_ID, TOKEN, Control, outgoing

OWNER_ID = 900
DAY = 24 * 3600


class Account:
    """A business account that Anna writes to."""

    def __init__(self, http: httpx.AsyncClient, control: Control) -> None:
        self.http = http
        self.control = control
        self.connection_id = ""

    async def connect(self, **more: Any) -> str:
        made = await self.control.post("connections", {"owner_id": OWNER_ID, **more})
        self.connection_id = made["id"]
        return self.connection_id

    async def change(self, **change: Any) -> None:
        await self.control.post(f"connections/{self.connection_id}/change", change)

    async def say(self, text: str, author: str = "customer", **more: Any) -> int:
        said = {"text": text, "author": author, **more}
        written = await self.control.post(f"business/{OWNER_ID}/chats/{ANNA_ID}/message", said)
        number: int = written["message_id"]
        return number

    async def act(self, deed: str, **body: Any) -> Any:
        return await self.control.post(f"business/{OWNER_ID}/chats/{ANNA_ID}/{deed}", body)

    async def messages(self) -> list[dict[str, Any]]:
        page = await self.control.get(f"business/{OWNER_ID}/chats/{ANNA_ID}/messages")
        items: list[dict[str, Any]] = page["items"]
        return items

    async def pass_time(self, seconds: float) -> None:
        (await self.http.post("/control/clock", json={"seconds": seconds})).raise_for_status()

    async def call(self, method: str, **fields: Any) -> Any:
        return (await self.http.post(f"/bot{TOKEN}/{method}", json=fields)).json()


@pytest.fixture
async def account(http: httpx.AsyncClient, control: Control) -> Account:
    owner = {"id": OWNER_ID, "first_name": "Support", "username": "tele_support"}
    (await http.post("/control/subscribers", json=owner)).raise_for_status()
    account = Account(http, control)
    await account.connect()
    return account


def reply(account: Account, text: str = "Good day") -> Any:
    return msgspec.structs.replace(outgoing(text), business_connection_id=account.connection_id)


async def heard(client: TelegramClient) -> list[Any]:
    """The updates that wait, as they are meant."""
    raws, _ = await client.poll(0, wait_seconds=1)
    return [meant for raw in raws for meant in translate(raw)]


async def test_both_sides_of_a_chat_are_told_and_what_we_send_is_not_told_twice(
    account: Account, client: TelegramClient
) -> None:
    await account.say("Hello")
    sent = await client.send(reply(account))
    await account.say("From the phone", "owner")

    connected, hello, phone = await heard(client)
    assert isinstance(connected, InboundBusinessConnection)
    assert isinstance(hello, InboundMessage)
    assert isinstance(phone, InboundMessage)
    assert [each.sender.author_external_id for each in (hello, phone)] == ["7", "900"]
    stood = [(m["author"], m["text"]) for m in await account.messages()]
    assert stood == [("customer", "Hello"), ("bot", "Good day"), ("owner", "From the phone")]
    assert str((await account.messages())[1]["message_id"]) == sent.external_id


async def test_without_the_connection_the_chat_is_not_ours_to_begin(
    account: Account, client: TelegramClient, http: httpx.AsyncClient
) -> None:
    boris = {"id": 8, "first_name": "Boris"}
    (await http.post("/control/subscribers", json=boris)).raise_for_status()

    with pytest.raises(ProviderError, match="can't initiate conversation"):
        await client.send(outgoing("Hi", to="8"))


@pytest.mark.parametrize(
    ("change", "refusal"),
    [({"is_enabled": False}, "connection_ended"), ({"rights": []}, "no_rights")],
)
async def test_what_the_owner_has_taken_back_ends_the_sending(
    account: Account, client: TelegramClient, change: dict[str, Any], refusal: str
) -> None:
    await account.say("Hello")
    await account.change(**change)

    with pytest.raises(ProviderError) as refused:
        await client.send(reply(account))

    error = refused.value
    assert (error.refusal, error.is_retryable, error.is_ambiguous) == (refusal, False, False)


async def test_after_a_day_of_silence_there_is_no_answering(
    account: Account, client: TelegramClient
) -> None:
    await account.say("Hello")
    await account.pass_time(DAY - 60)
    await client.send(reply(account, "In time"))
    await account.pass_time(60)

    with pytest.raises(ProviderError) as refused:
        await client.send(reply(account, "Too late"))
    assert (refused.value.refusal, refused.value.is_retryable) == ("window_closed", False)

    await account.say("Are you there?")
    await client.send(reply(account, "Yes"))


async def test_an_unknown_connection_is_refused(account: Account, client: TelegramClient) -> None:
    account.connection_id = "of-somebody-else"

    with pytest.raises(ProviderError) as refused:
        await client.send(reply(account))
    assert refused.value.refusal == "connection_ended"


async def test_a_connection_can_be_asked_for(account: Account, client: TelegramClient) -> None:
    [told] = await heard(client)

    assert await client.find_business_connection(account.connection_id) == told
    assert await client.find_business_connection("unheard-of") is None


async def test_made_anew_it_has_another_name_and_the_same_owner(
    account: Account, client: TelegramClient
) -> None:
    first = account.connection_id
    second = await account.connect()

    connected, ended, again = await heard(client)
    assert [each.external_id for each in (connected, ended, again)] == [first, first, second]
    assert [each.is_enabled for each in (connected, ended, again)] == [True, False, True]
    assert {each.owner_external_id for each in (connected, ended, again)} == {"900"}


async def test_our_edits_and_deletions_go_by_the_connection_and_may_be_repeated(
    account: Account, client: TelegramClient
) -> None:
    await account.say("Hello")
    sent = await client.send(reply(account))
    place: dict[str, Any] = {
        "address_external_id": str(ANNA_ID),
        "external_id": sent.external_id,
        "business_connection_id": account.connection_id,
    }

    for _ in range(2):
        await client.edit(OutgoingEdit(parts=(TextPart(text="Better"),), **place))
    assert [m["text"] for m in await account.messages()] == ["Hello", "Better"]
    for _ in range(2):
        await client.delete(OutgoingDeletion(**place))
    assert [m["text"] for m in await account.messages()] == ["Hello"]

    *_, edit, deletion = await heard(client)
    assert isinstance(edit, InboundEdit)
    assert edit.is_of_ours
    assert isinstance(deletion, InboundDeletion)
    assert deletion.external_ids == (sent.external_id,)


async def test_we_delete_only_what_we_may(account: Account, client: TelegramClient) -> None:
    hello = await account.say("Hello")
    sent = await client.send(reply(account))
    await account.change(rights=["can_reply", "can_delete_sent_messages"])

    fields = {"business_connection_id": account.connection_id}
    refused = await account.call("deleteBusinessMessages", message_ids=[hello], **fields)
    assert (refused["error_code"], refused["ok"]) == (403, False)
    numbers = [int(sent.external_id)]
    done = await account.call("deleteBusinessMessages", message_ids=numbers, **fields)
    assert done["result"] is True
    many = await account.call("deleteBusinessMessages", message_ids=[*range(101)], **fields)
    assert many["error_code"] == 400


async def test_the_customer_sees_that_we_have_read(
    account: Account, client: TelegramClient
) -> None:
    first = await account.say("One")
    await account.say("Two")

    mark = OutgoingReadMark(
        address_external_id=str(ANNA_ID),
        external_id=str(first),
        business_connection_id=account.connection_id,
    )
    for _ in range(2):
        await client.mark_read(mark)

    assert [each["is_read"] for each in await account.messages()] == [True, False]
    await account.change(rights=["can_reply"])
    with pytest.raises(ProviderError) as refused:
        await client.mark_read(mark)
    assert not refused.value.is_retryable


async def test_a_press_in_an_owners_chat_is_the_customers(
    account: Account, client: TelegramClient
) -> None:
    await account.say("Hello")
    keyboard = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]}
    asked = await account.call(
        "sendMessage",
        business_connection_id=account.connection_id,
        chat_id=ANNA_ID,
        text="Did it help?",
        reply_markup=keyboard,
    )
    await account.act("press", message_id=asked["result"]["message_id"], data="yes")

    *_, debt, pressed = await heard(client)
    assert pressed.parts == (TextPart(text="Yes"),)
    assert pressed.sender.author_external_id == str(ANNA_ID)
    await client.acknowledge(debt.reference)
    [press] = await account.control.get("presses")
    assert not press["is_turning"]
