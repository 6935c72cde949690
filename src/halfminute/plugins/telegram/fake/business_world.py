"""The chats of business accounts in the fake's state."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from halfminute.plugins.telegram.fake.facts import (
    BusinessChatRead,
    BusinessMessageChanged,
    BusinessMessagesDeleted,
    BusinessMessageWritten,
    ConnectionPut,
)

BusinessFact = (
    ConnectionPut
    | BusinessMessageWritten
    | BusinessMessageChanged
    | BusinessMessagesDeleted
    | BusinessChatRead
)


@dataclass(slots=True)
class BusinessChat:
    """An owner's private chat with one customer, as the connected bot is told of it."""

    messages: dict[int, BusinessMessageWritten] = field(default_factory=dict)
    edited_at: dict[int, float] = field(default_factory=dict)
    heard_at: float = 0.0
    read_up_to: int = 0


@dataclass(slots=True)
class Business:
    """Connections by their names, and chats by owner and customer."""

    connections: dict[str, ConnectionPut] = field(default_factory=dict)
    chats: dict[tuple[int, int], BusinessChat] = field(default_factory=dict)

    def find_current(self, owner_id: int) -> ConnectionPut | None:
        """The owner's connection that was made last."""
        theirs = [each for each in self.connections.values() if each.owner_id == owner_id]
        return theirs[-1] if theirs else None

    def apply(self, fact: BusinessFact) -> None:
        """Makes it true."""
        if isinstance(fact, ConnectionPut):
            self.connections[fact.connection_id] = fact
            return
        chat = self.chats.setdefault((fact.owner_id, fact.chat_id), BusinessChat())
        match fact:
            case BusinessMessageWritten():
                chat.messages[fact.message_id] = fact
                if fact.author == "customer":
                    chat.heard_at = fact.at
            case BusinessMessageChanged():
                old = chat.messages[fact.message_id]
                changed = msgspec.structs.replace(old, content=fact.content)
                chat.messages[fact.message_id] = changed
                chat.edited_at[fact.message_id] = fact.at
            case BusinessMessagesDeleted():
                for message_id in fact.message_ids:
                    chat.messages.pop(message_id, None)
            case BusinessChatRead():
                chat.read_up_to = max(chat.read_up_to, fact.message_id)
