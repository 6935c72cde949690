"""The stand-in answers as the server is described, so that the desk is tested with what it gets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

import httpx
import pytest
import schemathesis

from halfminute.main.web import describe_api
from tests.web.conftest import PASSWORD
from tests.web.stand_in.app import DIST, make_app
from tests.web.stand_in.people import FIRST_LINE
from tests.web.stand_in.pictures import make_photo

Json = dict[str, Any]
CONVERSATION: Final = "/api/conversations/{conversation_id}"


class Play:
    """Asks the stand-in; an answer that the description does not know is a failure."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._schema = schemathesis.openapi.from_dict(describe_api())

    async def ask(self, method: str, route: str, body: Json | None = None, **path: str) -> Any:
        """The body of the answer, which is one of success."""
        answer = await self._client.request(method, route.format(**path), json=body)
        assert answer.is_success, answer.text
        self._schema[route][method].validate_response(answer)
        return answer.json() if answer.content else None

    async def hand_in(self, content: bytes, name: str, client_id: str) -> Any:
        """What the upload became."""
        query = {"client_id": client_id, "name": name}
        answer = await self._client.post("/api/files", params=query, content=content)
        self._schema["/api/files"]["POST"].validate_response(answer)
        return answer.json()


@pytest.fixture
async def play() -> AsyncIterator[Play]:
    if not DIST.is_dir():
        pytest.skip("The desk is not built: run `make setup`.")
    transport = httpx.ASGITransport(make_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://stand-in") as client:
        play = Play(client)
        await play.ask(
            "POST", "/api/session", {"email": "anna@svetlo.example", "password": PASSWORD}
        )
        yield play


async def test_what_the_desk_reads(play: Play) -> None:
    await play.ask("GET", "/api/session")
    desk = await play.ask("GET", "/api/desk")
    await play.ask("GET", "/api/queues/{queue_id}/conversations", queue_id=FIRST_LINE)
    for view in desk["conversations"]:
        await play.ask("GET", CONVERSATION, conversation_id=view["id"])
        page = await play.ask("GET", f"{CONVERSATION}/messages", conversation_id=view["id"])
        await play.ask("GET", "/api/contacts/{contact_id}", contact_id=view["contact"]["id"])
        ids = {"conversation_id": view["id"], "message_id": page["items"][0]["id"]}
        await play.ask("GET", f"{CONVERSATION}/revisions/{{message_id}}", **ids)


async def test_what_the_desk_writes(play: Play) -> None:
    desk = await play.ask("GET", "/api/desk")
    held = next(view["id"] for view in desk["conversations"] if view["state"] == "active")
    told: Json = {"client_id": "0190aaaa-0000-7000-8000-00000000bbbb", "text": "Да"}
    note: Json = {**told, "client_id": "0190aaaa-0000-7000-8000-00000000cccc"}
    page = await play.ask("GET", f"{CONVERSATION}/messages", conversation_id=held)
    quoted = {**told, "reply_to_message_id": page["items"][0]["id"]}
    said = await play.ask("POST", f"{CONVERSATION}/messages", quoted, conversation_id=held)
    await play.ask("POST", f"{CONVERSATION}/messages", quoted, conversation_id=held)
    await play.ask("POST", f"{CONVERSATION}/notes", note, conversation_id=held)
    place = {"latitude": 50.45, "longitude": 30.52, "title": "", "address": ""}
    sent = {"client_id": "0190aaaa-0000-7000-8000-00000000dddd", "location": place}
    await play.ask("POST", f"{CONVERSATION}/messages", sent, conversation_id=held)
    ids = {"conversation_id": held, "message_id": said["id"]}
    await play.ask("POST", f"{CONVERSATION}/messages/{{message_id}}/retry", **ids)
    await play.ask("POST", f"{CONVERSATION}/read", {"message_id": said["id"]}, conversation_id=held)
    draft = {"text": "Ещё", "version": 0}
    await play.ask("PUT", f"{CONVERSATION}/draft", draft, conversation_id=held)
    ending = {"is_solved": True, "disposition_code": "spam"}
    await play.ask("POST", f"{CONVERSATION}/close", ending, conversation_id=held)
    await play.ask("POST", f"{CONVERSATION}/finish-wrap-up", conversation_id=held)


async def test_what_the_desk_hands_in(play: Play) -> None:
    desk = await play.ask("GET", "/api/desk")
    held = next(view["id"] for view in desk["conversations"] if view["state"] == "active")
    client_id = "0190aaaa-0000-7000-8000-00000000eeee"
    file = await play.hand_in(make_photo(), "a.png", client_id)
    assert await play.hand_in(make_photo(), "a.png", client_id) == file
    await play.ask("GET", "/api/files/{file_id}/address", file_id=file["id"])
    await play.ask("POST", "/api/files/{file_id}/retry", file_id=file["id"])
    reply = {"client_id": client_id, "text": "Вот", "file_ids": [file["id"]]}
    said = await play.ask("POST", f"{CONVERSATION}/messages", reply, conversation_id=held)
    assert said["parts"][0]["caption"]["text"] == "Вот"
    other = await play.hand_in(b"words", "a.txt", "0190aaaa-0000-7000-8000-00000000ffff")
    await play.ask("DELETE", "/api/files/{file_id}", file_id=other["id"])


async def test_what_stickers_there_are(play: Play) -> None:
    desk = await play.ask("GET", "/api/desk")
    held = next(view for view in desk["conversations"] if view["state"] == "active")
    sets = "/api/channel-accounts/{account_id}/sticker-sets"
    account = {"account_id": held["channel_account_id"]}
    [first, *_] = await play.ask("GET", sets, **account)
    added = await play.ask("POST", sets, {"name": "Foxes"}, **account)
    await play.ask("POST", f"{sets}/{{set_id}}/refresh", set_id=first["id"], **account)
    await play.ask("DELETE", f"{sets}/{{set_id}}", set_id=first["id"], **account)
    typing = f"{CONVERSATION}/typing"
    await play.ask("POST", typing, {"is_typing": True}, conversation_id=held["id"])
    said = {
        "client_id": "0190aaaa-0000-7000-8000-00000000dddd",
        "sticker_id": added["stickers"][0]["id"],
    }
    await play.ask("POST", f"{CONVERSATION}/messages", said, conversation_id=held["id"])


async def test_who_has_what(play: Play) -> None:
    await play.ask("PUT", "/api/presence", {"presence": "away", "reason": "lunch"})
    await play.ask("PUT", "/api/session/language", {"language": "ru"})
    page = await play.ask("GET", "/api/queues/{queue_id}/conversations", queue_id=FIRST_LINE)
    await play.ask("POST", f"{CONVERSATION}/pull", conversation_id=page["items"][0]["id"])
    await play.ask("DELETE", "/api/session")
