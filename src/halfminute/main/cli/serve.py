"""`halfminute serve` and `halfminute migrate`: what a production unit calls."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from socket import socket
from typing import NoReturn

import click
import uvloop

from halfminute.kit import migrations
from halfminute.kit.processes.listeners import adopt_listener, list_activated
from halfminute.kit.settings import read_settings
from halfminute.main.cli.telling_group import Told
from halfminute.main.installation import ALL_ROLES
from halfminute.main.unfinished_restore import require_no_unfinished_restore


@click.command()
@click.option(
    "--roles", default=",".join(ALL_ROLES), show_default=True, help="Which parts to run, by commas."
)
@click.option("--host", default=None, help="Overrides HALFMINUTE_HOST.")
@click.option("--port", default=None, type=click.IntRange(1, 65535))
@click.option(
    "--fd",
    "descriptors",
    type=click.IntRange(0),
    multiple=True,
    help="An open socket to serve on, in place of host and port.",
)
def serve(roles: str, host: str | None, port: int | None, descriptors: tuple[int, ...]) -> None:
    """Run roles against HALFMINUTE_DATABASE_URL until SIGTERM."""
    named = frozenset(filter(None, (role.strip() for role in roles.split(","))))
    if unknown := sorted(named - set(ALL_ROLES)):
        raise Told(f"There is no role {', '.join(unknown)}: choose from {', '.join(ALL_ROLES)}.")
    wanted = frozenset(role for role in ALL_ROLES if role in named)
    settings = read_settings(host=host, port=port)
    require_no_unfinished_restore(settings.data_directory)
    # Only here, because everything of the application is imported with it.
    from halfminute.main.application import run  # noqa: PLC0415

    uvloop.run(run(settings, wanted, _adopt(descriptors or list_activated(os.environ))))
    _leave()


def _adopt(descriptors: Sequence[int]) -> tuple[socket, ...]:
    try:
        return tuple(map(adopt_listener, descriptors))
    except OSError as error:
        raise Told(f"What was handed over is no socket that listens: {error}") from None


def _leave() -> NoReturn:
    """End the process now: all that matters is stored.

    An interpreter that ends by itself waits for its threads, one of which may still be importing a
    plug-in's library, and looks through a large heap once more: seconds, on a busy machine.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


@click.command()
def migrate() -> None:
    """Bring the schema of HALFMINUTE_DATABASE_URL to this version."""
    applied = asyncio.run(migrations.migrate(read_settings().database_url))
    click.echo("\n".join(applied) if applied else "The schema is up to date.")
