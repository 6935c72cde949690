"""`halfminute sign-in`: by what a widget believes its site who its users are."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import UUID

import click

from halfminute.channels.queries import list_account_views
from halfminute.identity.principals import SYSTEM
from halfminute.main.cli.channels import find_account
from halfminute.main.cli.options import data_option
from halfminute.main.cli.parts_here import open_parts_here
from halfminute.main.parts import Parts
from halfminute.webchat.schemas import NewSignInKey, SignInKeyView
from halfminute.webchat.sign_in_keys import (
    REPLACED_HOURS,
    end_sign_in,
    find_sign_in_key,
    set_sign_in_key,
)


@click.group("sign-in")
def sign_in() -> None:
    """Signed-in customers of a site, in its chat."""


@sign_in.command("secret")
@click.argument("widget")
@data_option
def make_secret(widget: str, directory: Path) -> None:
    """Make a secret for the site of WIDGET (its id or name); it is printed once."""
    made = asyncio.run(_set(directory, widget, NewSignInKey()))
    click.echo(f"Secret: {made.secret}")
    click.echo(f"The key before it counts for {REPLACED_HOURS} hours yet.")


@sign_in.command("public-key")
@click.argument("widget")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@data_option
def set_public_key(widget: str, file: Path, directory: Path) -> None:
    """Believe what is signed with the Ed25519 key to which the public one in FILE (PEM) belongs."""
    new = NewSignInKey(public_key=file.read_text(encoding="ascii", errors="replace"))
    asyncio.run(_set(directory, widget, new))
    click.echo(f"It counts now; the key before it for {REPLACED_HOURS} hours yet.")


@sign_in.command("show")
@click.argument("widget")
@data_option
def show(widget: str, directory: Path) -> None:
    """Show by what WIDGET believes its site, never a secret."""
    key = asyncio.run(_find(directory, widget))
    click.echo("Nobody can be signed in." if key is None else key.algorithm)
    if key is not None and key.public_key is not None:
        click.echo(key.public_key.strip())


@sign_in.command("off")
@click.argument("widget")
@data_option
def switch_off(widget: str, directory: Path) -> None:
    """Believe no key of WIDGET's site any more, at once; who is signed in stays so."""
    asyncio.run(_end(directory, widget))
    click.echo("Nobody can be signed in from now on.")


async def _set(directory: Path, widget: str, new: NewSignInKey) -> SignInKeyView:
    async with open_parts_here(directory) as parts:
        return await set_sign_in_key(parts.accounts, SYSTEM, await _id_of(parts, widget), new)


async def _find(directory: Path, widget: str) -> SignInKeyView | None:
    async with open_parts_here(directory) as parts:
        return await find_sign_in_key(parts.accounts, SYSTEM, await _id_of(parts, widget))


async def _end(directory: Path, widget: str) -> None:
    async with open_parts_here(directory) as parts:
        await end_sign_in(parts.accounts, SYSTEM, await _id_of(parts, widget))


async def _id_of(parts: Parts, widget: str) -> UUID:
    async with parts.database.connection() as connection:
        return find_account(await list_account_views(connection), widget).id
