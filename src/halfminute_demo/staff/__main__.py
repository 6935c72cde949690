"""`python -m halfminute_demo.staff`: simulated agents, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
from pathlib import Path
from typing import Final

import click
import httpx

from halfminute_demo.day import Day, read_clock
from halfminute_demo.staff.agent import Agent, Hired, Pace
from halfminute_demo.town import wait_until_healthy

_POSITIVE: Final = click.FloatRange(min=0, min_open=True)


@click.command()
@click.option("--halfminute", default="http://127.0.0.1:8080", show_default=True)
@click.option(
    "--roster",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A JSON list of {email, password, name}: users who are agents.",
)
@click.option("--seed", default=1, show_default=True)
@click.option("--start-time", default="10:00", show_default=True, help="The town's clock, HH:MM.")
@click.option("--speed", default=1.0, show_default=True, type=_POSITIVE, help="Of the town's day.")
@click.option(
    "--haste", default=1.0, show_default=True, type=_POSITIVE, help="Divides every pause."
)
def main(
    *, halfminute: str, roster: Path, seed: int, start_time: str, speed: float, haste: float
) -> None:
    """Agents sign in, take what rings, answer, close and take breaks."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        pace = Pace(seed=seed, day=Day(read_clock(start_time), speed), haste=haste)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--start-time") from None
    asyncio.run(run_staff(halfminute.rstrip("/"), read_roster(roster), pace))


def read_roster(place: Path) -> list[Hired]:
    """Who works here. Raises click.ClickException where the file is no roster."""
    try:
        return [Hired(**each) for each in json.loads(place.read_text(encoding="utf-8"))]
    except (ValueError, TypeError) as error:
        raise click.ClickException(f"{place} is no roster: {error}") from None


async def run_staff(halfminute: str, hired: list[Hired], pace: Pace) -> None:
    """All of them at work until SIGTERM or SIGINT; then they sign out."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    working = asyncio.create_task(_work(halfminute, hired, pace))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    working.cancel()
    try:
        await working
    except asyncio.CancelledError:
        return


async def _work(halfminute: str, hired: list[Hired], pace: Pace) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        await wait_until_healthy(http, f"{halfminute}/health")
    async with asyncio.TaskGroup() as group:
        for each in hired:
            group.create_task(Agent(halfminute, each, pace).run())


if __name__ == "__main__":
    main()
