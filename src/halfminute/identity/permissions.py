"""One table: what each role may do. A grant's scope then says with what."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

from halfminute.identity.types import Role

Permission: TypeAlias = Literal[
    "conversation.read",
    "conversation.reply",
    "conversation.pull",
    "conversation.close",
    "conversation.transfer",
    "conversation.reassign",
    "contact.read",
    "contact.export",
    "contact.erase",
    "contact_link.create",
    "file.read",
    "file.upload",
    "rating.read",
    "report.read",
    "queue.read",
    "queue.configure",
    "agent.read",
    "agent.presence",
    "agent.configure",
    "channel.read",
    "channel.configure",
    "user.read",
    "user.configure",
    "audit.read",
]

PERMISSIONS: Final[frozenset[str]] = frozenset(get_args(Permission))

_AGENT: Final[frozenset[Permission]] = frozenset(
    {
        "conversation.read",
        "conversation.reply",
        "conversation.pull",
        "conversation.close",
        "conversation.transfer",
        "contact.read",
        "file.read",
        "file.upload",
        "queue.read",
        "agent.read",
        "agent.presence",
    }
)
_SUPERVISOR: Final[frozenset[Permission]] = _AGENT | {
    "contact.export",
    "conversation.reassign",
    "rating.read",
    "report.read",
    "queue.configure",
    "agent.configure",
    "channel.read",
    "user.read",
    "audit.read",
}

# What a program of the organisation's own may be allowed: none of it reads what customers say.
TOKEN_PERMISSIONS: Final[frozenset[Permission]] = frozenset({"contact_link.create"})

ROLE_PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    "agent": _AGENT,
    "supervisor": _SUPERVISOR,
    "admin": frozenset(get_args(Permission)),
}
