"""`halfminute replay`: a recorded day once more, as it is configured and as it would be."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import click

from halfminute.kit.database import Database
from halfminute.kit.migrations import migrate
from halfminute.kit.time import utc_now
from halfminute.main.cli.long_work import interruptible, progress_bar
from halfminute.main.cli.options import data_option
from halfminute.main.cli.replay_table import tell_comparison
from halfminute.main.cli.telling_group import Told
from halfminute.main.installation import open_database_url
from halfminute.workforce.replay.changes import apply_changes, read_changes
from halfminute.workforce.replay.days import find_time_zone, parse_day
from halfminute.workforce.replay.page import write_page
from halfminute.workforce.replay.recording import Recording, read_recording
from halfminute.workforce.replay.running import compare, document_of
from halfminute.workforce.replay.setup import Setup, read_setup


@click.command()
@click.argument("day")
@click.option("--time-zone", help="Of which the day is.  [default: that of most opening hours]")
@click.option(
    "--with",
    "changes",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A TOML file of changes to be tried on the day.",
)
@click.option("--seed", default=1, show_default=True, help="Of what is not recorded and is drawn.")
@click.option("--json", "is_json", is_flag=True, help="Print the figures as one JSON object.")
@click.option(
    "--report",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a report with charts into this file, whole in itself.",
)
@data_option
def replay(
    day: str,
    *,
    time_zone: str | None,
    changes: Path | None,
    seed: int,
    is_json: bool,
    page: Path | None,
    directory: Path,
) -> None:
    """Replay DAY (2026-11-27, yesterday or today) through the live router.

    What came from outside comes as it was recorded; who gets what is decided anew. What was
    recorded stands beside it, so that it is seen how far the replay can be trusted.
    """
    if page is not None and not page.absolute().parent.is_dir():
        raise Told(f"There is no folder {page.absolute().parent} for the report.")
    document = None if changes is None else read_changes(changes)
    with interruptible():
        recording, setup, changed = asyncio.run(_read(directory, day, time_zone, document))
        with progress_bar("Replaying") as tell:
            comparison = compare(recording, setup, changed, seed=seed, tell=tell)
    if page is not None:
        write_page(page, comparison)
    if is_json:
        click.echo(json.dumps(document_of(comparison)))
        return
    tell_comparison(document_of(comparison))
    if page is not None:
        click.echo(f"\nThe report is in {page}.")


async def _read(
    directory: Path, word: str, time_zone: str | None, changes: dict[str, object] | None
) -> tuple[Recording, Setup, Setup | None]:
    async with open_database_url(directory) as (url, _):
        await migrate(url)
        database = Database(url, pool_size=1)
        await database.open()
        try:
            async with database.transaction(isolation="repeatable_read") as connection:
                setup = await read_setup(connection)
                now = utc_now()
                zone = time_zone or await find_time_zone(connection)
                day = parse_day(word, zone, now)
                changed = (
                    None if changes is None else await apply_changes(connection, setup, changes)
                )
                if sys.stderr.isatty():
                    click.echo(f"Reading {day.date} ({day.time_zone})", err=True)
                return await read_recording(connection, day, setup, now), setup, changed
        finally:
            await database.close()
