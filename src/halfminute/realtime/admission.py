"""Who is let in: by a session's cookie, or by a token for the contact in a conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from typing import Any, Final

from halfminute.identity.errors import WrongToken
from halfminute.identity.sessions import Sessions
from halfminute.identity.tokens import SOCKET_SECONDS, ReadToken, Tokens
from halfminute.kit.http.context import current_request
from halfminute.kit.time import utc_now
from halfminute.realtime.places import Places, place_of
from halfminute.realtime.sockets import Socket

# Tabs that cannot share hold one each; one who holds more is no person.
CONTACT_CONNECTIONS: Final = 12
# What may wait for a socket, in bytes and frames: a desk in a storm, a widget in a chat.
_BUFFERS: Final = {"user": (1024 * 1024, 4000), "contact": (128 * 1024, 400)}


async def _confirm_nobody(_ticket: ReadToken) -> None:
    raise WrongToken


class Admission:
    """Makes the sockets of those who may have one."""

    def __init__(
        self,
        sessions: Sessions,
        tokens: Tokens,
        use_ticket: Callable[[ReadToken], Awaitable[None]],
        *,
        confirm_holder: Callable[[ReadToken], Awaitable[None]] = _confirm_nobody,
        most_per_address: int,
    ) -> None:
        """`use_ticket` raises WrongToken for a ticket that was used before.

        `confirm_holder` raises WrongToken for a come-back ticket whose holder may no longer.
        `most_per_address` counts contacts' connections alone: agents are known by name.
        """
        self._sessions = sessions
        self._tokens = tokens
        self._use_ticket = use_ticket
        self._confirm_holder = confirm_holder
        self._addresses = Places(most_per_address)
        self._contacts = Places(CONTACT_CONNECTIONS)

    def hold_address(self, held: ExitStack) -> None:
        """Count somebody who is not known yet. Raises TooManyConnections."""
        held.enter_context(self._addresses.hold(place_of(current_request().ip)))

    async def admit_user(self, cookie: str, send: Any) -> Socket:
        """Raises NotSignedIn, Unavailable."""
        principal = await self._sessions.get_principal(cookie)
        most_bytes, most_frames = _BUFFERS["user"]
        return Socket(send, principal, most_bytes=most_bytes, most_frames=most_frames)

    async def admit_contact(self, text: str, origin: str, send: Any, held: ExitStack) -> Socket:
        """By a token or a ticket. Raises WrongToken, TooManyRequests, Unavailable."""
        token = self._tokens.read_conversation_token(text)
        if token.origin not in (None, origin):
            raise WrongToken
        held.enter_context(self._contacts.hold(str(token.principal.conversation_id)))
        seconds_left = (token.expires_at - utc_now()).total_seconds()
        if token.is_ticket:
            if token.origin is not None:
                await self._confirm_holder(token)
            await self._use_ticket(token)
            seconds_left = SOCKET_SECONDS
        most_bytes, most_frames = _BUFFERS["contact"]
        socket = Socket(send, token.principal, most_bytes=most_bytes, most_frames=most_frames)
        socket.token_id = token.id
        socket.token_ends_at = asyncio.get_running_loop().time() + seconds_left
        if token.holder:
            socket.come_back_ticket = self._tokens.issue_come_back_ticket(token, origin)
        return socket
