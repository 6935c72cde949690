"""The group of commands: each imported when it is called, its expected errors told in one line."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
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
    """Commands by the places they are defined at; a traceback is for --debug."""

    def __init__(self, *arguments: Any, places: Mapping[str, str], **options: Any) -> None:
        """`places` maps a command's name to `module:attribute`."""
        super().__init__(*arguments, **options)
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they are likely to be needed."""
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command."""
        if cmd_name not in self._places:
            return None
        module, _, attribute = self._places[cmd_name].partition(":")
        command = getattr(import_module(module), attribute)
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # whoever read our output has seen enough (`| head`): click ends without a word
        except (HalfminuteError, OSError, asyncpg.PostgresError) as error:
            if ctx.params["debug"]:
                raise
            raise Told(_tell(error)) from error


def _tell(error: Exception) -> str:
    if isinstance(error, HalfminuteError):
        return str(error.message)
    name = type(error).__name__
    return f"{name}: {error}. Run it again with `halfminute --debug ...` for the whole story."
