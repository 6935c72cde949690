"""Files both ways: what a visitor hands in, and what they are shown."""

from __future__ import annotations

import asyncio
import io
import tempfile
import zipfile
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx
import pytest

from halfminute.conversations.actions.reply import reply
from halfminute.conversations.schemas import NewReply
from halfminute.files.actions.take_upload import NewUpload, take_upload
from halfminute.files.previewing import PreviewWorker
from halfminute.webchat import uploading
from tests.files import samples
from tests.webchat.conftest import Browser, House

MEGABYTE = 1024 * 1024


async def hand_in(
    visitor: Browser,
    content: bytes | AsyncIterator[bytes],
    name: str = "router.png",
    client_id: UUID | None = None,
) -> httpx.Response:
    """The upload as the panel makes it."""
    query = f"client_id={client_id or uuid4()}&name={quote(name, safe='')}"
    return await visitor.client.post(
        f"/api/webchat/{visitor.widget_id}/files?{query}",
        content=content,
        headers={"authorization": f"Bearer {visitor.token}"} if visitor.token else {},
    )


async def upload(visitor: Browser, content: bytes | None = None, name: str = "router.png") -> str:
    answer = await hand_in(visitor, content or samples.picture(), name)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def addresses(visitor: Browser, *file_ids: str) -> Any:
    answer = await visitor.ask("POST", "/files/addresses", {"file_ids": file_ids})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def reply_with_file(house: House, conversation_id: str, content: bytes, name: str) -> str:
    """The agent answers with a file; gives its id."""
    assert house.agent.user_id is not None
    new = NewUpload(house.agent.user_id, uuid4(), name)
    with tempfile.TemporaryFile() as body:
        body.write(content)
        file = await take_upload(house.parts.uploads, new, body)
    answer = NewReply(client_id=uuid4(), text="Here it is", file_ids=(file.id,))
    await reply(house.parts.log, house.parts.registry, house.agent, UUID(conversation_id), answer)
    return str(file.id)


def _letter() -> bytes:
    """What a word processor writes, as far as its type goes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("[Content_Types].xml", "<?xml version='1.0'?><Types/>")
        packed.writestr("word/document.xml", "<?xml version='1.0'?><w:document/>")
    return made.getvalue()


async def test_a_picture_with_words_is_one_message_that_shows_what_it_is(house: House) -> None:
    visitor = await house.begin()
    file_id = await upload(visitor)

    said = await visitor.say("My router blinks", file_ids=[file_id])

    [part] = said["message"]["parts"]
    assert (part["kind"], part["file_state"], part["media_type"]) == ("image", "ready", "image/png")
    assert (part["file_id"], part["name"]) == (file_id, "router.png")
    assert part["caption"]["text"] == "My router blinks"
    [row] = await house.rows("select last_message_id from conversations")
    assert str(row["last_message_id"]) == said["message"]["id"]


async def test_several_files_go_without_words_and_arrive_once(house: House) -> None:
    visitor = await house.begin()
    file_ids = [await upload(visitor), await upload(visitor, b"%PDF-1.7 bill", "bill.pdf")]
    client_id = uuid4()

    await asyncio.gather(*(visitor.say("", client_id, file_ids=file_ids) for _ in range(4)))

    [item] = (await visitor.thread())["items"]
    assert [part["name"] for part in item["parts"]] == ["router.png", "bill.pdf"]
    assert [part["kind"] for part in item["parts"]] == ["image", "file"]


async def test_the_same_upload_that_comes_again_is_the_same_file(house: House) -> None:
    visitor = await house.begin()
    client_id = uuid4()
    first = await hand_in(visitor, samples.picture(), client_id=client_id)
    again = await hand_in(visitor, b"quite other bytes", client_id=client_id)

    assert again.json() == first.json()


async def test_a_file_of_another_visitor_cannot_be_named_shown_or_taken_back(house: House) -> None:
    owner, other = await house.begin(), await house.begin()
    file_id = await upload(owner)
    body = {"client_id": str(uuid4()), "text": "Mine!", "file_ids": [file_id]}

    answer = await other.ask("POST", "/messages", body)
    await owner.say("Look", file_ids=[file_id])

    assert (answer.status_code, answer.json()["code"]) == (404, "file_not_found")
    assert await other.texts() == []
    assert await addresses(other, file_id) == {}
    assert (await other.ask("DELETE", f"/files/{file_id}")).status_code == 404


async def test_a_file_that_is_named_behind_the_check_is_not_shown_either(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check that answers and the one that stores are two, and the second is binding."""

    async def let_everything_pass(*_: object) -> None:
        return

    owner, other = await house.begin(), await house.begin()
    file_id = await upload(owner)
    monkeypatch.setattr("halfminute.webchat.actions.say.require_own_files", let_everything_pass)

    said = await other.say("Mine!", file_ids=[file_id])

    [part] = said["message"]["parts"]
    assert (part["file_id"], part["file_state"]) == (None, "expired")
    assert part["caption"]["text"] == "Mine!"
    assert await addresses(other, file_id) == {}
    assert not await house.rows("select from message_files")


