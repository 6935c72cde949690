"""Says what went wrong in one line and what to do next; a traceback is for --debug."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import asyncpg
import click

from halfminute.kit.errors import HalfminuteError

T = TypeVar("T")


class Told(click.ClickException):
    """An error that a person can act on."""

    def show(self, file: Any = None) -> None:
        """On standard error, in red where it is a terminal."""
        click.secho(f"Halfminute: {self.format_message()}", fg="red", err=True)


def run_told(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a command; what is expected to go wrong becomes Told unless --debug was given."""
    is_debug = bool(click.get_current_context().find_root().params.get("debug"))
    try:
        return asyncio.run(coroutine)
    except (HalfminuteError, OSError, asyncpg.PostgresError) as error:
        if is_debug:
            raise
        raise Told(_tell(error)) from error


def _tell(error: Exception) -> str:
    if isinstance(error, HalfminuteError):
        return str(error.message)
    name = type(error).__name__
    return f"{name}: {error}. Run it again with `halfminute --debug ...` for the whole story."
