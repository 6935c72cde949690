"""`halfminute reports`: the figures of wallboard and reports, held against the log."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import click

from halfminute.kit.database import Database
from halfminute.kit.migrations import migrate
from halfminute.kit.time import from_us, to_us, utc_now
from halfminute.main.cli.options import data_option
from halfminute.main.cli.telling_group import Told
from halfminute.main.installation import open_database_url
from halfminute.reports.actions.rebuild_facts import rebuild_facts
from halfminute.reports.counting import count_to_end
from halfminute.reports.recount import EVER, Difference, find_differences
from halfminute.reports.types import QUARTER_US
from halfminute_engine.service_level.counters import interval_start_us

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
@click.option(
    "--days",
    default=7,
    show_default=True,
    type=click.IntRange(0),
    help="How far back; 0: the whole log, and who waits and who is there as well.",
)
@data_option
def check(days: int, directory: Path) -> None:
    """Hold every figure against a recount of the log."""
    differences = asyncio.run(_check(directory, days))
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


async def _check(directory: Path, days: int) -> list[Difference]:
    if days:
        start_us = interval_start_us(to_us(utc_now() - timedelta(days=days)), QUARTER_US)
        since = from_us(start_us)
    else:
        since = EVER
    async with open_database_url(directory) as (url, _):
        database = await _open(url)
        try:
            return await find_differences(database, since=since)
        finally:
            await database.close()


async def _open(url: str) -> Database:
    await migrate(url)
    database = Database(url, pool_size=2)
    await database.open()
    return database
