"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from halfminute.kit.embedded_postgres import default_directory
from halfminute.kit.settings import read_configuration

F = TypeVar("F", bound=Callable[..., Any])


def data_option(command: F) -> F:
    """--data DIRECTORY, absolute."""
    return _data_option(default_directory())(command)


def demo_data_option(command: F) -> F:
    """--data DIRECTORY; by default a place apart, so that invented people stay among themselves."""
    directory = default_directory()
    return _data_option(directory.with_name(f"{directory.name}-demo"))(command)


def _data_option(default: Path) -> Callable[[F], F]:
    return click.option(
        "--data",
        "directory",
        type=click.Path(file_okay=False, path_type=Path, resolve_path=True),
        callback=_from_settings("data_directory", default),
        show_default=str(default),
        help="Where everything of this installation lies.",
    )


def listen_options(command: F) -> F:
    """--host and --port."""
    host = click.option(
        "--host",
        callback=_from_settings("host", "127.0.0.1"),
        show_default="127.0.0.1",
        help="The address to listen on.",
    )
    port = click.option(
        "--port",
        callback=_from_settings("port", 8080),
        show_default="8080",
        type=click.IntRange(1, 65535),
        help="The port to listen on.",
    )
    return host(port(command))


def _from_settings(name: str, default: Any) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """What stands on the command line, else what the settings say, else the default.

    A setting that is wrong is told by whatever uses the settings next.
    """

    def choose(_context: click.Context, _parameter: click.Parameter, given: Any) -> Any:
        if given is not None:
            return given
        found = read_configuration().find(name)
        chosen = default if found is None else found
        return chosen.resolve() if isinstance(chosen, Path) else chosen

    return choose
