"""The simulated Telegram's control interface, as a subscriber's phone uses it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import httpx

from halfminute_demo.people import Person


class Gone(Exception):
    """The simulated Telegram does not know the person or the bot: it was started anew."""


@dataclass(frozen=True, slots=True)
class Received:
    """Answers that came: their words, and the number of the last message read."""

    texts: tuple[str, ...]
    last_id: int


class Telegram:
    """All that subscribers do in their chats with one bot."""

    def __init__(self, http: httpx.AsyncClient, bot_id: int) -> None:
        """`http` has the simulated Telegram's base address."""
        self._http = http
        self._bot_id = bot_id

    async def enter(self, person: Person) -> None:
        """Makes sure that the person exists and has opened the chat."""
        body = {
            "id": person.id,
            "first_name": person.first_name,
            "last_name": person.last_name,
            "username": person.username,
            "language_code": person.language,
        }
        _check(await self._http.post("/control/subscribers", json=body))
        await self._post(person, "open", {})

    async def write(self, person: Person, text: str, reply_to: int | None = None) -> int:
        """Writes; the message's number."""
        body = {"text": text, "reply_to_message_id": reply_to}
        return int((await self._post(person, "text", body))["message_id"])

    async def edit(self, person: Person, message_id: int, text: str) -> None:
        """Changes a message."""
        await self._post(person, "edit", {"message_id": message_id, "text": text})

    async def send_sticker(self, person: Person, emoji: str, format_name: str) -> None:
        """Sends a sticker."""
        await self._post(person, "sticker", {"emoji": emoji, "format": format_name})

    async def send_photo(self, person: Person, content: bytes, caption: str) -> None:
        """Sends a photo."""
        encoded = base64.b64encode(content).decode()
        await self._post(person, "photo", {"content": encoded, "caption": caption})

    async def react(self, person: Person, message_id: int, emoji: str) -> None:
        """Reacts to a message."""
        await self._post(person, "reaction", {"message_id": message_id, "emojis": [emoji]})

    async def read(self, person: Person, after: int, wait_seconds: float) -> Received:
        """The answers after a message's number; waits up to `wait_seconds` for the first."""
        response = await self._http.get(
            self._path(person, "messages"),
            params={"after": after, "wait_seconds": wait_seconds},
            timeout=wait_seconds + 10,
        )
        page = _check(response)
        return Received(tuple(each["text"] for each in page["items"]), int(page["next"]))

    async def _post(self, person: Person, deed: str, body: dict[str, Any]) -> Any:
        return _check(await self._http.post(self._path(person, deed), json=body))

    def _path(self, person: Person, deed: str) -> str:
        return f"/control/bots/{self._bot_id}/chats/{person.id}/{deed}"


def _check(response: httpx.Response) -> Any:
    if response.status_code == 404:
        raise Gone(response.text)
    response.raise_for_status()
    return response.json() if response.content else None
