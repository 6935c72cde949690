"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from halfminute.kit.embedded_postgres import default_directory

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
        envvar="HALFMINUTE_DATA_DIRECTORY",
        type=click.Path(file_okay=False, path_type=Path, resolve_path=True),
        default=default,
        show_default=True,
        help="Where everything of this installation lies.",
    )


def listen_options(command: F) -> F:
    """--host and --port."""
    host = click.option(
        "--host",
        envvar="HALFMINUTE_HOST",
        default="127.0.0.1",
        show_default=True,
        help="The address to listen on.",
    )
    port = click.option(
        "--port",
        envvar="HALFMINUTE_PORT",
        default=8080,
        show_default=True,
        type=click.IntRange(1, 65535),
        help="The port to listen on.",
    )
    return host(port(command))
