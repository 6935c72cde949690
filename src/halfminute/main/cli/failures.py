"""Says what went wrong in one line and what to do next; a traceback is for --debug."""

from __future__ import annotations

from typing import Any

import asyncpg
import click

from halfminute.kit.errors import HalfminuteError


class Told(click.ClickException):
    """An error that a person can act on."""

    def show(self, file: Any = None) -> None:
        """On standard error, in red where it is a terminal."""
        click.secho(f"Halfminute: {self.format_message()}", fg="red", err=True, file=file)


class TellingGroup(click.Group):
    """Commands whose expected errors become Told, unless --debug was given."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (HalfminuteError, OSError, asyncpg.PostgresError) as error:
            if ctx.params["debug"]:
                raise
            raise Told(_tell(error)) from error


def _tell(error: Exception) -> str:
    if isinstance(error, HalfminuteError):
        return str(error.message)
    name = type(error).__name__
    return f"{name}: {error}. Run it again with `halfminute --debug ...` for the whole story."