async def test_nobody_hands_in_without_a_visit(house: House) -> None:
    stranger = await house.open_browser()

    assert (await hand_in(stranger, b"words")).status_code == 401


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "picture.png"),
        (b"\n\n <?xml version='1.0'?><svg/>", "drawing"),
        (samples.picture(), "picture.svg"),
        (b"<!DOCTYPE HTML><script>alert(1)</script>", "letter.txt"),
        (b"MZ\x90\x00 an installer", "photo.jpg"),
        (b"\x7fELF\x02\x01", "notes"),
        (b"#!/bin/sh\nrm -rf ~", "read me"),
        (b"words", "photo.jpg.exe"),
        (b"words", "photo\u202egpj.scr"),
        (b"words", "a.exe. "),
    ],
)
async def test_what_could_run_at_the_agents_is_refused_whatever_it_is_called(
    house: House, content: bytes, name: str
) -> None:
    visitor = await house.begin()

    answer = await hand_in(visitor, content, name)

    assert (answer.status_code, answer.json()["code"]) == (415, "refused_file")
    assert not await house.rows("select from files")


async def test_documents_and_words_about_pages_are_taken(house: House) -> None:
    visitor = await house.begin()
    for content, name in (
        (b"%PDF-1.7 how to write <script> and <svg", "manual.pdf"),
        (_letter(), "letter.docx"),
        (b"id;sum\n1;2\n", "table.csv"),
    ):
        assert (await hand_in(visitor, content, name)).status_code == 201, name


async def test_what_a_file_is_is_told_by_its_bytes(house: House) -> None:
    visitor = await house.begin()

    told = (await hand_in(visitor, b"%PDF-1.7 not a picture", "cat.png")).json()

    assert (told["kind"], told["media_type"]) == ("file", "application/pdf")


async def test_a_picture_that_is_none_is_refused(house: House) -> None:
    visitor = await house.begin()

    answer = await hand_in(visitor, b"\x89PNG\r\n\x1a\n and rubbish", "cat.png")

    assert (answer.status_code, answer.json()["code"]) == (422, "unsafe_file")


