"""`halfminute doctor`: what is well, what is not, and how to mend it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import click

from halfminute.main.cli.options import data_option, listen_options
from halfminute.main.doctor import examine
from halfminute.main.findings import Finding
from halfminute.main.installation import Place

_WIDTH = 12


@click.command()
@data_option
@listen_options
@click.option(
    "--deep", "is_deep", is_flag=True, help="Try things out as well: media, providers, the log."
)
def doctor(directory: Path, host: str, port: int, *, is_deep: bool) -> None:
    """Look at everything; status 1 when something needs mending."""
    faults = asyncio.run(_examine(Place(directory, host, port), is_deep=is_deep))
    click.echo("\nAll is well." if not faults else f"\n{faults} to mend.")
    sys.exit(1 if faults else 0)


async def _examine(place: Place, *, is_deep: bool) -> int:
    faults = 0
    async for finding in examine(place, is_deep=is_deep):
        _tell(finding)
        faults += not finding.is_good
    return faults


def _tell(finding: Finding) -> None:
    mark = click.style("ok   ", fg="green") if finding.is_good else click.style("MEND ", fg="red")
    click.echo(f"{mark}{finding.subject:<{_WIDTH}}{finding.told}")
    if finding.remedy:
        click.echo(f"{'':<{_WIDTH + 5}}{finding.remedy}")
