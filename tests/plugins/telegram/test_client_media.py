"""Files, stickers and places on their way to Telegram: what is sent arrives, once uploaded."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from halfminute.kit.ids import new_id
from halfminute.plugins.telegram.client import TelegramClient
from halfminute.plugins.telegram.fake.media import read_media
from halfminute.plugins.telegram.media import FIELDS
from halfminute.sdk.channel import Outgoing, OutgoingDeletion, OutgoingEdit, OutgoingFile, Sent
from halfminute.sdk.errors import FileMissing, FileTooLarge, ProviderError, Unavailable
from halfminute.sdk.model import (
    Entity,
    LocationPart,
    MediaKind,
    MediaPart,
    Part,
    StickerPart,
    TextPart,
)
from tests.plugins.telegram.conftest import ANNA_ID, TOKEN, Control

PHOTO = read_media("photo.jpg")
KINDS: tuple[MediaKind, ...] = tuple(FIELDS)


def a_file(
    content: bytes = PHOTO,
    *,
    name: str = "bill.jpg",
    media_type: str = "image/jpeg",
    size: int | None = None,
    reference: dict[str, Any] | None = None,
    fault: Exception | None = None,
) -> OutgoingFile:
    """A file whose reading breaks in the middle with `fault`, if there is one."""

    async def read() -> AsyncIterator[bytes]:
        half = len(content) // 2
        yield content[:half]
        if fault is not None:
            raise fault
        yield content[half:]

    return OutgoingFile(
        name=name,
        media_type=media_type,
        size=len(content) if size is None else size,
        read=read,
        reference=reference,
    )


def message(*parts: tuple[Part, OutgoingFile | None], reply_to: str | None = None) -> Outgoing:
    """A message of ours to Anna; each part with its file."""
    files: dict[UUID, OutgoingFile] = {}
    placed: list[Part] = []
    for part, file in parts:
        if file is not None:
            file_id = new_id()
            files[file_id] = file
            part = msgspec.structs.replace(part, file_id=file_id)  # noqa: PLW2901
        placed.append(part)
    return Outgoing(
        message_id=new_id(),
        address_external_id=str(ANNA_ID),
        parts=tuple(placed),
        files=files,
        reply_to_external_id=reply_to,
    )


def a_part(kind: MediaKind = "image", caption: str = "", **more: Any) -> MediaPart:
    words = TextPart(text=caption) if caption else None
    return MediaPart(kind=kind, file_state="ready", caption=words, **more)


def a_sticker(format_: Any = "webp") -> StickerPart:
    return StickerPart(format=format_, file_state="ready", emoji="👍")


def with_references(outgoing: Outgoing, sent: Sent) -> Outgoing:
    """The same message, its files known as they were called."""
    files = {
        file_id: msgspec.structs.replace(file, reference=sent.references[file_id])
        for file_id, file in outgoing.files.items()
    }
    return msgspec.structs.replace(outgoing, files=files)


async def bytes_of(http: httpx.AsyncClient, file_id: str) -> bytes:
    """What a reader of the message gets."""
    got = await http.get(f"/bot{TOKEN}/getFile", params={"file_id": file_id})
    path = got.json()["result"]["file_path"]
    return (await http.get(f"/file/bot{TOKEN}/{path}")).content


async def refusal_of(client: TelegramClient, outgoing: Outgoing) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await client.send(outgoing)
    return caught.value


@pytest.mark.parametrize("kind", KINDS)
async def test_a_file_of_each_kind_arrives_byte_for_byte(
    client: TelegramClient, control: Control, http: httpx.AsyncClient, kind: MediaKind
) -> None:
    sent = await client.send(message((a_part(kind), a_file())))
    (received,) = await control.received()
    assert str(received["message_id"]) == sent.external_id
    shown = received["content"][FIELDS[kind]]
    file_id = (shown[-1] if isinstance(shown, list) else shown)["file_id"]
    assert await bytes_of(http, file_id) == PHOTO
    assert list(sent.references.values()) == [{"type": FIELDS[kind], "file_id": file_id}]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_file_that_telegram_has_is_not_uploaded_again(
    client: TelegramClient, control: Control, kind: MediaKind
) -> None:
    outgoing = message((a_part(kind), a_file()))
    sent = await client.send(outgoing)
    broken = a_file(fault=Unavailable("not to be read"))
    known = with_references(outgoing, sent)
    known = msgspec.structs.replace(
        known,
        files={
            file_id: msgspec.structs.replace(broken, reference=file.reference)
            for file_id, file in known.files.items()
        },
    )
    again = await client.send(known)
    assert again.references == sent.references
    first, second = await control.received()
    assert first["content"] == second["content"]


@pytest.mark.parametrize("format_", ["webp", "tgs", "webm"])
async def test_a_sticker_goes_up_once_and_then_by_its_name(
    client: TelegramClient, control: Control, format_: str
) -> None:
    outgoing = message((a_sticker(format_), a_file(read_media(f"sticker.{format_}"), name="")))
    sent = await client.send(outgoing)
    await client.send(with_references(outgoing, sent))
    first, second = await control.received()
    assert first["content"]["sticker"] == second["content"]["sticker"]
    assert first["content"]["sticker"]["is_animated"] is (format_ == "tgs")


async def test_words_beside_a_file_arrive_with_their_marks(
    client: TelegramClient, control: Control
) -> None:
    bold = Entity(type="bold", offset=2, length=4)
    part = a_part()
    part = msgspec.structs.replace(part, caption=TextPart(text="👍 Рахунок", entities=(bold,)))
    await client.send(message((part, a_file())))
    (received,) = await control.received()
    assert received["content"]["caption"] == "👍 Рахунок"
    assert received["content"]["caption_entities"] == [{"type": "bold", "offset": 3, "length": 4}]


async def test_what_we_know_of_a_film_is_told(client: TelegramClient, control: Control) -> None:
    part = a_part("video", width=640, height=360, duration_seconds=7)
    await client.send(message((part, a_file(name="film.mp4", media_type="video/mp4"))))
    (received,) = await control.received()
    film = received["content"]["video"]
    assert (film["width"], film["height"], film["duration"]) == (640, 360, 7)
    assert (film["file_name"], film["mime_type"]) == ("film.mp4", "video/mp4")


@pytest.mark.parametrize(
    ("name", "arrives"),
    [
        ("Рахунок №5.pdf", "Рахунок №5.pdf"),
        ('a"b\r\nContent-Type: x.pdf', "abContent-Type: x.pdf"),
        ("100%25.pdf", "100%25.pdf"),
        ("", "document.bin"),
    ],
)
async def test_the_name_of_a_document_arrives(
    client: TelegramClient, control: Control, name: str, arrives: str
) -> None:
    file = a_file(name=name, media_type="application/pdf")
    await client.send(message((a_part("file"), file)))
    (received,) = await control.received()
    assert received["content"]["document"]["file_name"] == arrives


async def test_a_file_answers_the_customers_message(
    client: TelegramClient, control: Control
) -> None:
    asked = await control.anna("text", {"text": "Счёт?"})
    await client.send(message((a_part(), a_file()), reply_to=str(asked["message_id"])))
    await client.send(message((a_part(), a_file()), reply_to="999"))
    answers = [each["reply_to_message_id"] for each in await control.received()]
    assert answers == [asked["message_id"], None]


async def test_an_album_is_many_messages_that_we_know(
    client: TelegramClient, control: Control, http: httpx.AsyncClient
) -> None:
    outgoing = message(
        (a_part(caption="Look"), a_file()),
        (a_part("video"), a_file(name="film.mp4")),
        (a_part(), a_file(name="third.jpg")),
    )
    sent = await client.send(outgoing)
    received = await control.received()
    ids = [str(each["message_id"]) for each in received]
    assert [sent.external_id, *sent.more_external_ids] == ids
    assert len({each["content"]["media_group_id"] for each in received}) == 1
    assert [each["content"].get("caption") for each in received] == ["Look", None, None]
    assert list(sent.references) == list(outgoing.files)
    assert [each["type"] for each in sent.references.values()] == ["photo", "video", "photo"]
    assert await bytes_of(http, received[1]["content"]["video"]["file_id"]) == PHOTO

    again = await client.send(with_references(outgoing, sent))
    assert again.references == sent.references


async def test_an_album_half_known_uploads_the_other_half(
    client: TelegramClient, control: Control
) -> None:
    first = await client.send(message((a_part(), a_file())))
    [reference] = first.references.values()
    await client.send(message((a_part(), a_file(reference=reference)), (a_part(), a_file())))
    _, known, new = await control.received()
    assert known["content"]["photo"][-1]["file_id"] == reference["file_id"]
    assert new["content"]["photo"][-1]["file_id"] != reference["file_id"]


async def test_a_mixed_album_is_refused_before_the_call(client: TelegramClient) -> None:
    mixed = message((a_part(), a_file()), (a_part("file"), a_file()))
    assert (await refusal_of(client, mixed)).refusal == "unsupported"
    eleven = message(*((a_part(), a_file()) for _ in range(11)))
    assert (await refusal_of(client, eleven)).refusal == "unsupported"


@pytest.mark.parametrize(
    "reference",
    [
        {"type": "photo", "file_id": "photo999_1"},
        {"type": "photo", "file_id": "sticker123456_1"},
        {"type": "document", "file_id": "document1"},
        {},
    ],
)
async def test_what_telegram_does_not_know_goes_up_anew(
    client: TelegramClient, control: Control, reference: dict[str, Any]
) -> None:
    await control.anna("sticker")
    sent = await client.send(message((a_part(), a_file(reference=reference))))
    (received,) = await control.received()
    [new] = sent.references.values()
    assert new == {"type": "photo", "file_id": received["content"]["photo"][-1]["file_id"]}


@pytest.mark.parametrize(
    "words",
    [
        "Bad Request: FILE_REFERENCE_EXPIRED",
        "Bad Request: wrong file_id or the file is temporarily unavailable",
        "Bad Request: wrong remote file identifier specified: Wrong character in the string",
    ],
)
async def test_it_goes_up_anew_once_and_only_once(
    client: TelegramClient, control: Control, words: str
) -> None:
    outgoing = message((a_part(), a_file()))
    known = with_references(outgoing, await client.send(outgoing))
    order = {"kind": "fail_sends", "status": 400, "description": words}
    await control.post("faults", order)
    await client.send(known)
    first, second = await control.received()
    assert first["content"]["photo"] != second["content"]["photo"]

    await control.post("faults", {**order, "count": 2})
    assert not (await refusal_of(client, known)).is_ambiguous
    assert len(await control.received()) == 2
    assert (await control.bot())["faults"]["sends"] == 0


@pytest.mark.parametrize("status", [400, 403, 500])
async def test_what_is_refused_for_another_reason_is_not_sent_again(
    client: TelegramClient, control: Control, status: int
) -> None:
    outgoing = message((a_part(), a_file()))
    known = with_references(outgoing, await client.send(outgoing))
    await control.post("faults", {"kind": "fail_sends", "status": status, "description": "No"})
    await refusal_of(client, known)
    assert len(await control.received()) == 1


async def test_a_cut_sending_by_name_is_not_made_again(
    client: TelegramClient, control: Control
) -> None:
    outgoing = message((a_part(), a_file()))
    sent = await client.send(outgoing)
    await control.post("faults", {"kind": "cut_sends", "is_carried_out": True})
    refusal = await refusal_of(client, with_references(outgoing, sent))
    assert refusal.is_ambiguous
    assert len(await control.received()) == 2


async def test_an_upload_that_gets_no_answer_is_ambiguous(
    client: TelegramClient, control: Control
) -> None:
    await control.post("faults", {"kind": "cut_sends", "is_carried_out": True})
    refusal = await refusal_of(client, message((a_part(), a_file())))
    assert (refusal.is_ambiguous, refusal.is_retryable) == (True, False)
    assert len(await control.received()) == 1


@pytest.mark.parametrize(
    ("fault", "is_retryable"), [(Unavailable("the store is down"), True), (FileMissing(), False)]
)
async def test_a_file_that_cannot_be_read_was_not_sent(
    client: TelegramClient, control: Control, fault: Exception, is_retryable: bool
) -> None:
    refusal = await refusal_of(client, message((a_part("file"), a_file(fault=fault))))
    assert (refusal.is_ambiguous, refusal.is_retryable) == (False, is_retryable)
    assert await control.received() == []
    # The connection is of use still.
    await client.send(message((a_part(), a_file())))


async def test_a_file_shorter_than_it_was_is_not_sent(
    client: TelegramClient, control: Control
) -> None:
    refusal = await refusal_of(client, message((a_part("file"), a_file(size=len(PHOTO) + 1))))
    assert (refusal.is_ambiguous, refusal.refusal) == (False, "media_refused")
    assert await control.received() == []


async def test_a_file_that_is_too_large_is_refused_before_the_call(
    client: TelegramClient, control: Control
) -> None:
    large = a_file(size=10 * 1024 * 1024 + 1, fault=AssertionError("read"))
    with pytest.raises(FileTooLarge):
        await client.send(message((a_part(), large)))
    assert await control.received() == []


async def test_ten_megabytes_of_a_photo_pass(client: TelegramClient, control: Control) -> None:
    await client.send(message((a_part(), a_file(PHOTO + bytes(10 * 1024 * 1024 - len(PHOTO))))))
    assert len(await control.received()) == 1


async def test_what_is_no_picture_is_refused_for_good(
    client: TelegramClient, control: Control
) -> None:
    refusal = await refusal_of(client, message((a_part(), a_file(b"no picture at all"))))
    assert (refusal.refusal, refusal.is_retryable) == ("media_refused", False)
    assert await control.received() == []


async def test_a_caption_that_is_too_long_is_refused_before_the_call(
    client: TelegramClient, control: Control
) -> None:
    await client.send(message((a_part(caption="👍" * 512), a_file())))
    refusal = await refusal_of(client, message((a_part(caption="👍" * 512 + "a"), a_file())))
    assert refusal.refusal == "too_long"
    assert len(await control.received()) == 1


@pytest.mark.parametrize("body", [a_part, a_sticker])
async def test_a_part_without_its_file_is_refused(
    client: TelegramClient, body: Callable[[], Part]
) -> None:
    assert (await refusal_of(client, message((body(), None)))).refusal == "media_refused"


async def test_a_place_arrives_and_a_named_one_as_a_venue(
    client: TelegramClient, control: Control
) -> None:
    point = {"latitude": 50.45, "longitude": 30.52}
    bare = LocationPart(latitude=50.45, longitude=30.52)
    replace = msgspec.structs.replace
    await client.send(message((bare, None)))
    await client.send(message((replace(bare, title="Office", address="1"), None)))
    await client.send(message((replace(bare, address="Khreshchatyk 1"), None)))
    place, venue, unnamed = (each["content"] for each in await control.received())
    assert place == {"location": point}
    assert venue["venue"] == {"location": point, "title": "Office", "address": "1"}
    assert unnamed["venue"]["title"] == "Khreshchatyk 1"


async def test_a_chat_that_moved_is_followed_with_its_files(
    client: TelegramClient, control: Control
) -> None:
    await control.post(
        "faults",
        {
            "kind": "fail_sends",
            "status": 400,
            "description": "Bad Request: group chat was upgraded to a supergroup chat",
            "migrate_to_chat_id": ANNA_ID,
        },
    )
    outgoing = message((a_part(), a_file()), (a_part(), a_file()))
    sent = await client.send(outgoing)
    assert len(await control.received()) == len(sent.references) == 2


@pytest.mark.parametrize(
    ("deed", "refusal"), [("block", "blocked"), ("text", "")], ids=["blocked", "rate limited"]
)
async def test_what_is_final_for_words_is_for_files(
    client: TelegramClient, control: Control, deed: str, refusal: str
) -> None:
    await control.anna(deed, {"text": "x"} if deed == "text" else None)
    if deed == "text":
        fault = {"kind": "fail_sends", "status": 429, "description": "Too Many", "retry_after": 7}
        await control.post("faults", fault)
    failure = await refusal_of(client, message((a_part(), a_file())))
    if deed == "block":
        assert (failure.refusal, failure.is_address_unreachable) == (refusal, True)
    else:
        assert (failure.is_retryable, failure.retry_after_seconds) == (True, 7)


# --- Changes


def an_edit(number: str, caption: str) -> OutgoingEdit:
    return OutgoingEdit(
        address_external_id=str(ANNA_ID), external_id=number, parts=(a_part(caption=caption),)
    )


async def test_a_caption_is_edited_and_taken_away(client: TelegramClient, control: Control) -> None:
    number = (await client.send(message((a_part(caption="Old"), a_file())))).external_id
    await client.edit(an_edit(number, "New"))
    # Said twice it is done already.
    await client.edit(an_edit(number, "New"))
    (received,) = await control.received()
    assert received["content"]["caption"] == "New"
    assert "photo" in received["content"]
    await client.edit(an_edit(number, ""))
    (received,) = await control.received()
    assert "caption" not in received["content"]


async def test_an_album_is_deleted_as_a_whole_also_when_half_is_gone(
    client: TelegramClient, control: Control
) -> None:
    sent = await client.send(message(*((a_part(), a_file()) for _ in range(3))))
    one = OutgoingDeletion(address_external_id=str(ANNA_ID), external_id=sent.more_external_ids[0])
    await client.delete(one)
    whole = OutgoingDeletion(
        address_external_id=str(ANNA_ID),
        external_id=sent.external_id,
        more_external_ids=sent.more_external_ids,
    )
    await client.delete(whole)
    assert await control.received() == []
    await client.delete(whole)
