"""`python -m halfminute_demo`: simulated subscribers, until Ctrl-C."""

from __future__ import annotations

import asyncio
import logging
from typing import Final, get_args

import click
import httpx

from halfminute_demo.day import Day, read_clock
from halfminute_demo.plan import Scenario, TownSettings, outage_region
from halfminute_demo.town import Options, Town, logger, wait_until_healthy

_POSITIVE: Final = click.FloatRange(min=0, min_open=True)


@click.command()
@click.option("--halfminute", default="http://127.0.0.1:8080", show_default=True)
@click.option("--telegram", default="http://127.0.0.1:8091", show_default=True)
@click.option("--rate", default=4.0, show_default=True, type=_POSITIVE, help="Visits a minute.")
@click.option("--seed", default=1, show_default=True, help="The same seed, the same town.")
@click.option("--subscribers", default=200, show_default=True, type=click.IntRange(min=1))
@click.option("--start-time", default="10:00", show_default=True, help="The town's clock, HH:MM.")
@click.option("--speed", default=1.0, show_default=True, type=_POSITIVE, help="Of the town's day.")
@click.option("--scenario", default="day", show_default=True, type=click.Choice(get_args(Scenario)))
@click.option("--visits", default=None, type=int, help="End after so many.")
@click.option(
    "--haste", default=1.0, show_default=True, type=_POSITIVE, help="Divides every pause."
)
def main(  # noqa: PLR0913  # one a setting of the town
    *,
    halfminute: str,
    telegram: str,
    rate: float,
    seed: int,
    subscribers: int,
    start_time: str,
    speed: float,
    scenario: Scenario,
    visits: int | None,
    haste: float,
) -> None:
    """Subscribers of a mobile operator write to the desk and answer its agents."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        day = Day(read_clock(start_time), speed)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--start-time") from None
    town = TownSettings(
        seed=seed, subscribers=subscribers, rate_per_minute=rate, day=day, scenario=scenario
    )
    options = Options(
        halfminute=halfminute.rstrip("/"),
        telegram=telegram.rstrip("/"),
        town=town,
        visits=visits,
        haste=haste,
    )
    asyncio.run(run_demo(options))


async def run_demo(options: Options) -> None:
    """Waits for both, then lets the subscribers come."""
    if options.town.scenario == "outage":
        logger.info("no signal soon in %s", outage_region(options.town).name_in("en"))
    # Ourselves are never asked by way of a proxy, and everybody may wait for an answer at once.
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=options.telegram, trust_env=False, limits=limits) as http:
        await wait_until_healthy(http, f"{options.telegram}/control/health")
        await wait_until_healthy(http, f"{options.halfminute}/health")
        await Town(options, http).run()


if __name__ == "__main__":
    main()
