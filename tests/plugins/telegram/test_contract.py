"""Every method that our client calls, as it comes over the wire, against the published list."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from halfminute.plugins.telegram import calls
from halfminute.plugins.telegram.client import TelegramClient
from halfminute.plugins.telegram.fake.media import read_media
from halfminute.plugins.telegram.fake.server import RunningFake
from halfminute.plugins.telegram.media import FIELDS
from halfminute.plugins.telegram.presses import QUERY_ID
from halfminute.sdk.channel import (
    OutgoingDeletion,
    OutgoingEdit,
    OutgoingReadMark,
    OutgoingTyping,
)
from halfminute.sdk.errors import ProviderError, StickerSetNotFound
from halfminute.sdk.model import Entity, LocationPart, TextPart
from tests.plugins.telegram.bot_api import faults_of, reference
from tests.plugins.telegram.conftest import ANNA_ID, BOT_ID, Control, outgoing
from tests.plugins.telegram.test_client_media import (
    a_file,
    a_part,
    a_sticker,
    message,
    with_references,
)

BESIDE_SENDING = {
    "getMe",
    "setWebhook",
    "deleteWebhook",
    "getUpdates",
    "getFile",
    "answerCallbackQuery",
    "getBusinessConnection",
    "getStickerSet",
    "getWebhookInfo",
}
MARKED = Entity(type="text_link", offset=0, length=2, url="https://example.org")


async def _send_everything(client: TelegramClient, control: Control) -> None:
    asked = str((await control.anna("text", {"text": "?"}))["message_id"])
    words = await client.send(outgoing("hi", entities=(MARKED,), reply_to=asked))
    place: Any = {"address_external_id": str(ANNA_ID)}
    new = (TextPart(text="ho", entities=(MARKED,)),)
    await client.edit(OutgoingEdit(external_id=words.external_id, parts=new, **place))
    await client.delete(OutgoingDeletion(external_id=words.external_id, **place))
    for kind in FIELDS:
        part = a_part(kind, "hi", width=640, height=360, duration_seconds=7)
        single = message((part, a_file()), reply_to=asked)
        sent = await client.send(single)
        await client.send(with_references(single, sent))
    edit = OutgoingEdit(external_id=sent.external_id, parts=(a_part(caption="ho"),), **place)
    await client.edit(edit)
    for kinds in (("image", "video"), ("file", "file"), ("audio", "audio")):
        album = message(*((a_part(kind, "hi" * (not n)), a_file()) for n, kind in enumerate(kinds)))  # type: ignore[arg-type]
        sent = await client.send(album)
        await client.send(with_references(album, sent))
    whole = OutgoingDeletion(
        external_id=sent.external_id, more_external_ids=sent.more_external_ids, **place
    )
    await client.delete(whole)
    for point in (
        LocationPart(latitude=50.45, longitude=30.52),
        LocationPart(latitude=50, longitude=30, title="Office", address="Khreshchatyk 1"),
    ):
        await client.send(message((point, None), reply_to=asked))


async def _send_stickers(client: TelegramClient) -> None:
    for format_ in ("webp", "tgs", "webm"):
        file = a_file(read_media(f"sticker.{format_}"))
        single = message((a_sticker(format_), file))
        await client.send(with_references(single, await client.send(single)))


async def _do_the_rest(client: TelegramClient, control: Control) -> None:
    await client.check()
    await client.poll(0, 0)
    await client.set_webhook("https://desk.example/hooks/telegram/1")
    await client.delete_webhook()
    await control.anna("photo")
    known = [file async for file in _pieces_of(client)]
    assert known
    await client.acknowledge({QUERY_ID: "1"})
    await client.find_webhook()
    await client.show_typing(OutgoingTyping(address_external_id=str(ANNA_ID)))
    # What is asked for is not there: the call itself is what counts.
    place: Any = {"address_external_id": str(ANNA_ID), "external_id": "1"}
    with pytest.raises(StickerSetNotFound):
        await client.list_sticker_set("Nowhere")
    with pytest.raises(ProviderError):
        await client.mark_read(OutgoingReadMark(**place, business_connection_id="1"))
    with pytest.raises(ProviderError):
        await client.delete(OutgoingDeletion(**place, business_connection_id="1"))
    await client.find_business_connection("1")


async def _pieces_of(client: TelegramClient) -> AsyncIterator[bytes]:
    async for piece in client.fetch_file({"file_id": f"photo{BOT_ID}_1"}):
        yield piece


async def test_every_call_keeps_to_the_published_list(
    client: TelegramClient, control: Control, fake: RunningFake
) -> None:
    await _send_everything(client, control)
    await _send_stickers(client)
    await _do_the_rest(client, control)

    seen: dict[str, int] = {}
    for method, fields, uploaded in fake.parts.methods.calls:
        seen[method] = seen.get(method, 0) + 1
        assert faults_of(method, fields, uploaded, is_form=bool(uploaded)) == []
    assert seen.keys() == calls._METHODS.keys() | BESIDE_SENDING


def test_the_list_is_that_of_bot_api_10() -> None:
    assert reference().version.partition(".")[0] == "10"
    assert len(reference().methods) > 150


GOOD: dict[str, Any] = {"chat_id": 7, "photo": "attach://a", "caption": "hi"}


@pytest.mark.parametrize(
    ("method", "fields", "fault"),
    [
        ("sendPicture", GOOD, "sendPicture is no method"),
        ("sendPhoto", {**GOOD, "captoin": "x"}, "sendPhoto.captoin: unknown"),
        ("sendPhoto", {"chat_id": 7}, "sendPhoto.photo: missing"),
        ("sendPhoto", {**GOOD, "chat_id": 7.5}, "sendPhoto.chat_id: 7.5 is no Integer"),
        ("sendPhoto", {**GOOD, "has_spoiler": 1}, "sendPhoto.has_spoiler: 1 is no Boolean"),
        (
            "sendPhoto",
            {**GOOD, "photo": "attach://b"},
            "sendPhoto.photo: 'attach://b' is no String",
        ),
        (
            "sendPhoto",
            {**GOOD, "caption_entities": [{"type": "bold", "offset": 0}]},
            "sendPhoto.caption_entities[0].length: missing",
        ),
        (
            "sendPhoto",
            {**GOOD, "reply_parameters": {"message": 5}},
            "sendPhoto.reply_parameters.message: unknown",
        ),
        (
            "sendMediaGroup",
            {"chat_id": 7, "media": [{"type": "sticker", "media": "attach://a"}]},
            "sendMediaGroup.media[0].type: 'sticker' is no ='photo'",
        ),
    ],
)
def test_what_is_not_published_is_found(method: str, fields: dict[str, Any], fault: str) -> None:
    assert faults_of("sendPhoto", GOOD, {"a"}) == []
    assert fault in faults_of(method, fields, {"a"})


def test_a_form_is_read_as_what_its_strings_stand_for() -> None:
    form = {
        "chat_id": "7",
        "caption": "12",
        "has_spoiler": "true",
        "caption_entities": '[{"type":"bold","offset":0,"length":1}]',
    }
    assert faults_of("sendPhoto", form, {"photo"}, is_form=True) == []
    wrong = {**form, "has_spoiler": "yes", "caption_entities": "[{}]"}
    assert len(faults_of("sendPhoto", wrong, {"photo"}, is_form=True)) == 4


async def test_a_call_that_is_refused_is_as_published_too(
    client: TelegramClient, control: Control, fake: RunningFake
) -> None:
    await control.anna("block")
    with pytest.raises(ProviderError):
        await client.send(message((a_part(), a_file())))
    [(method, fields, uploaded)] = fake.parts.methods.calls
    assert faults_of(method, fields, uploaded, is_form=True) == []