async def test_a_huge_file_is_refused_before_it_is_read(house: House) -> None:
    visitor = await house.begin()
    limit = (await visitor.ask("GET", "")).json()["file_limit"]

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(limit // MEGABYTE + 2):
            yield bytes(MEGABYTE)

    answer = await hand_in(visitor, bytes(limit + 1), "film.bin")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert limit == 20 * MEGABYTE
    try:
        answer = await hand_in(visitor, endless(), "film.bin")
        assert answer.status_code == 413
    except httpx.WriteError:
        pass  # It hung up on us, which says the same.
    assert not await house.rows("select from files")


async def test_more_than_a_visitor_may_hand_in_in_a_day_is_refused(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowance = uploading._ALLOWANCE._replace(day_bytes=10)
    monkeypatch.setattr(uploading, "_ALLOWANCE", allowance)
    visitor = await house.begin()
    await visitor.say("", file_ids=[await upload(visitor, b"ten bytes!", "a.txt")])

    answer = await hand_in(visitor, b"more", "b.txt")

    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert (await hand_in(await house.begin(), b"more", "b.txt")).status_code == 201


async def test_a_file_that_was_cancelled_is_gone_and_one_that_was_sent_stays(house: House) -> None:
    visitor = await house.begin()
    cancelled, sent = await upload(visitor), await upload(visitor)
    await visitor.say("", file_ids=[sent])

    assert (await visitor.ask("DELETE", f"/files/{cancelled}")).status_code == 204
    assert (await visitor.ask("DELETE", f"/files/{sent}")).status_code == 409
    body = {"client_id": str(uuid4()), "text": "", "file_ids": [cancelled]}
    assert (await visitor.ask("POST", "/messages", body)).status_code == 404


async def test_an_upload_that_is_cut_short_leaves_nothing_and_comes_whole_later(
    house: House,
) -> None:
    visitor = await house.begin()
    client_id, content = uuid4(), samples.picture()

    async def broken() -> AsyncIterator[bytes]:
        yield content[:100]
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await hand_in(visitor, broken(), client_id=client_id)
    assert not await house.rows("select from files")
    assert (await hand_in(visitor, content, client_id=client_id)).status_code == 201


async def test_what_the_agent_sends_is_shown_by_signed_addresses(house: House) -> None:
    visitor, other = await house.begin(), await house.begin()
    conversation_id = (await visitor.say("The manual?"))["message"]["conversation_id"]
    await other.say("Hello")
    await house.give(conversation_id)

    file_id = await reply_with_file(house, conversation_id, b"%PDF-1.7 manual", "manual <b>.pdf")

    [_, answer] = (await visitor.thread())["items"]
    [part] = answer["parts"]
    assert (part["name"], part["caption"]["text"]) == ("manual _b_.pdf", "Here it is")
    found = (await addresses(visitor, file_id, str(uuid4())))[file_id]
    got = await visitor.client.get(found["url"])
    assert got.content == b"%PDF-1.7 manual"
    assert got.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in got.headers["content-security-policy"]
    assert await addresses(other, file_id) == {}
    await house.wait_for("select from messages where direction = 'out' and delivery = 'sent'")


async def test_a_picture_of_the_agents_has_a_small_one_once_it_is_made(house: House) -> None:
    previews = PreviewWorker(house.parts.log, house.parts.files, house.parts.uploads.decoder)
    working = asyncio.create_task(previews.run())
    visitor = await house.begin()
    conversation_id = (await visitor.say("Where?"))["message"]["conversation_id"]
    await house.give(conversation_id)
    file_id = await reply_with_file(house, conversation_id, samples.picture(), "here.png")
    await house.wait_for("select from files where thumbnail_key is not null")

    found = (await addresses(visitor, file_id))[file_id]

    small = await visitor.client.get(found["thumbnail_url"])
    assert small.headers["content-type"] == "image/webp"
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


async def test_what_was_deleted_is_shown_no_more(house: House) -> None:
    visitor = await house.begin()
    conversation_id = (await visitor.say("The manual?"))["message"]["conversation_id"]
    await house.give(conversation_id)
    file_id = await reply_with_file(house, conversation_id, b"%PDF-1.7 manual", "manual.pdf")
    await house.execute("update messages set deleted_at = now() where direction = 'out'")

    assert await addresses(visitor, file_id) == {}


async def test_a_file_that_waits_for_the_scanner_is_told_as_pending(house: House) -> None:
    visitor = await house.begin()
    file_id = await upload(visitor)
    await house.execute("update files set state = 'pending', scan_due_at = now()")

    said = await visitor.say("Look", file_ids=[file_id])

    assert said["message"]["parts"][0]["file_state"] == "pending"
    assert await addresses(visitor, file_id) == {}
    await house.execute("update files set state = 'infected', storage_key = null")
    body = {"client_id": str(uuid4()), "text": "", "file_ids": [file_id]}
    answer = await visitor.ask("POST", "/messages", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "file_not_ready")
