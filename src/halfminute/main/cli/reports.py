"""`halfminute reports`: the figures of wallboard and reports, held against the log."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from halfminute.kit.database import Database
from halfminute.kit.migrations import migrate
from halfminute.main.cli.options import data_option
from halfminute.main.cli.telling_group import Told
from halfminute.main.installation import open_database_url
from halfminute.reports.actions.rebuild_facts import rebuild_facts
from halfminute.reports.counting import count_to_end
from halfminute.reports.recount import Difference, find_differences

_SHOWN = 20


@click.group()
def reports() -> None:
    """Figures of the wallboard and of reports."""


@reports.command("rebuild")
@data_option
def rebuild(directory: Path) -> None:
    """Count the whole log again."""
    counted = asyncio.run(_rebuild(directory))
    click.echo(f"{counted} events counted.")


@reports.command("check")
@data_option
def check(directory: Path) -> None:
    """Hold every figure against a recount of the log."""
    differences = asyncio.run(_check(directory))
    if not differences:
        click.secho("Every figure is what the log says.", fg="green")
        return
    for each in differences[:_SHOWN]:
        click.echo(f"{each.what}\n  kept:    {each.kept}\n  counted: {each.counted}")
    raise Told(
        f"{len(differences)} figures differ from the log: `halfminute reports rebuild` counts it "
        "again."
    )


async def _rebuild(directory: Path) -> int:
    async with open_database_url(directory) as (url, _):
        database = await _open(url)
        try:
            await rebuild_facts(database)
            return await count_to_end(database)
        finally:
            await database.close()


async def _check(directory: Path) -> list[Difference]:
    async with open_database_url(directory) as (url, _):
        database = await _open(url)
        try:
            return await find_differences(database)
        finally:
            await database.close()


async def _open(url: str) -> Database:
    await migrate(url)
    database = Database(url, pool_size=2)
    await database.open()
    return database
