"""Halfminute's HTTP interface, as an agent's screen uses it."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

import httpx

_TIMEOUT_SECONDS: Final = 20.0


class Refused(Exception):
    """Halfminute answered that it will not do that; `code` says why."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


class Desk:
    """One agent's session. Everything raises Refused, or httpx.HTTPError where nobody answers."""

    def __init__(self, address: str) -> None:
        """`address` is Halfminute's own, without a trailing slash."""
        self.address = address
        # Ourselves are never asked by way of a proxy.
        self._http = httpx.AsyncClient(
            base_url=f"{address}/api",
            headers={"origin": address},
            timeout=_TIMEOUT_SECONDS,
            trust_env=False,
        )

    async def close(self) -> None:
        """Close the connections; the session stays."""
        await self._http.aclose()

    @property
    def cookie(self) -> str:
        """What the socket is opened with."""
        return "; ".join(f"{each.name}={each.value}" for each in self._http.cookies.jar)

    async def sign_in(self, email: str, password: str) -> None:
        """Open a session."""
        self._http.cookies.clear()
        await self._ask("POST", "/session", {"email": email, "password": password})

    async def sign_out(self) -> None:
        """End the session."""
        await self._ask("DELETE", "/session")

    async def look(self) -> dict[str, Any]:
        """The desk's picture, with the streams to follow."""
        seen: dict[str, Any] = await self._ask("GET", "/desk")
        return seen

    async def set_presence(self, presence: str, reason: str = "") -> None:
        """Take offers, or say why not."""
        await self._ask("PUT", "/presence", {"presence": presence, "reason": reason})

    async def accept(self, offer: dict[str, Any]) -> None:
        """Take what rings."""
        await self._ask("POST", f"/offers/{offer['id']}/accept", {"epoch": offer["epoch"]})

    async def get_state(self, conversation_id: str) -> str:
        """The conversation's state now."""
        found = await self._ask("GET", f"/conversations/{conversation_id}")
        return str(found["conversation"]["state"])

    async def list_messages(self, conversation_id: str) -> list[dict[str, Any]]:
        """The newest messages, oldest first."""
        page = await self._ask("GET", f"/conversations/{conversation_id}/messages")
        found: list[dict[str, Any]] = page["items"]
        return found

    async def mark_read(self, conversation_id: str, message_id: str) -> None:
        """Remember how far one has read."""
        await self._ask(
            "POST", f"/conversations/{conversation_id}/read", {"message_id": message_id}
        )

    async def reply(self, conversation_id: str, text: str) -> None:
        """Answer the customer."""
        body = {"client_id": str(uuid4()), "text": text}
        await self._ask("POST", f"/conversations/{conversation_id}/messages", body)

    async def end(self, conversation_id: str, disposition: str, *, is_solved: bool) -> None:
        """Close the conversation; its wrap-up begins."""
        body = {"is_solved": is_solved, "disposition_code": disposition}
        await self._ask("POST", f"/conversations/{conversation_id}/close", body)

    async def finish_wrap_up(self, conversation_id: str) -> None:
        """The notes are written."""
        await self._ask("POST", f"/conversations/{conversation_id}/finish-wrap-up")

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = await self._http.request(method, path, json=body)
        if answer.is_client_error:
            raise Refused(answer.status_code, _code_of(answer))
        answer.raise_for_status()
        return answer.json() if answer.content else None


def _code_of(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["code"])
    except (ValueError, KeyError, TypeError):
        return "unknown"
