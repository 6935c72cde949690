"""`halfminute demo`: an installation with a simulated Telegram, customers and agents."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from halfminute.main.cli.demo_agents import MOST_AGENTS, hire_agents
from halfminute.main.cli.demo_world import connect_bot, keep_sign_in, make_widgets
from halfminute.main.cli.options import demo_data_option, listen_options
from halfminute.main.cli.start import stay_up
from halfminute.main.cli.telling_group import Told
from halfminute.main.installation import Place, Running, require_free_port, wait_until_healthy
from halfminute.main.supervisor import ChildSpec

_TELEGRAM_PORT: Final = 8091
_SITE_PORT: Final = 8092
_POSITIVE: Final = click.FloatRange(min=0, min_open=True)
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")


class Town(msgspec.Struct, frozen=True, kw_only=True):
    """What is simulated. `speed` is of the town's day alone; `haste` divides every pause."""

    agents: int
    rate: float
    site_port: int
    seed: int
    subscribers: int
    start_time: str
    speed: float
    haste: float
    scenario: str


def _check_clock(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if _CLOCK.fullmatch(value) is None:
        raise Told(f"{value} is no time of a day: write --start-time as 09:30.")
    return value


@click.command()
@demo_data_option
@listen_options
@click.option(
    "--telegram-port",
    default=_TELEGRAM_PORT,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Where the simulated Telegram listens.",
)
@click.option(
    "--site-port",
    default=_SITE_PORT,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Where the operator's site listens, with the chat on its pages.",
)
@click.option(
    "--agents",
    default=0,
    show_default=True,
    type=click.IntRange(0, MOST_AGENTS),
    help="Simulated agents, who answer beside you.",
)
@click.option(
    "--subscribers",
    default=200,
    show_default=True,
    type=click.IntRange(1, 100_000),
    help="How many people live in the town.",
)
@click.option(
    "--rate",
    default=4.0,
    show_default=True,
    type=_POSITIVE,
    help="Conversations a minute, in the mean over the town's day.",
)
@click.option(
    "--start-time",
    default="10:00",
    show_default=True,
    metavar="HH:MM",
    callback=_check_clock,
    help="What the town's clocks show at the start: it is busy at 11 and 18, and quiet at night.",
)
@click.option(
    "--speed",
    default=1.0,
    show_default=True,
    type=_POSITIVE,
    help="How fast the town's day passes: at 60 it takes 24 minutes. People type as ever.",
)
@click.option(
    "--haste",
    default=1.0,
    show_default=True,
    type=_POSITIVE,
    help="Divides every pause, between customers and of all who type: 1 is a person's own pace.",
)
@click.option("--seed", default=1, show_default=True, help="The same seed, the same town.")
@click.option(
    "--scenario",
    default="day",
    show_default=True,
    type=click.Choice(["day", "outage"]),
    help="`outage`: a region loses its signal a minute after the start, and writes at once.",
)
def demo(directory: Path, host: str, port: int, *, telegram_port: int, **town: Any) -> None:
    """The same as `up`, with a simulated Telegram, simulated customers, and agents if you like."""
    place = Place(directory, host, port)
    asyncio.run(_stay_up(place, telegram_port, Town(**town)))


async def _stay_up(place: Place, telegram_port: int, town: Town) -> None:
    telegram = f"http://127.0.0.1:{telegram_port}"
    site = f"http://localhost:{town.site_port}"
    require_free_port("127.0.0.1", telegram_port, option="--telegram-port")
    require_free_port("127.0.0.1", town.site_port, option="--site-port")

    async def furnish(running: Running) -> tuple[str, str] | None:
        sign_in = keep_sign_in(place.directory, running.first_admin)
        await wait_until_healthy(f"{telegram}/control/health")
        await connect_bot(running, telegram)
        running.supervisor.start([_site(place, town, await make_widgets(running, site))])
        await wait_until_healthy(f"{site}/health")
        if town.agents:
            roster = await hire_agents(running.database_url, place.directory, town.agents)
            running.supervisor.start([_agents(place, town, roster)])
        running.supervisor.start([_customers(place, telegram, town)])
        return sign_in

    # Last to end, because the parts still talk with it while they do.
    fake = ("-m", "halfminute.plugins.telegram.fake", "--port", str(telegram_port))
    remembering = ("--state", str(place.directory / "telegram.jsonl"))
    extra = [ChildSpec("telegram", (sys.executable, *fake, *remembering), tier=0)]
    await stay_up(place, extra, furnish=furnish, simulated=_tell(telegram, site, town))


def _customers(place: Place, telegram: str, town: Town) -> ChildSpec:
    own = {"rate": town.rate, "subscribers": town.subscribers, "scenario": town.scenario}
    where = {"halfminute": place.url, "telegram": telegram}
    command = ("-m", "halfminute_demo", *_options({**where, **own, **_pace(town)}))
    return ChildSpec("demo", (sys.executable, *command), tier=2)


def _site(place: Place, town: Town, widgets: dict[str, str]) -> ChildSpec:
    where = _options({"halfminute": place.url, "port": town.site_port})
    chats = [f"--widget={language}={number}" for language, number in widgets.items()]
    command = ("-m", "halfminute_demo.site", *where, *chats)
    return ChildSpec("site", (sys.executable, *command), tier=2)


def _agents(place: Place, town: Town, roster: Path) -> ChildSpec:
    where = {"halfminute": place.url, "roster": roster}
    command = ("-m", "halfminute_demo.staff", *_options({**where, **_pace(town)}))
    return ChildSpec("agents", (sys.executable, *command), tier=2)


def _pace(town: Town) -> dict[str, Any]:
    names = ("seed", "start_time", "speed", "haste")
    return {name: getattr(town, name) for name in names}


def _options(given: dict[str, Any]) -> list[str]:
    return [
        word
        for name, value in given.items()
        for word in (f"--{name.replace('_', '-')}", str(value))
    ]


def _tell(telegram: str, site: str, town: Town) -> tuple[str, ...]:
    """What is not real, a line each."""
    day = f"their day, which begins at {town.start_time}"
    if town.speed != 1:
        day += f" and passes {town.speed:g} times as fast"
    told = [
        f"the operator's site, with a chat on it ({site})",
        f"Telegram ({telegram})",
        f"{town.subscribers} customers of a mobile operator, {town.rate:g} conversations a minute",
        day,
    ]
    if town.scenario == "outage":
        told.append("an outage: in a minute a region loses its signal")
    if town.agents:
        told.append(f"{town.agents} agents, who answer beside you")
    else:
        told.append("no agents: you are the only one (--agents 3 gives you colleagues)")
    return tuple(told)
