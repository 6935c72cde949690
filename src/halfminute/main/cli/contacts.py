"""`halfminute contacts`: what is held on a person, given out or erased."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from uuid import UUID

import click

from halfminute.contacts.queries import get_contact
from halfminute.conversations.actions.erase_contact import erase_contact
from halfminute.conversations.actions.export_contact import export_contact
from halfminute.conversations.erasing import complete_erasure
from halfminute.files.durable import sync_folder
from halfminute.identity.principals import SYSTEM
from halfminute.main.cli.options import data_option
from halfminute.main.cli.parts_here import open_parts_here
from halfminute.main.cli.telling_group import Told


@click.group()
def contacts() -> None:
    """People we talk with: what is held on them."""


@contacts.command("export")
@click.argument("contact_id", type=click.UUID)
@click.option(
    "--to",
    "file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path, resolve_path=True),
    help="The zip archive to write.",
)
@data_option
def export(contact_id: UUID, file: Path, directory: Path) -> None:
    """Write all that is held on a contact into a zip archive."""
    if file.exists():
        raise Told(f"{file} is there already.")
    size = asyncio.run(_export(directory, contact_id, file))
    click.echo(f"{file} is made ({size / 1e6:.1f} MB). It is personal: guard it.")


@contacts.command("erase")
@click.argument("contact_id", type=click.UUID)
@click.option("--name", default=None, help="The contact's name, instead of typing it when asked.")
@data_option
def erase(contact_id: UUID, name: str | None, directory: Path) -> None:
    """Erase a contact for good, with all that was said."""
    asyncio.run(_erase(directory, contact_id, name))
    click.secho(f"{contact_id} is erased.", fg="green")


async def _export(directory: Path, contact_id: UUID, file: Path) -> int:
    unfinished = file.with_name(f"{file.name}.unfinished")
    async with open_parts_here(directory) as parts:
        pieces = await export_contact(parts.log, parts.files, SYSTEM, contact_id)
        try:
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as opened:
                async for piece in pieces:
                    opened.write(piece)
                opened.flush()
                os.fsync(opened.fileno())
                size = opened.tell()
            unfinished.replace(file)
            sync_folder(file.parent)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
    return size


async def _erase(directory: Path, contact_id: UUID, name: str | None) -> None:
    async with open_parts_here(directory) as parts:
        async with parts.database.connection() as connection:
            contact = await get_contact(connection, contact_id)
        if name is None and contact.erased_at is None:
            told = contact.name or "erase"
            name = click.prompt(f"This cannot be undone. Type {told!r} to go on")
        await erase_contact(
            parts.log, SYSTEM, contact_id, confirmation=name or "", keep=parts.erasures.keep
        )
        await complete_erasure(parts.log, parts.files, contact_id)
