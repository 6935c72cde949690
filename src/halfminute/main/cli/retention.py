"""`halfminute retention`: forgets what has been kept long enough."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from halfminute.main.cli.options import data_option
from halfminute.main.cli.parts_here import open_parts_here


@click.command()
@click.option("--dry-run", "is_dry", is_flag=True, help="Forget nothing: tell what would go.")
@data_option
def retention(directory: Path, *, is_dry: bool) -> None:
    """Forget what is older than its class of data is kept; the role maintenance does it hourly."""
    asyncio.run(_retention(directory, is_dry=is_dry))


async def _retention(directory: Path, *, is_dry: bool) -> None:
    # Only here, because everything of the application is imported with it.
    from halfminute.main.retention import forget_old, measure_retention  # noqa: PLC0415

    async with open_parts_here(directory) as parts:
        told = (
            measure_retention(parts.database, parts.settings)
            if is_dry
            else forget_old(parts.database, parts.files, parts.settings)
        )
        click.echo(f"{'class':<10}{'kept for':>12}{'would go' if is_dry else 'gone':>14}")
        async for name, days, amount in told:
            kept = f"{days} days" if days else "ever"
            size = f"  about {amount.bytes / 1e6:.1f} MB" if amount.bytes else ""
            click.echo(f"{name:<10}{kept:>12}{amount.rows:>14}{size}")
