"""Tells a fault of code: what kind it is and where it broke, never on what.

The message of an exception may quote what it stumbled over, such as a customer's words, and a log
cannot forget a person. So the log gets the traceback without the messages.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator

_CAUSE = "The direct cause of:"
_CONTEXT = "While this was handled:"


def describe_fault(error: BaseException) -> str:
    """The traceback with the kinds of its errors, those that led to it first."""
    return "\n".join(_describe(error, set()))


def _describe(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    led_by, words = error.__cause__, _CAUSE
    if led_by is None and not error.__suppress_context__:
        led_by, words = error.__context__, _CONTEXT
    if led_by is not None and id(led_by) not in seen:
        yield from _describe(led_by, seen)
        yield f"\n{words}\n"
    yield "Traceback (most recent call last):"
    for entry in traceback.format_list(traceback.extract_tb(error.__traceback__)):
        yield entry.rstrip("\n")
    kind = type(error)
    code = getattr(error, "code", None)
    name = (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )
    yield f"{name}: {code}" if isinstance(code, str) else name
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            if id(each) not in seen:
                yield "\nOne of the group:\n"
                yield from _describe(each, seen)
