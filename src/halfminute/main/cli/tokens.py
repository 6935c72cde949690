"""`halfminute token`: the organisation's own programs that may call."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from halfminute.identity.actions.create_api_token import create_api_token
from halfminute.identity.actions.revoke_api_token import revoke_api_token
from halfminute.identity.api_tokens import ApiToken, list_api_tokens
from halfminute.identity.permissions import TOKEN_PERMISSIONS
from halfminute.identity.principals import SYSTEM
from halfminute.kit.migrations import migrate
from halfminute.main.cli.options import data_option
from halfminute.main.installation import open_database_url, open_log


@click.group()
def token() -> None:
    """API tokens of your own programs, such as your site."""


@token.command("add")
@click.argument("name")
@click.option(
    "--permission",
    "permissions",
    multiple=True,
    required=True,
    type=click.Choice(sorted(TOKEN_PERMISSIONS)),
    help="What it may do.",
)
@data_option
def add(name: str, permissions: tuple[str, ...], directory: Path) -> None:
    """Let a program call; its token is printed once."""
    made = asyncio.run(_add(directory, name, permissions))
    click.echo(f"{name} may call with `Authorization: Bearer <token>`.")
    click.echo(f"Token: {made}")


@token.command("list")
@data_option
def show_all(directory: Path) -> None:
    """Show the tokens in use, never their secrets."""
    for each in asyncio.run(_list(directory)):
        click.echo(f"{each.name}  {', '.join(each.permissions)}  since {each.created_at:%Y-%m-%d}")


@token.command("revoke")
@click.argument("name")
@data_option
def revoke(name: str, directory: Path) -> None:
    """Shut a program out, within a few seconds."""
    asyncio.run(_revoke(directory, name))
    click.echo(f"{name} may call no more.")


async def _add(directory: Path, name: str, permissions: tuple[str, ...]) -> str:
    async with open_database_url(directory) as (url, _):
        await migrate(url)
        async with open_log(url) as log:
            return await create_api_token(log, SYSTEM, name=name, permissions=permissions)


async def _list(directory: Path) -> list[ApiToken]:
    async with open_database_url(directory) as (url, _):
        await migrate(url)
        async with open_log(url) as log, log.database.connection() as connection:
            return await list_api_tokens(connection)


async def _revoke(directory: Path, name: str) -> None:
    async with open_database_url(directory) as (url, _):
        await migrate(url)
        async with open_log(url) as log:
            await revoke_api_token(log, SYSTEM, name)
