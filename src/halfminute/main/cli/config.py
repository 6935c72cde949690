"""`halfminute config`: which settings count here, and where each came from."""

from __future__ import annotations

import sys

import click

from halfminute.kit.settings import Configuration, read_configuration

_NAME_WIDTH = 22


@click.command()
def config() -> None:
    """Show the settings with their sources, passwords struck out; status 1 when one is wrong."""
    configuration = read_configuration()
    _tell(configuration)
    for fault in configuration.faults:
        click.echo(f"{click.style('MEND ', fg='red')}{fault}")
    sys.exit(1 if configuration.faults else 0)


def _tell(configuration: Configuration) -> None:
    rows = configuration.list_effective()
    width = max(len(value) for _, value, _ in rows)
    for name, value, source in rows:
        click.echo(f"{name:<{_NAME_WIDTH}}{value:<{width}}  {source}")
    click.echo(f"\nFile: {configuration.file or 'none'}")
