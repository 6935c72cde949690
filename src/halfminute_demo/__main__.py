"""`python -m halfminute_demo`: simulated subscribers, until Ctrl-C."""

from __future__ import annotations

import asyncio
import logging

import click
import httpx

from halfminute_demo.town import Options, Town, wait_until_healthy


@click.command()
@click.option("--halfminute", default="http://127.0.0.1:8080", show_default=True)
@click.option("--telegram", default="http://127.0.0.1:8091", show_default=True)
@click.option("--rate", default=6.0, show_default=True, help="Visits a minute.")
@click.option("--seed", default=1, show_default=True, help="The same seed, the same visits.")
@click.option("--visits", default=None, type=int, help="End after so many.")
@click.option("--haste", default=1.0, show_default=True, help="Divides every pause.")
def main(
    *, halfminute: str, telegram: str, rate: float, seed: int, visits: int | None, haste: float
) -> None:
    """Subscribers of a mobile operator write to the desk and answer its agents."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    options = Options(
        halfminute=halfminute.rstrip("/"),
        telegram=telegram.rstrip("/"),
        rate_per_minute=rate,
        seed=seed,
        visits=visits,
        haste=haste,
    )
    asyncio.run(run_demo(options))


async def run_demo(options: Options) -> None:
    """Waits for both, then lets the subscribers come."""
    async with httpx.AsyncClient(base_url=options.telegram) as http:
        await wait_until_healthy(http, f"{options.telegram}/control/health")
        await wait_until_healthy(http, f"{options.halfminute}/health")
        await Town(options, http).run()


if __name__ == "__main__":
    main()
