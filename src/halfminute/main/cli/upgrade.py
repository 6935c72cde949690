"""`halfminute upgrade`: the data of the embedded database, to a newer PostgreSQL."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Final

import click

from halfminute.kit.embedded_postgres import EmbeddedSettings
from halfminute.kit.settings import find_database_url
from halfminute.main.cli.options import data_option, listen_options
from halfminute.main.cli.telling_group import Told
from halfminute.main.installation import Place, lock_directory, require_free_port
from halfminute.main.supervisor import ProcessRegister
from halfminute.main.unfinished_restore import require_no_unfinished_restore
from halfminute.main.upgrade import Plan, Upgrade, Upgraded, Wishes
from halfminute.main.upgrade.closed_door import closed_door
from halfminute.main.upgrade.errors import NotEmbedded

_LEFTOVER_SECONDS: Final = 4.0


@click.command()
@click.option("--dry-run", "is_dry", is_flag=True, help="Check everything and change nothing.")
@click.option(
    "--link",
    "is_linked",
    is_flag=True,
    help="Share the files instead of copying them: quicker, and there is no way back.",
)
@click.option(
    "--reload",
    "is_dumped",
    is_flag=True,
    help="Load the rows anew instead of taking the files along: slower.",
)
@click.option(
    "--old-programs",
    type=click.Path(exists=True, file_okay=False, path_type=Path, resolve_path=True),
    help="Where the programs of the old PostgreSQL are, if not where they usually are.",
)
@data_option
@listen_options
def upgrade(
    *,
    is_dry: bool,
    is_linked: bool,
    is_dumped: bool,
    old_programs: Path | None,
    directory: Path,
    host: str,
    port: int,
) -> None:
    """Bring the data of our own PostgreSQL to the newest one that is installed.

    Halfminute must be stopped; meanwhile whoever calls is told to try again.
    """
    if find_database_url():
        raise NotEmbedded(
            "HALFMINUTE_DATABASE_URL names a database of yours, which this does not upgrade: see "
            "docs/upgrade.md."
        )
    if not directory.is_dir():
        raise Told(f"There is no directory {directory}: name that of the installation with --data.")
    wishes = Wishes(is_linked=is_linked, is_dumped=is_dumped, old_programs=old_programs)
    work = Upgrade(EmbeddedSettings(directory=directory), wishes, click.echo)
    if is_dry:
        _tell_plan(asyncio.run(_try_out(work)))
    else:
        _tell_end(asyncio.run(_upgrade(work, Place(directory, host, port))), directory)


async def _try_out(work: Upgrade) -> Plan | None:
    _hear_signals(work)
    return await asyncio.to_thread(work.try_out)


async def _upgrade(work: Upgrade, place: Place) -> Upgraded | None:
    lock = lock_directory(place.directory)
    try:
        require_no_unfinished_restore(place.directory)
        register = ProcessRegister(place.directory / "processes.json")
        await asyncio.to_thread(register.end_leftovers, _LEFTOVER_SECONDS)
        require_free_port(place.host, place.port)
        _hear_signals(work)
        async with closed_door(place.host, place.port):
            return await asyncio.to_thread(work.run)
    finally:
        lock.release()


def _hear_signals(work: Upgrade) -> None:
    """The thread undoes what is half done, and then ends by itself."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, work.cancel)


def _tell_plan(plan: Plan | None) -> None:
    if plan is None:
        click.secho("There is nothing to upgrade.", fg="green")
        return
    click.secho(
        f"The data can go from PostgreSQL {plan.old.version} to {plan.new.version}: {plan.way}. "
        f"They are {_megabytes(plan.cluster_bytes)}; {_megabytes(plan.needed_bytes)} are needed on "
        f"the disk, and {_megabytes(plan.free_bytes)} are free. Nothing was changed.",
        fg="green",
    )


def _tell_end(upgraded: Upgraded | None, directory: Path) -> None:
    if upgraded is None:
        click.secho("There is nothing to upgrade.", fg="green")
        return
    plan = upgraded.plan
    click.secho(
        f"The data are of PostgreSQL {plan.new.version} now ({upgraded.seconds:.1f} s).", fg="green"
    )
    if upgraded.kept is not None:
        click.echo(
            f"The old ones are kept in {upgraded.kept}: remove that directory when all is well."
        )
    click.echo(f"Start with `halfminute up --data {directory}`.")


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.0f} MB"
