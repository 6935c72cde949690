"""A person's own account in the simulated Telegram, and its owner at the phone."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

from tests.journeys.floor import Floor

_PATIENCE_SECONDS: Final = 60.0


@dataclass
class BusinessAccount:
    """An account that has connected the floor's bot."""

    floor: Floor
    owner_id: int
    connection_id: str

    @classmethod
    def connect(cls, floor: Floor, name: str) -> BusinessAccount:
        """A new account, connected with all rights."""
        telegram = floor.house.telegram
        owner_id = telegram.post("/subscribers", {"first_name": name})["id"]
        account = cls(floor, owner_id, "")
        account.reconnect()
        return account

    def reconnect(self) -> None:
        """The bot is connected anew: by another connection."""
        body = {"owner_id": self.owner_id}
        made = self.floor.house.telegram.post(f"/bots/{self.floor.bot_id}/connections", body)
        self.connection_id = made["id"]

    def disconnect(self) -> None:
        """The owner ends it."""
        path = f"/bots/{self.floor.bot_id}/connections/{self.connection_id}/change"
        self.floor.house.telegram.post(path, {"is_enabled": False})

    def enter(self, name: str) -> BusinessCustomer:
        """A new subscriber."""
        made = self.floor.house.telegram.post("/subscribers", {"first_name": name})
        return BusinessCustomer(self, made["id"])


@dataclass(frozen=True)
class BusinessCustomer:
    """One person who writes to the account."""

    account: BusinessAccount
    id: int

    @property
    def _chat(self) -> str:
        bot_id, owner_id = self.account.floor.bot_id, self.account.owner_id
        return f"/bots/{bot_id}/business/{owner_id}/chats/{self.id}"

    def write(self, text: str, author: str = "customer") -> int:
        """Write to the account; or, as its owner, from the phone."""
        written = self._post("message", {"text": text, "author": author})
        number: int = written["message_id"]
        return number

    def delete(self, *numbers: int) -> None:
        """Take messages away."""
        self._post("delete", {"message_ids": numbers})

    def messages(self) -> list[dict[str, Any]]:
        """The chat as the customer sees it."""
        items: list[dict[str, Any]] = self.account.floor.house.telegram.get(
            f"{self._chat}/messages"
        )["items"]
        return items

    def wait_for(self, text: str, **more: Any) -> dict[str, Any]:
        """The message with these words, when it looks like this."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for message in self.messages():
                if message["text"] == text and message.items() >= more.items():
                    return message
            time.sleep(0.05)
        raise AssertionError(f"{text!r} did not come to look like {more}: {self.messages()}")

    def _post(self, deed: str, body: dict[str, Any]) -> Any:
        return self.account.floor.house.telegram.post(f"{self._chat}/{deed}", body)
