"""How the Bot API says no (https://core.telegram.org/bots/api#making-requests)."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An answer with `ok` false."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def as_answer(self) -> dict[str, Any]:
        """The body; `parameters` is a ResponseParameters object."""
        answer: dict[str, Any] = {
            "ok": False,
            "error_code": self.status,
            "description": self.description,
        }
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


class CutConnection(Exception):
    """The connection is to be closed without an answer."""


class RawAnswer(Exception):
    """An answer from something in between, which is not the Bot API's."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(body)
        self.status = status
        self.body = body


def bad_request(why: str) -> Refusal:
    """400, in the words of the real server."""
    return Refusal(400, f"Bad Request: {why}")


def forbidden(why: str) -> Refusal:
    """403."""
    return Refusal(403, f"Forbidden: {why}")


def conflict(why: str) -> Refusal:
    """409."""
    return Refusal(409, f"Conflict: {why}")


def too_many_requests(seconds: int) -> Refusal:
    """429 with `retry_after`."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
