"""The simulated Telegram as its subscribers use it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

import httpx

_PATIENCE_SECONDS: Final = 20.0


class Telegram:
    """The control interface of one fake."""

    def __init__(self, url: str) -> None:
        """`url` without a trailing slash."""
        self.url = url
        self._http = httpx.Client(base_url=url, timeout=_PATIENCE_SECONDS + 5)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """A deed; what it made."""
        answer = self._http.post(f"/control{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def get(self, path: str, **query: Any) -> Any:
        """A look."""
        answer = self._http.get(f"/control{path}", params=query)
        assert answer.is_success, answer.text
        return answer.json()

    def make_bot(self, token: str) -> int:
        """A bot with this token; its number."""
        return int(self.post("/bots", {"token": token})["id"])

    def enter(self, bot_id: int, name: str, **person: str) -> Customer:
        """A new subscriber who opened the chat with the bot."""
        made = self.post("/subscribers", {"first_name": name, **person})
        customer = Customer(self, bot_id, made["id"], name)
        customer.act("open")
        return customer


@dataclass(frozen=True)
class Customer:
    """One person in the chat with one bot. Messages go by their numbers in that chat."""

    telegram: Telegram
    bot_id: int
    id: int
    name: str

    @property
    def _chat(self) -> str:
        return f"/bots/{self.bot_id}/chats/{self.id}"

    def act(self, deed: str, **body: Any) -> int:
        """Do something in the chat; the message's number, 0 where there is none."""
        made = self.telegram.post(f"{self._chat}/{deed}", body)
        return (made or {}).get("message_id") or 0

    def write(self, text: str, **more: Any) -> int:
        """Write words; `entities` count UTF-16 units."""
        return self.act("text", text=text, **more)

    def received(self) -> list[dict[str, Any]]:
        """What the bot wrote here, oldest first."""
        items: list[dict[str, Any]] = self.telegram.get(f"{self._chat}/messages")["items"]
        return items

    def texts(self) -> list[str]:
        """The words of it."""
        return [item["text"] for item in self.received()]

    def wait_for(self, text: str) -> dict[str, Any]:
        """The first message with these words."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        after = 0
        while time.monotonic() < deadline:
            page = self.telegram.get(f"{self._chat}/messages", after=after, wait_seconds=5)
            for item in page["items"]:
                if item["text"] == text:
                    found: dict[str, Any] = item
                    return found
            after = page["next"]
        raise AssertionError(f"{text!r} did not arrive; what did: {self.texts()}")
