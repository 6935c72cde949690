"""A play: an event goes in, and exactly these commands must come out, in this order."""

from __future__ import annotations

from typing import Self

from halfminute_engine.routing.codec import command_to_dict, event_to_dict
from halfminute_engine.routing.commands import Command
from halfminute_engine.routing.events import Event
from halfminute_engine.routing.router import Router

SECOND = 1_000_000


class Play:
    """`play >> event << command << command`, as of `play.at(seconds)`.

    What an event was answered is settled when the next event comes or the play is left: a command
    that was not expected fails as well as one that did not come.
    """

    def __init__(self, router: Router | None = None) -> None:
        self.router = Router() if router is None else router
        self.now_us = 0
        self._event: Event | None = None
        self._answered: list[Command] = []
        self._expected: list[Command] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._settle()

    def at(self, seconds: float) -> Self:
        """What follows happens at this second."""
        self.now_us = round(seconds * SECOND)
        return self

    def given(self, *events: Event) -> Self:
        """Events whose answers are of no interest here."""
        for event in events:
            _ = self >> event
            self._expected = self._answered
        return self

    def __rshift__(self, event: Event) -> Self:
        self._settle()
        self._event = event
        self._answered = self.router.handle(event, self.now_us)
        self._expected = []
        return self

    def __lshift__(self, command: Command) -> Self:
        self._expected.append(command)
        return self

    def _settle(self) -> None:
        if self._answered != self._expected:
            raise AssertionError(self._difference())
        self._answered = self._expected = []

    def _difference(self) -> str:
        lines = [f"at {self.now_us} us, to {_tell_event(self._event)}"]
        lines += [f"  answered  {_tell(command)}" for command in self._answered]
        lines += [f"  expected  {_tell(command)}" for command in self._expected]
        return "\n".join(lines)


def _tell(command: Command) -> str:
    document = command_to_dict(command)
    name = document.pop("type")
    return f"{name}({', '.join(f'{key}={value!r}' for key, value in document.items())})"


def _tell_event(event: Event | None) -> str:
    return "nothing" if event is None else str(event_to_dict(event))
