"""`halfminute retranslate`: a second look at what could not be understood."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import UUID

import click

from halfminute.conversations.actions.retranslate import Retranslated
from halfminute.conversations.actions.retranslate import retranslate as retranslate_payloads
from halfminute.main.cli.options import data_option
from halfminute.main.cli.parts_here import open_parts_here
from halfminute.main.parts import ENTRY_STEPS


@click.command()
@click.option("--account", "account_id", type=click.UUID, help="Only of this channel account.")
@data_option
def retranslate(account_id: UUID | None, directory: Path) -> None:
    """Translate again what failed before, for example after an upgrade."""
    done = asyncio.run(_retranslate(directory, account_id))
    click.echo(
        f"{done.translated} translated, {done.ignored} without a meaning for us, "
        f"{done.failed} still failing."
    )


async def _retranslate(directory: Path, account_id: UUID | None) -> Retranslated:
    async with open_parts_here(directory) as parts:
        return await retranslate_payloads(
            parts.log, parts.book, parts.registry, steps=ENTRY_STEPS, account_id=account_id
        )
